"""The state and fold of a promise. Its due time is the agreed one plus excused whole days;
nothing else moves it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from msgspec.structs import replace

from app.domain.calendars.late_days import days_after, late_days
from app.events.base import Value
from app.events.by_type import by_type, unchanged
from app.events.promise import (
    PromiseAuthority,
    PromiseBreakRetracted,
    PromiseBroken,
    PromiseExcused,
    PromiseKept,
    PromiseMade,
    PromiseOnTicketEvent,
    PromisePenalty,
    PromiseRevised,
    PromiseSettled,
    PromiseTerms,
    PromiseWithdrawn,
)

PromiseKind = Literal["completion", "arrival", "update", "suggestion"]
COMPLETION: PromiseKind = "completion"
ARRIVAL: PromiseKind = "arrival"
UPDATE: PromiseKind = "update"
SUGGESTION: PromiseKind = "suggestion"
KINDS: tuple[PromiseKind, ...] = get_args(PromiseKind)

PromiseSource = Literal["agent", "policy"]
AGENT: PromiseSource = "agent"
POLICY: PromiseSource = "policy"

PromiseState = Literal["made", "excused", "kept", "broken", "withdrawn"]
"""The first two are still open."""
KEPT: PromiseState = "kept"
WITHDRAWN: PromiseState = "withdrawn"
SETTLED = "settled"  # an ending, not a state: it was broken
DONE = "done"
MOST_FEN = 2**53 - 1


class ExcusedDays(Value, frozen=True, kw_only=True):
    """Both dates included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Promise(Value, frozen=True, kw_only=True):
    """`agreed_due_at` is the due time without `excused_days`, those excused since it was last
    agreed."""

    id: str
    kind: str
    made_at: datetime
    due_at: datetime
    agreed_due_at: datetime
    terms: PromiseTerms
    zone: str
    calendar_id: str
    calendar_version: int
    provisional: bool
    source: str
    cycle: int
    penalty: PromisePenalty | None
    tighter_than: str | None
    authority: PromiseAuthority | None
    revised_from: datetime | None = None
    excused: tuple[ExcusedDays, ...] = ()
    excused_days: int = 0
    broken_at: datetime | None = None
    done_at: datetime | None = None
    ending: str | None = None  # kept | settled | withdrawn
    days_late: int = 0

    @property
    def is_over(self) -> bool:
        return self.ending is not None

    @property
    def state(self) -> PromiseState:
        if self.ending == KEPT:
            return KEPT
        if self.ending == WITHDRAWN:
            return WITHDRAWN
        if self.broken_at is not None:
            return "broken"
        return "excused" if self.excused_days else "made"

    def days_late_at(self, at: datetime) -> int:
        if self.is_over:
            return self.days_late
        return late_days(self.due_at, at, self.zone)

    def accrued_fen(self, at: datetime) -> int:
        """What the owner is owed for the delay by `at`, at most the cap."""
        return capped_fen(self.penalty, self.days_late_at(at))

    def due_with(self, excused_days: int) -> datetime:
        return days_after(self.agreed_due_at, excused_days, self.zone)


Promises = tuple[Promise, ...]


def amount_fen(penalty: PromisePenalty | None, days: int) -> int:
    """Capped at the largest integer that an event can hold."""
    return min(penalty.amount_fen * days, MOST_FEN) if penalty else 0


def capped_fen(penalty: PromisePenalty | None, days: int) -> int:
    return min(amount_fen(penalty, days), penalty.cap_fen) if penalty else 0


def promise_of(promises: Promises, promise_id: str) -> Promise | None:
    return next((one for one in promises if one.id == promise_id), None)


def is_long_work(promise: Promise) -> bool:
    """Work promised in days is long work: it owes updates (docs/domain.md §1a row 21)."""
    return promise.kind == COMPLETION and promise.terms.days is not None


def open_promises(promises: Promises) -> Promises:
    """Those that have not ended, broken or not."""
    return tuple(one for one in promises if not one.is_over)


def evolve_promises(
    promises: Promises, event: PromiseOnTicketEvent, occurred_at: datetime
) -> Promises:
    """The fold. It checks nothing: events of unknown promises are ignored."""
    if isinstance(event, PromiseMade):
        others = tuple(one for one in promises if one.id != event.promise_id)
        return (*others, _made(event, occurred_at))
    after = FOLD[type(event)]
    return tuple(after(one, event) if one.id == event.promise_id else one for one in promises)


def _made(event: PromiseMade, occurred_at: datetime) -> Promise:
    return Promise(
        id=event.promise_id,
        kind=event.kind,
        made_at=occurred_at,
        due_at=event.due_at,
        agreed_due_at=event.due_at,
        terms=event.terms,
        zone=event.zone,
        calendar_id=event.calendar_id,
        calendar_version=event.calendar_version,
        provisional=event.provisional,
        source=event.source,
        cycle=event.cycle,
        penalty=event.penalty,
        tighter_than=event.tighter_than,
        authority=event.authority,
    )


def _kept(promise: Promise, event: PromiseKept) -> Promise:
    return replace(promise, ending=KEPT, done_at=event.done_at, days_late=0)


def _broken(promise: Promise, event: PromiseBroken) -> Promise:
    return replace(promise, broken_at=event.due_at)


def _settled(promise: Promise, event: PromiseSettled) -> Promise:
    done_at = event.done_at if event.ended_by == DONE else None
    return replace(promise, ending=SETTLED, done_at=done_at, days_late=event.days_late)


def _revised(promise: Promise, event: PromiseRevised) -> Promise:
    """The new agreement includes earlier excuses; their days cannot be excused again."""
    return replace(
        promise,
        due_at=event.due_at,
        agreed_due_at=event.due_at,
        terms=event.terms,
        calendar_version=event.calendar_version,
        provisional=event.provisional,
        tighter_than=event.tighter_than,
        revised_from=event.previous_due_at,
        excused_days=0,
    )


def _excused(promise: Promise, event: PromiseExcused) -> Promise:
    days = ExcusedDays(first=event.from_date, last=event.to_date)
    return replace(
        promise,
        due_at=event.due_at,
        excused=merge_days((*promise.excused, days)),
        excused_days=promise.excused_days + event.days,
    )


def _withdrawn(promise: Promise, _event: PromiseWithdrawn) -> Promise:
    return replace(promise, ending=WITHDRAWN)


def _not_broken(promise: Promise, _event: PromiseBreakRetracted) -> Promise:
    return replace(promise, broken_at=None)


FOLD: Mapping[type[Any], Callable[[Promise, Any], Promise]] = by_type(
    PromiseOnTicketEvent,
    {
        PromiseMade: unchanged,  # `evolve_promises` begins the promise with it
        PromiseKept: _kept,
        PromiseBroken: _broken,
        PromiseSettled: _settled,
        PromiseRevised: _revised,
        PromiseExcused: _excused,
        PromiseWithdrawn: _withdrawn,
        PromiseBreakRetracted: _not_broken,
    },
)


def merge_days(spans: Iterable[ExcusedDays]) -> tuple[ExcusedDays, ...]:
    """Sorted, with overlapping or adjacent spans merged, so that no day is excused twice."""
    found: list[ExcusedDays] = []
    for one in sorted(spans, key=lambda each: each.first):
        if found and one.first <= found[-1].last + timedelta(days=1):
            found[-1] = replace(found[-1], last=max(found[-1].last, one.last))
        else:
            found.append(one)
    return tuple(found)


def count_days(spans: Iterable[ExcusedDays]) -> int:
    return sum(one.days for one in merge_days(spans))
