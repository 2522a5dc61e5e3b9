"""Suspends tenants and resumes them, for the operator."""

from app.command_handler import CommandHandler
from app.commands import Envelope, Outcome
from app.domain.errors import NotFound
from app.domain.records.tenant import TENANT, ResumeTenant, SuspendTenant
from app.event_store.errors import UnknownTenant


async def set_suspension(
    handler: CommandHandler, envelope: Envelope, command: SuspendTenant | ResumeTenant
) -> Outcome:
    """Of the envelope's tenant. Raises `NotFound` (tenant_not_found)."""
    try:
        return await handler.handle(TENANT.stream(str(envelope.tenant_id)), command, envelope)
    except UnknownTenant as unknown:
        raise NotFound("tenant_not_found") from unknown
