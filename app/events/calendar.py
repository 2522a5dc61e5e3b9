"""Events of working calendars, version by version."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Local time "HH:MM", end exclusive; "24:00" ends the day."""

    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialHours:
    """A date with its own hours, which replace those of its weekday."""

    on: date
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeUpDay:
    """A date worked as if it were another weekday (调休); 0 is Monday."""

    on: date
    weekday: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarExceptions:
    """Dates that deviate from the week, each at most once."""

    closed: tuple[date, ...] = ()
    hours: tuple[SpecialHours, ...] = ()
    make_up: tuple[MakeUpDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRecorded:
    """A calendar was entered or replaced as a whole; running clocks keep their version."""

    calendar_id: str
    version: int
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    exceptions: CalendarExceptions
    valid_from: datetime
    provisional_years: tuple[int, ...] = ()


CalendarEvent = CalendarRecorded
