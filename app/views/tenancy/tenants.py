"""Tenants as the operator sees them: nothing of what is in them."""

from collections.abc import Sequence
from typing import Any

from app.domain.records.tenant import TENANT, Tenant
from app.event_store.folding import unfold
from app.event_store.store import EventStore, TenantHead


def render_tenant(head: TenantHead, tenant: Tenant | None) -> dict[str, Any]:
    """Without a record, the tenant was not opened to the end."""
    reason = tenant.suspended_for if tenant else None
    return {
        "tenant_id": str(head.tenant_id),
        "name": tenant.name if tenant else None,
        "timezone": head.timezone,
        "sandbox": head.sandbox,
        "opened_at": head.opened_at,
        "events": head.position,
        "suspended": None if reason is None else {"reason": reason},
    }


async def render_tenants(store: EventStore, heads: Sequence[TenantHead]) -> list[dict[str, Any]]:
    return [
        render_tenant(
            head,
            await unfold(store, head.tenant_id, TENANT.stream(str(head.tenant_id)), head.fold),
        )
        for head in heads
    ]
