"""Series of visits (docs/domain.md §6.3, §1a row 30), with a cadence, an end, and skipped visits.

When a visit is near, the series records it, and a reactor schedules a follow-up ticket for it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.checks import identifier, one_of, optional_text, require, text
from app.domain.decider import Decider, Given
from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.follow_up_series.access import is_in_reach
from app.domain.follow_up_series.state import LEAD, STEP, Assignee, Series, Skip
from app.domain.records.household import HOUSEHOLD, require_on_record
from app.domain.records.staff import STAFF
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.decider import TICKET
from app.domain.ticket.every_kind.merged import merged
from app.domain.ticket.every_kind.quiet_hours import Window, is_quiet
from app.domain.ticket.every_kind.siblings import named_ticket
from app.domain.ticket.kinds.follow_up import VISIT_PURPOSES
from app.domain.ticket.state.ticket import Ticket
from app.events.base import SYSTEM, Fact, Value
from app.events.follow_up_series import (
    FollowUpSeriesEnded,
    FollowUpSeriesEvent,
    FollowUpSeriesStarted,
    VisitScheduled,
    VisitSkipped,
)
from app.events.ticket import Location

LONGEST = timedelta(days=731)
REASON, NOTE = 500, 4000
END_REACHED = "until"


class StartSeries(Value, frozen=True, kw_only=True):
    """For a ticket, a household, or both. `first_at` is one step from now by default."""

    series_id: str
    ticket_id: str | None = None
    household_id: str | None = None
    location: Location | None = None
    purpose: str
    cadence: str
    first_at: datetime | None = None
    until: date
    assigned_to: str
    reason: str | None = None
    note: str | None = None


class SkipVisit(Value, frozen=True, kw_only=True):
    on: date
    reason: str
    note: str | None = None


class EndSeries(Value, frozen=True, kw_only=True):
    reason: str
    note: str | None = None


SeriesCommand = StartSeries | SkipVisit | EndSeries


def decide(
    command: SeriesCommand, series: Series | None, given: Given
) -> Sequence[FollowUpSeriesEvent]:
    require(given, roles.EDIT_FOLLOW_UP_SERIES)
    optional_text(command.note, "/note", NOTE)
    if isinstance(command, StartSeries):
        if series is not None:
            raise IllegalTransition("series_exists")
        return _start(command, given)
    if series is None or not is_in_reach(given.viewer, series):
        raise NotFound("series_not_found")
    if series.ticket_id is not None:
        check_no_conflict(given, given.read(TICKET.stream(series.ticket_id)))
    match command:
        case SkipVisit():
            return _skip(command, series)
        case EndSeries():
            return _end(command, series)
        case _:
            assert_never(command)


def _start(command: StartSeries, given: Given) -> Sequence[FollowUpSeriesEvent]:
    one_of(command.purpose, VISIT_PURPOSES, "/purpose")
    step = STEP[one_of(command.cadence, STEP, "/cadence")]
    first_at = command.first_at or given.now + step
    if first_at <= given.now:
        raise Unacceptable("due_in_past", pointer="/first_at")
    first_day = first_at.astimezone(given.zone).date()
    if not first_day <= command.until <= first_day + LONGEST:
        raise Unacceptable(
            "series_ends_wrongly", pointer="/until", first=first_day, last=first_day + LONGEST
        )
    ticket = _ticket(command, given)
    household_id = _household(command, ticket, given)
    location = _location(command, ticket, household_id, given)
    if is_quiet(_windows(ticket, household_id, given), first_at, given.zone):
        raise IllegalTransition("quiet_hours", at=first_at)
    assignee = _assignee(command, given)
    started = FollowUpSeriesStarted(
        series_id=command.series_id,
        ticket_id=ticket.id if ticket else None,
        household_id=household_id,
        community=location.community,
        building=location.building,
        unit=location.unit,
        component=location.component,
        purpose=command.purpose,
        cadence=command.cadence,
        first_at=first_at,
        until=command.until,
        zone=given.zone.key,
        assigned_to=assignee.subject,
        assigned_to_name=assignee.name,
        reason=optional_text(command.reason, "/reason", REASON),
        note=command.note,
    )
    begun = evolve(None, Fact(started, given.now, given.actor))
    return [started, *(fact.event for fact in lapse(begun, given.now))]


def _ticket(command: StartSeries, given: Given) -> Ticket | None:
    if command.ticket_id is None:
        return None
    ticket = named_ticket(command.ticket_id, given, TICKET.stream, "/ticket_id")
    if ticket.follow_up is not None:
        raise Unacceptable("parent_is_follow_up", pointer="/ticket_id")
    if ticket.complaint is not None and ticket.complaint.anonymous:
        raise IllegalTransition("reporter_stays_unnamed")
    if ticket.merged_into is not None:
        raise merged(command, ticket, given, TICKET.stream)
    return ticket


def _household(command: StartSeries, ticket: Ticket | None, given: Given) -> str | None:
    named = command.household_id
    if named is not None:
        identifier(named, "/household_id")
    if ticket is None:
        if named is not None:
            require_on_record(named, given)
        return named
    if named not in (None, ticket.household_id):
        raise Unacceptable("household_of_another_ticket", pointer="/household_id")
    return ticket.household_id


def _location(
    command: StartSeries, ticket: Ticket | None, household_id: str | None, given: Given
) -> Location:
    """The ticket's location; else the given one, or the household's community."""
    location = ticket.location if ticket else command.location
    if location is None and household_id is not None:
        household = given.read(HOUSEHOLD.stream(household_id))
        known = household.communities if household else ()
        location = Location(community=known[0]) if known else None
    if location is None:
        raise Unacceptable("series_place_required", pointer="/location")
    text(location.community, "/location/community")
    if not given.viewer.reaches(location.community):
        raise NotPermitted("community_not_permitted", community=location.community)
    return location


def _windows(ticket: Ticket | None, household_id: str | None, given: Given) -> Sequence[Window]:
    household = given.read(HOUSEHOLD.stream(household_id)) if household_id else None
    return (*(ticket.quiet_hours if ticket else ()), *(household.quiet_hours if household else ()))


def _assignee(command: StartSeries, given: Given) -> Assignee:
    member = given.read(STAFF.stream(command.assigned_to))
    if member is None or not member.active:
        raise Unacceptable("unknown_staff", pointer="/assigned_to")
    return Assignee(subject=member.subject, name=member.name)


def _skip(command: SkipVisit, series: Series) -> Sequence[FollowUpSeriesEvent]:
    reason = text(command.reason, "/reason", REASON)
    nth = series.nth_on(command.on)
    if nth is None:
        raise Unacceptable("no_visit_on_that_day", pointer="/date")
    if any(skip.nth == nth for skip in series.skipped):
        return []
    if series.ended_at is not None:
        raise IllegalTransition("series_ended")
    if nth < series.next_nth:
        raise IllegalTransition("visit_already_scheduled", ticket_id=series.visit_id(nth))
    return [VisitSkipped(nth=nth, on=command.on, reason=reason, note=command.note)]


def _end(command: EndSeries, series: Series) -> Sequence[FollowUpSeriesEvent]:
    """Visits that are scheduled already stay; they are cancelled one by one."""
    reason = text(command.reason, "/reason", REASON)
    if series.ended_at is not None:
        return []
    return [FollowUpSeriesEnded(reason=reason, by_itself=False, note=command.note)]


def evolve(series: Series | None, fact: Fact[FollowUpSeriesEvent]) -> Series | None:
    match fact.event:
        case FollowUpSeriesStarted() as started:
            return _started(started, fact)
        case VisitScheduled(nth=nth):
            return series and replace(series, next_nth=nth + 1, visits=series.visits + 1)
        case VisitSkipped(nth=nth, on=on, reason=reason):
            skip = Skip(nth=nth, on=on, reason=reason)
            return series and replace(series, skipped=(*series.skipped, skip))
        case FollowUpSeriesEnded(reason=reason):
            return series and replace(series, ended_at=fact.occurred_at, end_reason=reason)


def _started(event: FollowUpSeriesStarted, fact: Fact[FollowUpSeriesEvent]) -> Series:
    return Series(
        id=event.series_id,
        ticket_id=event.ticket_id,
        household_id=event.household_id,
        location=Location(
            community=event.community,
            building=event.building,
            unit=event.unit,
            component=event.component,
        ),
        purpose=event.purpose,
        cadence=event.cadence,
        first_at=event.first_at,
        until=event.until,
        zone=event.zone,
        assigned_to=Assignee(subject=event.assigned_to, name=event.assigned_to_name),
        reason=event.reason,
        started_at=fact.occurred_at,
    )


def next_due(series: Series | None) -> datetime | None:
    if series is None or series.ended_at is not None:
        return None
    nth = series.next_visit
    return series.is_over_at if nth is None else _scheduled_at(series, nth)


def _scheduled_at(series: Series, nth: int) -> datetime:
    """When a visit becomes a ticket: `LEAD` before it is due, or at the start of the series."""
    return max(series.due_of(nth) - LEAD, series.started_at)


def lapse(series: Series | None, now: datetime) -> Sequence[Fact[FollowUpSeriesEvent]]:
    facts: list[Fact[FollowUpSeriesEvent]] = []
    while series is not None and (due := next_due(series)) is not None and due <= now:
        nth = series.next_visit
        event: FollowUpSeriesEvent = FollowUpSeriesEnded(reason=END_REACHED, by_itself=True)
        if nth is not None:
            event = VisitScheduled(
                visit_id=series.visit_id(nth), nth=nth, due_at=series.due_of(nth)
            )
        facts.append(Fact(event, due, SYSTEM))
        series = evolve(series, facts[-1])
    return facts


FOLLOW_UP_SERIES: Decider[SeriesCommand, Series | None] = Decider(
    category="follow_up_series",
    initial=None,
    state_type=Series | None,
    decide=decide,
    evolve=evolve,
    next_due=next_due,
    lapse=lapse,
)
