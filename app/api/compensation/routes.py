"""Compensations: proposed on a ticket or by a rule, approved, fulfilled, voided, reversed."""

from collections.abc import Mapping
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
from app.domain.benefits import Benefit
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.words import CompensationState
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.ticket.decider import TICKET
from app.http.callers import Caller, permitted
from app.http.fields import Id, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.paging import Cursor, Limit
from app.http.responses import (
    COMMAND_HEADERS,
    IDEMPOTENT,
    LOCATION,
    READ,
    VERSIONED,
    read_responses,
    responses,
)
from app.projections import compensations, ticket_search
from app.projections.compensations import CompensationFilters, Place, list_compensations
from app.views.compensation.shape import CompensationAnswer, CompensationPage
from app.views.compensation.visible import (
    load_one_compensation,
    load_visible_compensations,
    render_result,
    visible_filters,
)

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_COMPENSATIONS))]
Proposer = Annotated[Caller, Depends(permitted(roles.PROPOSE_COMPENSATION))]
Approver = Annotated[Caller, Depends(permitted(roles.DECIDE_COMPENSATION))]
Fulfiller = Annotated[Caller, Depends(permitted(roles.FULFIL_COMPENSATION))]
Canceller = Annotated[Caller, Depends(permitted(roles.CANCEL_COMPENSATION))]

COMMAND_RESPONSES: Mapping[int | str, dict[str, Any]] = responses(
    {200: CompensationAnswer}, 401, 403, 404, 409, 412, 422, 503, headers=COMMAND_HEADERS
)


@router.post(
    "/tickets/{ticket_id}/compensations",
    status_code=201,
    responses=responses(
        {201: CompensationAnswer},
        *(401, 403, 404, 409, 412, 422, 503),
        headers=COMMAND_HEADERS | LOCATION,
    ),
    openapi_extra=IDEMPOTENT,
)
async def propose_compensation(ticket_id: Id, body: CompensationBody, caller: Proposer) -> Response:
    """Granted at once if it is within the proposer's authority, where discretionary grants on the
    ticket and to the household in 30 days count too; else it waits for approval."""
    compensation_id = str(caller.services.new_id())
    outcome = await caller.services.handler.handle(
        COMPENSATION.stream(compensation_id),
        body.command(compensation_id, str(ticket_id)),
        await caller.envelope(status=201),
        also=[TICKET.stream(str(ticket_id)), AUTHORITY_BOOK, POLICY_BOOK],
    )
    value = await _result(caller, outcome)
    return outcome_response(outcome, value, lambda: f"/v1/compensations/{value['id']}")


async def _filters(
    caller: Reader,
    ticket_id: Id | None = None,
    household_id: Annotated[str, key(128)] | None = None,
    state: CompensationState | None = None,
    benefit: Benefit | None = None,
    rule_id: Annotated[str, key(64)] | None = None,
    community: Annotated[str, text(128)] | None = None,
) -> CompensationFilters | None:
    """None where an owner asks for another household: the list is empty."""
    filters = CompensationFilters(
        ticket_id=str(ticket_id) if ticket_id else None,
        household_id=household_id,
        state=state,
        benefit=benefit,
        rule_id=rule_id,
        community=community,
    )
    return visible_filters(caller.viewer, filters)


@router.get(
    "/compensations",
    responses=responses({200: CompensationPage}, 401, 403, 422, 503),
)
async def get_compensations(
    caller: Reader,
    filters: Annotated[CompensationFilters | None, Depends(_filters)],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Pending approvals first, the oldest at the top; then the others, the newest first."""
    if filters is None:
        return json_response({"items": [], "next_cursor": None})
    services = caller.services
    await services.caught_up(caller.tenant_id, compensations.NAME, ticket_search.NAME)
    page = caller.paging(cursor, limit, list="compensations", filters=filters)
    after = Place(*page.after) if page.after else None
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_compensations(
            connection, caller.tenant_id, filters, after=after, limit=page.fetch
        )
    kept, following = page.cut(rows, lambda row: [row.place, row.compensation_id])
    items = await load_visible_compensations(
        caller.reader,
        [row.compensation_id for row in kept],
        by_household=filters.household_id is not None,
    )
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/compensations/{compensation_id}",
    responses=read_responses(CompensationAnswer),
    openapi_extra=READ,
)
async def get_compensation(compensation_id: Id, request: Request, caller: Reader) -> Response:
    """As of now. Owners see no internals."""
    found = await load_one_compensation(caller.reader, str(compensation_id))
    return versioned_response(request, found, found["version"])


async def _result(caller: Caller, outcome: Outcome) -> dict[str, Any]:
    return await render_result(caller.reader, outcome.state, outcome.version, outcome.at)


async def _execute(caller: Caller, compensation_id: UUID, command: object) -> Response:
    outcome: Outcome = await caller.services.handler.handle(
        COMPENSATION.stream(str(compensation_id)), command, await caller.envelope()
    )
    return outcome_response(outcome, await _result(caller, outcome))


@router.post(
    "/compensations/{compensation_id}/approve",
    responses=dict(COMMAND_RESPONSES),
    openapi_extra=VERSIONED,
)
async def approve_compensation(
    compensation_id: Id, caller: Approver, body: ApproveBody | None = None
) -> Response:
    """By somebody with sufficient authority who neither proposed it nor benefits."""
    return await _execute(caller, compensation_id, (body or ApproveBody()).command())


@router.post(
    "/compensations/{compensation_id}/reject",
    responses=dict(COMMAND_RESPONSES),
    openapi_extra=VERSIONED,
)
async def reject_compensation(
    compensation_id: Id, body: RejectCompensationBody, caller: Approver
) -> Response:
    """By somebody who could approve it, or to whom it was escalated."""
    return await _execute(caller, compensation_id, body.command())


@router.post(
    "/compensations/{compensation_id}/fulfil",
    responses=dict(COMMAND_RESPONSES),
    openapi_extra=VERSIONED,
)
async def fulfil_compensation(
    compensation_id: Id, caller: Fulfiller, body: FulfilBody | None = None
) -> Response:
    """After that it can only be reversed, for fraud or a duplicate."""
    return await _execute(caller, compensation_id, (body or FulfilBody()).command())


@router.post(
    "/compensations/{compensation_id}/fail-fulfilment",
    responses=dict(COMMAND_RESPONSES),
    openapi_extra=VERSIONED,
)
async def fail_fulfilment(compensation_id: Id, body: FailureBody, caller: Fulfiller) -> Response:
    """It stays granted and its clock runs on: try again."""
    return await _execute(caller, compensation_id, body.command())


@router.post(
    "/compensations/{compensation_id}/void",
    responses=dict(COMMAND_RESPONSES),
    openapi_extra=VERSIONED,
)
async def void_compensation(compensation_id: Id, body: VoidBody, caller: Canceller) -> Response:
    """Before it is fulfilled."""
    return await _execute(caller, compensation_id, body.command())


@router.post(
    "/compensations/{compensation_id}/reverse",
    responses=dict(COMMAND_RESPONSES),
    openapi_extra=VERSIONED,
)
async def reverse_compensation(
    compensation_id: Id, body: ReverseBody, caller: Canceller
) -> Response:
    """After it is fulfilled: for fraud or a duplicate, with a notice to the owner. Nothing is
    deleted."""
    return await _execute(caller, compensation_id, body.command())
