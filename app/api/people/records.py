"""The records around the tickets: staff, households, checklists, categories. Each change of one is
an event."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from app.domain.decider import Stream
from app.domain.errors import NotFound, NotPermitted
from app.domain.records.category import (
    CATEGORY,
    Category,
    ChecklistItem,
    RecordCategory,
    RecordChecklist,
    default_category,
)
from app.domain.records.household import (
    HOUSEHOLD,
    KEEPERS,
    Household,
    Member,
    QuietHours,
    RecordHousehold,
    RecordPreferences,
)
from app.domain.records.staff import STAFF, Certification, RecordStaff, StaffMember
from app.event_store import folding
from app.http.answers import outcome_answer, versioned
from app.http.bodies import QuietHoursBody, ServiceClass
from app.http.callers import Caller, permitted
from app.http.fields import Body, Count, Date, Identifier, Several, key, text
from app.http.json_body import JsonRoute
from app.http.responses import READ, VERSIONED, read_answers, setting_answers
from app.views.people.settings_shape import (
    CategoryAnswer,
    ChecklistAnswer,
    HouseholdAnswer,
    StaffAnswer,
)

router = APIRouter(prefix="/v1", tags=["staff and settings"], route_class=JsonRoute)

OFFICE = ("csr", "dispatcher", "supervisor", "manager", "finance", "auditor", "admin")
EVERYBODY = (*OFFICE, "engineer", "security", "owner")
Keys = Annotated[Identifier, Path()]
Words = Several[Annotated[str, text(64)]]


class CertificationBody(Body):
    code: Annotated[str, text(64)]
    expires_on: Date | None = None


class StaffBody(Body):
    """The whole record: what it leaves out is gone."""

    name: Annotated[str, text(64)]
    phone: Annotated[str, text(32)] | None = None
    roles: Words = ()
    skills: Words = Field(default=(), description="Categories; `*` is every one.")
    certifications: Several[CertificationBody] = ()
    max_load: Count = 5
    communities: Words = ()
    active: bool = True


class MemberBody(Body):
    subject: Identifier | None = None
    name: Annotated[str, text(64)]
    phone: Annotated[str, text(32)] | None = None


class PreferencesBody(Body):
    quiet_hours: Several[QuietHoursBody] = ()
    tags: Words = ()

    def windows(self) -> tuple[QuietHours, ...]:
        return tuple(QuietHours(start=each.start, end=each.end) for each in self.quiet_hours)


class HouseholdBody(Body):
    """The whole record. An owner of the household may change `preferences` alone."""

    members: Several[MemberBody] | None = None
    phone: Annotated[str, text(32)] | None = None
    preferences: PreferencesBody | None = None
    communities: Words = ()


class ChecklistItemBody(Body):
    item: Annotated[str, text(64)]
    label: Annotated[str, text(64)]
    required: bool = True


class ChecklistBody(Body):
    items: Several[ChecklistItemBody]


class CategoryBody(Body):
    label: Annotated[str, text(64)]
    service_class: ServiceClass
    skill: Annotated[str, text(64)] | None = None
    certifications: Words = ()


async def _look(caller: Caller, stream: Stream[Any, Any]) -> tuple[Any, int]:
    loaded = await caller.services.store.load(caller.tenant_id, [stream.id])
    fold = loaded.streams.get(stream.id)
    state = await folding.unfold(caller.services.store, caller.tenant_id, stream, fold)
    return state, fold.version if fold else 0


def staff_view(person: StaffMember) -> dict[str, Any]:
    return {
        "subject": person.subject,
        "name": person.name,
        "phone": person.phone,
        "roles": person.roles,
        "skills": person.skills,
        "certifications": [
            {"code": held.code, "expires_on": held.expires_on} for held in person.certifications
        ],
        "max_load": person.max_load,
        "communities": person.communities,
        "active": person.active,
    }


def household_view(household: Household) -> dict[str, Any]:
    return {
        "id": household.household_id,
        "members": [
            {"subject": member.subject, "name": member.name, "phone": member.phone}
            for member in household.members
        ],
        "phone": household.phone,
        "preferences": {
            "quiet_hours": [
                {"start": window.start, "end": window.end} for window in household.quiet_hours
            ],
            "tags": household.tags,
        },
        "communities": household.communities,
    }


def checklist_view(category: Category) -> dict[str, Any]:
    return {
        "category": category.category,
        "version": category.checklist_version,
        "items": [
            {"item": each.item, "label": each.label, "required": each.required}
            for each in category.checklist
        ],
    }


def category_view(category: Category) -> dict[str, Any]:
    return {
        "category": category.category,
        "label": category.label,
        "service_class": category.service_class,
        "skill": category.skill,
        "certifications": category.certifications,
    }


StaffReader = Annotated[Caller, Depends(permitted((*OFFICE, "engineer", "security")))]
StaffKeeper = Annotated[Caller, Depends(permitted(("admin", "manager")))]


@router.get(
    "/staff/{subject}",
    summary="员工 · a staff record",
    responses=read_answers(StaffAnswer),
    openapi_extra=READ,
)
async def get_staff(subject: Keys, request: Request, caller: StaffReader) -> Response:
    """Engineers and security see their own."""
    if caller.role in ("engineer", "security") and caller.actor.subject != subject:
        raise NotPermitted("role_not_permitted", role=caller.role)
    person, version = await _look(caller, STAFF.stream(subject))
    if person is None:
        raise NotFound("staff_unknown")
    return versioned(request, staff_view(person), version)


@router.put(
    "/staff/{subject}",
    summary="登记员工 · record staff",
    responses=setting_answers(StaffAnswer),
    openapi_extra=VERSIONED,
)
async def put_staff(subject: Keys, body: StaffBody, caller: StaffKeeper) -> Response:
    command = RecordStaff(
        subject=subject,
        name=body.name,
        phone=body.phone,
        roles=body.roles,
        skills=body.skills,
        certifications=tuple(
            Certification(code=each.code, expires_on=each.expires_on)
            for each in body.certifications
        ),
        max_load=body.max_load,
        communities=body.communities,
        active=body.active,
    )
    outcome = await caller.services.handler.handle(
        STAFF.stream(subject), command, await caller.envelope()
    )
    return outcome_answer(outcome, staff_view(outcome.state))


HouseholdReader = Annotated[Caller, Depends(permitted((*OFFICE, "owner")))]
HouseholdKeeper = Annotated[Caller, Depends(permitted((*KEEPERS, "owner")))]


def _own(caller: Caller, household_id: str) -> None:
    if caller.role == "owner" and caller.household_id != household_id:
        raise NotFound("household_unknown")


@router.get(
    "/households/{household_id}",
    summary="住户 · a household",
    responses=read_answers(HouseholdAnswer),
    openapi_extra=READ,
)
async def get_household(household_id: Keys, request: Request, caller: HouseholdReader) -> Response:
    """Owners see their own."""
    _own(caller, household_id)
    household, version = await _look(caller, HOUSEHOLD.stream(household_id))
    if household is None:
        raise NotFound("household_unknown")
    return versioned(request, household_view(household), version)


@router.put(
    "/households/{household_id}",
    summary="登记住户 · record a household",
    responses=setting_answers(HouseholdAnswer),
    openapi_extra=VERSIONED,
)
async def put_household(
    household_id: Keys, body: HouseholdBody, caller: HouseholdKeeper
) -> Response:
    """Staff record the whole; an owner sends `preferences` alone."""
    _own(caller, household_id)
    preferences = body.preferences or PreferencesBody()
    command: RecordHousehold | RecordPreferences
    if caller.role == "owner":
        if body.members is not None or body.phone is not None or body.communities:
            raise NotPermitted("role_not_permitted", role=caller.role)
        command = RecordPreferences(
            household_id=household_id, quiet_hours=preferences.windows(), tags=preferences.tags
        )
    else:
        command = RecordHousehold(
            household_id=household_id,
            members=tuple(
                Member(subject=each.subject, name=each.name, phone=each.phone)
                for each in body.members or ()
            ),
            phone=body.phone,
            quiet_hours=preferences.windows(),
            tags=preferences.tags,
            communities=body.communities,
        )
    outcome = await caller.services.handler.handle(
        HOUSEHOLD.stream(household_id), command, await caller.envelope()
    )
    return outcome_answer(outcome, household_view(outcome.state))


CategoryReader = Annotated[Caller, Depends(permitted(EVERYBODY))]
CategoryKeeper = Annotated[Caller, Depends(permitted(("admin", "manager")))]
CategoryKey = Annotated[str, key(64), Path()]


async def _category(caller: Caller, slug: str) -> tuple[Category, int]:
    category, version = await _look(caller, CATEGORY.stream(slug))
    return category or default_category(slug), version


@router.get(
    "/checklists/{category}",
    summary="清单 · a checklist",
    responses=read_answers(ChecklistAnswer),
    openapi_extra=READ,
)
async def get_checklist(
    category: CategoryKey, request: Request, caller: CategoryReader
) -> Response:
    """A category that nobody described has the default checklist."""
    found, version = await _category(caller, category)
    return versioned(request, checklist_view(found), version)


@router.put(
    "/checklists/{category}",
    summary="设定清单 · record a checklist",
    responses=setting_answers(ChecklistAnswer),
    openapi_extra=VERSIONED,
)
async def put_checklist(
    category: CategoryKey, body: ChecklistBody, caller: CategoryKeeper
) -> Response:
    """New tickets get it; tickets that are under way keep theirs."""
    command = RecordChecklist(
        category=category,
        items=tuple(
            ChecklistItem(item=each.item, label=each.label, required=each.required)
            for each in body.items
        ),
    )
    outcome = await caller.services.handler.handle(
        CATEGORY.stream(category), command, await caller.envelope()
    )
    return outcome_answer(outcome, checklist_view(outcome.state or default_category(category)))


@router.get(
    "/categories/{category}",
    summary="类别 · a category",
    responses=read_answers(CategoryAnswer),
    openapi_extra=READ,
)
async def get_category(category: CategoryKey, request: Request, caller: CategoryReader) -> Response:
    found, version = await _category(caller, category)
    return versioned(request, category_view(found), version)


@router.put(
    "/categories/{category}",
    summary="设定类别 · record a category",
    responses=setting_answers(CategoryAnswer),
    openapi_extra=VERSIONED,
)
async def put_category(
    category: CategoryKey, body: CategoryBody, caller: CategoryKeeper
) -> Response:
    """Triage, and what an engineer must be able to show to get a ticket of it."""
    command = RecordCategory(
        category=category,
        label=body.label,
        service_class=body.service_class,
        skill=body.skill,
        certifications=body.certifications,
    )
    outcome = await caller.services.handler.handle(
        CATEGORY.stream(category), command, await caller.envelope()
    )
    return outcome_answer(outcome, category_view(outcome.state or default_category(category)))
