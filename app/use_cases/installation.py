"""Metrics of the whole installation: what the database knows, wherever it is asked.

They are of no process, so any answers for all, and that no worker lives is seen too. No tenant and
no person is named.
"""

import asyncio
import math
import shutil
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, get_args

from prometheus_client import Metric
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from app.build import build_version
from app.db import LOST
from app.subscriptions.failures import Reason
from app.subscriptions.liveness import WORKER_SILENCE

KEPT = 5.0
"""Seconds that figures are shown before the database is asked again."""
AT_MOST_MS = 3000
"""Then the query is cancelled: a scrape costs no more than that."""
PATIENCE = 5.0
"""Seconds in all, a wait for a connection included: less than the ten that Prometheus waits."""
BEHIND = 5000
"""Pairs of tenant and subscription whose oldest unhandled event is looked up."""

Values = Mapping[tuple[str, ...], float]
"""By the values of the labels."""

CONDITIONS = ("open", "due_soon", "breached")

_LIMIT = text("select set_config('statement_timeout', :most, true)")
_FIGURES = text("""
select f.*, (select json_agg(c) from sla_clock_counts() c) as clocks
from installation_figures(:silence, :limit) f
""")


class Installation:
    """Asks once for all who ask at the same time, and at most every `KEPT` seconds."""

    def __init__(self, engine: AsyncEngine, data_dir: Path | None, *, kept: float = KEPT) -> None:
        self._engine = engine
        self._data_dir = data_dir
        self._kept = kept
        self._asking = asyncio.Lock()
        self._known: list[Metric] = []
        self._until = -math.inf
        self._clocks: set[str] = set()

    async def figures(self) -> list[Metric]:
        """Without a database only `suyuan_database_up 0` and what is known without it."""
        async with self._asking:
            if monotonic() >= self._until:
                self._known = [*self._of_this_host(), *await self._of_the_database()]
                self._until = monotonic() + self._kept
            return self._known

    def _of_this_host(self) -> Iterator[Metric]:
        yield _gauge(
            "suyuan_build_info", "The release that answers", ("build",), {(build_version(),): 1}
        )
        if self._data_dir is None:
            return
        try:
            disk = shutil.disk_usage(self._data_dir)
        except OSError:
            return
        yield _gauge("suyuan_data_directory_bytes", "Its file system", (), {(): disk.total})
        yield _gauge("suyuan_data_directory_free_bytes", "Left of it", (), {(): disk.free})

    async def _of_the_database(self) -> list[Metric]:
        up = "Whether the database answered with what follows"
        try:
            async with asyncio.timeout(PATIENCE), self._engine.connect() as connection:
                await connection.execute(_LIMIT, {"most": str(AT_MOST_MS)})
                asked = datetime.now(UTC)
                order = {"silence": WORKER_SILENCE, "limit": BEHIND}
                row = (await connection.execute(_FIGURES, order)).one()
                answered = datetime.now(UTC)
        except (*LOST, SQLAlchemyError):
            return [_gauge("suyuan_database_up", up, (), {(): 0})]
        skew = (row.now - (asked + (answered - asked) / 2)).total_seconds()
        return [
            _gauge("suyuan_database_up", up, (), {(): 1}),
            _gauge(
                "suyuan_database_clock_skew_seconds",
                "The database's clock, less that of the process that answers",
                (),
                {(): skew},
            ),
            _gauge("suyuan_database_bytes", "Size of the database", (), {(): row.bytes}),
            *_of_subscriptions(row),
            *_of_workers(row),
            self._of_clocks(row.clocks or ()),
        ]

    def _of_clocks(self, counts: Iterable[Mapping[str, Any]]) -> Metric:
        """A kind that was seen once is shown with zero when it has no clocks any more."""
        by_clock = {count["clock"]: count for count in counts}
        self._clocks |= set(by_clock)
        return _gauge(
            "suyuan_sla_clocks",
            "Clocks that are not over, by kind: open (all), due_soon, breached; in real time",
            ("clock", "condition"),
            {
                (clock, condition): by_clock.get(clock, {}).get(condition, 0)
                for clock in sorted(self._clocks)
                for condition in CONDITIONS
            },
        )


def _of_subscriptions(row: Any) -> Iterator[Metric]:
    done: Mapping[str, int] = row.subscriptions or {}
    parked: Values = {(name, reason): number for name, reason, number in row.parked or ()}
    tenants: Values = {(kind,): number for kind, number in (row.tenants or {}).items()}
    nothing: Values = {(name, reason): 0 for name in done for reason in get_args(Reason)}
    yield _gauge("suyuan_tenants", "Tenants, by kind: real or sandbox", ("kind",), tenants)
    recorded = CounterMetricFamily("suyuan_events", "Events recorded, of all tenants")
    recorded.add_metric((), row.events)
    yield recorded
    yield _gauge(
        "suyuan_subscription_lag_events",
        "Events recorded and not yet handled",
        ("subscription",),
        {(name,): row.events - events for name, events in done.items()},
    )
    yield _gauge(
        "suyuan_subscription_oldest_unhandled_seconds",
        "Age of the oldest event that is not yet handled, or 0; not of builds being filled",
        ("subscription",),
        {(name,): (row.oldest or {}).get(name, 0) for name in done},
    )
    yield _gauge(
        "suyuan_subscription_parked_streams",
        "Streams set aside because an event of theirs could not be handled",
        ("subscription", "reason"),
        {**nothing, **parked},
    )


def _of_workers(row: Any) -> Iterator[Metric]:
    yield _gauge(
        "suyuan_workers",
        f"Workers that gave a sign of life in the last {WORKER_SILENCE} s, by build",
        ("build",),
        {(build,): number for build, number in (row.workers or {}).items()},
    )
    silence = math.inf if row.silence is None else row.silence
    yield _gauge(
        "suyuan_worker_silence_seconds", "Since the last sign of life of any", (), {(): silence}
    )
    yield _gauge(
        "suyuan_lapse_overdue_seconds",
        "How long what should have been recorded first (a breach, a warning, an offer) is due",
        (),
        {(): row.overdue or 0},
    )


def _gauge(name: str, help_text: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=labels)
    for label, value in values.items():
        family.add_metric(label, value)
    return family
