"""Who may see a compensation. What one may not see does not exist."""

from app.domain.compensation.state import Compensation
from app.viewer import Viewer

READERS = (
    "owner",
    "csr",
    "dispatcher",
    "engineer",
    "security",
    "supervisor",
    "manager",
    "finance",
    "auditor",
    "admin",
    "integration",
)
OF_ALL = frozenset(
    {"csr", "supervisor", "manager", "finance", "auditor", "admin", "integration", "system"}
)


def may_see(viewer: Viewer, c: Compensation) -> bool:
    """Owners their own household's, other staff what they proposed; those who decide, pay and
    check, everything of the tenant or of the communities that their token names."""
    role = viewer.role
    if role == "owner":
        return c.household_id is not None and c.household_id == viewer.household_id
    if viewer.communities and c.community not in viewer.communities:
        return False
    return role in OF_ALL or role == "operator" or c.proposed_by == viewer.subject
