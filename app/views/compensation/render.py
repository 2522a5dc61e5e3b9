"""A compensation as it is shown (docs/api.md §5)."""

from datetime import datetime
from typing import Any

from app.domain.compensation.state import FEE_CREDIT, Compensation
from app.views.sla.render import render_clocks


def compensation_view(
    c: Compensation, version: int, now: datetime | None = None, *, internal: bool = True
) -> dict[str, Any]:
    """Owners see what they get and why, not what is thought of those who gave it."""
    view = {
        "id": c.id,
        "version": version,
        "ticket_id": c.ticket_id,
        "household_id": c.household_id,
        "community": c.community,
        "benefit": c.benefit,
        "amount_fen": c.amount_fen,
        "currency": c.currency,
        "nominal": c.nominal,
        "state": c.state,
        "reason": c.reason,
        "rule": {"id": c.rule_id, "version": c.rule_version} if c.rule_id else None,
        "cause": c.cause,
        "idempotency_key": c.idempotency_key,
        "proposed_by": c.proposed_by,
        "proposed_at": c.proposed_at,
        "decided_by": c.decided_by,
        "decided_at": c.decided_at,
        "authority": {
            "role": c.authority.role,
            "limit_fen": c.authority.limit_fen,
            "exposure_fen": c.authority.exposure_fen,
            "matrix_version": c.authority.matrix_version,
            "delegated_by": c.authority.delegated_by,
        }
        if c.authority
        else None,
        "pending_reason": c.pending_reason,
        "approver_roles": c.approver_roles,
        "asked_role": c.asked_role,
        "capped_from_fen": c.capped_from_fen,
        "days": c.days if c.accrual else None,
        "good_faith": c.good_faith,
        "no_fault": c.no_fault,
        "outcome": c.outcome,
        "outcome_text": c.outcome_text,
        "granted_at": c.granted_at,
        "fulfilled_at": c.fulfilled_at,
        "reference": c.reference,
        "exported": c.benefit == FEE_CREDIT and c.granted_at is not None,
        "failures": c.failures,
        "flags": c.flags,
        "clocks": render_clocks(c.clocks, now),
    }
    return view if internal else view | {"flags": [], "authority": None, "no_fault": None}
