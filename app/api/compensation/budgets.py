"""What the projects have given in a month, beside what the rules let them give."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from app.api.compensation.ledger import CURRENCY
from app.db import tenant_transaction
from app.domain import roles
from app.domain.authority.budget import Budget, BudgetKey
from app.domain.compensation.rule_book import RULE_BOOK
from app.domain.compensation.rules import DEFAULT_RULES
from app.event_store import folding
from app.http.answers import json_answer
from app.http.callers import Caller, permitted
from app.http.json_body import JsonRoute
from app.http.responses import answers
from app.projections import ledger
from app.projections.ledger_lists import communities_of
from app.views.compensation.money_shape import BudgetList
from app.views.figures import percent

router = APIRouter(prefix="/v1/compensations", tags=["money"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_BUDGETS))]
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
Budgets = list[tuple[str, int]]
"""Of each rule that has one."""


@router.get(
    "/budgets",
    summary="项目月度预算 · what the projects have given",
    responses=answers({200: BudgetList}, 401, 403, 422, 503),
)
async def get_budgets(
    caller: Reader,
    month: Annotated[
        str | None, Query(pattern=MONTH, description="`2024-03`; this local month, else.")
    ] = None,
) -> Response:
    """Those projects in which anything was given that month. Rules stop at their budget and ask;
    what was approved beyond it counts apart, in `over_fen`."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME)
    loaded = await services.store.load(caller.tenant_id, [RULE_BOOK.id])
    rules = await folding.unfold(
        caller.services.store, caller.tenant_id, RULE_BOOK, loaded.streams.get(RULE_BOOK.id)
    )
    budgets: Budgets = [
        (rule_id, version.caps.project_month_budget_fen)
        for rule_id, version in (rules or DEFAULT_RULES).in_force(loaded.now)
        if version.caps.project_month_budget_fen is not None
    ]
    asked = month or f"{loaded.now.astimezone(ZoneInfo(loaded.timezone)):%Y-%m}"
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        communities = await communities_of(connection, caller.tenant_id, asked)
    near = [one for one in communities if not caller.communities or one in caller.communities]
    items = [_view(key, state, budgets) for key, state in await _states(caller, near, asked)]
    return json_answer({"month": asked, "currency": CURRENCY, "items": items})


async def _states(
    caller: Caller, communities: list[str], month: str
) -> list[tuple[BudgetKey, Budget]]:
    services = caller.services
    keys = [BudgetKey(community=one, month=month) for one in communities]
    loaded = await services.store.load(caller.tenant_id, [one.stream.id for one in keys])
    return [
        (
            one,
            await folding.unfold(
                caller.services.store,
                caller.tenant_id,
                one.stream,
                loaded.streams.get(one.stream.id),
            ),
        )
        for one in keys
    ]


def _view(key: BudgetKey, state: Budget, budgets: Budgets) -> dict[str, Any]:
    return {
        "community": key.community,
        "spent_fen": state.spent_fen,
        "over_fen": state.over_fen,
        "budgets": [
            {
                "rule_id": rule_id,
                "budget_fen": budget_fen,
                "used_percent": percent(state.spent_fen / budget_fen) if budget_fen else None,
            }
            for rule_id, budget_fen in budgets
        ],
        "alarms": [
            {"percent": alarm.percent, "budget_fen": alarm.budget_fen} for alarm in state.alarms
        ],
    }
