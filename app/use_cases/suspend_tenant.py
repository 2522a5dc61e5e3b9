"""Suspends tenants and resumes them, for the operator."""

from uuid import UUID

from app.command_handler import CommandHandler
from app.commands import Envelope, Outcome
from app.domain.errors import NotFound
from app.domain.records.tenant import TENANT, ResumeTenant, SuspendTenant
from app.event_store.errors import UnknownTenant
from app.use_cases.open_tenant import OPERATOR


async def set_suspension(
    handler: CommandHandler,
    tenant_id: UUID,
    command: SuspendTenant | ResumeTenant,
    *,
    command_id: UUID,
    fingerprint: bytes = b"",
    correlation_id: str = "",
) -> Outcome:
    """Raises `NotFound` (tenant_not_found)."""
    envelope = Envelope(
        tenant_id=tenant_id,
        actor=OPERATOR,
        command_id=command_id,
        fingerprint=fingerprint,
        correlation_id=correlation_id,
    )
    try:
        return await handler.handle(TENANT.stream(str(tenant_id)), command, envelope)
    except UnknownTenant as unknown:
        raise NotFound("tenant_not_found") from unknown
