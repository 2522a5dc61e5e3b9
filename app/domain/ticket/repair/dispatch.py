"""Dispatch: pool, offer, claim, transfer (docs/domain.md §6.1). `consequences.py` moves load."""

from datetime import timedelta

from app.domain.checks import text
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands.ticket import Accept, Assign, Claim, Decline, OpenToPool, Transfer
from app.domain.ticket.decision import Decision
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.repair.engineers import acting_engineer, named_engineer
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import (
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    OfferedToPool,
    TicketAssigned,
    TicketClaimed,
)

OFFER_TIME = timedelta(minutes=10)  # docs/domain.md §6.1: offer timer 10 min (cfg)


def open_to_pool(command: OpenToPool) -> Decision:
    return [OfferedToPool(note=command.note)]


def assign(command: Assign, ticket: Ticket, given: Given) -> Decision:
    engineer = named_engineer(command.engineer, ticket, given)
    return [
        TicketAssigned(
            engineer=engineer.subject,
            engineer_name=engineer.name,
            eta=command.eta,
            offer_expires_at=given.now + OFFER_TIME,
            note=command.note,
        )
    ]


def claim(command: Claim, ticket: Ticket, given: Given) -> Decision:
    engineer = acting_engineer(ticket, given)
    return [
        TicketClaimed(engineer=engineer.subject, engineer_name=engineer.name, note=command.note)
    ]


def accept(command: Accept, ticket: Ticket, given: Given) -> Decision:
    _check_offered(ticket, given)
    engineer = acting_engineer(ticket, given)
    return [
        AssignmentAccepted(
            engineer=engineer.subject, engineer_name=engineer.name, note=command.note
        )
    ]


def decline(command: Decline, ticket: Ticket, given: Given) -> Decision:
    _check_offered(ticket, given)
    reason = text(command.reason, "/reason", LONG_TEXT)
    return [return_offer(ticket, reason, command.note)]


def return_offer(ticket: Ticket, reason: str, note: str | None = None) -> AssignmentReturned:
    """A declined transfer goes back to the current engineer, any other offer to the dispatcher."""
    assignment = ticket.assignment
    return AssignmentReturned(
        engineer=assignment.offer.engineer.subject if assignment.offer else "",
        reason=reason,
        returned_to=assignment.assignee.subject if assignment.assignee else None,
        note=note,
    )


def transfer(command: Transfer, ticket: Ticket, given: Given) -> Decision:
    """Clocks ignore a transfer: passing a ticket on gains nobody time."""
    assignee = ticket.assignment.assignee
    if assignee is None:
        raise IllegalTransition("not_assigned")
    if command.engineer == assignee.subject:
        raise Unacceptable("transfer_to_holder", pointer="/engineer")
    engineer = named_engineer(command.engineer, ticket, given)
    return [
        AssignmentTransferred(
            from_engineer=assignee.subject,
            engineer=engineer.subject,
            engineer_name=engineer.name,
            offer_expires_at=given.now + OFFER_TIME,
            note=command.note,
        )
    ]


def _check_offered(ticket: Ticket, given: Given) -> None:
    if not ticket.is_offered_to(given.actor.subject):
        raise NotPermitted("not_offered_to_you")
