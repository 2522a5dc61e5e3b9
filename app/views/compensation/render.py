"""Renders compensations (docs/api.md §5). Instants stay `datetime`; the edge serialises them."""

from datetime import datetime, timedelta
from typing import Any

from app.domain.calendars.durations import iso_of_us
from app.domain.compensation.state import FEE_CREDIT, PENDING, REVERSED, Compensation
from app.viewer import Viewer
from app.views.sla.render import render_clocks

MICROSECOND = timedelta(microseconds=1)

# Internal fields, as owners see them. What it was reversed with is a notice to them; why it was
# rejected or voided is not.
INTERNAL: dict[str, Any] = {
    "flags": [],
    "authority": None,
    "no_fault": None,
    "pending_reason": None,
}


def render_compensation(
    viewer: Viewer, c: Compensation, version: int, now: datetime
) -> dict[str, Any]:
    """Without internals for owners. The household is not redacted: see `redact_households`."""
    waiting_since = c.pending_since if c.state == PENDING else None
    rendered = {
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
        "waiting_since": waiting_since,
        "waiting": iso_of_us((now - waiting_since) // MICROSECOND) if waiting_since else None,
    }
    if viewer.role != "owner":
        return rendered
    told = {} if c.state == REVERSED else {"outcome_text": None}
    return rendered | INTERNAL | told
