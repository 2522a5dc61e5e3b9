"""Notices for what was decided about a ticket: at most one per event."""

from collections.abc import Iterator, Sequence

from app.domain.decider import Given, On
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.state.ticket import Person, Ticket
from app.events.base import Fact
from app.events.complaint import AnswerProposed, ComplaintResponded
from app.events.follow_up import FollowUpScheduled
from app.events.promise import PromiseMade, PromiseRevised
from app.events.registry import NAME_OF
from app.events.sla import NotificationQueued
from app.events.ticket import (
    EngineerArrived,
    EngineerDeparted,
    EscalationRaised,
    FirstResponsibleHandedOver,
    SuggestionAccepted,
    SuggestionCompleted,
    SuggestionDeclined,
    TicketAcknowledged,
    TicketAssigned,
    TicketEvent,
    TicketReported,
    WorkCompleted,
)

OWNER = "owner"


def notices(
    ticket: Ticket | None, events: Sequence[TicketEvent], given: Given
) -> Iterator[TicketEvent | On]:
    for event in events:
        ticket = evolve(ticket, Fact(event, given.occurred_at, given.actor))
    for event in events:
        if ticket is not None:
            yield from _notices_for(event, ticket)


def _notices_for(  # noqa: C901, PLR0912 - one table, an event a line
    event: TicketEvent, ticket: Ticket
) -> Iterator[NotificationQueued]:
    assignee = ticket.assignment.assignee
    match event:
        case TicketReported() if ticket.follow_up is None and not _is_pain_point(ticket):
            yield _to_owner("ticket_reported")
        case FollowUpScheduled(purpose="callback") if ticket.follow_up is not None:
            yield NotificationQueued(template="call_back_wanted", audience="supervisor")
        case TicketAcknowledged():
            yield _to_owner("ticket_acknowledged", ticket.first_responsible)
        case TicketAssigned(engineer=subject, engineer_name=name):
            yield _to_owner("ticket_assigned", Person(subject=subject, name=name))
        case EngineerDeparted():
            yield _to_owner("engineer_departed", assignee)
        case EngineerArrived():
            yield _to_owner("engineer_arrived", assignee)
        case WorkCompleted():
            yield _to_owner("work_completed", assignee)
        case AnswerProposed():
            yield _to_owner("answer_proposed")
        case ComplaintResponded():
            yield _to_owner("complaint_responded")
        case SuggestionAccepted() | SuggestionDeclined() | SuggestionCompleted():
            yield _to_owner(NAME_OF[type(event)])
        case EscalationRaised(audience=str(audience), level=level):
            yield NotificationQueued(template="brought_up", audience=audience, level=level)
        case PromiseMade():
            yield _to_owner("promise_made")
        case PromiseRevised():
            yield _to_owner("promise_revised")
        case FirstResponsibleHandedOver(to=subject, to_name=name):
            yield _to_owner("first_responsible_handed_over", Person(subject=subject, name=name))
        case _:
            pass


def _is_pain_point(ticket: Ticket) -> bool:
    """The owner is told of the complaint as a whole, not of each pain point."""
    return ticket.complaint is not None and bool(ticket.linked("parent"))


def _to_owner(template: str, person: Person | None = None) -> NotificationQueued:
    return NotificationQueued(
        template=template,
        audience=OWNER,
        person=person.subject if person else None,
        person_name=person.name if person else None,
    )
