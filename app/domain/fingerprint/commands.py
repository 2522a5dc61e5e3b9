"""Commands of fingerprints, mostly from a reactor to ticket events."""

from datetime import datetime

from app.domain.problem.commands import OpenProblem
from app.events.base import Value
from app.events.ticket import Location


class RecordReport(Value, frozen=True, kw_only=True):
    """A repair or a complaint was reported, or a repair was reopened."""

    ticket_id: str
    cycle: int
    kind: str
    category: str
    location: Location


class RecordMending(Value, frozen=True, kw_only=True):
    ticket_id: str
    cycle: int
    reported_at: datetime


class DropReport(Value, frozen=True, kw_only=True):
    """The ticket was merged into another one, cancelled or rejected."""

    ticket_id: str


class RecordQuote(Value, frozen=True, kw_only=True):
    """A complaint refers to a ticket that was finished before."""

    complaint_id: str
    ticket_id: str


class OpenByHand(Value, frozen=True, kw_only=True):
    """Somebody opens a problem from tickets of this fingerprint."""

    opening: OpenProblem


FingerprintCommand = RecordReport | RecordMending | DropReport | RecordQuote | OpenByHand
