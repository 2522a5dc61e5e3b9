"""Events of tenants and of a sandbox's test clock."""

from datetime import datetime

from app.events.base import Integer, Value


class TenantOpened(Value, frozen=True, kw_only=True):
    """A property company became a tenant; a sandbox has a test clock."""

    name: str
    timezone: str
    sandbox: bool


class SandboxClockMoved(Value, frozen=True, kw_only=True):
    """The test clock was moved to `now`; `events` counts what was recorded on the way."""

    now: datetime
    events: Integer


class TenantSuspended(Value, frozen=True, kw_only=True):
    """The operator suspended the tenant: its tokens and keys are refused."""

    reason: str


class TenantResumed(Value, frozen=True, kw_only=True):
    """The suspension was ended."""

    reason: str


TenantEvent = TenantOpened | SandboxClockMoved | TenantSuspended | TenantResumed
