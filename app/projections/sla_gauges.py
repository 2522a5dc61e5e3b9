"""Clocks as the monitoring sees them: of all tenants that live in real time."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.telemetry import CLOCKS

_COUNTS = text("select clock, open, due_soon, breached from sla_clock_counts()")


class ClockGauges:
    """A kind of which nothing runs any more is told as zero, not as what it was last."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    async def measure(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            rows = (await connection.execute(_COUNTS)).all()
        counts = {row.clock: (row.open, row.due_soon, row.breached) for row in rows}
        self._known |= set(counts)
        for clock in self._known:
            told = zip(("open", "due_soon", "breached"), counts.get(clock, (0, 0, 0)), strict=True)
            for condition, count in told:
                CLOCKS.labels(clock, condition).set(count)
