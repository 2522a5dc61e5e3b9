"""Who may see a series. To others it does not exist (404)."""

from app.domain.follow_up_series.state import Series
from app.domain.ticket.access import visibility as ticket_visibility
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer


def is_in_reach(viewer: Viewer, series: Series) -> bool:
    return viewer.reaches(series.location.community)


def may_see(viewer: Viewer, series: Series, ticket: Ticket | None) -> bool:
    """`ticket` is the one that the series is about, if any. People in the field see the series that
    they visit for; engineers also those about tickets that they see."""
    if not is_in_reach(viewer, series):
        return False
    if not viewer.is_in_the_field or series.assigned_to.subject == viewer.subject:
        return True
    return (
        viewer.role == "engineer"
        and ticket is not None
        and ticket_visibility.may_see(viewer, ticket)
    )
