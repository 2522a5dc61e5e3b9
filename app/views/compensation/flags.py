"""Loads and renders flags on compensations."""

from collections.abc import Sequence
from typing import Any

from app.domain.compensation.state import Compensation
from app.projections.compensation_flags import Claimant, Flagged
from app.views.compensation.redaction import redact_households
from app.views.compensation.visible import load_permitted
from app.views.reader import Reader


async def load_flags(reader: Reader, rows: Sequence[Flagged]) -> list[dict[str, Any]]:
    """The flags of compensations that the viewer may see."""
    permitted, _ = await load_permitted(reader, [row.compensation_id for row in rows])
    rendered = [
        render_flag(row, permitted[row.compensation_id][0])
        for row in rows
        if row.compensation_id in permitted
    ]
    return await redact_households(reader, rendered)


def render_flag(row: Flagged, c: Compensation) -> dict[str, Any]:
    return {
        "position": row.position,
        "flag": row.flag,
        "detail": row.detail,
        "subject": row.subject,
        "occurred_at": row.occurred_at,
        "compensation_id": row.compensation_id,
        "ticket_id": c.ticket_id,
        "household_id": c.household_id,
        "benefit": c.benefit,
        "amount_fen": c.amount_fen,
        "currency": c.currency,
        "state": c.state,
    }


def render_claimant(one: Claimant) -> dict[str, Any]:
    return {
        "household_id": one.household_id,
        "claims": one.claims,
        "amount_fen": one.amount_fen,
        "p99": one.p99,
    }
