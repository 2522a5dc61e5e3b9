"""Who is complained about has no hand in the complaint: not in the ticket, nor in what hangs on it,
such as its compensation, surveys, touchpoints, series and problems (docs/domain.md §6.2)."""

from app.domain.decider import Given
from app.domain.errors import NotFound, NotPermitted
from app.domain.roles import MACHINERY
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer


def is_complained_about(subject: str, ticket: Ticket) -> bool:
    return ticket.complaint is not None and ticket.complaint.subject == subject


def is_about_viewer_unnamed(viewer: Viewer, ticket: Ticket) -> bool:
    """Whether the viewer is complained about and must not know by whom. Owners see their own."""
    complaint = ticket.complaint
    return (
        viewer.role != "owner"
        and complaint is not None
        and complaint.anonymous
        and complaint.subject == viewer.subject
    )


def check_no_conflict(given: Given, *tickets: Ticket | None, unseen: str | None = None) -> None:
    """`unseen` is the code of what hangs on the tickets: to the subject of an anonymous complaint
    it does not exist, because it would tell who complained. Raises `NotPermitted`, `NotFound`."""
    actor = given.actor
    if actor.role in MACHINERY or actor.role == "owner":
        return
    for ticket in tickets:
        if ticket is None or not is_complained_about(actor.subject, ticket):
            continue
        if unseen is not None and is_about_viewer_unnamed(given.viewer, ticket):
            raise NotFound(unseen)
        raise NotPermitted("subject_of_complaint")
