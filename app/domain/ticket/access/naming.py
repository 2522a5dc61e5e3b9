"""Which ticket's stream may name an anonymous complaint (docs/domain.md §6.2, ADR 0032)."""

from app.domain.errors import IllegalTransition
from app.domain.ticket.state.ticket import Complaint, Ticket


def may_name(one: Complaint | None, other: Complaint | None) -> bool:
    """Whether the stream of a ticket with the report `one` may name a ticket with `other`: only if
    whoever must not know whose the other is must not know whose this is either."""
    if other is None or not other.anonymous:
        return True
    return one is not None and one.anonymous and other.subject in {None, one.subject}


def check_may_name(one: Complaint | None, other: Complaint | None) -> None:
    if not may_name(one, other):
        raise IllegalTransition("would_reveal_reporter")


def is_anonymous(ticket: Ticket) -> bool:
    return ticket.complaint is not None and ticket.complaint.anonymous


def counted_household(ticket: Ticket) -> str | None:
    """The household whose figures count what happens on the ticket. An anonymous complaint counts
    by itself: a figure that others share would tell whose it is."""
    return None if is_anonymous(ticket) else ticket.household_id
