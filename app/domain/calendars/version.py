"""Versions of a calendar, as stored. The arithmetic is in `arithmetic.py`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.errors import Unacceptable
from app.domain.versions import in_force
from app.events.base import Value
from app.events.calendar import CalendarExceptions, Interval

FIRST_YEAR, LAST_YEAR = 1970, 2199  # a time outside is a typing error


class CalendarVersion(Value, frozen=True, kw_only=True):
    """`week` has seven days, Monday first; a local time is open if it is in an interval.

    The holidays of `provisional_years`, and of every year after the last of them, are not
    published yet.
    """

    version: int
    zone: str
    week: tuple[tuple[Interval, ...], ...]
    exceptions: CalendarExceptions
    valid_from: datetime
    provisional_years: tuple[int, ...] = ()

    def __hash__(self) -> int:
        """Hashes few fields, for speed; equality compares all."""
        return hash((self.version, self.zone, self.valid_from))

    def is_provisional(self, since: datetime, until: datetime) -> bool:
        """Whether an instant from `since` to before `until` is in a provisional year."""
        if not self.provisional_years:
            return False
        zone = ZoneInfo(self.zone)
        last = max(since, until - timedelta(microseconds=1)).astimezone(zone).year
        if last > max(self.provisional_years):
            return True
        first = since.astimezone(zone).year
        return any(first <= year <= last for year in self.provisional_years)


class CalendarVersions(Value, frozen=True, kw_only=True):
    """All versions of one calendar, in the order of recording."""

    calendar_id: str
    versions: tuple[CalendarVersion, ...]

    @property
    def latest(self) -> CalendarVersion:
        return self.versions[-1]

    def version(self, number: int) -> CalendarVersion:
        """The version that a clock is pinned to. Raises `Unacceptable`."""
        for one in self.versions:
            if one.version == number:
                return one
        raise Unacceptable("calendar_version_unknown", version=number)

    def at(self, instant: datetime) -> CalendarVersion:
        """The version in force: the last one valid by then; of two valid from the same instant,
        the later one. Before all of them, the first."""
        first = min(self.versions, key=lambda one: (one.valid_from, -one.version))
        return in_force(self.versions, instant) or first
