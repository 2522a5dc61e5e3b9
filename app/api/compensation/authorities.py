"""The authority matrix: what each role may decide alone, in versions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from app.api.compensation.authority_bodies import AuthorityBody
from app.domain import roles
from app.domain.authority.decider import AUTHORITY_BOOK
from app.domain.authority.matrix import (
    DEFAULT_MATRIX,
    AuthorityName,
)
from app.http.callers import Caller, permitted
from app.http.json_body import JsonRoute
from app.http.json_response import outcome_response, versioned_response
from app.http.responses import READ, VERSIONED, command_responses, read_responses
from app.views.compensation.authorities import load_matrix, one_authority, render_authority
from app.views.compensation.money_shape import AuthorityAnswer, AuthorityList
from app.views.compensation.versions import version_asked_for

router = APIRouter(prefix="/v1/authorities", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_POLICIES))]
Editor = Annotated[Caller, Depends(permitted(roles.EDIT_POLICIES))]


@router.get(
    "",
    responses=read_responses(AuthorityList),
    openapi_extra=READ,
)
async def get_authorities(request: Request, caller: Reader) -> Response:
    """As in force now. A role without an entry may decide nothing alone."""
    matrix, snapshot = await load_matrix(caller.reader)
    items = [
        render_authority(role, version_asked_for(role.versions, snapshot.now))
        for role in matrix.roles
    ]
    answer = {"version": matrix.version, "items": items}
    return versioned_response(request, answer, snapshot.version(AUTHORITY_BOOK))


@router.get(
    "/{role}",
    responses=read_responses(AuthorityAnswer),
    openapi_extra=READ,
)
async def get_authority(
    role: AuthorityName,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The version in force, or the one requested. `regional` is exercised by `admin`."""
    matrix, snapshot = await load_matrix(caller.reader)
    found = one_authority(matrix, role)
    one = version_asked_for(found.versions, snapshot.now, version)
    return versioned_response(
        request, render_authority(found, one), snapshot.version(AUTHORITY_BOOK)
    )


@router.put(
    "/{role}",
    responses=command_responses(AuthorityAnswer),
    openapi_extra=VERSIONED,
)
async def put_authority(role: AuthorityName, body: AuthorityBody, caller: Editor) -> Response:
    """A new version from `valid_from` on; earlier decisions stand. A manager may set the roles
    below, within the manager's own limits."""
    command = body.command(role)
    outcome = await caller.services.handler.handle(AUTHORITY_BOOK, command, await caller.envelope())
    found = one_authority(outcome.state or DEFAULT_MATRIX, command.role)
    return outcome_response(outcome, render_authority(found, found.latest))
