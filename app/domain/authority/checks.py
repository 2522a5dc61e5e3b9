"""Checks of the rows and deputies of an authority."""

from collections.abc import Sequence

from app.domain.authority.matrix import (
    ACTIVITY_DAYS,
    KINDS,
    MONEY_KINDS,
    UNMEASURED_KINDS,
    with_default_caps,
)
from app.domain.checks import at_most, distinct, identifier, one_of, within
from app.domain.errors import Unacceptable
from app.events.authority import AuthorityRow, Deputy

MOST_DEPUTIES = 50
MOST_FEN = 2**53 - 1
MOST_DAYS = 365
AMOUNTS = ("limit_fen", "per_ticket_fen", "per_household_30d_fen", "per_staff_day_fen")


def checked_rows(rows: Sequence[AuthorityRow]) -> tuple[AuthorityRow, ...]:
    at_most(rows, "/rows", len(KINDS))
    checked = tuple(_row(row, f"/rows/{n}") for n, row in enumerate(rows))
    distinct([row.kind for row in checked], "/rows")
    return tuple(sorted(checked, key=lambda row: row.kind))


def _row(row: AuthorityRow, pointer: str) -> AuthorityRow:
    """A kind is limited in money, in days, or not at all; another limit is refused."""
    one_of(row.kind, KINDS, f"{pointer}/kind")
    if row.kind in MONEY_KINDS and row.limit_fen is None:
        raise Unacceptable("required", pointer=f"{pointer}/limit_fen")
    if row.kind == ACTIVITY_DAYS and row.limit_days is None:
        raise Unacceptable("required", pointer=f"{pointer}/limit_days")
    for field in AMOUNTS:
        value = getattr(row, field)
        if value is not None and row.kind not in MONEY_KINDS:
            raise Unacceptable("limit_of_other_measure", pointer=f"{pointer}/{field}")
        if value is not None:
            within(value, 0, MOST_FEN, f"{pointer}/{field}")
    if row.limit_days is not None:
        if row.kind in MONEY_KINDS or row.kind in UNMEASURED_KINDS:
            raise Unacceptable("limit_of_other_measure", pointer=f"{pointer}/limit_days")
        within(row.limit_days, 0, MOST_DAYS, f"{pointer}/limit_days")
    return with_default_caps(row)


def checked_deputies(deputies: Sequence[Deputy]) -> tuple[Deputy, ...]:
    at_most(deputies, "/deputies", MOST_DEPUTIES)
    for n, one in enumerate(deputies):
        identifier(one.subject, f"/deputies/{n}/subject")
        identifier(one.delegated_by, f"/deputies/{n}/delegated_by")
        if one.subject == one.delegated_by:
            raise Unacceptable("deputy_of_oneself", pointer=f"/deputies/{n}/subject")
        if one.valid_until <= one.valid_from:
            raise Unacceptable("empty_interval", pointer=f"/deputies/{n}")
    return tuple(deputies)
