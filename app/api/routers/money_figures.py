"""What compensation costs, and what a household was given."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, Response

from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_money import CostAnswer, ExposureAnswer
from app.api.fields import Identifier, QueryInstant, text
from app.api.json_body import JsonRoute
from app.api.routers.ledger import CURRENCY, OFFICE
from app.db import tenant_transaction
from app.domain.authority import AUTHORITY_BOOK, Authority, authority_for
from app.domain.authority_matrix import BENEFITS
from app.domain.cost_rate import cost_of_a_ticket
from app.domain.decider import Given
from app.domain.exposure import EXPOSURE, Exposed, Exposure
from app.domain.exposure import WINDOW as LATELY
from app.domain.statistics import ENOUGH
from app.projections import ledger, ticket_search
from app.projections.ledger_figures import Cost, CostGrouping, Period, costs, tickets_reported

router = APIRouter(prefix="/v1", tags=["figures"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted((*OFFICE, "integration"), scope="money:read"))]
SPREAD_OVER_ALL = ("rule", "benefit", "decided_by")  # these are of all tickets, not of some


async def _period(
    caller: Reader,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Granted at that time or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Period:
    return Period(since=since, until=until, community=community, communities=caller.communities)


@router.get(
    "/metrics/compensation",
    summary="补偿成本 · what compensation costs",
    responses=answers({200: CostAnswer}, 401, 403, 422, 503),
)
async def get_compensation_cost(
    caller: Reader,
    period: Annotated[Period, Depends(_period)],
    group_by: CostGrouping | None = None,
) -> Response:
    """Of what was granted in the period: yuan per 100 of the tickets that were reported in it. By
    `month` it is the local month; `rule` null is what people gave, or promised."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME, ticket_search.NAME)
    zone = (await services.store.load(caller.tenant_id, [])).timezone
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        [whole] = await costs(connection, caller.tenant_id, period, None) or [NOTHING]
        grouped = await costs(connection, caller.tenant_id, period, group_by) if group_by else []
        tickets = await tickets_reported(connection, caller.tenant_id, period, None, zone)
        base = await tickets_reported(connection, caller.tenant_id, period, group_by, zone)
    total = tickets.get(None, 0)
    groups = None if group_by is None else [_group(one, group_by, base, total) for one in grouped]
    answer = {**_cost(whole, total), "currency": CURRENCY, "group_by": group_by, "groups": groups}
    return json_answer(answer)


NOTHING = Cost(
    group=None,
    grants=0,
    granted_fen=0,
    voided_fen=0,
    reversed_fen=0,
    fulfilled_fen=0,
    no_fault_fen=0,
    tickets=0,
    net_squares=0,
)


def _group(
    cost: Cost, group_by: CostGrouping, base: dict[str | None, int], total: int
) -> dict[str, Any]:
    tickets = total if group_by in SPREAD_OVER_ALL else base.get(cost.group, 0)
    return {"key": cost.group, **_cost(cost, tickets)}


def _cost(cost: Cost, tickets: int) -> dict[str, Any]:
    """Fen a ticket are yuan a hundred tickets. A grant may be for a ticket of before the period:
    then there are as many tickets as something was given for."""
    n = max(tickets, cost.tickets)
    value, ci95 = None, None
    if n:
        estimate = cost_of_a_ticket(cost.net_fen, cost.net_squares, n)
        low, high = estimate.interval
        value, ci95 = round(estimate.value, 2), [round(max(0.0, low), 2), round(high, 2)]
    return {
        "n": n,
        "value": value,
        "ci95": ci95,
        "sufficient": n >= ENOUGH,
        "grants": cost.grants,
        "granted_fen": cost.granted_fen,
        "voided_fen": cost.voided_fen,
        "reversed_fen": cost.reversed_fen,
        "fulfilled_fen": cost.fulfilled_fen,
        "net_fen": cost.net_fen,
        "no_fault_fen": cost.no_fault_fen,
    }


@router.get(
    "/households/{household_id}/exposure",
    summary="住户已获补偿 · what a household was given",
    responses=answers({200: ExposureAnswer}, 401, 403, 404, 422, 503),
)
async def get_exposure(household_id: Annotated[Identifier, Path()], caller: Reader) -> Response:
    """Of the last 400 days, the sums of the last 30; and what the caller may still give alone."""
    services = caller.services
    stream = EXPOSURE.stream(household_id)
    loaded = await services.store.load(caller.tenant_id, [stream.id, AUTHORITY_BOOK.id])
    state, matrix = [
        await services.handler.unfold(caller.tenant_id, each, loaded.streams.get(each.id))
        for each in (stream, AUTHORITY_BOOK)
    ]
    given = Given(
        actor=caller.actor,
        now=loaded.now,
        occurred_at=loaded.now,
        zone=ZoneInfo(loaded.timezone),
        states={AUTHORITY_BOOK.id: matrix},
    )
    return json_answer(_exposure(household_id, state, given))


def _exposure(household_id: str, state: Exposure, given: Given) -> dict[str, Any]:
    lately = [one for one in state.entries if one.at > given.now - LATELY and not one.pending]
    alone = sum(one.amount_fen for one in lately if one.below_approval and one.rule_id is None)
    held = [(benefit, authority_for(given, benefit)) for benefit in BENEFITS]
    return {
        "household_id": household_id,
        "currency": CURRENCY,
        "given_30d_fen": sum(one.amount_fen for one in lately),
        "by_rules_30d_fen": sum(one.amount_fen for one in lately if one.rule_id is not None),
        "by_people_30d_fen": sum(one.amount_fen for one in lately if one.rule_id is None),
        "below_approval_30d_fen": alone,
        "pending_fen": sum(one.amount_fen for one in state.entries if one.pending),
        "room": [_room(benefit, one, alone) for benefit, one in held if one.limit_fen],
        "entries": [_exposed(one) for one in state.entries],
    }


def _room(benefit: str, held: Authority, alone: int) -> dict[str, Any]:
    whole = held.per_household_30d_fen
    left = held.limit_fen if whole is None else min(held.limit_fen, whole - alone)
    return {
        "benefit": benefit,
        "role": held.role,
        "limit_fen": held.limit_fen,
        "remaining_fen": max(0, left),
    }


def _exposed(one: Exposed) -> dict[str, Any]:
    return {
        "compensation_id": one.compensation_id,
        "ticket_id": one.ticket_id,
        "benefit": one.benefit,
        "amount_fen": one.amount_fen,
        "month": one.month,
        "rule_id": one.rule_id,
        "by": one.by,
        "pending": one.pending,
        "below_approval": one.below_approval,
        "at": one.at,
    }
