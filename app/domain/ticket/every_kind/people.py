"""首问负责制: the first responsible stays until somebody accepts the hand-over (docs/domain.md §1a
row 27)."""

from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.records.staff import STAFF
from app.domain.roles import SUPERIORS
from app.domain.ticket.commands.ticket import AcceptHandOver, HandOver
from app.domain.ticket.decision import Decision
from app.domain.ticket.state.ticket import Person, Ticket
from app.events.ticket import FirstResponsibleHandedOver, HandOverOffered


def find_person(subject: str, given: Given) -> Person:
    """Name from the staff record; without a record the pseudonym stands in for the name."""
    member = given.read(STAFF.stream(subject))
    return Person(subject=subject, name=member.name if member else subject)


def hand_over(command: HandOver, ticket: Ticket, given: Given) -> Decision:
    current = _first_responsible(ticket)
    if given.actor.subject != current.subject and given.actor.role not in SUPERIORS:
        raise NotPermitted("not_first_responsible")
    member = given.read(STAFF.stream(command.to))
    if member is None or not member.active:
        raise Unacceptable("unknown_staff", pointer="/to")
    pending = ticket.hand_over and ticket.hand_over.subject
    if command.to in {current.subject, pending}:
        return []
    return [HandOverOffered(to=command.to, to_name=member.name, note=command.note)]


def accept_hand_over(command: AcceptHandOver, ticket: Ticket, given: Given) -> Decision:
    current = _first_responsible(ticket)
    if ticket.hand_over is None:
        if current.subject == given.actor.subject:
            return []
        raise IllegalTransition("no_hand_over_pending")
    if ticket.hand_over.subject != given.actor.subject:
        raise NotPermitted("not_handed_to_you")
    return [
        FirstResponsibleHandedOver(
            to=ticket.hand_over.subject,
            to_name=ticket.hand_over.name,
            previous=current.subject,
            note=command.note,
        )
    ]


def _first_responsible(ticket: Ticket) -> Person:
    if ticket.first_responsible is None:
        raise IllegalTransition("no_first_responsible")
    return ticket.first_responsible
