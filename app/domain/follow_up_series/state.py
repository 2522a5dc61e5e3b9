"""The state of a series, and the times of its visits: the same local time, whatever DST does."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from app.events.base import Value
from app.events.ticket import Location

Cadence = Literal["daily", "weekly"]
STEP: dict[str, timedelta] = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
LEAD = timedelta(hours=24)  # a visit becomes a ticket this long before it is due (cfg)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Skip(Value, frozen=True, kw_only=True):
    nth: int
    on: date
    reason: str


class Assignee(Value, frozen=True, kw_only=True):
    subject: str
    name: str


class Series(Value, frozen=True, kw_only=True):
    """`next_nth` is the ordinal of the first visit that is not scheduled yet, skipped or not."""

    id: str
    ticket_id: str | None
    household_id: str | None
    location: Location
    purpose: str
    cadence: str
    first_at: datetime
    until: date
    zone: str
    assigned_to: Assignee
    reason: str | None
    started_at: datetime
    next_nth: int = 1
    visits: int = 0
    skipped: tuple[Skip, ...] = ()
    ended_at: datetime | None = None
    end_reason: str | None = None

    def due_of(self, nth: int) -> datetime:
        """When the nth visit is due, also beyond the end of the series."""
        local = self.first_at.astimezone(ZoneInfo(self.zone))
        on = local.date() + (nth - 1) * STEP[self.cadence]
        return datetime.combine(on, local.time(), local.tzinfo).astimezone(UTC)

    def nth_on(self, on: date) -> int | None:
        """The ordinal of the visit on a day; None if there is none."""
        local = self.first_at.astimezone(ZoneInfo(self.zone))
        days = on - local.date()
        if days < timedelta() or days % STEP[self.cadence] or on > self.until:
            return None
        return days // STEP[self.cadence] + 1

    @property
    def next_visit(self) -> int | None:
        """The ordinal of the next visit not scheduled or skipped; None after the last."""
        if self.ended_at is not None:
            return None
        skipped = {skip.nth for skip in self.skipped}
        nth = self.next_nth
        while nth in skipped:
            nth += 1
        zone = ZoneInfo(self.zone)
        return nth if self.due_of(nth).astimezone(zone).date() <= self.until else None

    @property
    def is_over_at(self) -> datetime:
        """The end of its last day."""
        day_after = self.until + timedelta(days=1)
        return datetime.combine(day_after, time(), ZoneInfo(self.zone)).astimezone(UTC)

    def visit_id(self, nth: int) -> str:
        """The ticket id of the nth visit: derived from the series, with the due time as its
        timestamp (UUIDv7)."""
        digest = hashlib.sha256(f"{self.id}\n{nth}".encode()).digest()
        milliseconds = (self.due_of(nth) - EPOCH) // MILLISECOND
        noise = int.from_bytes(digest[:10], "big")
        high, low = noise >> 68, noise & ((1 << 62) - 1)
        return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
