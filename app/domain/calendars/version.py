"""What a calendar says: plain values, as they are stored. The arithmetic is in `calendars`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.errors import Unacceptable
from app.domain.versions import in_force
from app.events.calendar import CalendarExceptions, Interval

FIRST_YEAR, LAST_YEAR = 1970, 2199  # a time that is not in them is a slip of the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVersion:
    """`week` has seven days, Monday first; a local time is open if it lies in an interval.

    A year of `provisional_years`, and every year after the last of them, has no holidays
    published yet: the notices come in the order of the years.
    """

    version: int
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    exceptions: CalendarExceptions
    valid_from: datetime
    provisional_years: tuple[int, ...] = ()

    def __hash__(self) -> int:
        """Of little, for speed: versions of one number seldom meet, and equality says the rest."""
        return hash((self.version, self.zone, self.valid_from))

    def is_provisional(self, since: datetime, until: datetime) -> bool:
        """Whether a moment from `since` to before `until` is in a year that may yet change."""
        if not self.provisional_years:
            return False
        zone = ZoneInfo(self.zone)
        last = max(since, until - timedelta(microseconds=1)).astimezone(zone).year
        if last > max(self.provisional_years):
            return True
        first = since.astimezone(zone).year
        return any(first <= year <= last for year in self.provisional_years)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarVersions:
    """All versions of one calendar, in the order in which they were recorded."""

    calendar_id: str
    versions: tuple[CalendarVersion, ...]

    @property
    def latest(self) -> CalendarVersion:
        return self.versions[-1]

    def version(self, number: int) -> CalendarVersion:
        """The version that a clock was pinned to."""
        for one in self.versions:
            if one.version == number:
                return one
        raise Unacceptable("calendar_version_unknown", version=number)

    def at(self, instant: datetime) -> CalendarVersion:
        """The version in force: of those valid by then the one valid most lately; of two valid
        from the same instant the later. Before all of them, the one valid first."""
        first = min(self.versions, key=lambda one: (one.valid_from, -one.version))
        return in_force(self.versions, instant) or first
