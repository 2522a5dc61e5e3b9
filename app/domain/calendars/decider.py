"""Calendars: when a company works. All versions are kept: a clock is pinned to the one it started
with."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from msgspec import field

from app.domain import roles
from app.domain.calendars.checks import checked_exceptions, checked_week, checked_years, known_zone
from app.domain.calendars.pack import DEFAULT_PACK
from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR, CalendarVersion, CalendarVersions
from app.domain.checks import identifier, require, within
from app.domain.decider import Decider, Given
from app.domain.errors import Unacceptable
from app.domain.versions import same_settings
from app.events.base import Fact, Value
from app.events.calendar import CalendarEvent, CalendarExceptions, CalendarRecorded, Interval

__all__ = [
    "CALENDAR",
    "CalendarCommand",
    "RecordCalendar",
    "calendar_of",
    "versions_of",
]

MOST_VERSIONS = 100
NEVER_CHANGED = "always"  # its name promises service around the clock


class RecordCalendar(Value, frozen=True, kw_only=True):
    """Replaces the calendar from `valid_from` on (default: now)."""

    calendar_id: str
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    exceptions: CalendarExceptions = field(default_factory=CalendarExceptions)
    valid_from: datetime | None = None
    provisional_years: tuple[int, ...] = ()


CalendarCommand = RecordCalendar


def calendar_of(given: Given, calendar_id: str, pointer: str = "/calendar_id") -> CalendarVersions:
    """Every version that a clock may be pinned to. Calendars of the default pack have version 1.

    Raises `Unacceptable` for an unknown calendar.
    """
    if calendar_id == NEVER_CHANGED:
        return CalendarVersions(calendar_id=calendar_id, versions=(DEFAULT_PACK[calendar_id],))
    recorded = given.read(CALENDAR.stream(identifier(calendar_id, pointer, 64)))
    found = versions_of(calendar_id, recorded)
    if found is None:
        raise Unacceptable("calendar_unknown", pointer=pointer)
    return found


def versions_of(calendar_id: str, recorded: CalendarVersions | None) -> CalendarVersions | None:
    """The default version, if any, followed by the recorded ones."""
    versions = _with_default(calendar_id, recorded)
    return CalendarVersions(calendar_id=calendar_id, versions=versions) if versions else None


def decide(
    command: CalendarCommand, state: CalendarVersions | None, given: Given
) -> Sequence[CalendarEvent]:
    match command:
        case RecordCalendar():
            return record_calendar(command, state, given)
        case _:
            assert_never(command)


def record_calendar(
    command: RecordCalendar, state: CalendarVersions | None, given: Given
) -> Sequence[CalendarEvent]:
    require(given, roles.EDIT_POLICIES)
    calendar_id = identifier(command.calendar_id, "/calendar_id", 64)
    versions = _with_default(calendar_id, state)
    recorded = _checked(command, given.now, versions[-1].version + 1 if versions else 1)
    if versions and _says_nothing_new(recorded, versions):
        return []
    if calendar_id == NEVER_CHANGED:
        raise Unacceptable("calendar_never_changes", pointer="/calendar_id")
    if state and len(state.versions) >= MOST_VERSIONS:
        raise Unacceptable("too_many", max=MOST_VERSIONS)
    return [recorded]


def _checked(command: RecordCalendar, now: datetime, version: int) -> CalendarRecorded:
    valid_from = command.valid_from or now
    within(valid_from.year, FIRST_YEAR, LAST_YEAR, "/valid_from")
    week = checked_week(command.week, "/week")
    return CalendarRecorded(
        calendar_id=command.calendar_id,
        version=version,
        zone=known_zone(command.zone, "/zone"),
        week=week,
        exceptions=checked_exceptions(command.exceptions, week, "/exceptions"),
        valid_from=valid_from,
        provisional_years=checked_years(command.provisional_years, "/provisional_years"),
    )


def _says_nothing_new(recorded: CalendarRecorded, versions: tuple[CalendarVersion, ...]) -> bool:
    present = CalendarVersions(calendar_id=recorded.calendar_id, versions=versions)
    return same_settings(_version(recorded), present.at(recorded.valid_from))


def _with_default(
    calendar_id: str, recorded: CalendarVersions | None
) -> tuple[CalendarVersion, ...]:
    default = DEFAULT_PACK.get(calendar_id)
    return (*((default,) if default else ()), *(recorded.versions if recorded else ()))


def evolve(state: CalendarVersions | None, fact: Fact[CalendarEvent]) -> CalendarVersions:
    match fact.event:
        case CalendarRecorded() as recorded:
            before = state.versions if state else ()
            return CalendarVersions(
                calendar_id=recorded.calendar_id, versions=(*before, _version(recorded))
            )


def _version(recorded: CalendarRecorded) -> CalendarVersion:
    return CalendarVersion(
        version=recorded.version,
        zone=recorded.zone,
        week=recorded.week,
        exceptions=recorded.exceptions,
        valid_from=recorded.valid_from,
        provisional_years=recorded.provisional_years,
    )


CALENDAR: Decider[CalendarCommand, CalendarVersions | None] = Decider(
    category="calendar",
    initial=None,
    state_type=CalendarVersions | None,
    decide=decide,
    evolve=evolve,
)
