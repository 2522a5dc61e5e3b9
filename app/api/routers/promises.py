"""Promises to owners: made on a ticket, and from then on asked about by their own id."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from app.api.answers import etag, json_answer, outcome_answer
from app.api.callers import Caller, permitted
from app.api.documents import COMMAND_HEADERS, LOCATION, VERSION_HEADER, VERSIONED, answers
from app.api.documents_promises import PromiseGiven, PromisePage
from app.api.documents_tickets import PromiseAnswer
from app.api.fields import Id, QueryInstant, key, text
from app.api.json_body import JsonRoute
from app.api.paging import Cursor, Cursors, Limit
from app.api.schemas.promises import (
    ExcuseBody,
    KeepBody,
    PromiseBody,
    PromiseKind,
    PromiseState,
    ReviseBody,
    WithdrawPromiseBody,
)
from app.api.schemas.tickets import CommandBody
from app.api.shown import as_of, tickets_seen
from app.api.veil import veiled_ticket
from app.api.visibility import READERS, viewer_of
from app.command_handler import Outcome
from app.db import tenant_transaction
from app.domain.errors import NotFound
from app.domain.promise import PROMISE
from app.domain.sla.clock import latest
from app.domain.ticket.commands import (
    ExcusePromise,
    KeepPromise,
    MakePromise,
    RevisePromise,
    WithdrawPromise,
)
from app.domain.ticket.decider import TICKET
from app.domain.ticket.permissions import PERMITTED
from app.domain.ticket.promise import Promise, promise_of
from app.domain.ticket.promise_view import promise_view
from app.domain.ticket.state import Ticket
from app.domain.ticket.visibility import knows_reporter
from app.projections import promises, ticket_search
from app.projections.promise_lists import PromiseFilters, list_promises

router = APIRouter(prefix="/v1", tags=["promises"], route_class=JsonRoute)

SCOPE = "tickets:write"
Reader = Annotated[Caller, Depends(permitted(READERS, scope="tickets:read"))]
Maker = Annotated[Caller, Depends(permitted(PERMITTED[MakePromise], scope=SCOPE))]
Keeper = Annotated[Caller, Depends(permitted(PERMITTED[KeepPromise], scope=SCOPE))]
Reviser = Annotated[Caller, Depends(permitted(PERMITTED[RevisePromise], scope=SCOPE))]
Excuser = Annotated[Caller, Depends(permitted(PERMITTED[ExcusePromise], scope=SCOPE))]
Withdrawer = Annotated[Caller, Depends(permitted(PERMITTED[WithdrawPromise], scope=SCOPE))]
PROBLEMS = (401, 403, 404, 409, 412, 422, 503)
CHANGED: dict[str, Any] = {
    "responses": answers({200: PromiseAnswer}, *PROBLEMS, headers=COMMAND_HEADERS),
    "openapi_extra": VERSIONED,
}
TIGHTER = "tighter_than_policy"


@router.post(
    "/tickets/{ticket_id}/promises",
    status_code=201,
    summary="承诺 · give the owner a date",
    responses=answers({201: PromiseGiven}, *PROBLEMS, headers=COMMAND_HEADERS | LOCATION),
    openapi_extra=VERSIONED,
)
async def make_promise(ticket_id: Id, body: PromiseBody, caller: Maker) -> Response:
    """Holds do not move it. A penalty needs the authority to grant its cap. The version is that of
    the ticket; `warnings` tell of a clock that leaves more time than the promise."""
    command = body.command(str(caller.services.new_id()))
    outcome = await _give(caller, str(ticket_id), body, command, status=201)
    made: Promise = outcome.state.promises[-1]
    value = {**_shown(caller, outcome, made.id), "warnings": _warnings(outcome.state, made)}
    return outcome_answer(outcome, value, lambda: f"/v1/promises/{made.id}")


@router.get(
    "/promises/{promise_id}",
    summary="承诺详情 · one promise",
    responses=answers({200: PromiseAnswer}, 401, 403, 404, 422, 503, headers=VERSION_HEADER),
)
async def get_promise(promise_id: Id, caller: Reader) -> Response:
    """As of now: what has accrued grows with every started day. The version is the ticket's."""
    ticket_id = await _ticket_of(caller, promise_id)
    found, now = await tickets_seen(caller, [ticket_id])
    for ticket, version in found.values():
        if (promise := promise_of(ticket.promises, str(promise_id))) is not None:
            value = _view(caller, ticket, promise, now)
            return json_answer(value, headers={"ETag": etag(version)})
    raise NotFound("promise_not_found")


@router.post("/promises/{promise_id}/keep", summary="兑现承诺 · it is done", **CHANGED)
async def keep_promise(promise_id: Id, caller: Keeper, body: KeepBody | None = None) -> Response:
    """For what no other fact of the ticket shows. Done late, it is settled, not kept."""
    body = body or KeepBody()
    return await _change(caller, promise_id, body, body.command)


@router.post("/promises/{promise_id}/revise", summary="改期 · another date", **CHANGED)
async def revise_promise(promise_id: Id, body: ReviseBody, caller: Reviser) -> Response:
    """With the owner's consent, and before it is broken."""
    return await _change(caller, promise_id, body, body.command)


@router.post("/promises/{promise_id}/excuse", summary="免责 · days that do not count", **CHANGED)
async def excuse_promise(promise_id: Id, body: ExcuseBody, caller: Excuser) -> Response:
    """Moves the due time by the whole days that are excused; no day counts twice."""
    return await _change(caller, promise_id, body, body.command)


@router.post("/promises/{promise_id}/withdraw", summary="撤回承诺 · take it back", **CHANGED)
async def withdraw_promise(
    promise_id: Id, body: WithdrawPromiseBody, caller: Withdrawer
) -> Response:
    """Before it is broken."""
    return await _change(caller, promise_id, body, body.command)


async def _change(
    caller: Caller, promise_id: UUID, body: CommandBody, command_of: Callable[[str], object]
) -> Response:
    ticket_id = await _ticket_of(caller, promise_id)
    try:
        outcome = await _give(caller, ticket_id, body, command_of(str(promise_id)))
    except NotFound as hidden:
        raise NotFound("promise_not_found") from hidden
    return outcome_answer(outcome, _shown(caller, outcome, str(promise_id)))


async def _ticket_of(caller: Caller, promise_id: UUID) -> str:
    stream = PROMISE.stream(str(promise_id))
    filed = await caller.services.handler.state_of(caller.tenant_id, stream)
    if filed is None:
        raise NotFound("promise_not_found")
    return filed.ticket_id


async def _give(
    caller: Caller, ticket_id: str, body: CommandBody, command: object, *, status: int = 200
) -> Outcome:
    envelope = await caller.envelope(
        status=status,
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    return await caller.services.handler.handle(TICKET.stream(ticket_id), command, envelope)


def _shown(caller: Caller, outcome: Outcome, promise_id: str) -> dict[str, Any]:
    """As of then, with what lapsed by it: an excuse may leave a due time that is past."""
    ticket = as_of(outcome.state, outcome.at)
    promise = promise_of(ticket.promises, promise_id)
    if promise is None:
        raise NotFound("promise_not_found")
    return _view(caller, ticket, promise, outcome.at)


def _view(caller: Caller, ticket: Ticket, promise: Promise, at: datetime) -> dict[str, Any]:
    return veiled_ticket(caller, ticket, promise_view(ticket, promise, at))


def _warnings(ticket: Ticket, promise: Promise) -> list[dict[str, Any]]:
    clock = latest(ticket.clocks, promise.tighter_than) if promise.tighter_than else None
    if clock is None:
        return []
    return [{"code": TIGHTER, "clock": clock.kind, "due_at": clock.due_at}]


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
    summary="承诺列表 · promises",
    responses=answers({200: PromisePage}, 401, 403, 422, 503),
)
async def get_promises(
    caller: Reader,
    filters: Annotated[PromiseFilters, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Of the tickets that one may see, the next due first. Each is shown as of now."""
    services = caller.services
    await services.caught_up(caller.tenant_id, promises.NAME, ticket_search.NAME)
    now = (await services.store.load(caller.tenant_id, [])).now
    cursors = Cursors(services.cursor_secret)
    viewer = viewer_of(caller)
    scope = {"list": "promises", "tenant": caller.tenant_id, "viewer": viewer, "filters": filters}
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_promises(
            connection,
            caller.tenant_id,
            viewer,
            filters,
            now=now,
            after=_place(cursors.read(cursor, scope)) if cursor else None,
            limit=limit + 1,
        )
    kept, following = cursors.page(rows, limit, scope, lambda row: [row.due_at, row.promise_id])
    found, now = await tickets_seen(caller, [row.ticket_id for row in kept])
    items = []
    for row in kept:
        ticket, _ = found.get(row.ticket_id, (None, 0))
        if ticket and filters.household_id and not knows_reporter(caller, ticket):
            continue  # to be found by the household would tell whose it is
        promise = promise_of(ticket.promises, row.promise_id) if ticket else None
        if ticket is not None and promise is not None:
            items.append(_view(caller, ticket, promise, now))
    return json_answer({"items": items, "next_cursor": following})


def _place(position: Sequence[Any]) -> tuple[datetime, str]:
    due_at, promise_id = position
    return datetime.fromisoformat(due_at), promise_id
