"""Who may see a compensation. What one may not see does not exist."""

from app.domain.compensation.state import Compensation
from app.domain.roles import MACHINERY, SEES_ALL_COMPENSATIONS
from app.viewer import Viewer


def may_see(viewer: Viewer, c: Compensation) -> bool:
    """Owners their own household's, other staff what they proposed; those who decide, pay and
    check, everything of the tenant or of the communities that their token names."""
    role = viewer.role
    if role == "owner":
        return c.household_id is not None and c.household_id == viewer.household_id
    if viewer.communities and c.community not in viewer.communities:
        return False
    return role in SEES_ALL_COMPENSATIONS | MACHINERY or c.proposed_by == viewer.subject
