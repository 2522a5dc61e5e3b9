"""The fold of follow-up events, on the follow-up's own ticket and on its parent. It checks
nothing."""

from datetime import datetime

from msgspec.structs import replace

from app.domain.ticket.state.follow_up import REMEMBERED_FOLLOW_UPS, FollowUp, ScheduledFollowUp
from app.domain.ticket.state.ticket import Ticket, TicketLink
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpScheduled,
    FollowUpUnreachable,
)

REMEMBERED_DAYS = 10
AUTOMATIC = "system"


FollowUpEvent = (
    FollowUpScheduled
    | FollowUpAttempted
    | FollowUpCompleted
    | FollowUpUnreachable
    | FollowUpRescheduled
)


def evolve_follow_up(ticket: Ticket, event: FollowUpEvent, at: datetime) -> Ticket:
    match event:
        case FollowUpScheduled():
            return _scheduled(ticket, event)
        case FollowUpAttempted():
            return _attempted(ticket, event, at)
        case FollowUpCompleted(outcome=outcome, score=score):
            answered = ticket.follow_up and replace(ticket.follow_up, outcome=outcome, score=score)
            return replace(ticket, status="completed", follow_up=answered)
        case FollowUpUnreachable():
            return replace(ticket, status="unreachable")
        case FollowUpRescheduled(due_at=due_at):
            put_off = ticket.follow_up and replace(
                ticket.follow_up, due_at=due_at, is_fixed=True, attempts=0, days=()
            )
            return replace(ticket, status="rescheduled", follow_up=put_off)


def _scheduled(ticket: Ticket, event: FollowUpScheduled) -> Ticket:
    if event.follow_up_id == ticket.id:
        return _on_its_own(ticket, event)
    known = ScheduledFollowUp(
        ticket_id=event.follow_up_id,
        number=event.number,
        purpose=event.purpose,
        due_at=event.due_at,
        cycle=event.cycle or ticket.cycle,
    )
    linked = _linked(ticket, event.follow_up_id, event.number, "follow_up")
    return replace(linked, follow_ups=(*ticket.follow_ups, known)[-REMEMBERED_FOLLOW_UPS:])


def _on_its_own(ticket: Ticket, event: FollowUpScheduled) -> Ticket:
    """The engineer whose completion scheduled it must not count as its reporter: the system
    does."""
    follow_up = FollowUp(
        purpose=event.purpose,
        due_at=event.due_at,
        is_fixed=event.is_fixed,
        parent_id=event.parent_id,
        parent_number=event.parent_number,
        cycle=event.cycle,
        executor=event.executor,
        series_id=event.series_id,
    )
    own = replace(ticket, follow_up=follow_up, reported_by=AUTOMATIC, reported_by_role=AUTOMATIC)
    if event.parent_id is None:
        return own
    return _linked(own, event.parent_id, event.parent_number or "", "parent")


def _attempted(ticket: Ticket, event: FollowUpAttempted, at: datetime) -> Ticket:
    before = ticket.follow_up
    if before is None:
        return ticket
    days = before.days if event.on in before.days else (*before.days, event.on)
    after = replace(
        before,
        attempts=event.attempt,
        days=days[-REMEMBERED_DAYS:],
        last_call_id=event.call_id,
        last_attempt_at=at,
    )
    return replace(ticket, status="attempting", follow_up=after)


def _linked(ticket: Ticket, other: str, number: str, kind: str) -> Ticket:
    link = TicketLink(ticket_id=other, number=number, kind=kind)
    return ticket if link in ticket.links else replace(ticket, links=(*ticket.links, link))
