"""Reports tickets, and reads them: as of now, at an earlier point, and what changed."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from msgspec.structs import replace

from app.api.tickets.bodies import ReportBody
from app.api.tickets.commands import ticket_response
from app.api.tickets.responses import ticket_responses
from app.domain import roles
from app.domain.errors import NotFound
from app.domain.sla.clock import ClockKind, clock_of, latest
from app.domain.ticket.access.permissions import COMMAND_PERMISSIONS
from app.domain.ticket.commands.complaint import Lodging
from app.domain.ticket.commands.follow_up import ScheduleFollowUp
from app.domain.ticket.commands.ticket import ReportTicket
from app.domain.ticket.decider import TICKET
from app.events.ticket import Reporter
from app.http.callers import Caller, permitted
from app.http.fields import Id, QueryInstant
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, versioned_response
from app.http.leaving import stops_with_client
from app.http.paging import Cursor, Limit
from app.http.refusals import InvalidInput
from app.http.responses import IDEMPOTENT, READ, read_responses, responses
from app.rates.limits import REPORTS
from app.views.sla.calendars import calendar_of_clock
from app.views.sla.explain import render_explanation
from app.views.sla.shape import Explanation
from app.views.tickets.beyond import events_in_reach
from app.views.tickets.history import (
    load_difference,
    load_events,
    render_difference,
    render_events,
    render_past,
)
from app.views.tickets.shape import Diff, EventPage, TicketAnswer
from app.views.tickets.visible import load_one, render_one

router = APIRouter(prefix="/v1/tickets", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_TICKETS))]
MayReport = Annotated[Caller, Depends(permitted(COMMAND_PERMISSIONS[ReportTicket]))]


@router.post(
    "",
    status_code=201,
    responses=ticket_responses(201),
    openapi_extra=IDEMPOTENT,
)
async def report_ticket(body: ReportBody, caller: MayReport) -> Response:
    """An owner reports for their own household; staff name the reporter."""
    counted = await caller.count(REPORTS)
    if body.kind == "follow_up" or body.location is None:
        return await schedule_follow_up(body, caller)
    ticket_id = str(caller.services.new_id())
    envelope = await caller.envelope(
        status=201,
        channel=body.channel,
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    command = ReportTicket(
        ticket_id=ticket_id,
        kind=body.kind,
        category=body.slug,
        service_class=body.service_class,
        description=body.description,
        channel=body.channel,
        location=body.location.location(),
        household_id=body.household_id,
        reporter=reporter_of(body, caller),
        photo_ids=body.photo_ids,
        quiet_hours=tuple(each.quiet_hours() for each in body.quiet_hours or ()),
        parent_id=body.parent_id,
        complaint=lodging_of(body, caller),
        note=body.note,
    )
    outcome = await caller.services.handler.handle(TICKET.stream(ticket_id), command, envelope)
    await caller.settle(REPORTS, outcome, counted=counted)
    return await ticket_response(caller, outcome)


async def schedule_follow_up(body: ReportBody, caller: Caller) -> Response:
    ticket_id = str(caller.services.new_id())
    envelope = await caller.envelope(
        status=201,
        occurred_at=body.occurred_at,
        evidence=body.evidence.evidence() if body.evidence else None,
    )
    command = ScheduleFollowUp(
        ticket_id=ticket_id,
        parent_id=body.parent_id,
        purpose=body.purpose or "satisfaction",
        due_at=body.due_at,
        reason=body.description or None,
        note=body.note,
    )
    outcome = await caller.services.handler.handle(TICKET.stream(ticket_id), command, envelope)
    return await ticket_response(caller, outcome)


def lodging_of(body: ReportBody, caller: Caller) -> Lodging | None:
    lodging = Lodging(
        subject_of_complaint=body.subject_of_complaint,
        anonymous=body.anonymous,
        supporters=body.supporters,
        pain_points=body.pain_points,
        child_ids=tuple(str(caller.services.new_id()) for _ in body.pain_points),
        quotes=body.quotes,
    )
    return None if lodging == Lodging() else lodging


def reporter_of(body: ReportBody, caller: Caller) -> Reporter:
    """An owner without a name in the body gets the one of the token."""
    reporter = body.reporter.reporter()
    if reporter.name is None and caller.role == "owner":
        return replace(reporter, name=caller.principal.name)
    return reporter


@router.get(
    "/{ticket_id}",
    responses=read_responses(TicketAnswer),
    openapi_extra=READ,
)
async def get_ticket(
    ticket_id: Id,
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
    as_of: QueryInstant | None = None,
) -> Response:
    """As of now, at `version`, or as recorded by `as_of`."""
    ticket, present, now = await load_one(caller.reader, str(ticket_id))
    if version is not None and as_of is not None:
        raise InvalidInput("contradictory", pointer="query:as_of")
    point = as_of if version is None else version
    if point is None:
        return versioned_response(
            request, await render_one(caller.reader, ticket, present, now), present
        )
    value, then = await render_past(caller.reader, ticket, present, point, now)
    return versioned_response(request, value, then)


@router.get(
    "/{ticket_id}/events",
    responses=responses({200: EventPage}, 401, 403, 404, 422),
)
async def get_ticket_events(
    ticket_id: Id, caller: Reader, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """Every event in order. Owners do not see internal ones."""
    ticket, _, _ = await load_one(caller.reader, str(ticket_id))
    page = caller.paging(cursor, limit, stream=TICKET.stream(ticket.id).id)
    after = page.after[0] if page.after else 0
    found = await load_events(caller.reader, ticket, after=after, limit=page.fetch)
    events, following = page.cut(found, lambda event: [event.version])
    events = await events_in_reach(caller.reader, ticket, events)
    items = await render_events(caller.reader, ticket, events)
    return json_response({"items": items, "next_cursor": following})


@router.get(
    "/{ticket_id}/clocks/{kind}/explain",
    responses=responses({200: Explanation}, 401, 403, 404, 422, 503),
)
async def explain_clock(
    ticket_id: Id,
    kind: ClockKind,
    caller: Reader,
    cycle: Annotated[
        int | None, Query(ge=1, le=2**31 - 1, description="Absent: the latest.")
    ] = None,
) -> Response:
    """Every segment of its run: counted, outside hours, or paused and why."""
    ticket, _, now = await load_one(caller.reader, str(ticket_id))
    clock = clock_of(ticket.clocks, kind, cycle) if cycle else latest(ticket.clocks, kind)
    if clock is None:
        raise NotFound("clock_not_found")
    calendar = await calendar_of_clock(caller.reader, clock)
    return json_response(render_explanation(clock, calendar, now))


def _point(text: str, where: str) -> int | datetime:
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    try:
        at = datetime.fromisoformat(text.replace(" ", "+", 1).replace("Z", "+00:00"))
    except ValueError as error:
        raise InvalidInput("not_a_point_in_time", pointer=f"query:{where}") from error
    if at.tzinfo is None or not 1970 <= at.year < 2200:
        raise InvalidInput("not_a_point_in_time", pointer=f"query:{where}")
    return at


@router.get(
    "/{ticket_id}/diff",
    responses=responses({200: Diff}, 401, 403, 404, 422),
)
@stops_with_client
async def get_ticket_diff(
    ticket_id: Id,
    caller: Reader,
    start: Annotated[str, Query(alias="from", max_length=40)],
    end: Annotated[str, Query(alias="to", max_length=40)],
) -> Response:
    """`from` and `to` are versions or instants (as recorded by then). Each change names its event,
    its actor, and the delay from occurrence to recording."""
    ticket, _, _ = await load_one(caller.reader, str(ticket_id))
    found = await load_difference(caller.reader, ticket, _point(start, "from"), _point(end, "to"))
    if found.before.is_after(_point(end, "to")):
        raise InvalidInput("ends_before_start", pointer="query:to")
    return json_response(await render_difference(caller.reader, ticket, found))
