"""The rules themselves: what they may say, and which version was in force when."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.compensation.dry_run import PastCause, try_out
from app.domain.compensation.rule_book import COMPENSATION_RULES, RULE_BOOK, RecordRule
from app.domain.compensation.rules import DEFAULT_RULES
from app.events.compensation_rules import (
    CompensationRuleRecorded,
    RuleBenefit,
    RuleCaps,
    RuleTrigger,
)
from tests.domain.ticket.world import ADMIN, FINANCE, LIN, MANAGER
from tests.given_when_then import NOW, SHANGHAI, Given

TRIGGER = RuleTrigger(event="SlaBreached", clock="arrive")
BENEFIT = RuleBenefit(kind="fee_credit", amount_fen=5_000)
RULE = RecordRule(rule_id="R-1", trigger=TRIGGER, benefit=BENEFIT)
ARRIVE_LATE = DEFAULT_RULES.rules[0].latest


def recorded(**changes: Any) -> CompensationRuleRecorded:
    return replace(
        CompensationRuleRecorded(
            rule_id="R-1",
            version=1,
            valid_from=NOW,
            trigger=TRIGGER,
            benefit=BENEFIT,
            caps=RuleCaps(),
        ),
        **changes,
    )


def test_a_rule_is_recorded_as_a_whole() -> None:
    Given(COMPENSATION_RULES).when(RULE, by=MANAGER).then(recorded())


def test_a_changed_one_is_the_next_version_and_the_same_is_nothing() -> None:
    known = Given(COMPENSATION_RULES, recorded())
    known.when(RULE, by=ADMIN).then_nothing()
    more = RuleBenefit(kind="fee_credit", amount_fen=6_000)
    known.when(replace(RULE, benefit=more), by=ADMIN).then(recorded(version=2, benefit=more))


def test_the_default_rules_go_on_from_version_one() -> None:
    caps = replace(ARRIVE_LATE.caps, per_ticket_fen=1)
    command = RecordRule(
        rule_id="R-ARRIVE-LATE", trigger=ARRIVE_LATE.trigger, benefit=BENEFIT, caps=caps
    )
    [event] = Given(COMPENSATION_RULES).when(command, by=ADMIN).events
    assert event.version == 2


def test_what_happened_before_is_judged_by_the_version_of_then() -> None:
    later = NOW + timedelta(days=1)
    more = RuleBenefit(kind="fee_credit", amount_fen=6_000)
    facts = Given(
        COMPENSATION_RULES, recorded(), recorded(version=2, valid_from=later, benefit=more)
    )
    rule = facts._state.rule("R-1")
    found = [rule.at(at) for at in (NOW - timedelta(seconds=1), NOW, later)]
    assert [one and one.version for one in found] == [None, 1, 2]
    assert RULE_BOOK.id == "compensation_rules-book"


@pytest.mark.parametrize("by", [LIN, FINANCE])
def test_others_may_not(by: Any) -> None:
    Given(COMPENSATION_RULES).when(RULE, by=by).then_refused("role_not_permitted")


UNSOUND = [
    (replace(RULE, rule_id="R 1"), "malformed", "/rule_id"),
    (replace(RULE, trigger=RuleTrigger(event="TicketClosed")), "not_one_of", "/trigger/event"),
    (replace(RULE, trigger=RuleTrigger(event="SlaBreached")), "not_one_of", "/trigger/clock"),
    (
        replace(RULE, trigger=RuleTrigger(event="PromiseBroken", clock="arrive")),
        "not_of_this_trigger",
        "/trigger/clock",
    ),
    (
        replace(RULE, trigger=replace(TRIGGER, promise_kind="completion")),
        "not_of_this_trigger",
        "/trigger/kind",
    ),
    (
        replace(RULE, trigger=RuleTrigger(event="PromiseBroken", promise_kind="x")),
        "not_one_of",
        "/trigger/kind",
    ),
    (
        replace(RULE, trigger=replace(TRIGGER, delay_seconds=1)),
        "not_of_this_trigger",
        "/trigger/delay",
    ),
    (
        replace(RULE, trigger=RuleTrigger(event="DelayDeclared", delay_seconds=-1)),
        "out_of_range",
        "/trigger/delay",
    ),
    (
        replace(RULE, trigger=replace(TRIGGER, service_classes=("P9",))),
        "not_one_of",
        "/trigger/class/0",
    ),
    (
        replace(RULE, trigger=replace(TRIGGER, service_classes=("simple", "simple"))),
        "duplicate_entry",
        "/trigger/class",
    ),
    (replace(RULE, benefit=replace(BENEFIT, kind="gold")), "not_one_of", "/benefit/kind"),
    (replace(RULE, benefit=replace(BENEFIT, amount_fen=0)), "out_of_range", "/benefit/amount_fen"),
    (
        replace(RULE, benefit=replace(BENEFIT, amount_fen=2**53)),
        "out_of_range",
        "/benefit/amount_fen",
    ),
    (replace(RULE, benefit=replace(BENEFIT, currency="USD")), "not_one_of", "/benefit/currency"),
    (
        replace(RULE, benefit=replace(BENEFIT, per="started_calendar_day")),
        "not_of_this_trigger",
        "/benefit/per",
    ),
    (replace(RULE, caps=RuleCaps(per_ticket_fen=-1)), "out_of_range", "/caps/per_ticket_fen"),
    (replace(RULE, grace_seconds=-1), "out_of_range", "/grace"),
    (
        replace(RULE, trigger=RuleTrigger(event="DelayDeclared"), grace_seconds=60),
        "not_of_this_trigger",
        "/grace",
    ),
    (replace(RULE, scope="planet"), "not_one_of", "/scope"),
    (replace(RULE, exclusions=("bad_mood",)), "not_one_of", "/exclusions/0"),
    (
        replace(RULE, exclusions=("duplicate_merged", "duplicate_merged")),
        "duplicate_entry",
        "/exclusions",
    ),
    (replace(RULE, on_budget_exceeded="drop"), "not_one_of", "/on_budget_exceeded"),
    (replace(RULE, stack="pile"), "not_one_of", "/stack"),
]


@pytest.mark.parametrize(("command", "code", "pointer"), UNSOUND)
def test_an_unsound_rule_is_refused(command: RecordRule, code: str, pointer: str) -> None:
    Given(COMPENSATION_RULES).when(command, by=ADMIN).then_refused(code, pointer=pointer)


def happened(n: int, household: str | None = "h-1", **more: Any) -> PastCause:
    at = NOW + timedelta(hours=n)
    said: dict[str, Any] = {"ended_at": None, "clock": "arrive", "community": "jinxiu", **more}
    return PastCause(ticket_id=f"t{n}", household_id=household, cycle=1, at=at, **said)


def test_a_dry_run_keeps_the_caps_and_the_budget() -> None:
    caps = RuleCaps(per_household_month_fen=8_000, project_month_budget_fen=12_000)
    rule = replace(ARRIVE_LATE, caps=caps)
    history = [happened(n) for n in range(3)] + [happened(3, "h-2"), happened(4, None)]
    tried = try_out(rule, history, SHANGHAI)
    assert [(one.outcome, one.amount_fen, one.because) for one in tried] == [
        ("granted", 5_000, None),
        ("granted", 3_000, None),
        ("rejected", 0, "cap_exhausted"),
        ("pending_approval", 5_000, "budget_exceeded"),
        ("rejected", 0, "no_household"),
    ]


def test_a_dry_run_knows_grace_and_days() -> None:
    patient = replace(ARRIVE_LATE, grace_seconds=600)
    soon, late = (
        happened(n, ended_at=NOW + timedelta(hours=n, minutes=minutes))
        for n, minutes in ((0, 10), (1, 11))
    )
    assert [one.happened for one in try_out(patient, [soon, late], SHANGHAI)] == [late]
    by_day = DEFAULT_RULES.rules[1].latest
    tried = try_out(by_day, [happened(0, days=2), happened(1, days=13)], SHANGHAI)
    assert [(one.amount_fen, one.capped_from_fen) for one in tried] == [
        (100_000, None),
        (500_000, 650_000),
    ]
