"""The state of a fingerprint: the occurrences of one trouble at one place."""

from datetime import datetime, timedelta

from msgspec.structs import replace

from app.events.base import Fact, Value
from app.events.fingerprint import (
    FingerprintAttached,
    FingerprintEvent,
    OccurrenceDropped,
    OccurrenceMended,
    OccurrenceRecorded,
    RecurrenceDetected,
)

REWORK = timedelta(days=30)  # docs/domain.md §5.1: after the work was done
COUNTED = timedelta(days=90)  # docs/domain.md §5.1
KEPT = 50  # occurrences kept in the state
REPAIR = "repair"


class Occurrence(Value, frozen=True, kw_only=True):
    ticket_id: str
    cycle: int
    kind: str
    at: datetime
    mended_at: datetime | None = None
    was_in_vain: bool = False  # recorded on its ticket too

    def undoes(self, other: "Occurrence") -> bool:
        """Whether this was reported within `REWORK` of the other's work, which was in vain then."""
        done_at = other.mended_at
        return done_at is not None and done_at <= self.at < done_at + REWORK


class Fingerprint(Value, frozen=True, kw_only=True):
    occurrences: tuple[Occurrence, ...] = ()
    problem_id: str | None = None

    def occurrence(self, ticket_id: str, cycle: int) -> Occurrence | None:
        for each in self.occurrences:
            if (each.ticket_id, each.cycle) == (ticket_id, cycle):
                return each
        return None

    def repairs_until(self, at: datetime) -> tuple[Occurrence, ...]:
        """The repairs that count at `at`, oldest first."""
        return tuple(
            each
            for each in self.occurrences
            if each.kind == REPAIR and at - COUNTED <= each.at <= at
        )


def evolve(state: Fingerprint, fact: Fact[FingerprintEvent]) -> Fingerprint:
    match fact.event:
        case OccurrenceRecorded(ticket_id=ticket_id, cycle=cycle, kind=kind):
            at = fact.occurred_at
            return _with(state, Occurrence(ticket_id=ticket_id, cycle=cycle, kind=kind, at=at))
        case OccurrenceMended(ticket_id=ticket_id, cycle=cycle, reported_at=reported_at):
            present = state.occurrence(ticket_id, cycle) or Occurrence(
                ticket_id=ticket_id, cycle=cycle, kind=REPAIR, at=reported_at
            )
            return _with(state, replace(present, mended_at=fact.occurred_at))
        case OccurrenceDropped(ticket_id=ticket_id):
            kept = tuple(each for each in state.occurrences if each.ticket_id != ticket_id)
            return replace(state, occurrences=kept)
        case RecurrenceDetected(refuted=refuted):
            marked = [
                replace(each, was_in_vain=each.was_in_vain or each.ticket_id in refuted)
                for each in state.occurrences
            ]
            return replace(state, occurrences=tuple(marked))
        case FingerprintAttached(problem_id=problem_id):
            return replace(state, problem_id=problem_id)


def _with(state: Fingerprint, one: Occurrence) -> Fingerprint:
    key = (one.ticket_id, one.cycle)
    others = [each for each in state.occurrences if (each.ticket_id, each.cycle) != key]
    in_order = sorted([*others, one], key=lambda each: each.at)
    return replace(state, occurrences=tuple(in_order[-KEPT:]))
