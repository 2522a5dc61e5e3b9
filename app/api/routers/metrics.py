"""Figures over many tickets, each with what it rests on."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.api.answers import json_answer
from app.api.callers import Caller, permitted
from app.api.documents import answers
from app.api.documents_sla import OnTimeAnswer
from app.api.fields import QueryInstant, text
from app.api.figures import rate
from app.api.json_body import JsonRoute
from app.api.schemas.tickets import ClockKind, ServiceClass
from app.api.visibility import STAFF, viewer_of
from app.db import tenant_transaction
from app.projections import sla_clocks, ticket_search
from app.projections.sla_figures import Cohort, Grouping, OnTime, on_time_counts

router = APIRouter(prefix="/v1/metrics", tags=["figures"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(STAFF, scope="tickets:read"))]


async def _cohort(
    clock: ClockKind | None = None,
    service_class: ServiceClass | None = None,
    community: Annotated[str, text(128)] | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Clocks that started since then.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> Cohort:
    return Cohort(
        clock=clock, service_class=service_class, community=community, since=since, until=until
    )


@router.get(
    "/on-time",
    summary="及时率 · the share of clocks met in time",
    responses=answers({200: OnTimeAnswer}, 401, 403, 422, 503),
)
async def get_on_time_rate(
    caller: Reader,
    cohort: Annotated[Cohort, Depends(_cohort)],
    group_by: Grouping | None = None,
) -> Response:
    """Of the clocks by the time they started: on time ÷ (on time + late). One that is overdue is
    late at once; cancelled and waived ones stand apart, `raw_value` counts the waived as late."""
    services = caller.services
    await services.caught_up(caller.tenant_id, sla_clocks.NAME, ticket_search.NAME)
    loaded = await services.store.load(caller.tenant_id, [])
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        counts = await on_time_counts(
            connection,
            caller.tenant_id,
            viewer_of(caller),
            cohort,
            now=loaded.now,
            zone=loaded.timezone,
            group_by=group_by,
        )
    groups = None if group_by is None else [{"key": one.group, **_figures([one])} for one in counts]
    return json_answer({**_figures(counts), "group_by": group_by, "groups": groups})


def _figures(counts: list[OnTime]) -> dict[str, Any]:
    on_time, late = sum(one.on_time for one in counts), sum(one.late for one in counts)
    waived = sum(one.waived for one in counts)
    return {
        **rate(on_time, on_time + late),
        "raw_value": rate(on_time, on_time + late + waived)["value"],
        "on_time": on_time,
        "late": late,
        "cancelled": sum(one.cancelled for one in counts),
        "waived": waived,
        "running": sum(one.running for one in counts),
    }
