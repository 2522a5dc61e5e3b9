"""Creates the records of people for sandbox tokens and for the demo."""

from msgspec.structs import replace

from app.command_handler import CommandHandler
from app.commands import Envelope, Outcome
from app.domain.errors import NotFound, Unacceptable
from app.domain.records.household import HOUSEHOLD, Household, Member, RecordHousehold
from app.domain.records.household import may_see as may_see_household
from app.domain.records.staff import DEFAULT_MAX_LOAD, EVERY_SKILL, STAFF, RecordStaff, StaffMember
from app.domain.records.staff import may_see as may_see_staff
from app.domain.roles import ROLES, STAFF_ROLES
from app.event_store.folding import state_of
from app.event_store.store import EventStore

MOST_COMMUNITIES = 10  # of a household


async def ensure_person(
    store: EventStore,
    handler: CommandHandler,
    envelope: Envelope,
    *,
    role: str,
    subject: str,
    name: str | None,
    household_id: str | None,
    communities: tuple[str, ...],
) -> Outcome | None:
    """Creates the subject's staff or household record, or adds the role to it. Who is limited to
    communities creates none: it would tell which ids are taken elsewhere. Raises `NotFound`.

    None for a role without a record. An engineer created here has every skill and a load cap of 5.
    """
    if role == "owner":
        if household_id is None:
            raise Unacceptable("required", pointer="/household_id")
        return await _ensure_household(
            store, handler, envelope, household_id, subject, name, communities
        )
    if role == "integration":
        return None
    if role not in STAFF_ROLES:
        raise Unacceptable("not_one_of", pointer="/role", allowed=list(ROLES))
    return await _ensure_staff(store, handler, envelope, role, subject, name, communities)


async def _ensure_staff(
    store: EventStore,
    handler: CommandHandler,
    envelope: Envelope,
    role: str,
    subject: str,
    name: str | None,
    communities: tuple[str, ...],
) -> Outcome:
    stream = STAFF.stream(subject)
    present: StaffMember | None = await state_of(store, envelope.tenant_id, stream)
    viewer = envelope.viewer
    if viewer.reach and (present is None or not may_see_staff(viewer, present)):
        raise NotFound("staff_unknown")
    person = present or StaffMember(
        subject=subject,
        name=name or subject,
        phone=None,
        roles=(role,),
        skills=(),
        certifications=(),
        max_load=DEFAULT_MAX_LOAD,
        communities=communities,
        active=True,
    )
    if role not in person.roles:
        person = replace(person, roles=(*person.roles, role))
    if role == "engineer" and not person.skills:
        person = replace(person, skills=(EVERY_SKILL,))
    command = RecordStaff(
        subject=subject,
        name=person.name,
        phone=person.phone,
        roles=person.roles,
        skills=person.skills,
        certifications=person.certifications,
        max_load=person.max_load,
        communities=person.communities,
        active=person.active,
    )
    return await handler.handle(stream, command, envelope)


async def _ensure_household(
    store: EventStore,
    handler: CommandHandler,
    envelope: Envelope,
    household_id: str,
    subject: str,
    name: str | None,
    communities: tuple[str, ...],
) -> Outcome:
    stream = HOUSEHOLD.stream(household_id)
    present: Household | None = await state_of(store, envelope.tenant_id, stream)
    if envelope.viewer.reach and not may_see_household(envelope.viewer, present):
        raise NotFound("household_unknown")
    members = present.members if present else ()
    if all(member.subject != subject for member in members):
        members = (*members, Member(subject=subject, name=name or subject))
    command = RecordHousehold(
        household_id=household_id,
        members=members,
        phone=present.phone if present else None,
        quiet_hours=present.quiet_hours if present else (),
        tags=present.tags if present else (),
        communities=(present.communities if present else ()) or communities[:MOST_COMMUNITIES],
    )
    return await handler.handle(stream, command, envelope)
