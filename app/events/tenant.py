"""Facts about tenants."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantOpened:
    """A property company became a tenant; a sandbox lives by a clock of its own."""

    name: str
    timezone: str
    sandbox: bool


TenantEvent = TenantOpened
