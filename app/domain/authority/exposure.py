"""What a household was granted lately, which caps and authority are checked against
(docs/domain.md §4.4). One stream per household, or per ticket without one or with an anonymous
complaint (ADR 0032); appended together with the compensation, so of two concurrent grants one is
decided again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Never, assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given, Stream
from app.events.base import Fact, Value
from app.events.exposure import ExposureAdded, ExposureEvent, ExposureReleased

REMEMBERED = timedelta(days=400)
MOST_REMEMBERED = 1000  # of them; earlier ones stay in the events
WINDOW = timedelta(days=30)


class Exposed(Value, frozen=True, kw_only=True):
    """One compensation. A `pending` one is not granted yet, but counts against caps."""

    compensation_id: str
    ticket_id: str
    benefit: str
    amount_fen: int
    month: str
    cause: str
    pending: bool
    below_approval: bool
    penalty: bool
    by: str | None
    rule_id: str | None
    at: datetime


class Exposure(Value, frozen=True, kw_only=True):
    entries: tuple[Exposed, ...] = ()

    def of_cause(self, ticket_id: str, cause: str, *, besides: str) -> Sequence[Exposed]:
        return [
            one
            for one in self.entries
            if (one.ticket_id, one.cause) == (ticket_id, cause) and one.compensation_id != besides
        ]

    def by_people(self, *, also_approved: bool) -> Sequence[Exposed]:
        """What people granted within their authority; `also_approved` adds what was approved."""
        return [
            one
            for one in self.entries
            if not one.pending and one.by is not None and (one.below_approval or also_approved)
        ]

    def used_fen(
        self, benefit: str, *, besides: str, ticket_id: str | None = None, month: str | None = None
    ) -> int:
        """What counts against a rule's cap: the same benefit, granted by rules or people. The
        penalty of a promise does not count: it has its own cap."""
        return sum(
            one.amount_fen
            for one in self.entries
            if one.benefit == benefit
            and not one.penalty
            and one.compensation_id != besides
            and ticket_id in (None, one.ticket_id)
            and month in (None, one.month)
        )


class Sums(Value, frozen=True, kw_only=True):
    """What was granted on a ticket, to a household in 30 days, and either of both."""

    ticket_fen: int
    household_fen: int
    either_fen: int


def sums(entries: Sequence[Exposed], ticket_id: str, now: datetime) -> Sums:
    lately = now - WINDOW
    return Sums(
        ticket_fen=sum(one.amount_fen for one in entries if one.ticket_id == ticket_id),
        household_fen=sum(one.amount_fen for one in entries if one.at > lately),
        either_fen=sum(
            one.amount_fen for one in entries if one.ticket_id == ticket_id or one.at > lately
        ),
    )


def exposure_stream(household_id: str | None, ticket_id: str) -> "Stream[Never, Exposure]":
    return EXPOSURE.stream(household_id or ticket_id)


def exposure_to(given: Given, household_id: str | None, ticket_id: str) -> Exposure:
    return given.read(exposure_stream(household_id, ticket_id))


def decide(command: Never, _state: Exposure, _given: Given) -> Sequence[ExposureEvent]:
    assert_never(command)


def evolve(state: Exposure, fact: Fact[ExposureEvent]) -> Exposure:
    event = fact.event
    others = [one for one in state.entries if one.compensation_id != event.compensation_id]
    match event:
        case ExposureAdded():
            before = next(
                (one for one in state.entries if one.compensation_id == event.compensation_id), None
            )
            return _with_entry(others, event, before.at if before else fact.occurred_at)
        case ExposureReleased():
            return replace(state, entries=tuple(others))


def _with_entry(others: Sequence[Exposed], added: ExposureAdded, at: datetime) -> Exposure:
    entry = Exposed(
        compensation_id=added.compensation_id,
        ticket_id=added.ticket_id,
        benefit=added.benefit,
        amount_fen=added.amount_fen,
        month=added.month,
        cause=added.cause,
        pending=added.pending,
        below_approval=added.below_approval,
        penalty=added.penalty,
        by=added.by,
        rule_id=added.rule_id,
        at=at,
    )
    kept = [one for one in others if one.at > at - REMEMBERED]
    return Exposure(entries=(*kept, entry)[-MOST_REMEMBERED:])


EXPOSURE: Decider[Never, Exposure] = Decider(
    category="exposure",
    initial=Exposure(),
    state_type=Exposure,
    decide=decide,
    evolve=evolve,
)
