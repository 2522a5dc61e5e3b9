"""Promises: who gives them, when they are due, and by what right they cost something."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.records.promise_record import PROMISE
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.promise.decide import MOST_PROMISES
from app.domain.ticket.promise.terms import resolve_terms
from app.events.base import Actor
from app.events.promise import (
    PromiseAuthority,
    PromiseFiled,
    PromiseMade,
    PromisePenalty,
    PromiseTerms,
)
from tests.domain.ticket.clocked import local
from tests.domain.ticket.promised import DUE, FIVE_DAYS, PENALTY, Promised, at, on_site, promised
from tests.domain.ticket.world import (
    ADMIN,
    AUDITOR,
    DU,
    GUARD,
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    WANG,
)


def make(terms: PromiseTerms = FIVE_DAYS, **said: Any) -> c.MakePromise:
    return c.MakePromise(**{"promise_id": "p2", "kind": "completion", "terms": terms, **said})


def test_five_days_end_when_the_fifth_day_is_over() -> None:
    [made] = promised().recorded(PromiseMade)
    assert made.event == PromiseMade(
        promise_id="p1",
        kind="completion",
        due_at=DUE,
        terms=FIVE_DAYS,
        zone="Asia/Shanghai",
        calendar_id="office",
        calendar_version=1,
        provisional=False,
        source="agent",
        household_id=HOUSEHOLD,
        community="jinxiu",
        cycle=1,
    )


def test_the_same_promise_is_given_once() -> None:
    world = promised()
    assert world.promise(at("2024-04-01 00:00")) == []


def test_a_promise_says_where_it_is() -> None:
    world = promised()
    filed = On(PROMISE.stream("p1"), PromiseFiled(ticket_id="t1"))
    assert world.beside == [filed]
    assert world.states["promise-p1"].ticket_id == "t1"


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        (PromiseTerms(days=5), "2024-03-13 00:00"),
        (PromiseTerms(days=2, count_rule="no_roll"), "2024-03-10 00:00"),
        (PromiseTerms(days=2), "2024-03-12 00:00"),  # a Saturday rolls on to Monday
        (PromiseTerms(days=2, count_rule="workdays"), "2024-03-12 00:00"),
        (PromiseTerms(seconds=900), "2024-03-07 11:15"),
        (PromiseTerms(at=local("2024-03-09 18:00")), "2024-03-09 18:00"),
    ],
)
def test_the_terms_say_when_it_is_due(terms: PromiseTerms, due: str) -> None:
    world = promised(terms=terms)
    assert world.the_promise().due_at == local(due)


@pytest.mark.parametrize(
    ("rule", "due"),
    [("no_roll", "2024-05-27 00:00"), ("civil_code_201_203", "2024-05-28 00:00")],
)
def test_two_weeks_end_on_a_sunday_or_roll_on(rule: str, due: str) -> None:
    world = Promised().report("2024-05-12 10:00")
    assert isinstance(world, Promised)
    world.promise(PromiseTerms(days=14, count_rule=rule), kind="suggestion")
    assert world.the_promise().due_at == local(due)


@pytest.mark.parametrize(
    ("terms", "code", "pointer"),
    [
        (PromiseTerms(), "required", "/due"),
        (PromiseTerms(days=1, seconds=5), "contradictory", "/due"),
        (PromiseTerms(seconds=5, count_rule="no_roll"), "contradictory", "/due/count_rule"),
        (PromiseTerms(days=0), "out_of_range", "/due/days"),
        (PromiseTerms(days=3, count_rule="moon"), "not_one_of", "/due/count_rule"),
        (PromiseTerms(seconds=0), "out_of_range", "/due/duration"),
        (at("2024-03-07 11:00"), "promise_due_in_past", "/due"),
        (PromiseTerms(at=local("2024-03-07 11:00").replace(year=2200)), "out_of_range", None),
    ],
)
def test_terms_that_say_nothing_or_two_things_are_refused(
    terms: PromiseTerms, code: str, pointer: str | None
) -> None:
    refused = on_site().refuses(make(terms), MANAGER, code, Unacceptable)
    assert refused.pointer == pointer


def test_a_kind_that_there_is_not_is_refused() -> None:
    on_site().refuses(make(kind="miracle"), MANAGER, "not_one_of", Unacceptable)


@pytest.mark.parametrize("by", [LIN, DU, LI, SUPERVISOR, MANAGER])
def test_whoever_speaks_with_the_owner_may_promise(by: Actor) -> None:
    world = on_site()
    world.promise(by=by)
    assert world.the_promise().state == "made"


@pytest.mark.parametrize("by", [OWNER, GUARD, AUDITOR, ADMIN])
def test_nobody_else_may(by: Actor) -> None:
    on_site().refuses(make(), by, "role_not_permitted", NotPermitted)


def test_an_engineer_promises_only_on_the_own_ticket() -> None:
    world = on_site()
    world.refuses(make(), WANG, "ticket_not_found", NotFound)


@pytest.mark.parametrize("kind", ["completion", "arrival"])
def test_what_is_done_already_is_not_promised_any_more(kind: str) -> None:
    world = on_site()
    world.completes("2024-03-07 12:00")
    world.refuses(make(kind=kind), MANAGER, "promise_already_done", IllegalTransition)
    world.promise(kind="update")


def test_what_the_owner_disputes_may_be_promised_again() -> None:
    world = on_site()
    world.completes("2024-03-07 12:00")
    world.do(c.Dispute(reason="还在滴水"), OWNER)
    world.promise()
    assert world.the_promise().state == "made"


@pytest.mark.parametrize(
    ("zone", "due"),
    [
        ("Asia/Shanghai", "2024-03-12T16:00:00+00:00"),
        ("Europe/London", "2024-03-13T00:00:00+00:00"),
        ("America/New_York", "2024-03-12T04:00:00+00:00"),  # where it is still the 6th, and by
    ],  # the 11th clocks have gone forward
)
def test_days_are_those_of_the_companys_own_zone(zone: str, due: str) -> None:
    now = local("2024-03-07 11:00")
    where = Given(
        actor=MANAGER,
        now=now,
        occurred_at=now,
        zone=ZoneInfo(zone),
        states={"calendar-office": None},
    )
    found = resolve_terms(PromiseTerms(days=5), where)
    assert (found.due_at.isoformat(), found.zone) == (due, zone)


def test_promises_on_a_ticket_are_bounded() -> None:
    world = on_site()
    for n in range(MOST_PROMISES):
        world.promise(promise_id=f"p{n}", kind="update")
    world.refuses(make(promise_id="more"), MANAGER, "too_many_promises", IllegalTransition)


def test_a_promise_that_is_tighter_than_the_clock_says_so() -> None:
    world = Promised().report("2024-03-07 11:00")
    assert isinstance(world, Promised)
    world.promise(PromiseTerms(seconds=900), by=LIN, kind="arrival")
    assert world.the_promise().tighter_than == "arrive"
    world.promise(PromiseTerms(seconds=7200), by=LIN, kind="arrival", promise_id="p2")
    assert world.the_promise("p2").tighter_than is None


def test_a_penalty_is_promised_by_who_may_grant_as_much() -> None:
    world = promised(penalty=PENALTY)
    promise = world.the_promise()
    assert promise.penalty == PENALTY
    assert promise.authority == PromiseAuthority(
        role="manager", limit_fen=500_000, exposure_fen=500_000, matrix_version=1
    )


@pytest.mark.parametrize(("by", "limit"), [(LIN, 50_000), (SUPERVISOR, 200_000), (LI, 0)])
def test_a_penalty_beyond_the_own_authority_is_refused(by: Actor, limit: int) -> None:
    refused = on_site().refuses(make(penalty=PENALTY), by, "beyond_authority", NotPermitted)
    assert refused.details == {"limit_fen": limit}


def test_a_penalty_of_just_the_limit_is_within_it() -> None:
    on_site().promise(by=LIN, penalty=replace(PENALTY, cap_fen=50_000))


def test_two_halves_of_a_penalty_are_one_whole() -> None:
    world = on_site()
    half = replace(PENALTY, amount_fen=10_000, cap_fen=30_000)
    world.promise(by=LIN, penalty=half)
    world.refuses(make(penalty=half), LIN, "beyond_authority", NotPermitted)
    world.withdraw()
    world.promise(by=LIN, penalty=half, promise_id="p3")


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"amount_fen": 0}, "out_of_range", "/penalty/amount_fen"),
        ({"amount_fen": 2**53}, "out_of_range", "/penalty/amount_fen"),
        ({"cap_fen": 49_999}, "out_of_range", "/penalty/cap_fen"),
        ({"per": "hour"}, "not_one_of", "/penalty/per"),
        ({"benefit": "material"}, "not_one_of", "/penalty/benefit"),
    ],
)
def test_a_penalty_is_money_in_its_bounds(changes: dict[str, Any], code: str, pointer: str) -> None:
    command = make(penalty=replace(PENALTY, **changes))
    assert on_site().refuses(command, MANAGER, code, Unacceptable).pointer == pointer


@pytest.mark.parametrize("reason", ["fund_approval", "owner_unavailable"])
def test_no_hold_moves_a_promise(reason: str) -> None:
    world = promised()
    world.do(c.Hold(reason=reason), SUPERVISOR)
    world.wait(days=2)
    world.do(c.Release(), DU)
    assert world.the_promise().due_at == DUE


def test_a_promise_that_is_told_late_counts_from_when_it_was_made() -> None:
    world = on_site()
    world.wait(minutes=10)
    earlier = world.now - timedelta(minutes=10)
    world.promise(PromiseTerms(seconds=900), occurred_at=earlier)
    assert world.the_promise().due_at == earlier + timedelta(minutes=15)
    assert world.the_promise().made_at == earlier


def test_other_money_than_fee_credit_may_be_promised() -> None:
    voucher = PromisePenalty(
        amount_fen=1000, per="started_day", cap_fen=5000, benefit="parking_voucher"
    )
    on_site().promise(by=LIN, penalty=voucher)
