"""Events of tenants and of a sandbox's test clock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantOpened:
    """A property company became a tenant; a sandbox has a test clock."""

    name: str
    timezone: str
    sandbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxClockMoved:
    """The test clock was moved to `now`; `events` counts what was recorded on the way."""

    now: datetime
    events: int


TenantEvent = TenantOpened | SandboxClockMoved
