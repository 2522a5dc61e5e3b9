"""Who may see a ticket (docs/api.md §1). What one may not see does not exist."""

from app.domain.roles import SEES_CONFIDENTIAL_LINKS
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer


def may_see(viewer: Viewer, ticket: Ticket) -> bool:
    """Owners see what is their household's, engineers what concerns them and the pool, all others
    everything of the tenant, or of the communities that their token names."""
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
    """docs/domain.md §6.2: whose an anonymous complaint is, neither who is complained about nor any
    engineer learns; and whose any complaint is, no household that only supports it."""
    if viewer.role == "owner":
        return _is_own(viewer, ticket)
    complaint = ticket.complaint
    if complaint is None or not complaint.anonymous:
        return True
    return viewer.role != "engineer" and viewer.subject != complaint.subject


def sees_confidential_links(viewer: Viewer, ticket: Ticket) -> bool:
    """What a complaint is linked to would say whose it is. On the complaint itself who knows whose
    it is may look; on the other ticket anybody might be the one complained about."""
    if ticket.complaint is not None and ticket.complaint.anonymous:
        return knows_reporter(viewer, ticket)
    return viewer.role in SEES_CONFIDENTIAL_LINKS


def could_support(viewer: Viewer, ticket: Ticket) -> bool:
    """Owners hear of a complaint in their group, and join what they do not see."""
    is_owner = viewer.role == "owner" and viewer.household_id is not None
    return is_owner and ticket.kind == "complaint" and _is_in_reach(viewer, ticket)


def could_see_in_pool(viewer: Viewer, ticket: Ticket) -> bool:
    """Whoever comes too late for a ticket of the pool is told so."""
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
    """Offered to, held by or once held by this engineer, reported, answered for or looked into by;
    not what is a complaint about this engineer."""
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
