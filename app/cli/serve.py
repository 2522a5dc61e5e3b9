"""`suyuan serve`: database, worker and API in one."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from typing import Annotated

import typer
import uvicorn

from app.bootstrap import open_services
from app.cli.database import database
from app.cli.demo import DemoTenant, ensure_demo_tenant
from app.cli.listening import (
    DataDir,
    Host,
    Port,
    Workers,
    environment,
    from_environment,
    listen,
    server_config,
    settings_with,
    with_free_port,
)
from app.cli.metrics_directory import metrics_directory
from app.cli.output import say, with_error_messages
from app.cli.processes import serve_processes
from app.cli.upgrade import bring_up_to_date
from app.config import Settings
from app.db import check_session
from app.embedded.launcher import EmbeddedPostgres
from app.identity.configured import admin_keys, check_secrets
from app.telemetry import configure_logging, configure_tracing
from app.web import create_app


@with_error_messages
def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    workers: Workers = 1,
    demo: Annotated[bool, typer.Option(help="With a demo tenant and its tokens.")] = False,  # noqa: FBT002
) -> None:
    """API and worker, on the embedded database unless DATABASE_URL is set. Ctrl-C stops it all."""
    configured = with_free_port(settings_with(host, port, data_dir))
    configure_logging(configured.log_format)
    configure_tracing("suyuan")
    # A second signal, or one while the database starts, unwinds like Ctrl-C and stops everything.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        settings, server = stack.enter_context(database(configured))
        bring_up_to_date(settings, server.superuser_url if server else None)
        asyncio.run(check_session(settings.database_url or ""))
        check_secrets(settings)
        demo_tenant = asyncio.run(_demo(settings)) if demo else None
        _announce(settings, server, demo_tenant)
        if workers == 1:
            _serve_here(settings, server)
        else:
            _serve_with(settings, workers)


async def _demo(settings: Settings) -> DemoTenant:
    async with open_services(settings) as services:
        return await ensure_demo_tenant(services)


def _announce(settings: Settings, server: EmbeddedPostgres | None, demo: DemoTenant | None) -> None:
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    base = f"http://{host}:{settings.port}"
    say()
    say(f"  Suyuan 溯源   {base}")
    say(f"  Docs          {base}/docs")
    say(f"  Data          {settings.data_dir}" + ("" if server else "  (database: DATABASE_URL)"))
    if settings.admin_key is None:
        say(f"  Operator key  {admin_keys(settings)[0]}")
    if demo is not None:
        say(f"  Demo tenant   {demo.tenant_id}")
        for who, token in demo.tokens.items():
            say(f"\n  Token of {who}\n{token}")
        say("\n  Report a repair:\n")
        say(demo.curl(base))
    say("\n  Ctrl-C stops it.\n")


def _serve_here(settings: Settings, server: EmbeddedPostgres | None) -> None:
    app = create_app(settings, with_worker=True)
    config = server_config(app, settings)
    api = uvicorn.Server(config)

    async def run() -> None:
        guard = asyncio.create_task(_restart_when_down(server)) if server else None
        try:
            await api.serve(listen(config))
        finally:
            if guard:
                guard.cancel()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(run())
    if not api.started:
        raise typer.Exit(3)


async def _restart_when_down(server: EmbeddedPostgres) -> None:
    """Restarts the embedded database if it goes down."""
    while True:
        await asyncio.sleep(2)
        await asyncio.to_thread(server.ensure_running)


def _serve_with(settings: Settings, workers: int) -> None:
    """Several API processes and one worker process, configured by the environment."""
    with metrics_directory() as metrics:
        os.environ |= environment(settings) | metrics
        worker = subprocess.Popen([sys.executable, "-m", "app.cli.main", "worker"])
        try:
            serve_processes(from_environment(settings, workers))
        finally:
            worker.terminate()
            worker.wait(30)
