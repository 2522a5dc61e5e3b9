"""Starts the product: all in one, or the API and the worker apart."""

import asyncio
import errno
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from app.api.main import create_app
from app.bootstrap import admin_key, open_services, open_tokens, run_wakeups, run_worker
from app.cli.database import database
from app.cli.demo import DemoTenant, ensure_demo_tenant
from app.cli.output import explained, fail, say
from app.cli.upgrade import bring_up_to_date
from app.config import Settings, read_settings
from app.embedded.launcher import EmbeddedPostgres
from app.telemetry import configure_logging, configure_tracing

Host = Annotated[str | None, typer.Option(help="Default: SUYUAN_HOST, 127.0.0.1.")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Default: SUYUAN_PORT, 8000.")]
DataDir = Annotated[Path | None, typer.Option(help="Default: SUYUAN_DATA_DIR.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Processes that serve the API.")]

# Logs and headers are the edge's own; what is under way is given ten seconds.
SERVER: dict[str, Any] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 10,
}


def _settings(host: str | None, port: int | None, data_dir: Path | None) -> Settings:
    settings = read_settings()
    return replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
        data_dir=data_dir.absolute() if data_dir else settings.data_dir,
    )


def _usable(settings: Settings) -> Settings:
    """With a port that nobody listens on. Said before anything is started, and in a sentence."""
    host, port = settings.host, settings.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            other = port + 1 if port < 65535 else 8000
            hint = f"Name another port: SUYUAN_PORT={other} or --port {other}."
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                hint = "Name an address of this machine: SUYUAN_HOST or --host."
            raise fail(f"{host}:{port} cannot be used: {error.strerror}", hint) from error
        return replace(settings, port=probe.getsockname()[1])


@explained
def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    workers: Workers = 1,
    demo: Annotated[bool, typer.Option(help="With a demo tenant and its tokens.")] = False,  # noqa: FBT002
) -> None:
    """API and worker, on the embedded database unless DATABASE_URL is set. Ctrl-C stops it all."""
    asked = _usable(_settings(host, port, data_dir))
    configure_logging(asked.log_format)
    configure_tracing("suyuan")
    # A second signal, or one while the database starts, unwinds like Ctrl-C: all is stopped.
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))
    with suppress(KeyboardInterrupt), ExitStack() as stack:
        settings, server = stack.enter_context(database(asked))
        bring_up_to_date(settings, server.superuser_url if server else None)
        open_tokens(settings)  # a secret that cannot be used is better said now than by the API
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
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    base = f"http://{shown}:{settings.port}"
    say()
    say(f"  Suyuan 溯源   {base}")
    say(f"  Docs          {base}/docs")
    say(f"  Data          {settings.data_dir}" + ("" if server else "  (database: DATABASE_URL)"))
    if settings.admin_key is None:
        say(f"  Operator key  {admin_key(settings)}")
    if demo is not None:
        say(f"  Demo tenant   {demo.tenant_id}")
        for who, token in demo.tokens.items():
            say(f"\n  Token of {who}\n{token}")
        say("\n  Report a repair:\n")
        say(demo.curl(base))
    say("\n  Ctrl-C stops it.\n")


def _serve_here(settings: Settings, server: EmbeddedPostgres | None) -> None:
    app = create_app(settings, with_worker=True)
    config = uvicorn.Config(app, host=settings.host, port=settings.port, **SERVER)
    api = uvicorn.Server(config)

    async def run() -> None:
        guard = asyncio.create_task(_keep_running(server)) if server else None
        try:
            await api.serve()
        finally:
            if guard:
                guard.cancel()

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(run())
    if not api.started:
        raise typer.Exit(3)


async def _keep_running(server: EmbeddedPostgres) -> None:
    """The embedded database is started again if it goes down under us."""
    while True:
        await asyncio.sleep(2)
        await asyncio.to_thread(server.ensure_running)


def _serve_with(settings: Settings, workers: int) -> None:
    """Several API processes and one worker; they read their settings from the environment."""
    with tempfile.TemporaryDirectory(prefix="suyuan-metrics-") as metrics:
        os.environ |= _environment(settings) | {"PROMETHEUS_MULTIPROC_DIR": metrics}
        worker = subprocess.Popen([sys.executable, "-m", "app.cli.main", "worker"])
        try:
            uvicorn.run(
                "app.api.main:from_environment",
                factory=True,
                host=settings.host,
                port=settings.port,
                workers=workers,
                **SERVER,
            )
        finally:
            worker.terminate()
            worker.wait(30)


def _environment(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url or "",
        "SUYUAN_DATA_DIR": str(settings.data_dir),
        "SUYUAN_LOG_FORMAT": settings.log_format,
    }


@explained
def api(host: Host = None, port: Port = None, workers: Workers = 1) -> None:
    """The API alone. Needs DATABASE_URL, or an embedded database that `suyuan serve` keeps."""
    asked = _usable(_settings(host, port, None))
    configure_logging(asked.log_format)
    configure_tracing("suyuan-api")
    with suppress(KeyboardInterrupt), database(asked) as (settings, _server):
        os.environ |= _environment(settings)
        uvicorn.run(
            "app.api.main:from_environment",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=workers,
            **SERVER,
        )


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
