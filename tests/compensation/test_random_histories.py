"""Whatever happens, in whatever order: no cap is passed, no sum is lost, and hearing everything
once more gives nothing once more (docs/domain.md §4.5)."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.authority.budget import BUDGET
from app.domain.compensation import commands as k
from app.domain.compensation.rules import DEFAULT_RULES
from app.domain.compensation.state import (
    ACCRUING,
    BUDGET_EXCEEDED,
    FULFILLED,
    GRANTED,
    OVER_AUTHORITY,
    PENDING,
    STATES,
)
from app.domain.errors import DomainError
from app.domain.ticket.decider import TICKET
from app.events.compensation import (
    CompensationFulfilled,
    CompensationGranted,
    CompensationReversed,
    CompensationVoided,
)
from tests.compensation.world import Compensated
from tests.domain.ticket.world import AT_HOME, FINANCE, LIN, MANAGER, SUPERVISOR, reported
from tests.given_when_then import SHANGHAI

CAP_FEN, BUDGET_FEN = 20_000, 22_000
HOUSEHOLDS = ("h-1", "h-2", "h-3")
DECIDERS = (LIN, SUPERVISOR, MANAGER, FINANCE)


class Turmoil(Compensated):
    """A company of three households that is worked on at random."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = Random(seed)
        caps = DEFAULT_RULES.rules[0].latest.caps
        self.rule(caps=replace(caps, project_month_budget_fen=BUDGET_FEN))

    def step(self) -> None:
        what = self.random.choice(
            [self.goes_wrong, self.goes_wrong, self.gives_something, self.decides, self.decides]
        )
        with suppress(DomainError):  # a refusal leaves everything as it was
            what()
        self.until(f"{(self.now + self._a_while()).astimezone(SHANGHAI):%F %T}")

    def _a_while(self) -> timedelta:
        return timedelta(minutes=self.random.choice([1, 20, 45, 600, 60 * 24 * 3]))

    def goes_wrong(self) -> None:
        community = self.random.choice(["jinxiu", "binjiang"])
        report = reported(
            f"t{len(self.tickets())}",
            household_id=self.random.choice(HOUSEHOLDS),
            location=replace(AT_HOME, community=community),
            service_class=self.random.choice(["emergency", "simple", "general"]),
        )
        self.do(report, LIN)

    def gives_something(self) -> None:
        ticket = self.random.choice(self.tickets() or ["none"])
        amount_fen = self.random.choice([1, 4_999, 12_500, 25_000, 48_000, 50_000, 50_001])
        benefit = self.random.choice(["gift", "fee_credit"])
        self.gives(amount_fen, LIN, benefit=benefit, ticket=ticket)

    def decides(self) -> None:
        ids = [one.id for one in self.all()]
        command = self.random.choice(
            [
                k.ApproveCompensation(),
                k.RejectCompensation(reason="不符"),
                k.FulfilCompensation(),
                k.VoidCompensation(reason="谢绝"),
                k.ReverseCompensation(ground="fraud", notice="已告知"),
            ]
        )
        one = self.random.choice(ids or ["none"])
        self.asks(command, self.random.choice(DECIDERS), one)

    def tickets(self) -> list[str]:
        prefix = f"{TICKET.category}-"
        return [each.removeprefix(prefix) for each in self.states if each.startswith(prefix)]

    def sum_of(self, kind: type[Any]) -> int:
        return sum(fact.event.amount_fen for fact in self.told(kind))


SEEDS = range(12)


@cache
def history(seed: int) -> Turmoil:
    world = Turmoil(seed)
    for _ in range(40):
        world.step()
    return world


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> Turmoil:
    return history(request.param)


def test_what_was_granted_is_owed_settled_or_taken_back(world: Turmoil) -> None:
    taken_back = sum(
        fact.event.amount_fen for fact in world.told(CompensationVoided) if fact.event.granted
    )
    taken_back += world.sum_of(CompensationReversed)
    owed = sum(one.amount_fen for one in world.all() if one.state == GRANTED)
    settled = sum(one.amount_fen for one in world.all() if one.state == FULFILLED)
    assert world.sum_of(CompensationGranted) - taken_back == owed + settled
    fulfilled = world.sum_of(CompensationFulfilled)
    assert settled == fulfilled - world.sum_of(CompensationReversed)


def test_no_cap_of_a_rule_is_passed(world: Turmoil) -> None:
    of_household: Counter[tuple[str | None, str]] = Counter()
    of_ticket: Counter[str] = Counter()
    for one in world.all():
        if one.rule_id is not None and one.state in {GRANTED, FULFILLED, PENDING}:
            of_household[one.household_id, one.month] += one.amount_fen
            of_ticket[one.ticket_id] += one.amount_fen
    assert max(of_household.values(), default=0) <= CAP_FEN
    assert max(of_ticket.values(), default=0) <= CAP_FEN


def test_no_budget_is_passed_but_with_approval(world: Turmoil) -> None:
    budgets = {key: state for key, state in world.states.items() if key.startswith("budget-")}
    by_rules: Counter[str] = Counter()
    everything: Counter[str] = Counter()
    for one in world.all():
        if one.state in {GRANTED, FULFILLED}:
            stream = BUDGET.stream(f"{one.community}:{one.month}").id
            everything[stream] += one.amount_fen
            if one.rule_id is not None and not one.over_budget:
                by_rules[stream] += one.amount_fen
    assert max(by_rules.values(), default=0) <= BUDGET_FEN
    assert {key: state.spent_fen + state.over_fen for key, state in budgets.items()} == {
        key: everything[key] for key in budgets
    }


def test_what_one_gives_alone_stays_within_authority(world: Turmoil) -> None:
    """All of a household in thirty days, and all of a ticket whenever."""
    for household in HOUSEHOLDS:
        alone = [
            one
            for one in world.exposure(household).entries
            if one.below_approval and one.rule_id is None
        ]
        of_ticket: Counter[str] = Counter()
        for one in alone:
            of_ticket[one.ticket_id] += one.amount_fen
            month = [
                each.amount_fen for each in alone if one.at - timedelta(days=30) < each.at <= one.at
            ]
            assert sum(month) <= 50_000
        assert max(of_ticket.values(), default=0) <= 50_000


def test_hearing_everything_once_more_grants_nothing(world: Turmoil) -> None:
    before = len(world.log)
    world.again()
    assert world.log[before:] == []


def test_the_histories_are_worth_something() -> None:
    """There is every end in them, and every cap was reached."""
    found = [one for seed in SEEDS for one in history(seed).all()]
    assert {one.state for one in found} == set(STATES) - {ACCRUING}
    assert any(one.capped_from_fen is not None and one.state == GRANTED for one in found)
    assert {one.pending_reason for one in found} >= {BUDGET_EXCEEDED, OVER_AUTHORITY}
    assert {one.outcome for one in found} >= {"cap_exhausted"}
