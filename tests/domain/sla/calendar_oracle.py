"""A calendar worked out by looking at the clock on the wall every minute. Slow, and plain."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain.calendars.arithmetic import CalendarVersion, Interval

MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=64)
def walls(zone: str, first: datetime, minutes: int) -> list[tuple[date, str]]:
    local = [(first + n * MINUTE).astimezone(ZoneInfo(zone)) for n in range(minutes)]
    return [(one.date(), one.strftime("%H:%M")) for one in local]


def intervals_on(calendar: CalendarVersion, day: date) -> tuple[Interval, ...]:
    if day in calendar.exceptions.closed:
        return ()
    for special in calendar.exceptions.hours:
        if special.on == day:
            return special.intervals
    for make_up in calendar.exceptions.make_up:
        if make_up.on == day:
            return calendar.week[make_up.weekday]
    return calendar.week[day.weekday()]


@dataclass(frozen=True)
class Oracle:
    """Knows the minutes of a window; zones here move by whole minutes only."""

    first: datetime
    is_open: list[bool]

    @property
    def end(self) -> datetime:
        return self.first + len(self.is_open) * MINUTE

    def open_at(self, at: datetime) -> bool:
        return self.is_open[(at - self.first) // MINUTE]

    def elapsed(self, since: datetime, until: datetime) -> timedelta:
        passed = timedelta()
        if until <= since:
            return passed
        for n in range((since - self.first) // MINUTE, len(self.is_open)):
            minute = self.first + n * MINUTE
            if minute >= until:
                break
            if self.is_open[n]:
                passed += min(until, minute + MINUTE) - max(since, minute)
        return passed

    def add(self, start: datetime, duration: timedelta) -> datetime | None:
        """The earliest instant; None where the window ends before it."""
        at, left = start, duration
        while left and at < self.end:
            following = self.first + ((at - self.first) // MINUTE + 1) * MINUTE
            if self.open_at(at):
                if left <= following - at:
                    return at + left
                left -= following - at
            at = following
        return None if left else at


def oracle(calendar: CalendarVersion, middle: datetime, days: int = 8) -> Oracle:
    first = middle.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - (
        timedelta(days=days)
    )
    seen = walls(calendar.zone, first, 2 * days * 1440)
    hours = {day: intervals_on(calendar, day) for day in {day for day, _ in seen}}
    return Oracle(
        first,
        [any(one.start <= wall < one.end for one in hours[day]) for day, wall in seen],
    )
