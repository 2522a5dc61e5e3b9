"""Series of visits: their times, what is left out, and their end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as any_
from hypothesis import strategies as st
from msgspec.structs import replace

from app.domain.errors import IllegalTransition, NotFound, NotPermitted, Unacceptable
from app.domain.follow_up_series.decider import (
    FOLLOW_UP_SERIES,
    EndSeries,
    SkipVisit,
    StartSeries,
    lapse,
    next_due,
)
from app.domain.follow_up_series.state import Series
from app.domain.records.household import HOUSEHOLD
from app.domain.records.staff import STAFF
from app.domain.ticket.decider import TICKET
from app.events.base import SYSTEM, Actor, Fact
from app.events.follow_up_series import (
    FollowUpSeriesEnded,
    FollowUpSeriesStarted,
    VisitScheduled,
    VisitSkipped,
)
from app.events.household import HouseholdRecorded, QuietHours
from app.events.staff import StaffRecorded
from app.events.ticket import Location, TicketMerged, TicketReported
from tests.events.examples import example
from tests.given_when_then import NOW, SHANGHAI, Given

LIN = Actor(subject="u-lin", role="csr")
OWNER = Actor(subject="o-zhang", role="owner")
AT_HOME = Location(community="jinxiu", building="3", unit="1201")
FIRST = NOW + timedelta(days=7)  # 2024-03-12 09:00 in Shanghai
SERIES = "0190d000-0000-7000-8000-0000000000f9"
COMMAND = StartSeries(
    series_id=SERIES,
    household_id="h-3-1201",
    location=AT_HOME,
    purpose="care",
    cadence="weekly",
    until=date(2024, 3, 31),
    assigned_to="u-lin",
    reason="独居老人",
)
STARTED = FollowUpSeriesStarted(
    series_id=SERIES,
    ticket_id=None,
    household_id="h-3-1201",
    community="jinxiu",
    building="3",
    unit="1201",
    component=None,
    purpose="care",
    cadence="weekly",
    first_at=FIRST,
    until=date(2024, 3, 31),
    zone="Asia/Shanghai",
    assigned_to="u-lin",
    assigned_to_name="小林",
    reason="独居老人",
)


def staffed(*events: Any) -> Given:
    member = StaffRecorded(subject="u-lin", name="小林", roles=("csr",), max_load=5)
    return Given(FOLLOW_UP_SERIES, *events).and_(STAFF.stream("u-lin"), member)


def series(**changes: Any) -> Series:
    state = FOLLOW_UP_SERIES.evolve(None, Fact(replace(STARTED, **changes), NOW, LIN))
    assert state is not None
    return state


def test_a_series_begins_a_step_from_now() -> None:
    staffed().when(COMMAND, by=LIN).then(STARTED)


def test_or_when_it_was_said_to() -> None:
    first_at = NOW + timedelta(days=2, hours=3)
    command = replace(COMMAND, first_at=first_at, cadence="daily")
    staffed().when(command, by=LIN).then(replace(STARTED, first_at=first_at, cadence="daily"))


def test_a_first_visit_that_is_near_is_somebodys_task_at_once() -> None:
    first_at = NOW + timedelta(hours=5)
    visit = VisitScheduled(visit_id=series(first_at=first_at).visit_id(1), nth=1, due_at=first_at)
    command = replace(COMMAND, first_at=first_at)
    staffed().when(command, by=LIN).then(replace(STARTED, first_at=first_at), visit)


def test_no_visit_was_near_before_its_series_began() -> None:
    state = series(first_at=NOW + timedelta(hours=5))
    assert next_due(state) == NOW
    assert [fact.occurred_at for fact in lapse(state, NOW)] == [NOW]


@pytest.mark.parametrize(
    ("change", "code", "pointer"),
    [
        ({"purpose": "chat"}, "not_one_of", "/purpose"),
        ({"cadence": "hourly"}, "not_one_of", "/cadence"),
        ({"first_at": NOW}, "due_in_past", "/first_at"),
        ({"until": date(2024, 3, 11)}, "series_ends_wrongly", "/until"),
        ({"until": date(2026, 3, 14)}, "series_ends_wrongly", "/until"),
        ({"assigned_to": "u-gone"}, "unknown_staff", "/assigned_to"),
        ({"reason": " "}, "blank", "/reason"),
        ({"location": None}, "series_place_required", "/location"),
        ({"ticket_id": "t-404"}, "unknown_ticket", "/ticket_id"),
    ],
)
def test_what_a_series_has_to_say(change: dict[str, Any], code: str, pointer: str) -> None:
    refused = staffed().when(replace(COMMAND, **change), by=LIN)
    refused.then_refused(code, Unacceptable, pointer=pointer)


@pytest.mark.parametrize("until", [date(2024, 3, 12), date(2026, 3, 13)])
def test_the_last_day_may_be_the_first_and_two_years_on(until: date) -> None:
    staffed().when(replace(COMMAND, until=until), by=LIN).then(replace(STARTED, until=until))


def test_owners_and_engineers_start_none() -> None:
    for by in (OWNER, Actor(subject="u-li", role="engineer")):
        staffed().when(COMMAND, by=by).then_refused("role_not_permitted", NotPermitted)


def test_a_household_is_visited_where_it_is_known_to_live() -> None:
    known = HouseholdRecorded(household_id="h-3-1201", communities=("jinxiu",))
    staffed().and_(HOUSEHOLD.stream("h-3-1201"), known).when(
        replace(COMMAND, location=None), by=LIN
    ).then(replace(STARTED, building=None, unit=None))


def test_only_where_one_may_work() -> None:
    unnamed = replace(COMMAND, household_id=None)
    staffed().when(unnamed, by=LIN, communities=("yulan",)).then_refused(
        "community_not_permitted", NotPermitted
    )
    staffed().when(COMMAND, by=LIN, communities=("jinxiu",)).then_refused(
        "household_unknown", NotFound
    )
    staffed(STARTED).when(EndSeries(reason="完"), by=LIN, communities=("yulan",)).then_refused(
        "series_not_found", NotFound
    )


def test_nobody_is_visited_in_the_quiet_hours() -> None:
    quiet = HouseholdRecorded(
        household_id="h-3-1201", quiet_hours=(QuietHours(start="08:00", end="09:30"),)
    )
    staffed().and_(HOUSEHOLD.stream("h-3-1201"), quiet).when(COMMAND, by=LIN).then_refused(
        "quiet_hours", IllegalTransition, at=FIRST
    )


def test_a_series_may_follow_a_ticket() -> None:
    reported = example(TicketReported, ticket_id="t1", kind="repair", household_id="h-9")
    command = replace(COMMAND, ticket_id="t1", household_id=None, location=None)
    outcome = staffed().and_(TICKET.stream("t1"), reported).when(command, by=LIN)
    [started] = outcome.events
    assert (started.ticket_id, started.household_id) == ("t1", "h-9")
    assert started.community == reported.location.community
    staffed().and_(TICKET.stream("t1"), reported).when(
        replace(command, household_id="h-other"), by=LIN
    ).then_refused("household_of_another_ticket", pointer="/household_id")


def test_but_not_one_that_went_on_elsewhere() -> None:
    reported = example(TicketReported, ticket_id="t1", kind="repair")
    merged = TicketMerged(into="t2", into_number="R240305-0002")
    command = replace(COMMAND, ticket_id="t1", household_id=None)
    staffed().and_(TICKET.stream("t1"), reported, merged).when(command, by=LIN).then_refused(
        "ticket_merged", IllegalTransition, into="t2"
    )


def test_one_series_is_started_once() -> None:
    staffed(STARTED).when(COMMAND, by=LIN).then_refused("series_exists", IllegalTransition)


def test_each_visit_comes_near_a_day_before_it_is_due() -> None:
    state = series()
    assert next_due(state) == FIRST - timedelta(hours=24)
    assert lapse(state, FIRST - timedelta(hours=24, microseconds=1)) == []
    [told] = lapse(state, FIRST)
    visit = VisitScheduled(visit_id=state.visit_id(1), nth=1, due_at=FIRST)
    assert told == Fact(visit, FIRST - timedelta(hours=24), SYSTEM)


def test_a_worker_that_was_away_leaves_none_out_and_the_series_ends_by_itself() -> None:
    facts = lapse(series(), NOW + timedelta(days=365))
    visits = [fact.event for fact in facts if isinstance(fact.event, VisitScheduled)]
    assert [visit.due_at.astimezone(SHANGHAI).date() for visit in visits] == [
        date(2024, 3, 12),
        date(2024, 3, 19),
        date(2024, 3, 26),
    ]
    assert facts[-1] == Fact(
        FollowUpSeriesEnded(reason="until", by_itself=True),
        datetime(2024, 3, 31, 16, tzinfo=UTC),
        SYSTEM,
    )
    state = FOLLOW_UP_SERIES.fold(series(), facts)
    assert state is not None
    assert (state.visits, state.end_reason, next_due(state)) == (3, "until", None)


def test_a_visit_on_the_last_day_is_within_the_series() -> None:
    facts = lapse(series(until=date(2024, 3, 26)), NOW + timedelta(days=365))
    assert [type(fact.event) for fact in facts][-2:] == [VisitScheduled, FollowUpSeriesEnded]


def test_a_visit_may_be_left_out_for_a_reason() -> None:
    skipped = VisitSkipped(nth=2, on=date(2024, 3, 19), reason="业主回老家")
    command = SkipVisit(on=date(2024, 3, 19), reason="业主回老家")
    staffed(STARTED).when(command, by=LIN).then(skipped)
    staffed(STARTED, skipped).when(command, by=LIN).then_nothing()
    state = FOLLOW_UP_SERIES.evolve(series(), Fact(skipped, NOW, LIN))
    told = [fact.event for fact in lapse(state, NOW + timedelta(days=365))]
    visits = [event.nth for event in told if isinstance(event, VisitScheduled)]
    assert visits == [1, 3]


@pytest.mark.parametrize(
    "on", [date(2024, 3, 5), date(2024, 3, 11), date(2024, 3, 13), date(2024, 4, 2)]
)
def test_only_a_day_with_a_visit_can_be_left_out(on: date) -> None:
    staffed(STARTED).when(SkipVisit(on=on, reason="x"), by=LIN).then_refused(
        "no_visit_on_that_day", Unacceptable, pointer="/date"
    )


def test_what_is_somebodys_task_already_is_cancelled_there() -> None:
    visit = VisitScheduled(visit_id=series().visit_id(1), nth=1, due_at=FIRST)
    staffed(STARTED, visit).when(SkipVisit(on=date(2024, 3, 12), reason="x"), by=LIN).then_refused(
        "visit_already_scheduled", IllegalTransition, ticket_id=visit.visit_id
    )


def test_somebody_may_end_it() -> None:
    ended = FollowUpSeriesEnded(reason="业主搬走", by_itself=False)
    staffed(STARTED).when(EndSeries(reason="业主搬走"), by=LIN).then(ended)
    staffed(STARTED, ended).when(EndSeries(reason="again"), by=LIN).then_nothing()
    staffed(STARTED, ended).when(SkipVisit(on=date(2024, 3, 19), reason="x"), by=LIN).then_refused(
        "series_ended", IllegalTransition
    )
    state = FOLLOW_UP_SERIES.evolve(series(), Fact(ended, NOW, LIN))
    assert next_due(state) is None
    assert lapse(state, NOW + timedelta(days=365)) == []


def test_there_is_nothing_to_end_where_nothing_began() -> None:
    staffed().when(EndSeries(reason="x"), by=LIN).then_refused("series_not_found", NotFound)


def test_a_visit_at_ten_is_at_ten_in_summer_too() -> None:
    zone = ZoneInfo("America/New_York")
    first_at = datetime(2024, 3, 3, 10, tzinfo=zone).astimezone(UTC)
    state = series(first_at=first_at, zone="America/New_York", until=date(2024, 12, 31))
    for nth in range(1, 40):
        assert state.due_of(nth).astimezone(zone).hour == 10


@any_(st.integers(1, 500), st.integers(1, 500))
def test_the_id_of_a_visit_is_always_the_same_and_its_own(one: int, other: int) -> None:
    state = series(cadence="daily", until=date(2025, 12, 31))
    first, second = UUID(state.visit_id(one)), UUID(state.visit_id(other))
    assert (first.version, first.variant) == (7, UUID(SERIES).variant)
    assert (first == second) == (one == other)
    assert (str(first) < str(second)) == (one < other), "ids are in the order of their times"
    assert first != UUID(series(series_id="another", cadence="daily").visit_id(one))


@any_(st.integers(0, 800))
def test_a_day_has_a_visit_exactly_when_one_is_due_on_it(days: int) -> None:
    state = series()
    on = date(2024, 3, 1) + timedelta(days=days % 60)
    nth = state.nth_on(on)
    due_on = [n for n in range(1, 20) if state.due_of(n).astimezone(SHANGHAI).date() == on]
    assert ([nth] if nth else []) == (due_on if on <= state.until else [])
