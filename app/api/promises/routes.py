"""Promises to owners: made on a ticket, then read and changed by their own id."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.api.promises.bodies import (
    ExcuseBody,
    KeepBody,
    PromiseBody,
    ReviseBody,
    WithdrawPromiseBody,
)
from app.commands import Outcome
from app.db import tenant_transaction
from app.domain import roles
from app.domain.errors import NotFound
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS
from app.domain.ticket.commands.ticket import (
    ExcusePromise,
    KeepPromise,
    MakePromise,
    RevisePromise,
    WithdrawPromise,
)
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.promise import Promise, PromiseKind, PromiseState
from app.http.bodies import CommandBody
from app.http.callers import Caller, permitted
from app.http.fields import Id, QueryInstant, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import etag, json_response, outcome_response
from app.http.paging import Cursor, Limit
from app.http.responses import COMMAND_HEADERS, LOCATION, VERSION_HEADER, VERSIONED, responses
from app.projections import promises, ticket_search
from app.projections.promise_lists import PromiseFilters, list_promises
from app.views.promises.render import render_warnings
from app.views.promises.shape import PromiseAnswer, PromiseGiven, PromisePage
from app.views.tickets.promises import (
    load_one_promise,
    load_visible_promises,
    render_one_promise,
    ticket_of_promise,
)

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_TICKETS))]
Maker = Annotated[Caller, Depends(permitted(COMMAND_PERMISSIONS[MakePromise]))]
Keeper = Annotated[Caller, Depends(permitted(COMMAND_PERMISSIONS[KeepPromise]))]
Reviser = Annotated[Caller, Depends(permitted(COMMAND_PERMISSIONS[RevisePromise]))]
Excuser = Annotated[Caller, Depends(permitted(COMMAND_PERMISSIONS[ExcusePromise]))]
Withdrawer = Annotated[Caller, Depends(permitted(COMMAND_PERMISSIONS[WithdrawPromise]))]
PROBLEMS = (401, 403, 404, 409, 412, 422, 503)
COMMAND: dict[str, Any] = {
    "responses": responses({200: PromiseAnswer}, *PROBLEMS, headers=COMMAND_HEADERS),
    "openapi_extra": VERSIONED,
}


@router.post(
    "/tickets/{ticket_id}/promises",
    status_code=201,
    responses=responses({201: PromiseGiven}, *PROBLEMS, headers=COMMAND_HEADERS | LOCATION),
    openapi_extra=VERSIONED,
)
async def make_promise(ticket_id: Id, body: PromiseBody, caller: Maker) -> Response:
    """Holds do not move its due time. A penalty needs the authority to grant its cap. The version
    is the ticket's; `warnings` names a clock that leaves more time than the promise."""
    command = body.command(str(caller.services.new_id()))
    outcome = await _handle(caller, str(ticket_id), body, command, status=201)
    made: Promise = outcome.state.promises[-1]
    value = {**_result(caller, outcome, made.id), "warnings": render_warnings(outcome.state, made)}
    return outcome_response(outcome, value, lambda: f"/v1/promises/{made.id}")


@router.get(
    "/promises/{promise_id}",
    responses=responses({200: PromiseAnswer}, 401, 403, 404, 422, 503, headers=VERSION_HEADER),
)
async def get_promise(promise_id: Id, caller: Reader) -> Response:
    """As of now: the penalty accrues with every started day. The version is the ticket's."""
    value, version = await load_one_promise(caller.reader, str(promise_id))
    return json_response(value, headers={"ETag": etag(version)})


@router.post("/promises/{promise_id}/keep", **COMMAND)
async def keep_promise(promise_id: Id, caller: Keeper, body: KeepBody | None = None) -> Response:
    """For promises that no other event of the ticket fulfils. Done late, it is settled, not
    kept."""
    body = body or KeepBody()
    return await _execute(caller, promise_id, body, body.command)


@router.post("/promises/{promise_id}/revise", **COMMAND)
async def revise_promise(promise_id: Id, body: ReviseBody, caller: Reviser) -> Response:
    """With the owner's consent, and before it is broken."""
    return await _execute(caller, promise_id, body, body.command)


@router.post("/promises/{promise_id}/excuse", **COMMAND)
async def excuse_promise(promise_id: Id, body: ExcuseBody, caller: Excuser) -> Response:
    """Moves the due time by the excused whole days; no day counts twice."""
    return await _execute(caller, promise_id, body, body.command)


@router.post("/promises/{promise_id}/withdraw", **COMMAND)
async def withdraw_promise(
    promise_id: Id, body: WithdrawPromiseBody, caller: Withdrawer
) -> Response:
    """Before it is broken."""
    return await _execute(caller, promise_id, body, body.command)


async def _execute(
    caller: Caller, promise_id: UUID, body: CommandBody, build: Callable[[str], object]
) -> Response:
    ticket_id = await ticket_of_promise(caller.reader, str(promise_id))
    try:
        outcome = await _handle(caller, ticket_id, body, build(str(promise_id)))
    except NotFound as hidden:
        raise NotFound("promise_not_found") from hidden
    return outcome_response(outcome, _result(caller, outcome, str(promise_id)))


async def _handle(
    caller: Caller, ticket_id: str, body: CommandBody, command: object, *, status: int = 200
) -> Outcome:
    envelope = await caller.envelope(
        status=status,
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    return await caller.services.handler.handle(TICKET.stream(ticket_id), command, envelope)


def _result(caller: Caller, outcome: Outcome, promise_id: str) -> dict[str, Any]:
    return render_one_promise(caller.viewer, outcome.state, promise_id, outcome.at)


async def _filters(
    ticket_id: Id | None = None,
    household_id: Annotated[str, key(128)] | None = None,
    community: Annotated[str, text(128)] | None = None,
    kind: PromiseKind | None = None,
    state: PromiseState | None = None,
    due_before: QueryInstant | None = None,
) -> PromiseFilters:
    return PromiseFilters(
        ticket_id=str(ticket_id) if ticket_id else None,
        household_id=household_id,
        community=community,
        kind=kind,
        state=state,
        due_before=due_before,
    )


@router.get(
    "/promises",
    responses=responses({200: PromisePage}, 401, 403, 422, 503),
)
async def get_promises(
    caller: Reader,
    filters: Annotated[PromiseFilters, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Of the tickets that the caller may see, the next due first, rendered as of now."""
    services = caller.services
    await services.caught_up(caller.tenant_id, promises.NAME, ticket_search.NAME)
    now = await caller.reader.now()
    viewer = caller.viewer
    page = caller.paging(cursor, limit, list="promises", viewer=viewer, filters=filters)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_promises(
            connection,
            caller.tenant_id,
            viewer,
            filters,
            now=now,
            after=_place(page.after) if page.after else None,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.due_at, row.promise_id])
    items = await load_visible_promises(
        caller.reader,
        [(row.ticket_id, row.promise_id) for row in kept],
        by_household=filters.household_id is not None,
    )
    return json_response({"items": items, "next_cursor": following})


def _place(position: Sequence[Any]) -> tuple[datetime, str]:
    due_at, promise_id = position
    return datetime.fromisoformat(due_at), promise_id
