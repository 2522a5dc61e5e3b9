"""Quiet hours: when an owner does not want to be disturbed. Local windows, may run past
midnight."""

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
    """A quiet window of the ticket or of the household."""

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
    """End exclusive: with a window until 14:00, 14:00 is not quiet."""
    at = f"{instant.astimezone(zone):%H:%M}"
    return any(
        window.start <= at < window.end
        if window.start < window.end
        else at >= window.start or at < window.end
        for window in windows
    )


def quiet_windows(ticket: Ticket, given: Given) -> Sequence[Window]:
    """The windows named in the report, plus the household's standing ones."""
    if ticket.household_id is None:
        return ticket.quiet_hours
    household = given.read(HOUSEHOLD.stream(ticket.household_id))
    return (*ticket.quiet_hours, *(household.quiet_hours if household else ()))


def would_disturb(ticket: Ticket, at: datetime, given: Given) -> bool:
    """docs/domain.md §6.1: quiet hours are respected, except in emergencies."""
    if ticket.service_class == "emergency":
        return False
    return is_quiet(quiet_windows(ticket, given), at, given.zone)
