"""Opens tenants: the head row of their log, then its first event."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from app.command_handler import CommandHandler
from app.commands import Envelope, Outcome
from app.domain.errors import Unacceptable
from app.domain.records.tenant import TENANT, OpenTenant
from app.event_store.store import EventStore
from app.events.base import Actor

# Aliases that depend on the machine: history must not depend on where it is read.
MACHINE_DEPENDENT = {"localtime", "Factory", "posixrules"}


async def _no_correlation() -> str:
    return ""


OPERATOR = Actor(subject="operator", role="operator")


async def open_tenant(
    store: EventStore,
    handler: CommandHandler,
    tenant_id: UUID,
    opening: OpenTenant,
    *,
    clock: datetime | None = None,
    fingerprint: bytes = b"",
    correlation_id: Callable[[], Awaitable[str]] = _no_correlation,
) -> Outcome:
    """Idempotent; the command id is the tenant's id. Raises `Unacceptable` and `KeyReused`.

    `correlation_id` is asked once the tenant has its secret.
    """
    if opening.timezone not in available_timezones() or opening.timezone in MACHINE_DEPENDENT:
        raise Unacceptable("timezone_unknown", pointer="/timezone")
    if clock is not None and not opening.sandbox:
        raise Unacceptable("clock_of_a_real_tenant", pointer="/clock")
    await store.open_tenant(
        tenant_id, timezone=opening.timezone, sandbox=opening.sandbox, clock=clock
    )
    envelope = Envelope(
        tenant_id=tenant_id,
        actor=OPERATOR,
        command_id=tenant_id,
        fingerprint=fingerprint,
        correlation_id=await correlation_id(),
        status=201,
    )
    return await handler.handle(TENANT.stream(str(tenant_id)), opening, envelope)
