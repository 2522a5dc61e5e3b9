"""Events of one fingerprint: a place, a component and a category of trouble. The stream's key is
derived from these three; they cannot be read back from it."""

from datetime import datetime

from app.events.base import Integer, Value


class OccurrenceRecorded(Value, frozen=True, kw_only=True):
    """The trouble was reported, by a new or a reopened ticket."""

    ticket_id: str
    cycle: Integer
    kind: str


class OccurrenceMended(Value, frozen=True, kw_only=True):
    """The work meant to end the trouble was completed."""

    ticket_id: str
    cycle: Integer
    reported_at: datetime


class OccurrenceDropped(Value, frozen=True, kw_only=True):
    """The ticket no longer counts: it was merged, cancelled or rejected."""

    ticket_id: str


class RecurrenceDetected(Value, frozen=True, kw_only=True):
    """The trouble recurred: `n` repairs in that time; the work on `refuted` did not hold."""

    ticket_id: str
    n: Integer
    within_days: Integer
    ticket_ids: tuple[str, ...]
    is_rework: bool
    refuted: tuple[str, ...] = ()


class FingerprintAttached(Value, frozen=True, kw_only=True):
    """A problem was opened for this fingerprint; there will not be a second one."""

    problem_id: str


FingerprintEvent = (
    OccurrenceRecorded
    | OccurrenceMended
    | OccurrenceDropped
    | RecurrenceDetected
    | FingerprintAttached
)
