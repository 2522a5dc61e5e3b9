"""The API alone. The process that only looks after others imports none of what they serve."""

import os
from contextlib import suppress

import typer
import uvicorn

from app.cli.database import database
from app.cli.listening import (
    Host,
    Port,
    Workers,
    asked_settings,
    environment,
    from_environment,
    usable,
)
from app.cli.output import explained
from app.cli.processes import serve_processes
from app.telemetry import configure_logging, configure_tracing


@explained
def api(host: Host = None, port: Port = None, workers: Workers = 1) -> None:
    """The API alone. Needs DATABASE_URL, or an embedded database that `suyuan serve` keeps."""
    asked = usable(asked_settings(host, port, None))
    configure_logging(asked.log_format)
    configure_tracing("suyuan-api")
    with suppress(KeyboardInterrupt), database(asked) as (settings, _server):
        os.environ |= environment(settings)
        config = from_environment(settings, workers)
        if workers > 1:
            serve_processes(config)
            return
        server = uvicorn.Server(config)
        server.run()
        if not server.started:
            raise typer.Exit(3)
