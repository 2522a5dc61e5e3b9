"""`suyuan worker`."""

import asyncio
import signal

from app.bootstrap import open_services, run_wakeups, run_worker
from app.cli.database import database
from app.cli.output import with_error_messages
from app.config import Settings, read_settings
from app.telemetry import configure_logging, configure_tracing


@with_error_messages
def worker() -> None:
    """The worker alone: subscriptions, timers, rebuilds. Any number may run."""
    configured = read_settings()
    configure_logging(configured.log_format)
    configure_tracing("suyuan-worker")

    async def run(settings: Settings) -> None:
        stopped = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stopped.set)
        async with open_services(settings) as services, run_worker(services), run_wakeups(services):
            await stopped.wait()

    with database(configured) as (settings, _server):
        asyncio.run(run(settings))
