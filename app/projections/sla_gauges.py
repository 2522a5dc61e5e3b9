"""Gauges of running clocks, over all real-time tenants."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.telemetry import CLOCKS

_COUNTS = text("select clock, open, due_soon, breached from sla_clock_counts()")


class ClockGauges:
    """Remembers the kinds seen, so that a kind without clocks is set to zero."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    async def measure(self, engine: AsyncEngine) -> None:
        async with engine.connect() as connection:
            rows = (await connection.execute(_COUNTS)).all()
        counts = {row.clock: (row.open, row.due_soon, row.breached) for row in rows}
        self._known |= set(counts)
        for clock in self._known:
            values = zip(
                ("open", "due_soon", "breached"), counts.get(clock, (0, 0, 0)), strict=True
            )
            for condition, count in values:
                CLOCKS.labels(clock, condition).set(count)
