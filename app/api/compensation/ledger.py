"""The ledger of compensation, and the feed of credits for the fee system."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.http.callers import Caller, permitted
from app.http.fields import Id, QueryInstant, key
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.paging import Cursor, Limit
from app.http.responses import responses
from app.projections import fee_credits, ledger, ticket_search
from app.projections.fee_credits import list_fee_credits
from app.projections.ledger_lists import LedgerFilters, balances, list_entries, turnover
from app.views.compensation.ledger import (
    render_balance,
    render_entries,
    render_fee_credit,
    visible_filters,
)
from app.views.compensation.money_shape import FeeCreditPage, LedgerBalance, LedgerPage

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_LEDGER))]
FeeSystem = Annotated[Caller, Depends(permitted(roles.READ_FEE_CREDITS))]


async def _filters(
    caller: Reader,
    household_id: Annotated[str, key(128)] | None = None,
    compensation_id: Id | None = None,
    ticket_id: Id | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Entered for then, or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> LedgerFilters:
    filters = LedgerFilters(
        household_id=household_id,
        compensation_id=str(compensation_id) if compensation_id else None,
        ticket_id=str(ticket_id) if ticket_id else None,
        since=since,
        until=until,
    )
    return visible_filters(caller.viewer, filters)


Filters = Annotated[LedgerFilters, Depends(_filters)]


@router.get(
    "/ledger/entries",
    responses=responses({200: LedgerPage}, 401, 403, 404, 422, 503),
)
async def get_entries(
    caller: Reader, filters: Filters, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """In the order of entry. Each names its debit and credit account."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME, ticket_search.NAME)
    page = caller.paging(cursor, limit, list="ledger", filters=filters)
    after = int(page.after[0]) if page.after else 0
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_entries(
            connection, caller.tenant_id, filters, after=after, limit=page.fetch
        )
    kept, following = page.cut(rows, lambda row: [row.position])
    by_household = filters.household_id is not None
    items = await render_entries(caller.reader, kept, by_household=by_household)
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/ledger/balance",
    responses=responses({200: LedgerBalance}, 401, 403, 404, 422, 503),
)
@stops_with_client
async def get_balance(caller: Reader, filters: Filters) -> Response:
    """Of one household, or of all together."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME, ticket_search.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        accounts = await balances(connection, caller.tenant_id, filters)
        sums = await turnover(connection, caller.tenant_id, filters)
    return json_response(render_balance(filters.household_id, accounts, sums))


@router.get(
    "/fee-credits",
    responses=responses({200: FeeCreditPage}, 401, 403, 422, 503),
)
async def get_fee_credits(
    caller: FeeSystem,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="A position.")] = 0,
    limit: Limit = 100,
) -> Response:
    """Pulled by the fee system, `after` the last position it has imported. A withdrawal cancels an
    earlier credit. Who is complained about anonymously does not get what was given for it: import
    with an API key."""
    services = caller.services
    await services.caught_up(caller.tenant_id, fee_credits.NAME, ticket_search.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_fee_credits(
            connection, caller.tenant_id, caller.viewer, after=after, limit=limit
        )
    next_after = rows[-1].position if rows else after
    return json_response(
        {"items": [render_fee_credit(row) for row in rows], "next_after": next_after}
    )
