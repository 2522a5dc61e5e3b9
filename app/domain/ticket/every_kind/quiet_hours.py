"""When an owner does not want to be disturbed: local windows, also over midnight."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.checks import at_most
from app.domain.decider import Given
from app.domain.errors import Unacceptable
from app.domain.records.household import HOUSEHOLD
from app.domain.ticket.limits import QUIET_WINDOWS
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import QuietHours

TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class Window(Protocol):
    """A ticket's own window, or one of the household's preferences."""

    @property
    def start(self) -> str: ...
    @property
    def end(self) -> str: ...


def check_quiet_hours(windows: Sequence[QuietHours]) -> tuple[QuietHours, ...]:
    at_most(windows, "/quiet_hours", QUIET_WINDOWS)
    for n, window in enumerate(windows):
        both_times = TIME_OF_DAY.fullmatch(window.start) and TIME_OF_DAY.fullmatch(window.end)
        if not both_times or window.start == window.end:
            raise Unacceptable("malformed", pointer=f"/quiet_hours/{n}")
    return tuple(windows)


def is_quiet(windows: Sequence[Window], instant: datetime, zone: ZoneInfo) -> bool:
    """From the start until before the end: 14:00 is after a rest that ends at 14:00."""
    at = f"{instant.astimezone(zone):%H:%M}"
    return any(
        window.start <= at < window.end
        if window.start < window.end
        else at >= window.start or at < window.end
        for window in windows
    )


def quiet_windows(ticket: Ticket, given: Given) -> Sequence[Window]:
    """What was said with the report, and what the household always wishes."""
    if ticket.household_id is None:
        return ticket.quiet_hours
    household = given.read(HOUSEHOLD.stream(ticket.household_id))
    return (*ticket.quiet_hours, *(household.quiet_hours if household else ()))


def would_disturb(ticket: Ticket, at: datetime, given: Given) -> bool:
    """docs/domain.md §6.1: quiet windows are respected, but for an emergency."""
    if ticket.service_class == "emergency":
        return False
    return is_quiet(quiet_windows(ticket, given), at, given.zone)
