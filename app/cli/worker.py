"""`suyuan worker`."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from typing import Annotated

import structlog
import typer

from app.bootstrap import open_services, run_wakeups, run_worker
from app.cli.database import database
from app.cli.output import with_error_messages
from app.cli.probes import open_probes
from app.config import Settings, read_settings
from app.garbage import freeze_long_lived_objects
from app.schema import refuse_incompatible
from app.telemetry import configure_logging, configure_tracing

if sys.platform == "win32":  # the loop that the API runs on
    from asyncio import new_event_loop
else:
    from uvloop import new_event_loop

log = structlog.get_logger(__name__)

MetricsPort = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="For probes and metrics. Default: SUYUAN_METRICS_PORT."),
]


@with_error_messages
def worker(metrics_port: MetricsPort = None) -> None:
    """The worker alone: subscriptions, timers, rebuilds. Any number may run."""
    configured = read_settings()
    configure_logging(configured.log_format)
    configure_tracing("suyuan-worker")
    port = configured.metrics_port if metrics_port is None else metrics_port

    async def run(settings: Settings) -> None:
        stopped = asyncio.Event()
        for each in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(each, stopped.set)
        await refuse_incompatible(settings.database_url or "")
        async with AsyncExitStack() as stack:
            services = await stack.enter_async_context(open_services(settings))
            if port:
                opened = await stack.enter_async_context(open_probes(services, settings.host, port))
                log.info("probes", host=settings.host, port=opened)
            await stack.enter_async_context(run_worker(services))
            await stack.enter_async_context(run_wakeups(services))
            freeze_long_lived_objects()
            await stopped.wait()

    with (
        database(configured) as (settings, _server),
        asyncio.Runner(loop_factory=new_event_loop) as runner,
    ):
        runner.run(run(settings))
