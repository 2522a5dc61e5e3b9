"""Loads and renders the authority matrix."""

from typing import Any

from app.domain.authority.decider import AUTHORITY_BOOK
from app.domain.authority.matrix import (
    DEFAULT_MATRIX,
    LEVEL_NAMES,
    Matrix,
    RoleAuthority,
    RoleVersion,
)
from app.domain.errors import NotFound
from app.views.reader import Reader, Snapshot


async def load_matrix(reader: Reader) -> tuple[Matrix, Snapshot]:
    """The recorded matrix, or the default one."""
    snapshot = await reader.read(AUTHORITY_BOOK)
    return snapshot.state(AUTHORITY_BOOK) or DEFAULT_MATRIX, snapshot


def one_authority(matrix: Matrix, role: str) -> RoleAuthority:
    """By the name of a role or of a level. Raises `NotFound`."""
    found = matrix.role(LEVEL_NAMES.get(role, role))
    if found is None:
        raise NotFound("authority_unknown")
    return found


def render_authority(role: RoleAuthority, one: RoleVersion) -> dict[str, Any]:
    """With version `one` in full, and a list of all versions."""
    return {
        "role": role.role,
        "version": one.version,
        "valid_from": one.valid_from,
        "source": one.source,
        "rows": [
            {
                "kind": row.kind,
                "limit_fen": row.limit_fen,
                "limit_days": row.limit_days,
                "per_ticket_fen": row.per_ticket_fen,
                "per_household_30d_fen": row.per_household_30d_fen,
                "per_staff_day_fen": row.per_staff_day_fen,
                "valid_until": row.valid_until,
            }
            for row in one.rows
        ],
        "deputies": [
            {
                "subject": deputy.subject,
                "delegated_by": deputy.delegated_by,
                "valid_from": deputy.valid_from,
                "valid_until": deputy.valid_until,
            }
            for deputy in one.deputies
        ],
        "versions": [
            {"version": each.version, "valid_from": each.valid_from} for each in role.versions
        ],
    }
