"""Loads and renders calendars."""

from collections.abc import Iterable
from typing import Any

from app.domain.calendars.decider import CALENDAR, versions_of
from app.domain.calendars.version import CalendarVersion, CalendarVersions
from app.domain.errors import NotFound
from app.domain.sla.clock import Clock
from app.views.reader import Reader
from app.views.sla.render import Calendars, calendars_of_the_pack


def render_calendar(calendar: CalendarVersions, one: CalendarVersion) -> dict[str, Any]:
    """In version `one`."""
    return {
        "id": calendar.calendar_id,
        "version": one.version,
        "newest_version": calendar.latest.version,
        "zone": one.zone,
        "week": [[{"start": i.start, "end": i.end} for i in day] for day in one.week],
        "exceptions": {
            "closed": one.exceptions.closed,
            "hours": [
                {"on": h.on, "intervals": [{"start": i.start, "end": i.end} for i in h.intervals]}
                for h in one.exceptions.hours
            ],
            "make_up": [{"on": m.on, "weekday": m.weekday} for m in one.exceptions.make_up],
        },
        "valid_from": one.valid_from,
        "provisional_years": one.provisional_years,
    }


async def load_calendar(reader: Reader, calendar_id: str) -> tuple[CalendarVersions | None, int]:
    """All versions, and the version of the stream. None for an id that is neither recorded nor in
    the default pack."""
    stream = CALENDAR.stream(calendar_id)
    snapshot = await reader.read(stream)
    return versions_of(calendar_id, snapshot.state(stream)), snapshot.version(stream)


async def load_one_calendar(
    reader: Reader, calendar_id: str, number: int | None = None
) -> tuple[CalendarVersions, CalendarVersion, int]:
    """The calendar, its version `number` or else the newest, and the version of the stream. Raises
    `NotFound`."""
    calendar, version = await load_calendar(reader, calendar_id)
    if calendar is None:
        raise NotFound("calendar_unknown")
    if number is None:
        return calendar, calendar.latest, version
    for one in calendar.versions:
        if one.version == number:
            return calendar, one, version
    raise NotFound("version_not_found")


async def calendar_of_clock(reader: Reader, clock: Clock) -> CalendarVersion:
    """The version that the clock is pinned to."""
    calendar, _ = await load_calendar(reader, clock.calendar_id)
    if calendar is None:
        raise NotFound("calendar_unknown")
    return calendar.version(clock.calendar_version)


async def calendars_for(reader: Reader, clocks: Iterable[Clock]) -> Calendars:
    """The calendars that `render_clocks` needs. One round trip, or none if all are in the default
    pack."""
    missing = {clock.calendar_id for clock in clocks if _needs_loading(clock)}
    if not missing:
        return calendars_of_the_pack
    streams = [CALENDAR.stream(calendar_id) for calendar_id in sorted(missing)]
    snapshot = await reader.read(*streams)
    known: dict[tuple[str, int], CalendarVersion] = {}
    for stream in streams:
        calendar = versions_of(stream.key, snapshot.state(stream))
        for one in calendar.versions if calendar else ():
            known[stream.key, one.version] = one
    return lambda calendar_id, version: known.get(
        (calendar_id, version), calendars_of_the_pack(calendar_id, version)
    )


def _needs_loading(clock: Clock) -> bool:
    if clock.is_over:
        return False
    return calendars_of_the_pack(clock.calendar_id, clock.calendar_version) is None
