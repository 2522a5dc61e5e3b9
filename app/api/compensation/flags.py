"""What is strange about compensations, for those who look after."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.state import Compensation
from app.event_store import folding
from app.http.answers import json_answer
from app.http.callers import Caller, permitted
from app.http.fields import QueryInstant, key
from app.http.json_body import JsonRoute
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import answers
from app.projections import compensation_flags, ledger
from app.projections.compensation_flags import (
    Claimant,
    FlagFilters,
    Flagged,
    frequent_claimants,
    list_flags,
)
from app.views.compensation.money_shape import FlagPage

router = APIRouter(prefix="/v1/compensations", tags=["money"], route_class=JsonRoute)

# Front desk and supervisors give; those who check what is given are others.
Checker = Annotated[Caller, Depends(permitted(roles.READ_FLAGS))]
FlagName = Literal[
    "frequent_pair",
    "near_limit",
    "own_household",
    "relative_household",
    "after_close",
    "reopened_for_money",
]
CLAIMS = timedelta(days=90)


@router.get(
    "/flags",
    summary="疑点 · what is strange about compensations",
    responses=answers({200: FlagPage}, 401, 403, 422, 503),
)
async def get_flags(
    caller: Checker,
    flag: FlagName | None = None,
    subject: Annotated[str, key(128)] | None = None,
    since: Annotated[QueryInstant | None, Query(alias="from")] = None,
    until: Annotated[QueryInstant | None, Query(alias="to")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """The latest first. A flag hinders no compensation: it asks somebody to look."""
    services = caller.services
    await services.caught_up(caller.tenant_id, compensation_flags.NAME, ledger.NAME)
    now = (await services.store.load(caller.tenant_id, [])).now
    filters = FlagFilters(flag=flag, subject=subject, since=since, until=until)
    cursors = Cursors(services.cursor_secret)
    scope = {"list": "flags", "tenant": caller.tenant_id, "filters": filters}
    before = int(cursors.read(cursor, scope)[0]) if cursor else 2**62
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_flags(
            connection, caller.tenant_id, filters, before=before, limit=limit + 1
        )
        claimants = (
            [] if cursor else await frequent_claimants(connection, caller.tenant_id, now - CLAIMS)
        )
    kept, following = cursors.page(rows, limit, scope, lambda row: [row.position])
    about = await _compensations(caller, [row.compensation_id for row in kept])
    return json_answer(
        {
            "items": [
                _flagged(row, about[row.compensation_id])
                for row in kept
                if row.compensation_id in about
            ],
            "claimants": [_claimant(each) for each in claimants],
            "next_cursor": following,
        }
    )


async def _compensations(caller: Caller, ids: Sequence[str]) -> dict[str, Compensation]:
    """Those that are in the caller's reach, as they stand."""
    services = caller.services
    streams = [COMPENSATION.stream(one) for one in dict.fromkeys(ids)]
    loaded = await services.store.load(caller.tenant_id, [stream.id for stream in streams])
    found = {}
    for stream in streams:
        fold = loaded.streams.get(stream.id)
        one = await folding.unfold(caller.services.store, caller.tenant_id, stream, fold)
        if one is not None and (not caller.communities or one.community in caller.communities):
            found[stream.key] = one
    return found


def _flagged(row: Flagged, about: Compensation) -> dict[str, Any]:
    return {
        "position": row.position,
        "flag": row.flag,
        "detail": row.detail,
        "subject": row.subject,
        "occurred_at": row.occurred_at,
        "compensation_id": row.compensation_id,
        "ticket_id": about.ticket_id,
        "household_id": about.household_id,
        "benefit": about.benefit,
        "amount_fen": about.amount_fen,
        "currency": about.currency,
        "state": about.state,
    }


def _claimant(one: Claimant) -> dict[str, Any]:
    return {
        "household_id": one.household_id,
        "claims": one.claims,
        "amount_fen": one.amount_fen,
        "p99": one.p99,
    }
