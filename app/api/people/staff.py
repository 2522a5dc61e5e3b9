"""Staff records: read and replaced."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field

from app.domain import roles
from app.domain.records.staff import DEFAULT_MAX_LOAD, STAFF, RecordStaff
from app.events.staff import Certification
from app.http.callers import Caller, permitted
from app.http.fields import Body, Count, Date, Identifier, Several, text
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response, versioned_response
from app.http.responses import READ, VERSIONED, command_responses, read_responses
from app.views.people.render import render_staff
from app.views.people.shape import StaffAnswer
from app.views.people.visible import load_one_staff

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Subject = Annotated[Identifier, Path()]
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
    max_load: Count = DEFAULT_MAX_LOAD
    communities: Words = ()
    active: bool = True


StaffReader = Annotated[Caller, Depends(permitted(roles.READ_STAFF))]
StaffEditor = Annotated[Caller, Depends(permitted(roles.EDIT_STAFF))]


@router.get(
    "/staff/{subject}",
    responses=read_responses(StaffAnswer),
    openapi_extra=READ,
)
async def get_staff(subject: Subject, request: Request, caller: StaffReader) -> Response:
    """Engineers and security see their own."""
    person, version = await load_one_staff(caller.reader, subject)
    return versioned_response(request, render_staff(caller.viewer, person), version)


@router.put(
    "/staff/{subject}",
    responses=command_responses(StaffAnswer),
    openapi_extra=VERSIONED,
)
async def put_staff(subject: Subject, body: StaffBody, caller: StaffEditor) -> Response:
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
    return outcome_response(outcome, render_staff(caller.viewer, outcome.state))
