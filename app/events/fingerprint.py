"""Facts about what happens at one place, in one component, with one sort of trouble. The stream's
key stands for these three; it can be computed from a ticket, but not read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRecorded:
    """The trouble was reported, in a ticket or by opening one again."""

    ticket_id: str
    cycle: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceMended:
    """The work was done that was to end it."""

    ticket_id: str
    cycle: int
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceDropped:
    """The ticket turned out to be none: merged into another one, withdrawn, or not taken on."""

    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurrenceDetected:
    """The trouble came back: `n` repairs in so many days, and the work on `refuted` was in vain."""

    ticket_id: str
    n: int
    within_days: int
    ticket_ids: tuple[str, ...]
    is_rework: bool
    refuted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintAttached:
    """There is a problem for this trouble now; there will not be a second one."""

    problem_id: str


FingerprintEvent = (
    OccurrenceRecorded
    | OccurrenceMended
    | OccurrenceDropped
    | RecurrenceDetected
    | FingerprintAttached
)
