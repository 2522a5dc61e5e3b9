"""Renders the ledger of compensation and the feed of fee credits."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from app.domain.compensation.words import Currency
from app.domain.errors import NotFound
from app.projections.fee_credits import FeeCredit
from app.projections.ledger import Entry
from app.projections.ledger_lists import Account, LedgerFilters
from app.viewer import Viewer
from app.views.compensation.redaction import LIABILITY, redact_households
from app.views.reader import Reader
from app.views.tickets.visible import unnamed_complaints_about_viewer

CURRENCY: Currency = "CNY"
EXPENSE = "expense:"
SETTLEMENT = "settlement:"


def visible_filters(viewer: Viewer, filters: LedgerFilters) -> LedgerFilters:
    """Owners see the entries of their household, staff those of their communities, but none of an
    anonymous complaint about themselves. Raises `NotFound`."""
    filters = replace(filters, viewer=viewer)
    if viewer.role != "owner":
        return filters
    own = viewer.household_id
    if own is None or filters.household_id not in (None, own):
        raise NotFound("household_unknown")
    return replace(filters, household_id=own)


async def render_entries(
    reader: Reader, rows: Sequence[Entry], *, by_household: bool
) -> list[dict[str, Any]]:
    """`by_household`: the rows were filtered by household."""
    hidden = await unnamed_complaints_about_viewer(reader, [row.ticket_id for row in rows])
    rendered = [render_entry(row) for row in rows if row.ticket_id not in hidden]
    return await redact_households(reader, rendered, by_household=by_household)


def render_entry(row: Entry) -> dict[str, Any]:
    """Unredacted: pass it to `redact_households`."""
    return {
        "position": row.position,
        "entry": row.entry,
        "compensation_id": row.compensation_id,
        "ticket_id": row.ticket_id,
        "household_id": row.household_id,
        "community": row.community,
        "benefit": row.benefit,
        "rule_id": row.rule_id,
        "month": row.month,
        "decided_by": row.decided_by,
        "debit": row.debit,
        "credit": row.credit,
        "amount_fen": row.amount_fen,
        "currency": row.currency,
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
    }


def render_balance(
    household_id: str | None, accounts: Sequence[Account], turnover: Mapping[str, int]
) -> dict[str, Any]:
    """`turnover` has the sum of each kind of entry."""
    liability = _total(accounts, LIABILITY)
    return {
        "household_id": household_id,
        "currency": CURRENCY,
        "granted_fen": turnover.get("grant", 0),
        "voided_fen": turnover.get("void", 0),
        "reversed_fen": turnover.get("reversal", 0),
        "fulfilled_fen": turnover.get("fulfilment", 0),
        "balance_fen": liability,
        "liability_fen": liability,
        "settled_fen": _total(accounts, SETTLEMENT),
        "accounts": [
            {
                "account": each.account,
                "debit_fen": each.debit_fen,
                "credit_fen": each.credit_fen,
                "balance_fen": _balance(each),
            }
            for each in accounts
        ],
    }


def render_fee_credit(row: FeeCredit) -> dict[str, Any]:
    return {
        "position": row.position,
        "kind": row.kind,
        "compensation_id": row.compensation_id,
        "household_id": row.household_id,
        "amount_fen": row.amount_fen,
        "currency": row.currency,
        "occurred_at": row.occurred_at,
    }


def _balance(account: Account) -> int:
    """Positive on the account's normal side: debit for expenses, credit for the others."""
    debit_less_credit = account.debit_fen - account.credit_fen
    return debit_less_credit if account.account.startswith(EXPENSE) else -debit_less_credit


def _total(accounts: Sequence[Account], prefix: str) -> int:
    return sum(_balance(each) for each in accounts if each.account.startswith(prefix))
