"""Calendars: recorded as a whole, every version kept, and the default pack behind them."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from app.domain.calendars.arithmetic import CalendarVersions
from app.domain.calendars.decider import CALENDAR, RecordCalendar, calendar_of
from app.domain.calendars.pack import ALWAYS, OFFICE
from app.domain.decider import Given as DecideGiven
from app.domain.decider import NeedsStream
from app.domain.errors import Unacceptable
from app.events.base import Actor, Fact
from app.events.calendar import (
    CalendarExceptions,
    CalendarRecorded,
    Interval,
    MakeUpDay,
    SpecialHours,
)
from tests.given_when_then import NOW, Given

MANAGER = Actor(subject="u-wang", role="manager")
ADMIN = Actor(subject="u-admin", role="admin")
LATER = datetime(2024, 6, 1, tzinfo=UTC)


def hours(*spans: str) -> tuple[Interval, ...]:
    return tuple(Interval(start=span[:5], end=span[6:]) for span in spans)


NINE_TO_SIX = hours("09:00-12:00", "13:00-18:00")
WEEK = (*(NINE_TO_SIX,) * 5, (), ())


def record(**said: Any) -> RecordCalendar:
    return RecordCalendar(**{"calendar_id": "desk", "zone": "Asia/Shanghai", "week": WEEK, **said})


def recorded(**said: Any) -> CalendarRecorded:
    return CalendarRecorded(
        **{
            "calendar_id": "desk",
            "version": 1,
            "zone": "Asia/Shanghai",
            "week": WEEK,
            "exceptions": CalendarExceptions(),
            "valid_from": NOW,
            **said,
        }
    )


def given_states(**states: CalendarVersions | None) -> DecideGiven:
    return DecideGiven(
        actor=MANAGER,
        now=NOW,
        occurred_at=NOW,
        zone=ZoneInfo("Asia/Shanghai"),
        states={f"calendar-{name}": state for name, state in states.items()},
    )


def fold(*events: CalendarRecorded) -> CalendarVersions | None:
    return CALENDAR.fold(None, [Fact(event, NOW, MANAGER) for event in events])


@pytest.mark.parametrize("by", [MANAGER, ADMIN])
def test_a_calendar_of_ones_own_begins_with_version_one(by: Actor) -> None:
    Given(CALENDAR).when(record(), by=by).then(recorded())


def test_the_next_is_the_next_version() -> None:
    changed = (NINE_TO_SIX,) * 7
    Given(CALENDAR, recorded()).when(record(week=changed, valid_from=LATER), by=MANAGER).then(
        recorded(version=2, week=changed, valid_from=LATER)
    )


def test_the_first_change_of_a_calendar_of_the_pack_is_version_two() -> None:
    Given(CALENDAR).when(record(calendar_id="office"), by=MANAGER).then(
        recorded(calendar_id="office", version=2)
    )


def test_what_is_so_already_is_not_recorded_again() -> None:
    Given(CALENDAR, recorded()).when(record(), by=MANAGER).then_nothing()
    Given(CALENDAR, recorded()).when(record(valid_from=LATER), by=MANAGER).then_nothing()
    for name, default in (("office", OFFICE), ("always", ALWAYS)):
        same = RecordCalendar(
            calendar_id=name,
            zone=default.zone,
            week=default.week,
            exceptions=default.exceptions,
            provisional_years=default.provisional_years,
        )
        Given(CALENDAR).when(same, by=MANAGER).then_nothing()


def test_what_a_planned_version_would_change_again_is_recorded() -> None:
    planned = recorded(version=2, week=(NINE_TO_SIX,) * 7, valid_from=LATER)
    Given(CALENDAR, recorded(), planned).when(record(valid_from=LATER), by=MANAGER).then(
        recorded(version=3, valid_from=LATER)
    )


@pytest.mark.parametrize(
    "role", ["owner", "csr", "engineer", "dispatcher", "supervisor", "auditor"]
)
def test_others_may_not_change_calendars(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(CALENDAR).when(record(), by=by).then_refused("role_not_permitted")


def test_around_the_clock_stays_around_the_clock() -> None:
    Given(CALENDAR).when(record(calendar_id="always"), by=ADMIN).then_refused(
        "calendar_never_changes", pointer="/calendar_id"
    )


def test_versions_have_an_end() -> None:
    events = [
        recorded(version=n, week=(*(NINE_TO_SIX,) * (n % 2 + 1), *((),) * 6)[:7])
        for n in range(1, 101)
    ]
    Given(CALENDAR, *events[:99]).when(record(), by=MANAGER).then(recorded(version=100))
    Given(CALENDAR, *events).when(record(), by=MANAGER).then_refused("too_many", max=100)


def test_what_is_said_in_disorder_is_recorded_in_order() -> None:
    week = (hours("13:00-18:00", "09:00-12:00"), *WEEK[1:])
    said = CalendarExceptions(
        closed=(date(2024, 5, 2), date(2024, 5, 1)),
        hours=(
            SpecialHours(on=date(2024, 6, 2), intervals=hours("10:00-11:00", "08:00-09:00")),
            SpecialHours(on=date(2024, 6, 1), intervals=hours("08:00-24:00")),
        ),
        make_up=(
            MakeUpDay(on=date(2024, 5, 11), weekday=0),
            MakeUpDay(on=date(2024, 4, 28), weekday=4),
        ),
    )
    command = record(week=week, exceptions=said, provisional_years=(2026, 2025, 2026))
    Given(CALENDAR).when(command, by=MANAGER).then(
        recorded(
            exceptions=CalendarExceptions(
                closed=(date(2024, 5, 1), date(2024, 5, 2)),
                hours=(
                    SpecialHours(on=date(2024, 6, 1), intervals=hours("08:00-24:00")),
                    SpecialHours(
                        on=date(2024, 6, 2), intervals=hours("08:00-09:00", "10:00-11:00")
                    ),
                ),
                make_up=(
                    MakeUpDay(on=date(2024, 4, 28), weekday=4),
                    MakeUpDay(on=date(2024, 5, 11), weekday=0),
                ),
            ),
            provisional_years=(2025, 2026),
        )
    )


def on_monday(*spans: str) -> dict[str, Any]:
    return {"week": (hours(*spans), *WEEK[1:])}


def except_for(**said: Any) -> dict[str, Any]:
    return {"exceptions": CalendarExceptions(**said)}


MAY_1 = date(2024, 5, 1)
DAYS = tuple(date.fromordinal(date(2024, 1, 1).toordinal() + n) for n in range(1001))


@pytest.mark.parametrize(
    ("said", "code", "pointer"),
    [
        ({"calendar_id": "no good"}, "malformed", "/calendar_id"),
        ({"calendar_id": "x" * 65}, "malformed", "/calendar_id"),
        *(
            ({"zone": zone}, "timezone_unknown", "/zone")
            for zone in ["Asia/Atlantis", "", "Asia", "../x", "a\0b", "x" * 5000]
        ),
        ({"week": WEEK[:6]}, "out_of_range", "/week"),
        ({"week": ((),) * 7}, "calendar_never_open", "/week"),
        (
            {
                "week": ((),) * 7,
                **except_for(hours=(SpecialHours(on=MAY_1, intervals=NINE_TO_SIX),)),
            },
            "calendar_never_open",
            "/week",
        ),
        (on_monday("09:00-12:00", "11:59-18:00"), "intervals_overlap", "/week/0/1"),
        (on_monday("11:00-13:00", "09:00-12:00"), "intervals_overlap", "/week/0/1"),
        (on_monday("14:00-15:00", "09:00-12:00", "09:00-12:00"), "intervals_overlap", "/week/0/2"),
        (on_monday("09:00-18:00", "10:00-11:00"), "intervals_overlap", "/week/0/1"),
        (on_monday("09:00-09:00"), "interval_ends_early", "/week/0/0/end"),
        (on_monday("22:00-06:00"), "interval_ends_early", "/week/0/0/end"),
        (on_monday("24:00-24:00"), "malformed", "/week/0/0/start"),
        (on_monday("9:00 -12:00"), "malformed", "/week/0/0/start"),
        (on_monday("09:00-24:01"), "malformed", "/week/0/0/end"),
        (on_monday("09:00-12:00\n"), "malformed", "/week/0/0/end"),
        (
            on_monday(*(f"{n:02}:00-{n:02}:30" for n in range(24)), "00:30-00:40"),
            "too_many",
            "/week/0",
        ),
        (except_for(closed=DAYS), "too_many", "/exceptions"),
        (except_for(closed=(MAY_1, MAY_1)), "duplicate_entry", "/exceptions/closed/1"),
        (
            except_for(closed=(MAY_1,), make_up=(MakeUpDay(on=MAY_1, weekday=0),)),
            "duplicate_entry",
            "/exceptions/make_up/0/on",
        ),
        (
            except_for(closed=(MAY_1,), hours=(SpecialHours(on=MAY_1, intervals=NINE_TO_SIX),)),
            "duplicate_entry",
            "/exceptions/hours/0/on",
        ),
        (except_for(closed=(date(1, 1, 1),)), "out_of_range", "/exceptions/closed/0"),
        (except_for(closed=(date(9999, 1, 1),)), "out_of_range", "/exceptions/closed/0"),
        (
            except_for(hours=(SpecialHours(on=MAY_1, intervals=()),)),
            "too_few",
            "/exceptions/hours/0/intervals",
        ),
        (
            except_for(hours=(SpecialHours(on=MAY_1, intervals=hours("09:00-08:00")),)),
            "interval_ends_early",
            "/exceptions/hours/0/intervals/0/end",
        ),
        *(
            (
                except_for(make_up=(MakeUpDay(on=MAY_1, weekday=weekday),)),
                code,
                "/exceptions/make_up/0/weekday",
            )
            for weekday, code in [(7, "out_of_range"), (-1, "out_of_range"), (6, "weekday_closed")]
        ),
        ({"valid_from": datetime(1, 1, 1, tzinfo=UTC)}, "out_of_range", "/valid_from"),
        ({"provisional_years": (2025, 20250)}, "out_of_range", "/provisional_years/1"),
        ({"provisional_years": tuple(range(2000, 2051))}, "too_many", "/provisional_years"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(
    said: dict[str, Any], code: str, pointer: str
) -> None:
    Given(CALENDAR).when(record(**said), by=MANAGER).then_refused(
        Unacceptable, code, pointer=pointer
    )


def test_two_intervals_a_day_that_touch_are_accepted() -> None:
    said = on_monday("00:00-12:00", "12:00-24:00")
    Given(CALENDAR).when(record(**said), by=MANAGER).then(recorded(**said))


def test_the_pack_is_there_before_anyone_records_it() -> None:
    given = given_states(office=None)
    assert calendar_of(given, "office").at(NOW) == OFFICE
    assert calendar_of(given, "office").version(1) == OFFICE
    assert calendar_of(given, "always").at(NOW) == ALWAYS


def test_recorded_versions_come_after_that_of_the_pack() -> None:
    event = recorded(calendar_id="office", version=2, valid_from=LATER)
    versions = calendar_of(given_states(office=fold(event)), "office")
    assert versions.calendar_id == "office"
    assert versions.version(1) == versions.at(NOW) == OFFICE
    assert versions.version(2) == versions.at(LATER) == versions.latest
    assert versions.latest.week == WEEK


def test_all_versions_are_kept_as_they_were_recorded() -> None:
    first = recorded(provisional_years=(2025,))
    second = replace(first, version=2, zone="Asia/Urumqi", valid_from=LATER)
    versions = calendar_of(given_states(desk=fold(first, second)), "desk")
    for event in (first, second):
        kept = versions.version(event.version)
        for name in ("zone", "week", "exceptions", "valid_from", "provisional_years"):
            assert getattr(kept, name) == getattr(event, name)


def test_an_unknown_calendar_is_refused() -> None:
    with pytest.raises(NeedsStream):
        calendar_of(given_states(), "desk")
    with pytest.raises(Unacceptable) as refused:
        calendar_of(given_states(desk=None), "desk", "/clocks/0/calendar_id")
    assert (refused.value.code, refused.value.pointer) == (
        "calendar_unknown",
        "/clocks/0/calendar_id",
    )
