"""Whom a decision about a ticket is told: one notice for each fact that the owner waits for."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.decider import Given, On
from app.domain.ticket.evolve import evolve
from app.domain.ticket.state import Person, Ticket
from app.events.base import Fact
from app.events.sla import NotificationQueued
from app.events.ticket import (
    EngineerArrived,
    EngineerDeparted,
    FirstResponsibleHandedOver,
    TicketAcknowledged,
    TicketAssigned,
    TicketReported,
    WorkCompleted,
)

OWNER = "owner"


def notices(ticket: Ticket | None, events: Sequence[Any], given: Given) -> Iterator[Any]:
    for event in events:
        if not isinstance(event, On):
            ticket = evolve(ticket, Fact(event, given.occurred_at, given.actor))
    for event in events:
        if isinstance(event, On) and isinstance(event.event, TicketReported):
            yield On(event.stream, _told("ticket_reported"))
        elif not isinstance(event, On) and ticket is not None:
            yield from _of(event, ticket)


def _of(event: Any, ticket: Ticket) -> Iterator[NotificationQueued]:
    assignee = ticket.assignment.assignee
    match event:
        case TicketReported():
            yield _told("ticket_reported")
        case TicketAcknowledged():
            yield _told("ticket_acknowledged", ticket.first_responsible)
        case TicketAssigned(engineer=subject, engineer_name=name):
            yield _told("ticket_assigned", Person(subject=subject, name=name))
        case EngineerDeparted():
            yield _told("engineer_departed", assignee)
        case EngineerArrived():
            yield _told("engineer_arrived", assignee)
        case WorkCompleted():
            yield _told("work_completed", assignee)
        case FirstResponsibleHandedOver(to=subject, to_name=name):
            yield _told("first_responsible_handed_over", Person(subject=subject, name=name))
        case _:
            pass


def _told(template: str, person: Person | None = None) -> NotificationQueued:
    return NotificationQueued(
        template=template,
        audience=OWNER,
        person=person.subject if person else None,
        person_name=person.name if person else None,
    )
