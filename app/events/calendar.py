"""Events of working calendars, version by version."""

from datetime import date, datetime

from app.events.base import Integer, Value


class Interval(Value, frozen=True, kw_only=True):
    """Local time "HH:MM", end exclusive; "24:00" ends the day."""

    start: str
    end: str


class SpecialHours(Value, frozen=True, kw_only=True):
    """A date with its own hours, which replace those of its weekday."""

    on: date
    intervals: tuple[Interval, ...]


class MakeUpDay(Value, frozen=True, kw_only=True):
    """A date worked as if it were another weekday (调休); 0 is Monday."""

    on: date
    weekday: Integer


class CalendarExceptions(Value, frozen=True, kw_only=True):
    """Dates that deviate from the week, each at most once."""

    closed: tuple[date, ...] = ()
    hours: tuple[SpecialHours, ...] = ()
    make_up: tuple[MakeUpDay, ...] = ()


class CalendarRecorded(Value, frozen=True, kw_only=True):
    """A calendar was entered or replaced as a whole; running clocks keep their version."""

    calendar_id: str
    version: Integer
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    exceptions: CalendarExceptions
    valid_from: datetime
    provisional_years: tuple[Integer, ...] = ()


CalendarEvent = CalendarRecorded
