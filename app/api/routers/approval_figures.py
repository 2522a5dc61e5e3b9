"""How long approvals take, and which wait."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_money import ApprovalAnswer
from app.api.fields import QueryInstant
from app.api.json_body import JsonRoute
from app.api.routers.ledger import OFFICE
from app.db import tenant_transaction
from app.domain.medians import median_ranks
from app.domain.sla.durations import iso_of_us
from app.domain.statistics import ENOUGH
from app.projections import approvals, compensations
from app.projections.approval_figures import Requests, Waiting, outcomes, waiting, waits

router = APIRouter(prefix="/v1/metrics", tags=["figures"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted((*OFFICE, "integration"), scope="money:read"))]
MICROSECOND, MINUTE = timedelta(microseconds=1), timedelta(minutes=1)


@router.get(
    "/approvals",
    summary="审批等待 · how long approvals take",
    responses=answers({200: ApprovalAnswer}, 401, 403, 422, 503),
)
async def get_approval_waits(
    caller: Reader,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Asked for then, or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Response:
    """From the request to the decision, by the wall clock: half of the people waited for less than
    `value`, nine of ten for less than `p90`."""
    services = caller.services
    await services.caught_up(caller.tenant_id, approvals.NAME, compensations.NAME)
    now = (await services.store.load(caller.tenant_id, [])).now
    requests = Requests(since=since, until=until, communities=caller.communities)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        of = (connection, caller.tenant_id, requests)
        ended = await outcomes(*of)
        times = await waits(*of, _shares(ended.decided)) if ended.decided else []
        open_ones = await waiting(*of, now)
    longest = max((one.longest for one in open_ones), default=None)
    return json_answer(
        {
            "n": ended.decided,
            **_times([each / MINUTE for each in times]),
            "sufficient": ended.decided >= ENOUGH,
            "approved": ended.approved,
            "rejected": ended.rejected,
            "expired": ended.expired,
            "voided": ended.voided,
            "escalated": ended.escalated,
            "waiting": sum(one.n for one in open_ones),
            "longest_waiting": _iso(longest) if longest is not None else None,
            "waiting_for": [_waiting(one) for one in open_ones],
        }
    )


def _shares(n: int) -> tuple[float, ...]:
    """Median, both its bounds, and nine tenths. A rank is the share just below it and a bit more,
    for what is asked for is the first value that so many are not above."""
    low, high = median_ranks(n)
    return 0.5, (low - 0.5) / n, (high - 0.5) / n, 0.9


def _times(minutes: list[float]) -> dict[str, Any]:
    if not minutes:
        return {"value": None, "ci95": None, "p90": None}
    median, low, high, p90 = (round(each, 2) for each in minutes)
    return {"value": median, "ci95": [low, high], "p90": p90}


def _waiting(one: Waiting) -> dict[str, Any]:
    return {
        "role": one.role,
        "n": one.n,
        "amount_fen": one.amount_fen,
        "longest": _iso(one.longest),
    }


def _iso(length: timedelta) -> str:
    return iso_of_us(max(0, length // MICROSECOND))
