"""`suyuan api`. With several workers, the parent process imports nothing of the application."""

import asyncio
import os
from contextlib import suppress

import typer
import uvicorn

from app.cli.database import database
from app.cli.listening import (
    Host,
    Port,
    Workers,
    environment,
    from_environment,
    listen,
    settings_with,
    with_free_port,
)
from app.cli.metrics_directory import metrics_directory
from app.cli.output import with_error_messages
from app.cli.processes import serve_processes
from app.db import check_session
from app.identity.configured import check_secrets
from app.schema import refuse_incompatible
from app.telemetry import configure_logging, configure_tracing


@with_error_messages
def api(host: Host = None, port: Port = None, workers: Workers = 1) -> None:
    """The API alone. Needs DATABASE_URL, or an embedded database that `suyuan serve` keeps."""
    configured = with_free_port(settings_with(host, port, None))
    configure_logging(configured.log_format)
    configure_tracing("suyuan-api")
    with suppress(KeyboardInterrupt), database(configured) as (settings, _server):
        asyncio.run(refuse_incompatible(settings.database_url or ""))
        os.environ |= environment(settings)
        asyncio.run(check_session(settings.database_url or ""))
        check_secrets(settings)
        config = from_environment(settings, workers)
        if workers > 1:
            with metrics_directory() as metrics:
                os.environ |= metrics
                serve_processes(config)
            return
        server = uvicorn.Server(config)
        server.run(listen(config))
        if not server.started:
            raise typer.Exit(3)
