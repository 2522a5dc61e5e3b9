"""Arithmetic of a clock: open time since its start, less the pauses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from msgspec.structs import replace

from app.domain.calendars.arithmetic import SegmentKind, add, elapsed
from app.domain.calendars.version import CalendarVersion
from app.domain.sla.clock import Clock, Pause
from app.events.base import Value

MICROSECOND = timedelta(microseconds=1)

StretchKind = Literal[SegmentKind, "paused"]
"""Whether a stretch of a clock's run counted."""


class Span(NamedTuple):
    """A span that does not count."""

    since: datetime
    until: datetime


class Line(Value, frozen=True, kw_only=True):
    calendar: CalendarVersion
    origin_at: datetime
    origin_us: int = 0
    spans: tuple[Span, ...] = ()

    def pausing(self, spans: Sequence[Span]) -> "Line":
        return replace(self, spans=tuple(spans))

    def consumed(self, at: datetime) -> int:
        """The time counted by `at`."""
        counted, reached = self.origin_us, self.origin_at
        for span in self.spans:
            if span.since >= at:
                break
            counted += self._open(reached, span.since)
            reached = max(reached, span.until)
        return counted + self._open(reached, at)

    def reaches(self, amount_us: int) -> datetime:
        """The earliest instant by which `amount_us` has counted.

        If it would be reached just as a pause begins, it is reached when the pause ends: nothing
        is due during a pause.
        """
        left, at = amount_us - self.origin_us, self.origin_at
        for span in self.spans:
            reached = self._add(at, left)
            if reached < span.since:
                return reached
            left -= self._open(at, span.since)
            at = max(at, span.until)
        return self._add(at, left)

    def _open(self, since: datetime, until: datetime) -> int:
        return elapsed(self.calendar, since, until) // MICROSECOND

    def _add(self, at: datetime, amount_us: int) -> datetime:
        return add(self.calendar, at, max(amount_us, 0) * MICROSECOND)


def line_of(clock: Clock, calendar: CalendarVersion, spans: Sequence[Span]) -> Line:
    return Line(
        calendar=calendar,
        origin_at=clock.origin_at,
        origin_us=clock.origin_us,
        spans=tuple(spans),
    )


def cut_at(pauses: Sequence[Pause], at: datetime) -> tuple[Span, ...]:
    """The pauses up to `at`."""
    return tuple(Span(one.since, min(one.until or at, at)) for one in pauses if one.since < at)


def ending_at(pauses: Sequence[Pause], at: datetime) -> tuple[Span, ...]:
    """All pauses; the current one as if it ended at `at`."""
    return tuple(Span(one.since, one.until or max(one.since, at)) for one in pauses)
