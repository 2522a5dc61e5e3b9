"""The worker alone."""

import asyncio
import signal

from app.bootstrap import open_services, run_wakeups, run_worker
from app.cli.database import database
from app.cli.output import explained
from app.config import Settings, read_settings
from app.telemetry import configure_logging, configure_tracing


@explained
def worker() -> None:
    """The worker alone: subscriptions, timers, rebuilds. Any number may run."""
    asked = read_settings()
    configure_logging(asked.log_format)
    configure_tracing("suyuan-worker")

    async def run(settings: Settings) -> None:
        over = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, over.set)
        async with open_services(settings) as services, run_worker(services), run_wakeups(services):
            await over.wait()

    with database(asked) as (settings, _server):
        asyncio.run(run(settings))
