"""Events of one fingerprint: a place, a component and a category of trouble. The stream's key is
derived from these three; they cannot be read back from it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRecorded:
    """The trouble was reported, by a new or a reopened ticket."""

    ticket_id: str
    cycle: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceMended:
    """The work meant to end the trouble was completed."""

    ticket_id: str
    cycle: int
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceDropped:
    """The ticket no longer counts: it was merged, cancelled or rejected."""

    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceDetected:
    """The trouble recurred: `n` repairs in that time; the work on `refuted` did not hold."""

    ticket_id: str
    n: int
    within_days: int
    ticket_ids: tuple[str, ...]
    is_rework: bool
    refuted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintAttached:
    """A problem was opened for this fingerprint; there will not be a second one."""

    problem_id: str


FingerprintEvent = (
    OccurrenceRecorded
    | OccurrenceMended
    | OccurrenceDropped
    | RecurrenceDetected
    | FingerprintAttached
)
