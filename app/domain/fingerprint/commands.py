"""Commands of fingerprints, mostly from a reactor to ticket events."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.problem.commands import OpenProblem
from app.events.ticket import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """A repair or a complaint was reported, or a repair was reopened."""

    ticket_id: str
    cycle: int
    kind: str
    category: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMending:
    ticket_id: str
    cycle: int
    reported_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DropReport:
    """The ticket was merged into another one, cancelled or rejected."""

    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuote:
    """A complaint refers to a ticket that was finished before."""

    complaint_id: str
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenByHand:
    """Somebody opens a problem from tickets of this fingerprint."""

    opening: OpenProblem


FingerprintCommand = RecordReport | RecordMending | DropReport | RecordQuote | OpenByHand
