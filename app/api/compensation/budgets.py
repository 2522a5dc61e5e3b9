"""What projects spent in a month, against the budgets of the rules."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.http.callers import Caller, permitted
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import ledger
from app.projections.ledger_lists import communities_of
from app.views.compensation.budgets import budgets_in_force, load_budgets
from app.views.compensation.ledger import CURRENCY
from app.views.compensation.money_shape import BudgetList
from app.views.compensation.rules import load_rule_book

router = APIRouter(prefix="/v1/compensations", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_BUDGETS))]
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"


@router.get(
    "/budgets",
    responses=responses({200: BudgetList}, 401, 403, 422, 503),
)
@stops_with_client
async def get_budgets(
    caller: Reader,
    month: Annotated[
        str | None, Query(pattern=MONTH, description="`2024-03`; this local month, else.")
    ] = None,
) -> Response:
    """Of the projects that spent anything that month. Beyond its budget a rule asks for approval;
    what was approved is counted in `over_fen`."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME)
    book, snapshot = await load_rule_book(caller.reader)
    budgets = budgets_in_force(book, snapshot.now)
    local_month = month or f"{snapshot.now.astimezone(ZoneInfo(snapshot.timezone)):%Y-%m}"
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        communities = await communities_of(connection, caller.tenant_id, local_month)
    items = await load_budgets(caller.reader, communities, local_month, budgets)
    return json_response({"month": local_month, "currency": CURRENCY, "items": items})
