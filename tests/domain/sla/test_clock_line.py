"""The line of a clock: what has counted, when so much will have, and how it is explained."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars.pack import ALWAYS, OFFICE
from app.domain.calendars.version import CalendarVersion
from app.domain.sla import clock_moves as moves
from app.domain.sla.clock import KEPT_PAUSES, Clock, clocks_after
from app.domain.sla.clock_line import Line, Span
from app.domain.sla.clock_plan import ClockTerms, Step
from app.domain.sla.quiet import deliver_after
from app.events.sla import ClockTarget, QuietWindow, SlaEvent
from app.views.sla.explain import explain, render_explanation
from app.views.sla.render import iso_target, render_clock
from tests.domain.ticket.clocked import local

US = 1_000_000
HOUR = 3600
BEGUN = datetime(2024, 3, 4, 1, tzinfo=UTC)  # Monday 09:00 in Shanghai
CALENDARS = st.sampled_from([ALWAYS, OFFICE])
MINUTES = st.integers(0, 20_000)


def span(since: int, until: int) -> Span:
    return Span(BEGUN + timedelta(minutes=since), BEGUN + timedelta(minutes=until))


@st.composite
def lines(draw: st.DrawFn) -> Line:
    cuts = sorted(draw(st.lists(MINUTES, max_size=8, unique=True)))
    pairs = zip(cuts[::2], cuts[1::2], strict=False)
    spans = tuple(span(since, until) for since, until in pairs)
    return Line(calendar=draw(CALENDARS), origin_at=BEGUN, spans=spans)


@given(lines(), st.integers(1, 200 * HOUR))
def test_what_has_counted_when_so_much_will_have_is_just_that(line: Line, seconds: int) -> None:
    assert line.consumed(line.reaches(seconds * US)) == seconds * US


@given(lines(), st.integers(1, 100 * HOUR))
def test_nothing_is_reached_while_the_clock_stands_still(line: Line, seconds: int) -> None:
    reached = line.reaches(seconds * US)
    assert not any(one.since <= reached < one.until for one in line.spans)


@given(lines(), MINUTES, MINUTES)
def test_what_has_counted_never_grows_less(line: Line, one: int, other: int) -> None:
    first, second = sorted((one, other))
    assert line.consumed(BEGUN + timedelta(minutes=first)) <= line.consumed(
        BEGUN + timedelta(minutes=second)
    )


@given(lines(), st.integers(1, 100 * HOUR))
def test_a_pause_makes_nothing_earlier(line: Line, seconds: int) -> None:
    assert line.reaches(seconds * US) >= line.pausing(()).reaches(seconds * US)


def terms(
    target: ClockTarget, calendar: CalendarVersion = ALWAYS, calendar_id: str = "always"
) -> ClockTerms:
    return ClockTerms(
        target=target,
        policy_id="default",
        policy_version=1,
        calendar_id=calendar_id,
        calendar=calendar,
        warn_percent=80,
        pausable_reasons=("owner_unavailable",),
        pause_cap_seconds=7 * 86_400,
        steps=(Step(level=1, audience="supervisor", after_seconds=0),),
        quiet=None,
    )


def clock_of(*events: SlaEvent) -> Clock:
    clocks: tuple[Clock, ...] = ()
    for event in events:
        clocks = clocks_after(clocks, event)
    [clock] = clocks
    return clock


def begun(target: ClockTarget, at: str, calendar: CalendarVersion = OFFICE) -> Clock:
    calendar_id = "always" if calendar is ALWAYS else "office"
    return clock_of(*moves.start("resolve", 1, local(at), terms(target, calendar, calendar_id)))


def test_a_plan_of_eight_office_hours() -> None:
    """Scenario 20: the plan of C1."""
    clock = begun(ClockTarget(seconds=8 * HOUR), "2024-03-05 20:14")
    assert clock.due_at == local("2024-03-06 18:00")


def test_a_warning_is_of_the_open_time_not_of_the_wall() -> None:
    clock = begun(ClockTarget(seconds=5 * HOUR), "2024-03-08 16:00")
    assert clock.due_at == local("2024-03-11 11:30")
    assert clock.warn_at == local("2024-03-11 10:30"), "four hours of five"


@pytest.mark.parametrize(
    ("target", "due", "written"),
    [
        (ClockTarget(days=5), "2024-03-12 00:00", "P5D"),  # from Sunday on to Monday's end
        (ClockTarget(days=4, count_rule="no_roll"), "2024-03-10 00:00", "P4D"),
        (ClockTarget(days=2, count_rule="workdays"), "2024-03-08 00:00", "P2D"),
        (ClockTarget(days=1, cut_off="17:00"), "2024-03-06 17:00", "P1D"),
    ],
)
def test_days_are_counted_as_days_and_stand_still_for_nothing(
    target: ClockTarget, due: str, written: str
) -> None:
    clock = begun(target, "2024-03-05 10:00")
    assert clock.due_at == local(due)
    assert iso_target(clock.target) == written
    assert clock.pausable_reasons == ()
    late = clock_of(
        *moves.start("resolve", 1, local("2024-03-05 10:00"), terms(target, OFFICE, "office")),
        *moves.stop(clock, OFFICE, local(due) + timedelta(seconds=1), None),
    )
    assert late.result == "late"
    assert moves.stop(clock, OFFICE, local(due), None)[0].result == "on_time"  # type: ignore[union-attr]


def test_a_due_time_in_an_unpublished_year_is_provisional() -> None:
    assert not begun(ClockTarget(seconds=HOUR), "2024-03-05 10:00").provisional
    assert begun(ClockTarget(seconds=HOUR), "2031-03-05 10:00").provisional


def test_every_stretch_is_explained_without_a_gap() -> None:
    clock = begun(ClockTarget(seconds=8 * HOUR), "2024-03-08 16:00")
    [paused] = moves.pause(
        clock, OFFICE, "owner_unavailable", local("2024-03-08 17:00"), None, None
    )
    clock = clock_of(
        *moves.start(
            "resolve",
            1,
            local("2024-03-08 16:00"),
            terms(ClockTarget(seconds=8 * HOUR), OFFICE, "office"),
        ),
        paused,
    )
    [resumed] = moves.resume(clock, OFFICE, local("2024-03-11 09:00"), moves.RELEASED)
    [clock] = clocks_after((clock,), resumed)
    told = explain(clock, OFFICE, local("2024-03-11 14:00"))
    assert [(one.kind, one.reason, one.length) for one in told] == [
        ("counted", None, timedelta(hours=1)),
        ("paused", "owner_unavailable", timedelta(days=2, hours=16)),
        ("counted", None, timedelta(hours=3)),
        ("outside_hours", None, timedelta(minutes=90)),
        ("counted", None, timedelta(minutes=30)),
    ]
    assert told[0].since == clock.started_at
    assert all(one.until == following.since for one, following in pairwise(told))
    shown = render_explanation(clock, OFFICE, local("2024-03-11 14:00"))
    assert (shown["elapsed"], shown["policy_version"]) == ("PT4H30M", 1)
    assert [one["seconds"] for one in shown["segments"]] == [3600, 230_400, 10_800, 5400, 1800]


def test_a_running_clock_of_an_unknown_calendar_is_told_as_of_its_last_event() -> None:
    clock = begun(ClockTarget(seconds=8 * HOUR), "2024-03-08 16:00")
    now = local("2024-03-08 17:00")
    assert render_clock(clock, now)["elapsed"] == "PT1H"
    assert render_clock(clock, now, lambda _id, _version: None)["elapsed"] == "PT0S"
    assert render_clock(clock)["elapsed"] == "PT0S"


def test_a_clock_that_is_paused_again_and_again_stays_bounded_and_right() -> None:
    clock = begun(ClockTarget(seconds=400 * HOUR), "2024-03-04 08:30", ALWAYS)
    at = local("2024-03-04 08:30")
    for _ in range(KEPT_PAUSES * 2):
        at += timedelta(hours=1)
        [paused] = moves.pause(clock, ALWAYS, "owner_unavailable", at, None, None)
        [clock] = clocks_after((clock,), paused)
        at += timedelta(hours=1)
        [resumed] = moves.resume(clock, ALWAYS, at, moves.RELEASED)
        [clock] = clocks_after((clock,), resumed)
    assert len(clock.pauses) == KEPT_PAUSES
    assert clock.due_at == local("2024-03-04 08:30") + timedelta(hours=400 + 2 * KEPT_PAUSES)
    assert render_clock(clock, at)["elapsed"] == f"PT{2 * KEPT_PAUSES}H"


@pytest.mark.parametrize(
    ("at", "after"),
    [
        ("2024-03-05 21:59", None),
        ("2024-03-05 22:00", "2024-03-06 07:00"),
        ("2024-03-06 06:59", "2024-03-06 07:00"),
        ("2024-03-06 07:00", None),
    ],
)
def test_quiet_hours_run_over_midnight(at: str, after: str | None) -> None:
    night = QuietWindow(start="22:00", end="07:00", zone="Asia/Shanghai")
    assert deliver_after(night, local(at)) == (local(after) if after else None)
    noon = QuietWindow(start="12:00", end="14:00", zone="Asia/Shanghai")
    assert deliver_after(noon, local("13:00")) == local("14:00")
    assert deliver_after(None, local(at)) is None
