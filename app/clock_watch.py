"""Whether the time is to be believed: the database's clock, this process's and its steady clock.

A recorded time is never taken back, and what lapses costs money. So where the clocks differ by more
than a minute, nothing is recorded in real time until they agree.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from app.db import DatabaseUnavailable
from app.telemetry import CLOCK_SPREAD

log = structlog.get_logger(__name__)

TOLERANCE = timedelta(minutes=1)
SETTLES = timedelta(minutes=5)


class ClockInDoubt(DatabaseUnavailable):
    """The clocks disagree: nothing was recorded."""


def steady_seconds() -> float:
    """Goes on while the machine sleeps, and is never set."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class ClockWatch:
    """One per process.

    The clocks of database and process may be one clock, of one machine. The steady clock tells what
    time it should be by now, counted from when all agreed last. When those two have moved together
    and stayed for five minutes, the new time is taken: that is how a wrong clock is set right.
    """

    def __init__(
        self,
        *,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        steady: Callable[[], float] = steady_seconds,
    ) -> None:
        self.wall = wall
        self._steady = steady
        self._agreed: tuple[datetime, float] | None = None
        self._together_since: float | None = None
        self._in_doubt = False

    def agree(self, database: datetime, heartbeat: datetime | None = None) -> bool:
        """`database` is its clock just now, `heartbeat` the last one of any worker.

        A process that has just started has nothing to count from; that a heartbeat lies in the
        future then tells that the clocks stand too early, or stood too late.
        """
        wall, steady = self.wall(), self._steady()
        times = [database, wall]
        if self._agreed is not None:
            then, counted_from = self._agreed
            times.append(then + timedelta(seconds=steady - counted_from))
        elif heartbeat is not None:
            times.append(max(heartbeat, database))
        spread = max(times) - min(times)
        agreed = spread <= TOLERANCE or self._stayed(abs(database - wall) <= TOLERANCE, steady)
        if agreed:
            self._agreed, self._together_since = (wall, steady), None
        self._tell(agreed, times, spread)
        return agreed

    def check(self, database: datetime) -> None:
        """Raises `ClockInDoubt`."""
        if not self.agree(database):
            raise ClockInDoubt(
                f"database {database.isoformat()}, process {self.wall().isoformat()}"
            )

    def _stayed(self, together: bool, steady: float) -> bool:  # noqa: FBT001
        if not together:
            self._together_since = None
        elif self._together_since is None:
            self._together_since = steady
        else:
            return steady - self._together_since >= SETTLES.total_seconds()
        return False

    def _tell(self, agreed: bool, times: list[datetime], spread: timedelta) -> None:  # noqa: FBT001
        CLOCK_SPREAD.set(spread.total_seconds())
        if agreed == self._in_doubt:
            self._in_doubt = not agreed
            names = ("database", "process", "expected")
            said = {name: at.isoformat() for name, at in zip(names, times, strict=False)}
            if agreed:
                log.warning("clocks_agree_again", **said)
            else:
                log.error("clock_in_doubt", **said, seconds=spread.total_seconds())
