"""The fold of follow-up events, on the follow-up's own ticket and on its parent. It checks
nothing."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from app.domain.ticket.fold.steps import becomes, linked
from app.domain.ticket.state.follow_up import REMEMBERED_FOLLOW_UPS, FollowUp, ScheduledFollowUp
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.follow_up import (
    FollowUpAttempted,
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpScheduled,
    FollowUpUnreachable,
)

REMEMBERED_DAYS = 10
AUTOMATIC = "system"


def _scheduled(ticket: Ticket, fact: Fact[FollowUpScheduled]) -> Ticket:
    event = fact.event
    if event.follow_up_id == ticket.id:
        return _on_its_own(ticket, event)
    known = ScheduledFollowUp(
        ticket_id=event.follow_up_id,
        number=event.number,
        purpose=event.purpose,
        due_at=event.due_at,
        cycle=event.cycle or ticket.cycle,
    )
    other = linked(ticket, event.follow_up_id, event.number, "follow_up")
    return replace(other, follow_ups=(*ticket.follow_ups, known)[-REMEMBERED_FOLLOW_UPS:])


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
    return linked(own, event.parent_id, event.parent_number or "", "parent")


def _attempted(ticket: Ticket, fact: Fact[FollowUpAttempted]) -> Ticket:
    event, before = fact.event, ticket.follow_up
    if before is None:
        return ticket
    days = before.days if event.on in before.days else (*before.days, event.on)
    after = replace(
        before,
        attempts=event.attempt,
        days=days[-REMEMBERED_DAYS:],
        last_call_id=event.call_id,
        last_attempt_at=fact.occurred_at,
    )
    return replace(ticket, status="attempting", follow_up=after)


def _answered(ticket: Ticket, fact: Fact[FollowUpCompleted]) -> Ticket:
    answered = ticket.follow_up and replace(
        ticket.follow_up, outcome=fact.event.outcome, score=fact.event.score
    )
    return replace(ticket, status="completed", follow_up=answered)


def _put_off(ticket: Ticket, fact: Fact[FollowUpRescheduled]) -> Ticket:
    put_off = ticket.follow_up and replace(
        ticket.follow_up, due_at=fact.event.due_at, is_fixed=True, attempts=0, days=()
    )
    return replace(ticket, status="rescheduled", follow_up=put_off)


FOLD: Mapping[type[Any], Callable[[Ticket, Fact[Any]], Ticket]] = {
    FollowUpScheduled: _scheduled,
    FollowUpAttempted: _attempted,
    FollowUpCompleted: _answered,
    FollowUpUnreachable: becomes("unreachable"),
    FollowUpRescheduled: _put_off,
}
