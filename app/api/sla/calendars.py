"""Calendars, and arithmetic on them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from app.domain import roles
from app.domain.calendars.arithmetic import add, elapsed
from app.domain.calendars.decider import CALENDAR, RecordCalendar, versions_of
from app.domain.calendars.durations import iso_duration
from app.domain.errors import NotFound, Unacceptable
from app.events.calendar import CalendarExceptions, Interval, MakeUpDay, SpecialHours
from app.http.callers import Caller, permitted
from app.http.fields import Body, Date, Duration, Instant, Several, key, text
from app.http.json_body import JsonRoute
from app.http.json_response import json_response, outcome_response, versioned_response
from app.http.responses import READ, VERSIONED, command_responses, read_responses, responses
from app.rates.limits import COMPUTATIONS
from app.views.sla.calendars import load_calendar, load_one_calendar, render_calendar
from app.views.sla.shape import CalendarAnswer, Computed

router = APIRouter(prefix="/v1", route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_CALENDARS))]
Editor = Annotated[Caller, Depends(permitted(roles.EDIT_POLICIES))]
CalendarId = Annotated[str, key(64)]


class IntervalBody(Body):
    """Local time, from `start` until before `end`; `24:00` ends the day."""

    start: Annotated[str, key(5)]
    end: Annotated[str, key(5)]

    def interval(self) -> Interval:
        return Interval(start=self.start, end=self.end)


Intervals = Several[IntervalBody]


class SpecialHoursBody(Body):
    on: Date
    intervals: Intervals


class MakeUpDayBody(Body):
    """调休: a date worked as another weekday; 0 is Monday."""

    on: Date
    weekday: Annotated[int, Field(ge=0, le=6)] = 0


class ExceptionsBody(Body):
    closed: Annotated[tuple[Date, ...], Field(strict=False, max_length=2000)] = ()
    hours: Annotated[tuple[SpecialHoursBody, ...], Field(strict=False, max_length=2000)] = ()
    make_up: Annotated[tuple[MakeUpDayBody, ...], Field(strict=False, max_length=2000)] = ()

    def exceptions(self) -> CalendarExceptions:
        return CalendarExceptions(
            closed=self.closed,
            hours=tuple(
                SpecialHours(on=each.on, intervals=tuple(i.interval() for i in each.intervals))
                for each in self.hours
            ),
            make_up=tuple(MakeUpDay(on=each.on, weekday=each.weekday) for each in self.make_up),
        )


class CalendarBody(Body):
    """The whole calendar, a new version. `week` has seven days, Monday first."""

    zone: Annotated[str, text(64)] = "Asia/Shanghai"
    week: Annotated[tuple[Intervals, ...], Field(strict=False, min_length=7, max_length=7)]
    exceptions: ExceptionsBody = ExceptionsBody()
    valid_from: Instant | None = None
    provisional_years: Several[Annotated[int, Field(ge=1970, le=2199)]] = ()

    def command(self, calendar_id: str) -> RecordCalendar:
        return RecordCalendar(
            calendar_id=calendar_id,
            zone=self.zone,
            week=tuple(tuple(each.interval() for each in day) for day in self.week),
            exceptions=self.exceptions.exceptions(),
            valid_from=self.valid_from,
            provisional_years=self.provisional_years,
        )


class ComputeBody(Body):
    """`start` and `duration` ask for the due; `from` and `to` for the elapsed time."""

    calendar_id: CalendarId
    start: Instant | None = None
    duration: Duration | None = None
    since: Instant | None = Field(default=None, alias="from")
    until: Instant | None = Field(default=None, alias="to")


@router.get(
    "/calendars/{calendar_id}",
    responses=read_responses(CalendarAnswer),
    openapi_extra=READ,
)
async def get_calendar(
    calendar_id: Annotated[CalendarId, Path()],
    request: Request,
    caller: Reader,
    version: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None,
) -> Response:
    """The newest version, or the one requested. Every tenant has `always` and `office`."""
    calendar, one, recorded = await load_one_calendar(caller.reader, calendar_id, version)
    return versioned_response(request, render_calendar(calendar, one), recorded)


@router.put(
    "/calendars/{calendar_id}",
    responses=command_responses(CalendarAnswer),
    openapi_extra=VERSIONED,
)
async def put_calendar(
    calendar_id: Annotated[CalendarId, Path()], body: CalendarBody, caller: Editor
) -> Response:
    """A new version. Running clocks keep the version they started with."""
    outcome = await caller.services.handler.handle(
        CALENDAR.stream(calendar_id), body.command(calendar_id), await caller.envelope()
    )
    found = versions_of(calendar_id, outcome.state)
    if found is None:
        raise NotFound("calendar_unknown")
    return outcome_response(outcome, render_calendar(found, found.latest))


@router.post(
    "/sla/compute",
    responses=responses({200: Computed}, 401, 403, 422, 503),
)
async def compute_time(body: ComputeBody, caller: Reader) -> Response:
    """Records nothing. Uses the newest version of the calendar."""
    await caller.count(COMPUTATIONS)
    found, _ = await load_calendar(caller.reader, body.calendar_id)
    if found is None:
        raise Unacceptable("calendar_unknown", pointer="/calendar_id")
    if body.start is not None and body.duration is not None:
        due = add(found.latest, body.start, body.duration)
        provisional = found.latest.is_provisional(body.start, due)
        return json_response({"due_at": due, "provisional": provisional})
    if body.since is not None and body.until is not None:
        return json_response(
            {"elapsed": iso_duration(elapsed(found.latest, body.since, body.until))}
        )
    raise Unacceptable("required", pointer=_missing(body))


def _missing(body: ComputeBody) -> str:
    if body.start is not None:
        return "/duration"
    if body.since is not None:
        return "/to"
    return "/from" if body.until is not None else "/start"
