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


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSuspended:
    """The operator suspended the tenant: its tokens and keys are refused."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantResumed:
    """The suspension was ended."""

    reason: str


TenantEvent = TenantOpened | SandboxClockMoved | TenantSuspended | TenantResumed
