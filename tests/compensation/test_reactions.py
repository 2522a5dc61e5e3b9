"""Which commands follow from an event, for compensations of which ids (docs/domain.md §4.2–4.3)."""

from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

from app.domain.compensation import commands as k
from app.domain.compensation.causes import id_by_rule
from app.domain.compensation.reactions import (
    Reaction,
    after_compensation_event,
    after_ticket_event,
)
from app.domain.compensation.rules import (
    ADD,
    ARRIVE_LATE,
    DEFAULT_RULES,
    DELAY_DAY,
    Rule,
    RuleBook,
    RuleVersion,
)
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact
from app.events.compensation import (
    CompensationAccrued,
    CompensationGraceEnded,
    CompensationGranted,
)
from app.events.compensation_rules import RuleBenefit, RuleTrigger
from app.events.promise import PromiseBreakRetracted, PromiseBroken, PromisePenalty, PromiseSettled
from app.events.sla import SlaBreached, SlaBreachRetracted
from app.events.ticket import CompensationExclusionRecorded, DelayDeclared, TicketUrged
from tests.compensation.world import recorded
from tests.domain.ticket.promised import PENALTY, Promised, promised
from tests.domain.ticket.world import LIN, World, reported
from tests.events.examples import example
from tests.given_when_then import NOW

DUE = NOW + timedelta(hours=2)
LATER = DUE + timedelta(days=1)
LATE = SlaBreached(clock="arrive", cycle=1, due_at=DUE)
ARRIVE = "sla:arrive:1"
PROMISE = "promise:p1:1"


def a_ticket() -> Ticket:
    world = World()
    world.do(reported(), LIN)
    return world.ticket()


def after(
    event: Any, ticket: Ticket, book: RuleBook = DEFAULT_RULES, *, at: datetime = LATER
) -> list[Reaction]:
    return after_ticket_event(recorded("ticket-t1", Fact(event, at, SYSTEM), 7), ticket, book)


def ids(reactions: list[Reaction]) -> list[str]:
    return [one.compensation_id for one in reactions]


def with_version(rule_id: str, **changes: Any) -> RuleBook:
    """The default rules, with another version of one, or with another rule like `ARRIVE_LATE`."""
    present = DEFAULT_RULES.rule(rule_id)
    like = (present or DEFAULT_RULES.rules[0]).latest
    version: RuleVersion = replace(like, version=like.version + 1, **changes)
    versions = (*(present.versions if present else ()), version)
    others = tuple(one for one in DEFAULT_RULES.rules if one.rule_id != rule_id)
    return RuleBook(rules=(*others, Rule(rule_id=rule_id, versions=versions)))


# A breached clock.


def test_a_breach_is_compensated_as_of_its_due_time() -> None:
    command = k.CompensateBreach(
        compensation_id=id_by_rule(ARRIVE_LATE, "t1", ARRIVE),
        rule_id=ARRIVE_LATE,
        ticket_id="t1",
        clock="arrive",
        cycle=1,
        happened_at=DUE,
    )
    expected = Reaction(compensation_id=command.compensation_id, command=command)
    assert after(LATE, a_ticket()) == [expected]


def test_a_clock_that_no_rule_is_about_has_no_consequence() -> None:
    assert after(replace(LATE, clock="acknowledge"), a_ticket()) == []


def test_a_rule_for_other_service_classes_has_no_consequence() -> None:
    trigger = RuleTrigger(event="SlaBreached", clock="arrive", service_classes=("emergency",))
    assert after(LATE, a_ticket(), with_version(ARRIVE_LATE, trigger=trigger)) == []


def test_a_new_version_of_the_rule_means_the_same_compensation() -> None:
    more = RuleBenefit(kind="fee_credit", amount_fen=9_000)
    changed = with_version(ARRIVE_LATE, benefit=more)
    assert ids(after(LATE, a_ticket(), changed)) == ids(after(LATE, a_ticket()))


def test_the_rules_are_those_of_the_due_time_not_of_when_the_event_arrives() -> None:
    off_since = with_version(ARRIVE_LATE, enabled=False, valid_from=DUE + timedelta(seconds=1))
    assert ids(after(LATE, a_ticket(), off_since)) == [id_by_rule(ARRIVE_LATE, "t1", ARRIVE)]
    off_by_then = with_version(ARRIVE_LATE, enabled=False, valid_from=DUE)
    assert after(LATE, a_ticket(), off_by_then) == []


def test_of_two_rules_the_larger_applies_and_one_that_adds_comes_on_top() -> None:
    larger = RuleBenefit(kind="fee_credit", amount_fen=8_000)
    assert ids(after(LATE, a_ticket(), with_version("R-MORE", benefit=larger))) == [
        id_by_rule("R-MORE", "t1", ARRIVE)
    ]
    small = RuleBenefit(kind="gift", amount_fen=1_000)
    assert ids(after(LATE, a_ticket(), with_version("R-GIFT", benefit=small, stack=ADD))) == [
        id_by_rule(ARRIVE_LATE, "t1", ARRIVE),
        id_by_rule("R-GIFT", "t1", ARRIVE),
    ]


# A broken promise.


def broken(penalty: PromisePenalty | None, kind: str = "completion") -> PromiseBroken:
    return example(PromiseBroken, promise_id="p1", kind=kind, cycle=1, due_at=DUE, penalty=penalty)


def test_a_promise_without_a_penalty_goes_by_the_rule() -> None:
    [found] = after(broken(None), a_ticket())
    assert isinstance(found.command, k.CompensatePromise)
    assert (found.command.rule_id, found.command.happened_at) == (DELAY_DAY, DUE)
    assert found.compensation_id == id_by_rule(DELAY_DAY, "t1", PROMISE)


def test_a_penalty_means_one_compensation_whichever_rule_it_falls_under() -> None:
    own = id_by_rule(None, "t1", PROMISE)
    [by_rule] = after(broken(PENALTY), a_ticket())
    [alone] = after(broken(PENALTY, kind="update"), a_ticket())
    assert (by_rule.compensation_id, alone.compensation_id) == (own, own)
    assert [
        (one.command.rule_id, one.command.penalty)
        for one in (by_rule, alone)
        if isinstance(one.command, k.CompensatePromise)
    ] == [(DELAY_DAY, PENALTY), (None, PENALTY)]


def test_a_penalty_is_not_given_again_by_a_rule_that_adds() -> None:
    trigger = RuleTrigger(event="PromiseBroken", promise_kind="completion")
    added = with_version("R-GIFT", trigger=trigger, stack=ADD)
    assert len(after(broken(PENALTY), a_ticket(), added)) == 1
    assert len(after(broken(None), a_ticket(), added)) == 2


def test_a_promise_that_no_rule_is_about_and_without_a_penalty_has_no_consequence() -> None:
    assert after(broken(None, kind="update"), a_ticket()) == []


# A declared delay.


def test_every_declared_delay_is_a_cause_of_its_own() -> None:
    trigger = RuleTrigger(event="DelayDeclared", delay_seconds=3_600)
    book = with_version("R-DELAY-TOLD", trigger=trigger)
    declared = example(DelayDeclared, new_eta=LATER)
    fact = Fact(declared, DUE, SYSTEM)
    [first] = after_ticket_event(recorded("ticket-t1", fact, 7), a_ticket(), book)
    [second] = after_ticket_event(recorded("ticket-t1", fact, 8), a_ticket(), book)
    assert first.compensation_id == id_by_rule("R-DELAY-TOLD", "t1", "delay:e7:1")
    assert second.compensation_id == id_by_rule("R-DELAY-TOLD", "t1", "delay:e8:1")
    assert isinstance(first.command, k.CompensateDelay)
    assert (first.command.happened_at, first.command.new_eta) == (DUE, LATER)


def test_a_delay_that_no_rule_is_about_has_no_consequence() -> None:
    assert after(example(DelayDeclared), a_ticket()) == []


# What turns out otherwise.


def all_of(key: str) -> list[str]:
    return [id_by_rule(rule_id, "t1", key) for rule_id in (None, ARRIVE_LATE, DELAY_DAY)]


def test_a_retracted_breach_is_reconsidered_whichever_rule_compensated_it() -> None:
    found = after(example(SlaBreachRetracted, clock="arrive", cycle=1), a_ticket())
    assert ids(found) == all_of(ARRIVE)
    assert {one.command for one in found} == {k.ReconsiderCompensation()}


def test_a_promise_that_is_done_late_settles_what_accrued() -> None:
    ticket = promised(penalty=PENALTY).ticket()
    found = after(example(PromiseSettled, promise_id="p1"), ticket)
    assert ids(found) == all_of(PROMISE)
    assert {one.command for one in found} == {k.SettleAccrual()}


def test_a_retracted_break_of_a_promise_is_reconsidered() -> None:
    ticket = promised(penalty=PENALTY).ticket()
    found = after(example(PromiseBreakRetracted, promise_id="p1"), ticket)
    assert ids(found) == all_of(PROMISE)
    assert {one.command for one in found} == {k.ReconsiderCompensation()}


def test_an_exclusion_reconsiders_what_was_breached_and_broken_and_nothing_else() -> None:
    excluded = example(CompensationExclusionRecorded)
    assert after(excluded, a_ticket()) == []
    world = Promised()
    promised(world, penalty=PENALTY)
    in_time = after(excluded, world.ticket())
    for _ in world.pass_time(world.the_promise().due_at + timedelta(seconds=1)):
        pass
    late = after(excluded, world.ticket())
    breached = [one.kind for one in world.ticket().clocks if one.breached_at]
    assert ids(in_time) == []
    assert ids(late) == [
        *(one for kind in breached for one in all_of(f"sla:{kind}:1")),
        *all_of(PROMISE),
    ]


def test_any_other_event_of_a_ticket_has_no_consequence() -> None:
    assert after(example(TicketUrged), a_ticket()) == []


# What happens to a compensation itself.


def test_after_the_grace_time_the_deferred_compensation_is_decided() -> None:
    ended = example(CompensationGraceEnded)
    [found] = after_compensation_event(ended.compensation_id, ended)
    assert isinstance(found.command, k.CompensateBreach)
    assert found.command.happened_at == ended.happened_at
    assert found.compensation_id == found.command.compensation_id == ended.compensation_id


def test_every_accrued_day_asks_whether_the_accrual_is_over() -> None:
    [found] = after_compensation_event("c1", example(CompensationAccrued))
    assert found == Reaction(compensation_id="c1", command=k.SettleAccrual())


def test_any_other_event_of_a_compensation_has_no_consequence() -> None:
    assert after_compensation_event("c1", example(CompensationGranted)) == []
    assert after_compensation_event("c1", LATE) == []  # its clock for approval
