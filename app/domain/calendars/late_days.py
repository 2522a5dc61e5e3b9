"""Days of lateness: started local days since the due time (docs/domain.md §4.3).

The first late day begins right after the due time, each further one at the same local time.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendars.tables import DAY, MICROSECOND, first_reading, in_microseconds, instant_of


def days_after(start: datetime, days: int, zone: str) -> datetime:
    """The same local time `days` later; if DST skips it, the first later one that exists."""
    if days == 0:
        return start
    offset = start.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    on_the_wall = in_microseconds(start) + offset // MICROSECOND
    return instant_of(first_reading(zone, on_the_wall + days * DAY))


def late_days(due: datetime, done: datetime, zone: str) -> int:
    """0 if done by the due time; a started day counts in full."""
    if done <= due:
        return 0
    days = max((done - due).days - 1, 0)
    while days_after(due, days, zone) < done:
        days += 1
    return days


def whole_days(start: datetime, end: datetime, zone: str) -> int:
    """Completed local days between two instants."""
    days = late_days(start, end, zone)
    return days if days_after(start, days, zone) <= end else days - 1


def late_day_begins(due: datetime, day: int, zone: str) -> datetime:
    """The last instant at which it is not yet `day` days late; days count from 1."""
    return days_after(due, day - 1, zone)
