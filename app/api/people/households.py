"""Household records: read, and replaced by staff; owners change their preferences."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from app.domain import roles
from app.domain.checks import role_not_permitted
from app.domain.records.household import (
    HOUSEHOLD,
    Member,
    QuietHours,
    RecordHousehold,
    RecordPreferences,
)
from app.http.bodies import QuietHoursBody
from app.http.callers import Caller, permitted
from app.http.fields import Body, Identifier, Several, text
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response, versioned_response
from app.http.responses import READ, VERSIONED, command_responses, read_responses
from app.rates.limits import HOUSEHOLD_CHANGES
from app.views.people.render import render_household
from app.views.people.shape import HouseholdAnswer
from app.views.people.visible import check_household, load_one_household

router = APIRouter(prefix="/v1", route_class=JsonRoute)

HouseholdId = Annotated[Identifier, Path()]
Words = Several[Annotated[str, text(64)]]


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


HouseholdReader = Annotated[Caller, Depends(permitted(roles.READ_HOUSEHOLD))]
HouseholdEditor = Annotated[Caller, Depends(permitted(roles.EDIT_PREFERENCES))]


@router.get(
    "/households/{household_id}",
    responses=read_responses(HouseholdAnswer),
    openapi_extra=READ,
)
async def get_household(
    household_id: HouseholdId, request: Request, caller: HouseholdReader
) -> Response:
    """Owners see their own."""
    household, version = await load_one_household(caller.reader, household_id)
    return versioned_response(request, render_household(caller.viewer, household), version)


@router.put(
    "/households/{household_id}",
    responses=command_responses(HouseholdAnswer),
    openapi_extra=VERSIONED,
)
async def put_household(
    household_id: HouseholdId, body: HouseholdBody, caller: HouseholdEditor
) -> Response:
    """Staff replace the record; an owner sends `preferences` only."""
    check_household(caller.viewer, household_id)
    counted = await caller.count(HOUSEHOLD_CHANGES)
    outcome = await caller.services.handler.handle(
        HOUSEHOLD.stream(household_id),
        _command(household_id, body, caller.role),
        await caller.envelope(),
    )
    await caller.settle(HOUSEHOLD_CHANGES, outcome, counted=counted)
    return outcome_response(outcome, render_household(caller.viewer, outcome.state))


def _command(
    household_id: str, body: HouseholdBody, role: str
) -> RecordHousehold | RecordPreferences:
    preferences = body.preferences or PreferencesBody()
    if role == "owner":
        if body.members is not None or body.phone is not None or body.communities:
            raise role_not_permitted(role, roles.EDIT_HOUSEHOLD.who)
        return RecordPreferences(
            household_id=household_id, quiet_hours=preferences.windows(), tags=preferences.tags
        )
    return RecordHousehold(
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
