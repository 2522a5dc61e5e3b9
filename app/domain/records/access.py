"""Revocation of everything that a person's tokens allow, whoever issued them."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import identifier, optional_text, require
from app.domain.decider import Decider, Given
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.records.staff import STAFF
from app.events.access import AccessEvent, AccessRevoked
from app.events.base import Fact, Value

KEY = "key:"
"""What the subjects of API keys begin with; a key is revoked by its id."""


class Access(Value, frozen=True, kw_only=True):
    """Tokens issued until these instants are refused; the second one is for an administrator's,
    whom only administrators and the person revoke."""

    revoked_until: datetime | None = None
    administrator_until: datetime | None = None

    def allows(self, role: str, issued_at: datetime | None) -> bool:
        until = self.administrator_until if role in roles.TENANT_ADMIN else self.revoked_until
        return until is None or (issued_at is not None and issued_at > until)


class RevokeAccess(Value, frozen=True, kw_only=True):
    """Refuses every token of the subject that was issued until `at`, an instant of the server's
    own clock."""

    subject: str
    at: datetime
    reason: str | None = None


def decide(command: RevokeAccess, state: Access, given: Given) -> Sequence[AccessEvent]:
    match command:
        case RevokeAccess():
            return revoke_access(command, state, given)
        case _:
            assert_never(command)


def revoke_access(command: RevokeAccess, state: Access, given: Given) -> Sequence[AccessEvent]:
    """Everybody may revoke their own; a manager of some communities that of their staff."""
    subject = identifier(command.subject, "/subject")
    if subject.startswith(KEY):
        raise Unacceptable("not_a_person", pointer="/subject")
    if given.actor.subject != subject:
        require(given, roles.REVOKE_ACCESS)
        if given.communities:
            member = given.read(STAFF.stream(subject))
            works_in = set(member.communities) if member else set()
            if not works_in or not works_in <= set(given.communities):
                raise NotPermitted("not_your_staff")
    revoked = AccessRevoked(
        subject=subject,
        issued_until=command.at,
        reason=optional_text(command.reason, "/reason", 500),
    )
    return (
        [] if _after(state, revoked, given.actor.role, given.actor.subject) == state else [revoked]
    )


def evolve(state: Access, fact: Fact[AccessEvent]) -> Access:
    match fact.event:
        case AccessRevoked() as revoked:
            return _after(state, revoked, fact.actor.role, fact.actor.subject)


def _after(state: Access, revoked: AccessRevoked, role: str, by: str) -> Access:
    until = revoked.issued_until
    after = replace(state, revoked_until=_later(state.revoked_until, until))
    if by != revoked.subject and role not in roles.TENANT_ADMIN | roles.MACHINERY:
        return after
    return replace(after, administrator_until=_later(state.administrator_until, until))


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


ACCESS: Decider[RevokeAccess, Access] = Decider(
    category="access",
    initial=Access(),
    state_type=Access,
    decide=decide,
    evolve=evolve,
)
