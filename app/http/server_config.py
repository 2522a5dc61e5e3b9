"""What a server process allows its connections. Imports nothing of the application: the parent of
several server processes needs it too."""

from dataclasses import dataclass
from typing import Any

import uvicorn


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionLimits:
    """Times in seconds. `connections` counts those of one process."""

    header_timeout: float = 20  # from the connection, or from the first byte of a later request
    response_timeout: float = 30  # in which a client has to read 1 KiB per second of it
    keep_alive: float = 75  # longer than the 60 s of nginx and ALB, which then close first
    linger: float = 30  # for the rest of a request that has been answered
    linger_bytes: int = 48 * 1024 * 1024
    connections: int = 1000

    @property
    def tick(self) -> float:
        """How often a connection is checked."""
        shortest = min(self.header_timeout, self.response_timeout, self.keep_alive, self.linger)
        return min(shortest / 4, 5)


class ServerConfig(uvicorn.Config):
    def __init__(self, app: Any, *, limits: ConnectionLimits, **settings: Any) -> None:
        super().__init__(
            app,
            http="app.http.connection:Connection",
            ws="none",
            timeout_keep_alive=round(limits.keep_alive),
            **settings,
        )
        self.limits = limits
