"""Records reports and repairs of tickets on their fingerprint, which detects recurrences."""

from collections.abc import Sequence
from typing import Any

from app.domain.fingerprint.commands import DropReport, RecordMending, RecordQuote, RecordReport
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.keys import (
    fingerprint_of,
    fingerprint_of_ticket,
    place_fingerprint,
    rollup_of,
)
from app.domain.fingerprint.rollup import ROLLUP
from app.domain.ticket.access.naming import is_anonymous
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.events.ticket import (
    TicketCancelled,
    TicketLinked,
    TicketMerged,
    TicketRejected,
    TicketReopened,
    TicketReported,
    WorkCompleted,
)
from app.reactors.base import Look, Order, Reactor

REPAIR, COMPLAINT = "repair", "complaint"
COUNTED = frozenset({REPAIR, COMPLAINT})
QUOTES = frozenset({"quotes", "related", "recurs_of"})
STREAM = "ticket-"


async def react(event: Recorded[Any], look: Look) -> Sequence[Order]:
    ticket_id = event.stream_id.removeprefix(STREAM)
    match event.event:
        case TicketReported() as reported:
            return await _reported(reported, event, look)
        case TicketLinked(kind=kind, ticket_id=quoted):
            return await _quoted(ticket_id, quoted, look) if kind in QUOTES else []
        case _:
            return await _happened(ticket_id, event, look)


async def _happened(ticket_id: str, event: Recorded[Any], look: Look) -> Sequence[Order]:
    ticket = await look.state_of(TICKET.stream(ticket_id))
    if ticket is None or ticket.kind not in COUNTED:
        return []
    match event.event:
        case WorkCompleted(cycle=cycle):
            reported_at = ticket.reported_at
            mended = RecordMending(ticket_id=ticket_id, cycle=cycle, reported_at=reported_at)
            return _order(ticket, mended, event)
        case TicketReopened(cycle=cycle) if ticket.kind == REPAIR:
            key = place_fingerprint(ticket)
            return [_recording(key, _report_of(ticket, cycle), event)] if key else []
        case TicketMerged() | TicketCancelled() | TicketRejected():
            return _order(ticket, DropReport(ticket_id=ticket_id), event)
        case _:
            return []


async def _reported(reported: TicketReported, event: Recorded[Any], look: Look) -> Sequence[Order]:
    key = fingerprint_of(reported.location, reported.category, reported.household_id)
    if key is None or reported.kind not in COUNTED:
        return []
    if reported.kind == COMPLAINT and not await _counts(reported.ticket_id, look):
        return []
    command = RecordReport(
        ticket_id=reported.ticket_id,
        cycle=1,
        kind=reported.kind,
        category=reported.category,
        location=reported.location,
    )
    return [_recording(key, command, event)]


def _recording(key: str, command: RecordReport, event: Recorded[Any]) -> Order:
    """A repair counts on the building's rollup, too."""
    rollup = rollup_of(command.location, command.category) if command.kind == REPAIR else None
    return Order(
        stream=FINGERPRINT.stream(key),
        command=command,
        occurred_at=event.occurred_at,
        also=[ROLLUP.stream(rollup)] if rollup else (),
    )


async def _counts(ticket_id: str, look: Look) -> bool:
    """A pain point is not counted: its complaint is. Nor is an anonymous complaint."""
    complaint = await look.state_of(TICKET.stream(ticket_id))
    return complaint is None or not (complaint.linked("parent") or is_anonymous(complaint))


async def _quoted(ticket_id: str, quoted: str, look: Look) -> Sequence[Order]:
    """A complaint quotes a repair that was finished before it was reported."""
    complaint = await look.state_of(TICKET.stream(ticket_id))
    past = await look.state_of(TICKET.stream(quoted))
    if complaint is None or past is None or (complaint.kind, past.kind) != (COMPLAINT, REPAIR):
        return []
    done_at = past.first_completed_at or past.closed_at
    if done_at is None or done_at > complaint.reported_at:
        return []
    stream = FINGERPRINT.stream(
        fingerprint_of_ticket(complaint if is_anonymous(complaint) else past)
    )
    command = RecordQuote(complaint_id=ticket_id, ticket_id=quoted)
    return [Order(stream=stream, command=command, occurred_at=complaint.reported_at)]


def _report_of(ticket: Ticket, cycle: int) -> RecordReport:
    return RecordReport(
        ticket_id=ticket.id,
        cycle=cycle,
        kind=ticket.kind,
        category=ticket.category,
        location=ticket.location,
    )


def _order(ticket: Ticket, command: object, event: Recorded[Any]) -> Sequence[Order]:
    key = place_fingerprint(ticket)
    if key is None:
        return []
    stream = FINGERPRINT.stream(key)
    return [Order(stream=stream, command=command, occurred_at=event.occurred_at)]


NOTICE_RECURRENCES = Reactor(
    name="notice_recurrences",
    types=frozenset(
        NAME_OF[event]
        for event in (
            TicketReported,
            TicketLinked,
            TicketReopened,
            WorkCompleted,
            TicketMerged,
            TicketCancelled,
            TicketRejected,
        )
    ),
    react=react,
)
