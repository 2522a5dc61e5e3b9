"""What the stream of a fingerprint is told, mostly by what happens to tickets."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.problem.commands import OpenProblem
from app.events.ticket import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """A repair or a complaint was reported, or a repair was opened again."""

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
    """The ticket was merged into another one, withdrawn, or not taken on."""

    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordQuote:
    """A complaint points back to a ticket that was thought to be done with."""

    complaint_id: str
    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenByHand:
    """Somebody opens a problem from tickets that are all of this fingerprint."""

    opening: OpenProblem


FingerprintCommand = RecordReport | RecordMending | DropReport | RecordQuote | OpenByHand
