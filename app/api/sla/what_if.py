"""What-if: a policy applied to running clocks, and simulated on the past."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from app.api.sla.bodies import PolicyBody
from app.api.sla.calendars import CalendarBody, CalendarId
from app.db import tenant_transaction
from app.domain import roles
from app.domain.errors import Unacceptable
from app.domain.service_classes import ServiceClass
from app.domain.sla.clock import ClockKind
from app.domain.sla.clock_retarget import MigrationMode
from app.domain.ticket.kinds.words import Kind
from app.http.callers import Caller, correlation_id_of, permitted
from app.http.fields import Body, Instant, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response
from app.http.paging import MAX_CURSOR_LENGTH
from app.http.responses import responses
from app.projections import sla_clocks, ticket_search
from app.projections.sla_clock_lists import tickets_with_running_clocks
from app.projections.ticket_search import Found, TicketFilters, search_tickets
from app.use_cases.migrate_clocks import migrate
from app.use_cases.previews import Preview
from app.use_cases.simulate_policy import compare, put_draft_calendar, put_draft_policy, summary
from app.views.sla.policies import load_policies
from app.views.sla.shape import Migration, Simulation

router = APIRouter(prefix="/v1/sla", route_class=JsonRoute)

Editor = Annotated[Caller, Depends(permitted(roles.MIGRATE_CLOCKS))]
Analyst = Annotated[Caller, Depends(permitted(roles.SIMULATE_POLICIES))]
MAX_TICKETS = 200  # at most
PolicyId = Annotated[str, key(64)]
BodyCursor = Annotated[str, key(MAX_CURSOR_LENGTH)]


class MigrateBody(Body):
    policy_id: PolicyId
    dry_run: bool = Field(default=False, description="Say what would change, and change nothing.")
    mode: MigrationMode = Field(
        default="retro_with_floor",
        description="`retro` counts the new target from the start, `restart` from now;"
        " `retro_with_floor` breaches nothing in the past and gives nobody more time than before.",
    )
    cursor: BodyCursor | None = None


class DraftPolicyBody(PolicyBody):
    policy_id: PolicyId = "default"


class DraftCalendarBody(CalendarBody):
    calendar_id: CalendarId


class SimulationFilter(Body):
    kind: Kind | None = None
    service_class: ServiceClass | None = None
    category: Annotated[str, key(64)] | None = None
    community: Annotated[str, text(128)] | None = None
    household_id: Annotated[str, key(128)] | None = None
    clock: ClockKind | None = None


class Window(Body):
    """Tickets reported from the one until before the other."""

    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, alias="to")


class SimulateBody(Body):
    """One draft or both."""

    draft_policy: DraftPolicyBody | None = None
    draft_calendar: DraftCalendarBody | None = None
    filter: SimulationFilter = SimulationFilter()
    window: Window = Window()
    cursor: BodyCursor | None = None


@router.post(
    "/migrate",
    responses=responses({200: Migration}, 401, 403, 409, 422, 503),
)
async def migrate_clocks(body: MigrateBody, caller: Editor) -> Response:
    """Moves running clocks from older versions of the policy, or of its calendar, to those in
    force; breached clocks stay. Idempotent. Up to 200 tickets per request; `next_cursor`
    continues."""
    services = caller.services
    book, _, now = await load_policies(caller.reader)
    policy = book.policy(body.policy_id)
    if policy is None:
        raise Unacceptable("policy_unknown", pointer="/policy_id")
    await services.caught_up(caller.tenant_id, sla_clocks.NAME)
    page = caller.paging(body.cursor, MAX_TICKETS, list="migrate", policy=body.policy_id)
    after = page.after[0] if page.after else ""
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await tickets_with_running_clocks(
            connection, caller.tenant_id, body.policy_id, after=after, limit=page.fetch
        )
    tickets, following = page.cut(rows, lambda row: [row])
    moved = await migrate(
        caller.reader,
        services.handler,
        body.policy_id,
        list(tickets),
        mode=body.mode,
        dry_run=body.dry_run,
        correlation_id=await correlation_id_of(services, caller.tenant_id),
    )
    in_force = policy.at(now)
    return json_response(
        {
            "policy_id": body.policy_id,
            "version": in_force.version if in_force else None,
            "dry_run": body.dry_run,
            "mode": body.mode,
            **moved,
            "next_cursor": following,
        }
    )


@router.post(
    "/simulate",
    responses=responses({200: Simulation}, 401, 403, 422, 503),
)
async def simulate_policy(body: SimulateBody, caller: Analyst) -> Response:
    """Records nothing. Replays the history of each ticket as if the draft had always been in force.
    Up to 200 tickets per request; `next_cursor` continues, and the sums are per page."""
    if body.draft_policy is None and body.draft_calendar is None:
        raise Unacceptable("required", pointer="/draft_policy")
    preview = await Preview.of(caller.reader)
    if body.draft_calendar is not None:
        draft = body.draft_calendar
        await put_draft_calendar(preview, draft.command(draft.calendar_id))
    if body.draft_policy is not None:
        await put_draft_policy(preview, body.draft_policy.command(body.draft_policy.policy_id))
    tickets, following = await _reported(caller, body)
    compared = await compare(preview, tickets, body.filter.clock)
    return json_response(
        {
            "items": [one.rendered for one in compared],
            **summary(compared),
            "next_cursor": following,
        }
    )


async def _reported(caller: Caller, body: SimulateBody) -> tuple[list[str], str | None]:
    services = caller.services
    filters = TicketFilters(
        kind=body.filter.kind,
        service_class=body.filter.service_class,
        category=body.filter.category,
        community=body.filter.community,
        household_id=body.filter.household_id,
        reported_from=body.window.since,
        reported_to=body.window.until,
    )
    await services.caught_up(caller.tenant_id, ticket_search.NAME)
    viewer = caller.viewer
    page = caller.paging(body.cursor, MAX_TICKETS, list="simulate", filters=filters)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await search_tickets(
            connection,
            caller.tenant_id,
            viewer,
            filters,
            after=_place(page.after) if page.after else None,
            limit=page.fetch,
        )
    kept, following = page.cut(rows, lambda row: [row.ticket_id, row.reported_at])
    return [row.ticket_id for row in kept], following


def _place(position: list[Any]) -> Found:
    ticket_id, reported_at = position
    return Found(ticket_id=ticket_id, reported_at=datetime.fromisoformat(reported_at))
