"""Compensation: proposed on a ticket or by a rule, decided, given to the owner, taken back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from app.api.compensation.bodies import (
    ApproveBody,
    CompensationBody,
    FailureBody,
    FulfilBody,
    RejectCompensationBody,
    ReverseBody,
    VoidBody,
)
from app.commands import Outcome
from app.db import tenant_transaction
from app.domain import roles
from app.domain.authority.decider import AUTHORITY_BOOK
from app.domain.calendars.durations import iso_of_us
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.state import DEFERRED, PENDING, Compensation
from app.domain.compensation.visibility import may_see
from app.domain.compensation.words import Benefit, CompensationState
from app.domain.errors import NotFound
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.ticket.decider import TICKET
from app.event_store import folding
from app.http.answers import json_answer, outcome_answer, versioned
from app.http.callers import Caller, permitted
from app.http.fields import Id, key, text
from app.http.json_body import JsonRoute
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    answers,
    read_answers,
)
from app.projections import compensations
from app.projections.compensations import CompensationFilters, Place, list_compensations
from app.views.compensation.render import compensation_view
from app.views.compensation.shape import CompensationAnswer, CompensationPage
from app.views.tickets.visible import hidden_reporters

router = APIRouter(prefix="/v1", tags=["compensation"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_COMPENSATIONS))]
Proposer = Annotated[Caller, Depends(permitted(roles.PROPOSE_COMPENSATION))]
Approver = Annotated[Caller, Depends(permitted(roles.DECIDE_COMPENSATION))]
Fulfiller = Annotated[Caller, Depends(permitted(roles.FULFIL_COMPENSATION))]
TakerBack = Annotated[Caller, Depends(permitted(roles.CANCEL_COMPENSATION))]

COMMAND_ANSWERS: Mapping[int | str, dict[str, Any]] = answers(
    {200: CompensationAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS
)
MICROSECOND = timedelta(microseconds=1)


@router.post(
    "/tickets/{ticket_id}/compensations",
    status_code=201,
    summary="提出补偿 · give something",
    responses=answers(
        {201: CompensationAnswer},
        *(401, 403, 404, 409, 412, 422, 503),
        headers=COMMAND_HEADERS | LOCATION,
    ),
    openapi_extra=IDEMPOTENT,
)
async def propose_compensation(ticket_id: Id, body: CompensationBody, caller: Proposer) -> Response:
    """Within the authority it is granted at once, all that people gave on the ticket and to the
    household in 30 days without asking counted together; else it waits for approval."""
    compensation_id = str(caller.services.new_id())
    outcome = await caller.services.handler.handle(
        COMPENSATION.stream(compensation_id),
        body.command(compensation_id, str(ticket_id)),
        await caller.envelope(status=201),
        also=[TICKET.stream(str(ticket_id)), AUTHORITY_BOOK, POLICY_BOOK],
    )
    value = await shown(caller, outcome)
    return outcome_answer(outcome, value, lambda: f"/v1/compensations/{value['id']}")


async def _filters(
    caller: Reader,
    ticket_id: Id | None = None,
    household_id: Annotated[str, key(128)] | None = None,
    state: CompensationState | None = None,
    benefit: Benefit | None = None,
    rule_id: Annotated[str, key(64)] | None = None,
    community: Annotated[str, text(128)] | None = None,
) -> CompensationFilters | None:
    """None where an owner asks for what is another household's: there is nothing to be found."""
    proposed_by = None
    if caller.role == "owner":
        if caller.household_id is None or household_id not in (None, caller.household_id):
            return None
        household_id = caller.household_id
    elif caller.role not in roles.SEES_ALL_COMPENSATIONS:
        proposed_by = caller.actor.subject
    return CompensationFilters(
        ticket_id=str(ticket_id) if ticket_id else None,
        household_id=household_id,
        state=state,
        benefit=benefit,
        rule_id=rule_id,
        community=community,
        proposed_by=proposed_by,
        communities=() if caller.role == "owner" else caller.communities,
    )


@router.get(
    "/compensations",
    summary="补偿列表 · compensations",
    responses=answers({200: CompensationPage}, 401, 403, 422, 503),
)
async def get_compensations(
    caller: Reader,
    filters: Annotated[CompensationFilters | None, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """First what waits for approval, the longest first; then the others, the newest first."""
    if filters is None:
        return json_answer({"items": [], "next_cursor": None})
    services = caller.services
    await services.caught_up(caller.tenant_id, compensations.NAME)
    cursors = Cursors(services.cursor_secret)
    scope = {"list": "compensations", "tenant": caller.tenant_id, "filters": filters}
    after = Place(*cursors.read(cursor, scope)) if cursor else None
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_compensations(
            connection, caller.tenant_id, filters, after=after, limit=limit + 1
        )
    kept, following = cursors.page(rows, limit, scope, lambda row: [row.place, row.compensation_id])
    items = await _seen(caller, [row.compensation_id for row in kept])
    if caller.role != "owner" and filters.household_id is not None:
        items = [each for each in items if each["household_id"] == filters.household_id]
    return json_answer({"items": items, "next_cursor": following})


@router.get(
    "/compensations/{compensation_id}",
    summary="补偿 · one compensation",
    responses=read_answers(CompensationAnswer),
    openapi_extra=READ,
)
async def get_compensation(compensation_id: Id, request: Request, caller: Reader) -> Response:
    """As of now. Owners see what they get and why."""
    found = await _seen(caller, [str(compensation_id)])
    if not found:
        raise NotFound("compensation_not_found")
    return versioned(request, found[0], found[0]["version"])


async def _seen(caller: Caller, ids: list[str]) -> list[dict[str, Any]]:
    """As of now: with what has lapsed, whether or not it has been recorded."""
    services = caller.services
    streams = [COMPENSATION.stream(each) for each in ids]
    loaded = await services.store.load(caller.tenant_id, [stream.id for stream in streams])
    items = []
    for stream in streams:
        fold = loaded.streams.get(stream.id)
        c = await folding.unfold(caller.services.store, caller.tenant_id, stream, fold)
        if c is None or fold is None or c.state == DEFERRED or not may_see(caller.viewer, c):
            continue
        lapsed = COMPENSATION.fold(c, COMPENSATION.lapse(c, loaded.now))
        items.append(_shown(caller, lapsed or c, fold.version, loaded.now))
    return await _veiled(caller, items)


async def _veiled(caller: Caller, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the household where the caller is not to know who reported the ticket."""
    hidden = await hidden_reporters(caller.reader, [each["ticket_id"] for each in items])
    return [
        {**each, "household_id": None} if each["ticket_id"] in hidden else each for each in items
    ]


async def shown(caller: Caller, outcome: Outcome) -> dict[str, Any]:
    view = _shown(caller, outcome.state, outcome.version, outcome.at)
    [told] = await _veiled(caller, [view])
    return told


def _shown(caller: Caller, c: Compensation, version: int, now: datetime) -> dict[str, Any]:
    waits = c.pending_since if c.state == PENDING else None
    waited = iso_of_us((now - waits) // MICROSECOND) if waits else None
    view = compensation_view(c, version, now, internal=caller.role != "owner")
    return {**view, "waiting_since": waits, "waiting": waited}


async def _give(caller: Caller, compensation_id: UUID, command: object) -> Response:
    outcome: Outcome = await caller.services.handler.handle(
        COMPENSATION.stream(str(compensation_id)), command, await caller.envelope()
    )
    return outcome_answer(outcome, await shown(caller, outcome))


@router.post(
    "/compensations/{compensation_id}/approve",
    summary="批准补偿 · approve",
    responses=dict(COMMAND_ANSWERS),
    openapi_extra=VERSIONED,
)
async def approve_compensation(
    compensation_id: Id, caller: Approver, body: ApproveBody | None = None
) -> Response:
    """By somebody whose authority suffices, who neither proposed it nor gets it."""
    return await _give(caller, compensation_id, (body or ApproveBody()).command())


@router.post(
    "/compensations/{compensation_id}/reject",
    summary="驳回补偿 · reject",
    responses=dict(COMMAND_ANSWERS),
    openapi_extra=VERSIONED,
)
async def reject_compensation(
    compensation_id: Id, body: RejectCompensationBody, caller: Approver
) -> Response:
    """By those who could approve it, or are asked at a higher level."""
    return await _give(caller, compensation_id, body.command())


@router.post(
    "/compensations/{compensation_id}/fulfil",
    summary="兑现补偿 · the owner has it",
    responses=dict(COMMAND_ANSWERS),
    openapi_extra=VERSIONED,
)
async def fulfil_compensation(
    compensation_id: Id, caller: Fulfiller, body: FulfilBody | None = None
) -> Response:
    """From then on it is not voided any more: only reversed, for fraud or a duplicate."""
    return await _give(caller, compensation_id, (body or FulfilBody()).command())


@router.post(
    "/compensations/{compensation_id}/fail-fulfilment",
    summary="兑现失败 · tried in vain",
    responses=dict(COMMAND_ANSWERS),
    openapi_extra=VERSIONED,
)
async def fail_fulfilment(compensation_id: Id, body: FailureBody, caller: Fulfiller) -> Response:
    """It stays owed, and its clock goes on: to be tried again."""
    return await _give(caller, compensation_id, body.command())


@router.post(
    "/compensations/{compensation_id}/void",
    summary="作废补偿 · take it back before it is given",
    responses=dict(COMMAND_ANSWERS),
    openapi_extra=VERSIONED,
)
async def void_compensation(compensation_id: Id, body: VoidBody, caller: TakerBack) -> Response:
    """Before the owner has it."""
    return await _give(caller, compensation_id, body.command())


@router.post(
    "/compensations/{compensation_id}/reverse",
    summary="冲销补偿 · enter it against",
    responses=dict(COMMAND_ANSWERS),
    openapi_extra=VERSIONED,
)
async def reverse_compensation(
    compensation_id: Id, body: ReverseBody, caller: TakerBack
) -> Response:
    """After the owner has it: for fraud or a duplicate, with notice. Nothing is deleted."""
    return await _give(caller, compensation_id, body.command())
