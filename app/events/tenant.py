"""Facts about tenants."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantOpened:
    """A property company became a tenant; a sandbox lives by a clock of its own."""

    name: str
    timezone: str
    sandbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxClockMoved:
    """The test clock was moved to `now`; on the way so many events were recorded."""

    now: datetime
    events: int


TenantEvent = TenantOpened | SandboxClockMoved
