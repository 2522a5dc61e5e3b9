"""Calendars and instants that the tests of the arithmetic share."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.calendars.arithmetic import CalendarExceptions, CalendarVersion, Interval
from app.domain.calendars.pack import OFFICE

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")


def shanghai(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def new_york(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK, fold=fold)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(*spans: str) -> tuple[Interval, ...]:
    """`hours("08:30-12:00", "13:30-18:00")`."""
    return tuple(Interval(start=span[:5], end=span[6:]) for span in spans)


def every_day(*spans: str) -> tuple[tuple[Interval, ...], ...]:
    return (hours(*spans),) * 7


def weekdays(*spans: str) -> tuple[tuple[Interval, ...], ...]:
    return (*(hours(*spans),) * 5, (), ())


def calendar(
    week: Sequence[Sequence[Interval]], zone: str = "Asia/Shanghai", **said: Any
) -> CalendarVersion:
    said = {"exceptions": CalendarExceptions(), "valid_from": utc("2020-01-01"), **said}
    return CalendarVersion(version=1, zone=zone, week=tuple(map(tuple, week)), **said)


SUBTRACT_ONLY = calendar(
    OFFICE.week, exceptions=CalendarExceptions(closed=OFFICE.exceptions.closed)
)
NEW_YORK_MORNINGS = calendar(every_day("00:00-10:00"), "America/New_York")
