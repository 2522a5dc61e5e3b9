"""The books of what owners were given, and the feed that the fee system pulls."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.db import tenant_transaction
from app.domain import roles
from app.domain.errors import NotFound
from app.http.answers import json_answer
from app.http.callers import Caller, permitted
from app.http.fields import Id, QueryInstant, key
from app.http.json_body import JsonRoute
from app.http.paging import Cursor, Cursors, Limit
from app.http.responses import answers
from app.projections import fee_credits, ledger
from app.projections.fee_credits import FeeCredit, list_fee_credits
from app.projections.ledger import Entry
from app.projections.ledger_lists import (
    Account,
    LedgerFilters,
    balances,
    list_entries,
    turnover,
)
from app.views.compensation.money_shape import FeeCreditPage, LedgerBalance, LedgerPage
from app.views.redaction import UNNAMED
from app.views.tickets.visible import hidden_reporters

router = APIRouter(prefix="/v1", tags=["money"], route_class=JsonRoute)

Reader = Annotated[Caller, Depends(permitted(roles.READ_LEDGER))]
FeeSystem = Annotated[Caller, Depends(permitted(roles.READ_FEE_CREDITS))]
CURRENCY = "CNY"
NORMAL_DEBIT = "expense:"
LIABILITY = "liability:"


async def _filters(
    caller: Reader,
    household_id: Annotated[str, key(128)] | None = None,
    compensation_id: Id | None = None,
    ticket_id: Id | None = None,
    since: Annotated[
        QueryInstant | None, Query(alias="from", description="Entered for then, or later.")
    ] = None,
    until: Annotated[QueryInstant | None, Query(alias="to", description="And before then.")] = None,
) -> LedgerFilters:
    return LedgerFilters(
        household_id=_whose(caller, household_id),
        compensation_id=str(compensation_id) if compensation_id else None,
        ticket_id=str(ticket_id) if ticket_id else None,
        communities=() if caller.role == "owner" else caller.communities,
        since=since,
        until=until,
    )


Filters = Annotated[LedgerFilters, Depends(_filters)]


def _whose(caller: Caller, household_id: str | None) -> str | None:
    """Owners see their own household's books, and no other's."""
    if caller.role != "owner":
        return household_id
    if caller.household_id is None or household_id not in (None, caller.household_id):
        raise NotFound("household_unknown")
    return caller.household_id


@router.get(
    "/ledger/entries",
    summary="分录 · the journal",
    responses=answers({200: LedgerPage}, 401, 403, 404, 422, 503),
)
async def get_entries(
    caller: Reader, filters: Filters, limit: Limit = 100, cursor: Cursor = None
) -> Response:
    """In the order in which they were entered. Every entry names both its accounts."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME)
    cursors = Cursors(services.cursor_secret)
    scope = {"list": "ledger", "tenant": caller.tenant_id, "filters": filters}
    after = int(cursors.read(cursor, scope)[0]) if cursor else 0
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_entries(
            connection, caller.tenant_id, filters, after=after, limit=limit + 1
        )
    kept, following = cursors.page(rows, limit, scope, lambda row: [row.position])
    hidden = await hidden_reporters(caller.reader, [row.ticket_id for row in kept])
    if filters.household_id is not None:  # to find it there would say whose it is
        kept = [row for row in kept if row.ticket_id not in hidden]
    items = [_entry(row, named=row.ticket_id not in hidden) for row in kept]
    return json_answer({"items": items, "next_cursor": following})


@router.get(
    "/ledger/balance",
    summary="余额 · balances",
    responses=answers({200: LedgerBalance}, 401, 403, 404, 422, 503),
)
async def get_balance(caller: Reader, filters: Filters) -> Response:
    """Of one household, or of all of them together."""
    services = caller.services
    await services.caught_up(caller.tenant_id, ledger.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        accounts = await balances(connection, caller.tenant_id, filters)
        sums = await turnover(connection, caller.tenant_id, filters)
    liability = _total(accounts, LIABILITY)
    return json_answer(
        {
            "household_id": filters.household_id,
            "currency": CURRENCY,
            "granted_fen": sums.get("grant", 0),
            "voided_fen": sums.get("void", 0),
            "reversed_fen": sums.get("reversal", 0),
            "fulfilled_fen": sums.get("fulfilment", 0),
            "balance_fen": liability,
            "liability_fen": liability,
            "settled_fen": _total(accounts, "settlement:"),
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
    )


@router.get(
    "/fee-credits",
    summary="物业费减免 · fee credits",
    responses=answers({200: FeeCreditPage}, 401, 403, 422, 503),
)
async def get_fee_credits(
    caller: FeeSystem,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="A position.")] = 0,
    limit: Limit = 100,
) -> Response:
    """For the fee system, which asks `after` the last position that it has taken over. A withdrawal
    says that an earlier credit is none."""
    services = caller.services
    await services.caught_up(caller.tenant_id, fee_credits.NAME)
    async with tenant_transaction(services.engine, caller.tenant_id) as connection:
        rows = await list_fee_credits(connection, caller.tenant_id, after=after, limit=limit)
    next_after = rows[-1].position if rows else after
    return json_answer({"items": [_fee_credit(row) for row in rows], "next_after": next_after})


def _balance(account: Account) -> int:
    debit_less_credit = account.debit_fen - account.credit_fen
    return debit_less_credit if account.account.startswith(NORMAL_DEBIT) else -debit_less_credit


def _total(accounts: list[Account], sort: str) -> int:
    return sum(_balance(each) for each in accounts if each.account.startswith(sort))


def _entry(row: Entry, *, named: bool) -> dict[str, Any]:
    """Without the household where the reader is not to know who reported the ticket."""

    def account(name: str) -> str:
        return name if named or not name.startswith(LIABILITY) else f"{LIABILITY}{UNNAMED}"

    return {
        "position": row.position,
        "entry": row.entry,
        "compensation_id": row.compensation_id,
        "ticket_id": row.ticket_id,
        "household_id": row.household_id if named else None,
        "community": row.community,
        "benefit": row.benefit,
        "rule_id": row.rule_id,
        "month": row.month,
        "decided_by": row.decided_by,
        "debit": account(row.debit),
        "credit": account(row.credit),
        "amount_fen": row.amount_fen,
        "currency": row.currency,
        "occurred_at": row.occurred_at,
        "recorded_at": row.recorded_at,
    }


def _fee_credit(row: FeeCredit) -> dict[str, Any]:
    return {
        "position": row.position,
        "kind": row.kind,
        "compensation_id": row.compensation_id,
        "household_id": row.household_id,
        "amount_fen": row.amount_fen,
        "currency": row.currency,
        "occurred_at": row.occurred_at,
    }
