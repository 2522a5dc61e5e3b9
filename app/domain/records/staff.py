"""Staff members: roles, skills, certifications and load cap."""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from app.domain import roles
from app.domain.checks import (
    at_most,
    distinct,
    distinct_texts,
    identifier,
    one_of,
    optional_text,
    require,
    role_not_permitted,
    text,
    within,
)
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, NotFound
from app.domain.records.reach import check_kept_within
from app.domain.roles import STAFF_ROLES
from app.events.base import Actor, Fact, Value
from app.events.staff import Certification, StaffEvent, StaffRecorded
from app.viewer import Viewer

__all__ = ["EVERY_SKILL", "STAFF", "Certification", "RecordStaff", "StaffCommand", "StaffMember"]

EVERY_SKILL = "*"
DEFAULT_MAX_LOAD = 5  # tickets that an engineer carries at once (cfg)


class StaffMember(Value, frozen=True, kw_only=True):
    subject: str
    name: str
    phone: str | None
    roles: tuple[str, ...]
    skills: tuple[str, ...]
    certifications: tuple[Certification, ...]
    max_load: int
    communities: tuple[str, ...]
    active: bool
    set_by_admin: bool = False
    """Whether an administrator ever set the record. One that managers alone set takes no
    administrator's access: they have no say over administrators."""

    def has_skill(self, skill: str) -> bool:
        return EVERY_SKILL in self.skills or skill in self.skills

    def is_certified(self, code: str, on: date) -> bool:
        """Valid through the day on which it expires."""
        return any(
            held.code == code and (held.expires_on is None or on <= held.expires_on)
            for held in self.certifications
        )


class RecordStaff(Value, frozen=True, kw_only=True):
    """Replaces the whole record."""

    subject: str
    name: str
    phone: str | None = None
    roles: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    certifications: tuple[Certification, ...] = ()
    max_load: int = DEFAULT_MAX_LOAD
    communities: tuple[str, ...] = ()
    active: bool = True


StaffCommand = RecordStaff


def may_see(viewer: Viewer, person: StaffMember) -> bool:
    """Staff limited to communities see who works in one of these, and who works in all: a record
    without communities. Everybody sees their own."""
    return (
        not person.communities
        or viewer.reaches(*person.communities)
        or viewer.subject == person.subject
    )


def decide(command: StaffCommand, state: StaffMember | None, given: Given) -> Sequence[StaffEvent]:
    match command:
        case RecordStaff():
            return record_staff(command, state, given)
        case _:
            assert_never(command)


def record_staff(
    command: RecordStaff, state: StaffMember | None, given: Given
) -> Sequence[StaffEvent]:
    """What needs no look at the present record is checked first: see `check_kept_within`."""
    require(given, roles.EDIT_STAFF)
    recorded = StaffRecorded(
        subject=identifier(command.subject, "/subject"),
        name=text(command.name, "/name"),
        phone=optional_text(command.phone, "/phone", 32),
        roles=_roles(command.roles),
        skills=distinct_texts(command.skills, "/skills", most=50),
        certifications=_certifications(command.certifications),
        max_load=within(command.max_load, 0, 100, "/max_load"),
        communities=distinct_texts(command.communities, "/communities", most=200),
        active=command.active,
    )
    _require_admin_over_admins(recorded.roles, given)
    check_kept_within(given, recorded.communities)
    _require_own_administration(recorded, given.actor)
    if state is not None:
        if not may_see(given.viewer, state):
            raise NotFound("staff_unknown")
        _require_admin_over_admins(state.roles, given)
        check_kept_within(given, state.communities)
    if state is not None and _rules_admins(given.actor) and not state.set_by_admin:
        return [recorded]
    return [] if _member(recorded, state) == state else [recorded]


def _roles(roles: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(one_of(role, STAFF_ROLES, f"/roles/{n}") for n, role in enumerate(roles))
    )


def _certifications(held: Sequence[Certification]) -> tuple[Certification, ...]:
    at_most(held, "/certifications", 50)
    checked = tuple(
        Certification(
            code=text(one.code, f"/certifications/{n}/code"),
            expires_on=one.expires_on,
        )
        for n, one in enumerate(held)
    )
    distinct([one.code for one in checked], "/certifications")
    return checked


def _require_admin_over_admins(held: Sequence[str], given: Given) -> None:
    """Only an admin may record admins: else a manager could become one."""
    if "admin" in held and not _rules_admins(given.actor):
        raise role_not_permitted(given.actor.role, roles.TENANT_ADMIN)


def _require_own_administration(recorded: StaffRecorded, actor: Actor) -> None:
    """An administrator who took it from themselves could not undo it."""
    keeps = recorded.active and "admin" in recorded.roles
    if actor.role == "admin" and actor.subject == recorded.subject and not keeps:
        raise IllegalTransition("own_administration")


def _rules_admins(actor: Actor) -> bool:
    return actor.role in roles.TENANT_ADMIN | roles.MACHINERY


def evolve(state: StaffMember | None, fact: Fact[StaffEvent]) -> StaffMember | None:
    match fact.event:
        case StaffRecorded() as recorded:
            return _member(recorded, state, by_admin=_rules_admins(fact.actor))


def _member(
    recorded: StaffRecorded, before: StaffMember | None, *, by_admin: bool = False
) -> StaffMember:
    return StaffMember(
        subject=recorded.subject,
        name=recorded.name,
        phone=recorded.phone,
        roles=recorded.roles,
        skills=recorded.skills,
        certifications=recorded.certifications,
        max_load=recorded.max_load,
        communities=recorded.communities,
        active=recorded.active,
        set_by_admin=by_admin or (before is not None and before.set_by_admin),
    )


STAFF: Decider[StaffCommand, StaffMember | None] = Decider(
    category="staff",
    initial=None,
    state_type=StaffMember | None,
    decide=decide,
    evolve=evolve,
    fold_version=2,
)
