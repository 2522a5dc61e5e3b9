"""The address of the API, and the uvicorn settings of its processes."""

import errno
import resource
import socket
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn

from app.cli.output import fail
from app.config import Settings, read_settings
from app.http.server_config import ConnectionLimits, ServerConfig

Host = Annotated[str | None, typer.Option(help="Default: SUYUAN_HOST, 127.0.0.1.")]
Port = Annotated[int | None, typer.Option(min=0, max=65535, help="Default: SUYUAN_PORT, 8000.")]
DataDir = Annotated[Path | None, typer.Option(help="Default: SUYUAN_DATA_DIR.")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="Processes that serve the API.")]

# The edge writes logs and headers. Requests in flight get ten seconds at shutdown. A worker process
# that does not answer its parent for half a minute is replaced.
_SERVER: dict[str, Any] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "timeout_graceful_shutdown": 10,
    "timeout_worker_healthcheck": 30,
}


# New connections that a process takes in one turn of its loop. libuv takes one of each descriptor,
# so a client that opens many and leaves kept everybody's next connection waiting for 20 s.
ACCEPTED_AT_ONCE = 16
OTHER_FILES = 256  # of a process, besides its connections: pools, pictures, logs


def proxies(settings: Settings) -> dict[str, Any]:
    """`X-Forwarded-For` and `-Proto` are believed only from the proxies that the setting names:
    from anybody else they are what the sender made up."""
    trusted = list(settings.trusted_proxies or ())
    return {"proxy_headers": bool(trusted), "forwarded_allow_ips": trusted}


def settings_with(host: str | None, port: int | None, data_dir: Path | None) -> Settings:
    settings = read_settings()
    return replace(
        settings,
        host=host or settings.host,
        port=settings.port if port is None else port,
        data_dir=data_dir.absolute() if data_dir else settings.data_dir,
    )


def with_free_port(settings: Settings) -> Settings:
    """With a port that is free. Checked before anything starts, to fail with a clear message."""
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


def environment(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url or "",
        "SUYUAN_DATA_DIR": str(settings.data_dir),
        "SUYUAN_LOG_FORMAT": settings.log_format,
    }


def server_config(app: Any, settings: Settings, **more: Any) -> ServerConfig:
    limits = ConnectionLimits(
        header_timeout=settings.header_timeout,
        response_timeout=settings.response_timeout,
        keep_alive=settings.keep_alive,
        connections=_with_enough_files(settings.connections),
    )
    return ServerConfig(
        app,
        limits=limits,
        host=settings.host,
        port=settings.port,
        **_SERVER,
        **proxies(settings),
        **more,
    )


def listen(config: uvicorn.Config) -> list[socket.socket]:
    """The socket of the config's address, under several descriptors."""
    first = config.bind_socket()
    return [first, *(first.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]


def _with_enough_files(connections: int) -> int:
    """Raises the limit of open files as far as needed and allowed; returns how many connections
    then fit. Processes that this one starts inherit the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = connections + OTHER_FILES
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return connections
    soft = needed if hard == resource.RLIM_INFINITY else min(hard, needed)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(connections, max(soft - OTHER_FILES, soft // 2))


def from_environment(settings: Settings, workers: int) -> ServerConfig:
    """The config of API processes, which read their settings from the environment."""
    return server_config("app.web:from_environment", settings, factory=True, workers=workers)
