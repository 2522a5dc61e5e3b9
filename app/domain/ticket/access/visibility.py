"""Who may see a ticket (docs/api.md §1). A ticket that one may not see is reported as not found."""

from app.domain.roles import SEES_CONFIDENTIAL_LINKS
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer


def may_see(viewer: Viewer, ticket: Ticket) -> bool:
    """Owners see their household's tickets and the complaints it supports; engineers see tickets
    that concern them, and the pool; all others see the whole tenant, or the communities in their
    token."""
    match viewer.role:
        case "owner":
            return _is_own(viewer, ticket) or _supports(viewer, ticket)
        case "engineer":
            return _concerns(viewer.subject, ticket) or (
                ticket.status == "pooled" and _is_in_reach(viewer, ticket)
            )
        case _:
            return _is_in_reach(viewer, ticket)


def knows_reporter(viewer: Viewer, ticket: Ticket) -> bool:
    """docs/domain.md §6.2: neither the subject of an anonymous complaint nor any engineer learns
    who complained; a supporting household never does, anonymous or not."""
    if viewer.role == "owner":
        return _is_own(viewer, ticket)
    complaint = ticket.complaint
    if complaint is None or not complaint.anonymous:
        return True
    return viewer.role != "engineer" and viewer.subject != complaint.subject


def sees_confidential_links(viewer: Viewer, ticket: Ticket) -> bool:
    """A link to a complaint would reveal who complained. On the complaint, it is shown to those
    who know the reporter; on the other ticket only to `SEES_CONFIDENTIAL_LINKS`, because any staff
    member there might be the subject of the complaint."""
    if ticket.complaint is not None and ticket.complaint.anonymous:
        return knows_reporter(viewer, ticket)
    return viewer.role in SEES_CONFIDENTIAL_LINKS


def could_support(viewer: Viewer, ticket: Ticket) -> bool:
    """Owners may support complaints in their communities that they cannot see: they hear of them
    elsewhere."""
    is_owner = viewer.role == "owner" and viewer.household_id is not None
    return is_owner and ticket.kind == "complaint" and _is_in_reach(viewer, ticket)


def could_see_in_pool(viewer: Viewer, ticket: Ticket) -> bool:
    """Lets an engineer who claims too late be told so, rather than "not found"."""
    return (
        viewer.role == "engineer" and ticket.assignment.was_pooled and _is_in_reach(viewer, ticket)
    )


def _is_own(viewer: Viewer, ticket: Ticket) -> bool:
    return ticket.household_id is not None and ticket.household_id == viewer.household_id


def _supports(viewer: Viewer, ticket: Ticket) -> bool:
    return ticket.complaint is not None and viewer.household_id in ticket.complaint.supporting


def _is_in_reach(viewer: Viewer, ticket: Ticket) -> bool:
    return not viewer.communities or ticket.location.community in viewer.communities


def _concerns(engineer: str, ticket: Ticket) -> bool:
    """Offered to, held or once held by this engineer, reported by them, or theirs as first
    responsible or investigator; never a complaint about them."""
    complaint = ticket.complaint
    if complaint is not None and complaint.subject == engineer:
        return False
    return (
        ticket.is_held_by(engineer)
        or ticket.is_offered_to(engineer)
        or engineer in ticket.assignment.past
        or engineer == ticket.reported_by
        or any(
            person is not None and person.subject == engineer
            for person in (
                ticket.first_responsible,
                ticket.hand_over,
                complaint and complaint.investigator,
            )
        )
    )
