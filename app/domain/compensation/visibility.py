"""Who may see a compensation. To others it does not exist (404)."""

from app.domain.compensation.state import Compensation
from app.domain.roles import MACHINERY, SEES_ALL_COMPENSATIONS
from app.viewer import Viewer


def may_see(viewer: Viewer, c: Compensation) -> bool:
    """Owners see their household's. Roles in `SEES_ALL_COMPENSATIONS` see the tenant's, or only
    those of the communities in their token. Other staff see what they proposed."""
    role = viewer.role
    if role == "owner":
        return c.household_id is not None and c.household_id == viewer.household_id
    if viewer.communities and c.community not in viewer.communities:
        return False
    return role in SEES_ALL_COMPENSATIONS | MACHINERY or c.proposed_by == viewer.subject
