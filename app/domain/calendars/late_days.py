"""How many days something is late: started local days since the due time (docs/domain.md §4.3).

The first late day begins right after the due time, the next when the wall reads that time again.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.calendars.tables import DAY, MICROSECOND, first_reading, in_microseconds, instant_of


def days_after(start: datetime, days: int, zone: str) -> datetime:
    """The same time on the wall so many days later; where the wall skips it, the next that it
    shows."""
    if days == 0:
        return start
    offset = start.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    on_the_wall = in_microseconds(start) + offset // MICROSECOND
    return instant_of(first_reading(zone, on_the_wall + days * DAY))


def late_days(due: datetime, done: datetime, zone: str) -> int:
    """0 if it was done by the due time; of a day that has begun nothing is given back."""
    if done <= due:
        return 0
    days = max((done - due).days - 1, 0)
    while days_after(due, days, zone) < done:
        days += 1
    return days


def whole_days(start: datetime, end: datetime, zone: str) -> int:
    """How many local days have passed in full."""
    days = late_days(start, end, zone)
    return days if days_after(start, days, zone) <= end else days - 1


def late_day_begins(due: datetime, day: int, zone: str) -> datetime:
    """Until this instant, inclusive, it is not yet so many days late; days count from 1."""
    return days_after(due, day - 1, zone)
