"""Figures of approvals: waiting times, and what is pending."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.leaving import stops_with_client
from app.http.responses import responses
from app.projections import approvals, compensations
from app.projections.approval_figures import (
    Requests,
    count_outcomes,
    count_pending,
    wait_quantiles,
)
from app.views.compensation.figures import render_approvals, wait_shares
from app.views.compensation.money_shape import ApprovalAnswer

router = APIRouter(prefix="/v1/metrics", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_MONEY_FIGURES))]


@router.get(
    "/approvals",
    responses=responses({200: ApprovalAnswer}, 401, 403, 422, 503),
)
@stops_with_client
async def get_approval_waits(
    caller: Reader,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Asked for then, or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Response:
    """Median (`value`) and 90th percentile (`p90`) from request to decision, by the wall clock."""
    services = caller.services
    await services.caught_up(caller.tenant_id, approvals.NAME, compensations.NAME)
    now = await caller.reader.now()
    requests = Requests(since=since, until=until, communities=caller.communities)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        scope = (connection, caller.tenant_id, requests)
        ended = await count_outcomes(*scope)
        times = await wait_quantiles(*scope, wait_shares(ended.decided)) if ended.decided else []
        open_requests = await count_pending(*scope, now)
    return json_response(render_approvals(ended, times, open_requests))
