"""Whether what a token says of its bearer is still so, by the records of the tenant."""

from datetime import datetime

from app.domain import roles
from app.domain.errors import NotPermitted, Withdrawn
from app.domain.records.access import Access
from app.domain.records.household import Household
from app.domain.records.session import Session
from app.domain.records.staff import StaffMember
from app.domain.records.tenant import Tenant
from app.events.base import Value


class Claim(Value, frozen=True, kw_only=True):
    """What the token says. `issued_at` is None for what is not issued to a person."""

    subject: str
    role: str
    communities: tuple[str, ...]
    issued_at: datetime | None


def require_not_suspended(tenant: Tenant | None) -> None:
    if tenant is not None and tenant.suspended_for is not None:
        raise NotPermitted("tenant_suspended")


def require_valid(claim: Claim, access: Access, session: Session | None) -> None:
    """Raises `Withdrawn` after a revocation, or if the token's session was ended."""
    if not access.allows(claim.role, claim.issued_at):
        raise Withdrawn("access_revoked")
    if session is not None and session.ended_for is not None:
        raise Withdrawn("session_ended")


def require_member(claim: Claim, household: Household | None) -> None:
    """An owner whose household has no record, or names no member by a subject, is believed."""
    if household is not None and not household.admits(claim.subject):
        raise Withdrawn("not_a_member")


def communities_of(claim: Claim, member: StaffMember | None) -> tuple[str, ...]:
    """The communities that both the token and the record allow; none for the whole tenant.

    Somebody without a staff record is believed: a tenant's first administrator and the people of
    an OIDC issuer have none. Raises `Withdrawn`.
    """
    if member is None or (claim.role in roles.TENANT_ADMIN and not member.set_by_admin):
        return claim.communities
    if not member.active:
        raise Withdrawn("staff_inactive")
    if claim.role not in member.roles:
        raise Withdrawn("role_withdrawn")
    if not (claim.communities and member.communities):
        return claim.communities or member.communities
    both = tuple(each for each in claim.communities if each in member.communities)
    if not both:
        raise Withdrawn("communities_withdrawn")
    return both
