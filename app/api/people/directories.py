"""Lists of staff, of engineers with their load, and of households: found by read models, rendered
from the records themselves."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.records.staff import StaffMember
from app.http.callers import Caller, permitted
from app.http.fields import text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.paging import Cursor, Limit
from app.http.responses import responses
from app.projections import engineer_load, household_directory, staff_directory
from app.projections.engineer_load import loads_of
from app.projections.household_directory import list_households
from app.projections.staff_directory import StaffEntry, list_staff
from app.views.people.render import render_household, render_load, render_staff
from app.views.people.shape import EngineerPage, HouseholdPage, StaffPage
from app.views.people.visible import load_households, load_staff
from app.views.tickets.beyond import out_of_reach

router = APIRouter(prefix="/v1", route_class=JsonRoute)

PeopleReader = Annotated[Caller, Depends(permitted(roles.LIST_PEOPLE))]
Word = Annotated[str, text(64)]


async def _staff(
    caller: Caller, *, role: str | None, active: bool | None, limit: int, cursor: str | None
) -> tuple[list[StaffMember], str | None]:
    await caller.services.caught_up(caller.tenant_id, staff_directory.NAME)
    reach = caller.viewer.reach
    page = caller.paging(cursor, limit, list="staff", role=role, active=active, reach=reach)
    after = None
    if page.after:
        subject, name = page.after
        after = StaffEntry(subject=subject, name=name)
    async with tenant_transaction(caller.services.engine, caller.tenant_id) as connection:
        rows = await list_staff(
            connection,
            caller.tenant_id,
            role=role,
            active=active,
            communities=reach,
            after=after,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.subject, row.name])
    return await load_staff(caller.reader, [row.subject for row in kept]), following


@router.get(
    "/staff",
    responses=responses({200: StaffPage}, 401, 403, 422, 503),
)
async def get_staff_list(
    caller: PeopleReader,
    role: Word | None = None,
    active: bool | None = None,  # noqa: FBT001 - a query parameter
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """By name."""
    people, following = await _staff(caller, role=role, active=active, limit=limit, cursor=cursor)
    return json_response(
        {"items": [render_staff(caller.viewer, each) for each in people], "next_cursor": following}
    )


@router.get(
    "/engineers",
    responses=responses({200: EngineerPage}, 401, 403, 422, 503),
)
async def get_engineers(caller: PeopleReader, limit: Limit = 20, cursor: Cursor = None) -> Response:
    """With their load and load cap."""
    people, following = await _staff(
        caller, role="engineer", active=None, limit=limit, cursor=cursor
    )
    await caller.services.caught_up(caller.tenant_id, engineer_load.NAME)
    async with tenant_transaction(caller.services.engine, caller.tenant_id) as connection:
        loads = await loads_of(connection, caller.tenant_id, [each.subject for each in people])
    tickets = (each for load in loads.values() for each in (*load.carried, *load.offered))
    unseen = await out_of_reach(caller.reader, tickets)
    items = [render_load(each, loads.get(each.subject), unseen) for each in people]
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/households",
    responses=responses({200: HouseholdPage}, 401, 403, 422, 503),
)
async def get_household_list(
    caller: PeopleReader,
    community: Annotated[Word | None, Query()] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    await caller.services.caught_up(caller.tenant_id, household_directory.NAME)
    reach = caller.viewer.reach
    page = caller.paging(cursor, limit, list="households", community=community, reach=reach)
    after = page.after[0] if page.after else ""
    async with tenant_transaction(caller.services.engine, caller.tenant_id) as connection:
        rows = await list_households(
            connection,
            caller.tenant_id,
            communities=reach,
            community=community,
            after=after,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row])
    households = await load_households(caller.reader, kept)
    return json_response(
        {
            "items": [render_household(caller.viewer, each) for each in households],
            "next_cursor": following,
        }
    )
