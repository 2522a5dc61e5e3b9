"""Whether a command fits the ticket's status: decided by the tables of the kinds."""

from app.domain.errors import IllegalTransition
from app.domain.ticket.commands.follow_up import CompleteFollowUp
from app.domain.ticket.commands.ticket import (
    Accept,
    Assign,
    Claim,
    MergeInto,
    Transfer,
)
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Actor


def is_repeat(command: object, ticket: Ticket, actor: Actor) -> bool:
    """Whether the command's effect is already there, so that it is a no-op."""
    match command:
        case Claim() | Accept() if ticket.assignment.assignee:
            return ticket.status == "accepted" and ticket.is_held_by(actor.subject)
        case Assign(engineer=engineer, eta=eta):
            offer = ticket.assignment.offer
            same = offer is not None and (offer.engineer.subject, offer.eta) == (engineer, eta)
            return ticket.status == "assigned" and same
        case Transfer(engineer=engineer):
            return ticket.status == "transferred" and ticket.is_offered_to(engineer)
        case MergeInto(into=into):
            return ticket.merged_into == into
        case CompleteFollowUp(outcome=outcome):
            return ticket.follow_up is not None and ticket.follow_up.outcome == outcome
        case _:
            rule = KINDS[ticket.kind].rules.get(type(command))
            return rule is not None and ticket.status in rule.no_op


def check_transition(command: object, ticket: Ticket) -> None:
    name = type(command).__name__
    rule = KINDS[ticket.kind].rules.get(type(command))
    if rule is None:
        raise IllegalTransition("not_of_this_kind", command=name, kind=ticket.kind)
    if ticket.status in rule.when:
        return
    assignee = ticket.assignment.assignee
    match command:
        case Claim() if assignee:
            raise IllegalTransition("already_claimed", owner=assignee.subject)
        case _:
            raise IllegalTransition(
                "illegal_transition", command=name, kind=ticket.kind, status=ticket.status
            )
