"""The books: entered twice, and in balance after every history, in whatever batches it came."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.events.base import Actor
from app.events.compensation import (
    CompensationFulfilled,
    CompensationGranted,
    CompensationReversed,
    CompensationVoided,
    FeeCreditExported,
    FeeCreditWithdrawn,
)
from app.events.complaint import ComplaintLodged
from app.projections.fee_credits import list_fee_credits
from app.projections.ledger import Entry
from app.projections.ledger_lists import LedgerFilters, balances, list_entries, turnover
from app.viewer import Viewer
from tests.projections.telling import Teller, reported

SUN = Actor(subject="u-sun", role="supervisor")
HOME = "h-3-1201"
FEI = Viewer(role="finance", subject="u-fei")
KEY = Viewer(role="integration", subject="k-fees")


def granted(one: str, amount_fen: int = 5_000, **changes: Any) -> CompensationGranted:
    said: dict[str, Any] = {
        "compensation_id": one,
        "ticket_id": "t-1",
        "household_id": HOME,
        "community": "jinxiu",
        "benefit": "fee_credit",
        "amount_fen": amount_fen,
        "currency": "CNY",
        "month": "2024-03",
        "rule_id": "R-ARRIVE-LATE",
    }
    return CompensationGranted(**(said | changes))


def fulfilled(amount_fen: int = 5_000, **changes: Any) -> CompensationFulfilled:
    said: dict[str, Any] = {"benefit": "fee_credit", "household_id": HOME}
    return CompensationFulfilled(amount_fen=amount_fen, **(said | changes))


def voided(amount_fen: int = 5_000, *, was_granted: bool = True) -> CompensationVoided:
    return CompensationVoided(
        because="decided",
        granted=was_granted,
        amount_fen=amount_fen,
        benefit="fee_credit",
        household_id=HOME,
    )


def reversed_(amount_fen: int = 5_000) -> CompensationReversed:
    return CompensationReversed(
        ground="fraud",
        notice="已书面告知",
        by="u-ma",
        amount_fen=amount_fen,
        benefit="fee_credit",
        household_id=HOME,
    )


async def tell(teller: Teller, one: str, *events: Any) -> None:
    await teller.tell(f"compensation-{one}", *events, by=SUN)


async def entries(teller: Teller, **asked: Any) -> list[Entry]:
    await teller.project()
    async with teller.looking() as connection:
        return await list_entries(connection, teller.tenant_id, LedgerFilters(**asked))


def lines(entries: Sequence[Entry]) -> list[tuple[str, str, str, int]]:
    return [(each.entry, each.debit, each.credit, each.amount_fen) for each in entries]


EXPENSE, LIABILITY, SETTLEMENT = (
    "expense:fee_credit",
    f"liability:{HOME}",
    "settlement:fee_credit",
)


async def test_what_is_granted_is_owed_until_it_is_fulfilled(teller: Teller) -> None:
    await tell(teller, "c-1", granted("c-1"))
    await teller.project()
    await tell(teller, "c-1", fulfilled())
    told = await entries(teller)
    assert lines(told) == [
        ("grant", EXPENSE, LIABILITY, 5_000),
        ("fulfilment", LIABILITY, SETTLEMENT, 5_000),
    ]
    assert {(each.ticket_id, each.rule_id, each.month, each.decided_by) for each in told} == {
        ("t-1", "R-ARRIVE-LATE", "2024-03", "u-sun")
    }


async def test_nothing_is_taken_out_but_entered_against(teller: Teller) -> None:
    await tell(teller, "c-1", granted("c-1"), voided())
    await tell(teller, "c-2", granted("c-2"), fulfilled(), reversed_())
    await tell(teller, "c-3", voided(was_granted=False))
    assert lines(await entries(teller, compensation_id="c-1")) == [
        ("grant", EXPENSE, LIABILITY, 5_000),
        ("void", LIABILITY, EXPENSE, 5_000),
    ]
    assert lines(await entries(teller, compensation_id="c-2"))[1:] == [
        ("fulfilment", LIABILITY, SETTLEMENT, 5_000),
        ("reversal", SETTLEMENT, EXPENSE, 5_000),
    ]
    assert await entries(teller, compensation_id="c-3") == []


async def test_what_was_voided_may_be_granted_anew(teller: Teller) -> None:
    """A breach that was retracted comes about after all."""
    await tell(teller, "c-1", granted("c-1"), voided())
    await teller.project()
    await tell(teller, "c-1", granted("c-1", 3_000))
    await teller.project()
    await tell(teller, "c-1", fulfilled(3_000))
    told = await entries(teller)
    assert [(each.entry, each.grant_position) for each in told] == [
        ("grant", 1),
        ("void", 1),
        ("grant", 3),
        ("fulfilment", 3),
    ]


async def test_where_there_is_no_household_it_is_owed_for_the_ticket(teller: Teller) -> None:
    await tell(teller, "c-1", granted("c-1", household_id=None))
    await tell(teller, "c-1", fulfilled(household_id=None))
    told = await entries(teller)
    assert [each.debit for each in told] == [EXPENSE, "liability:t-1"]


async def test_the_journal_is_read_by_whose_and_where(teller: Teller) -> None:
    await tell(teller, "c-1", granted("c-1"))
    other = granted("c-2", household_id="h-2", community="binjiang", ticket_id="t-2")
    await tell(teller, "c-2", other)

    async def found(**asked: Any) -> list[str]:
        return [each.compensation_id for each in await entries(teller, **asked)]

    assert await found() == ["c-1", "c-2"]
    assert await found(household_id="h-2") == ["c-2"]
    assert await found(ticket_id="t-1") == ["c-1"]
    assert await found(viewer=replace(FEI, communities=("binjiang", "elsewhere"))) == ["c-2"]
    assert await found(since=(await entries(teller))[0].occurred_at) == ["c-1", "c-2"]
    assert await found(until=(await entries(teller))[0].occurred_at) == []


async def test_the_database_refuses_what_no_book_holds(teller: Teller) -> None:
    await tell(teller, "c-1", granted("c-1"))
    await teller.project()
    for change in ("amount_fen = -1", "debit = credit"):
        with pytest.raises(IntegrityError):
            async with teller.looking() as connection:
                await connection.execute(text(f"update ledger_b1 set {change}"))


@dataclass
class Book:
    """What the books should say, kept by hand beside them."""

    granted: int = 0
    voided: int = 0
    reversed: int = 0
    owed: dict[str, int] = field(default_factory=dict)
    settled: int = 0

    def owe(self, household: str, amount_fen: int) -> None:
        self.owed[household] = self.owed.get(household, 0) + amount_fen


def history(random: Random, book: Book) -> list[tuple[str, Any]]:
    """Compensations of a few households, each at whatever point of its life."""
    told: list[list[tuple[str, Any]]] = []
    for n in range(random.randrange(1, 25)):
        one, household = f"c-{n}", f"h-{random.randrange(3)}"
        amount = random.choice([1, 7, 5_000, 50_000, 2**53 - 1 >> 8])
        of_it = {"household_id": household}
        events: list[Any] = [granted(one, amount, **of_it)]
        book.granted += amount
        match random.choice(["granted", "voided", "fulfilled", "reversed"]):
            case "granted":
                book.owe(household, amount)
            case "voided":
                events.append(voided(amount))
                book.voided += amount
            case "fulfilled":
                events.append(fulfilled(amount, **of_it))
                book.settled += amount
            case _:
                events += [fulfilled(amount, **of_it), reversed_(amount)]
                book.reversed += amount
        told.append([(one, event) for event in events])
    mixed = []
    while any(told):
        mixed.append(random.choice([each for each in told if each]).pop(0))
    return mixed


@pytest.mark.parametrize("seed", range(4))
async def test_the_books_balance_after_every_history(teller: Teller, seed: int) -> None:
    random, book = Random(seed), Book()
    for one, event in history(random, book):
        await tell(teller, one, event)
    await teller.project(batch=random.choice([2, 3, 500]))
    async with teller.looking() as connection:
        everything = LedgerFilters()
        accounts = await balances(connection, teller.tenant_id, everything)
        sums = await turnover(connection, teller.tenant_id, everything)
    of = {each.account: each.credit_fen - each.debit_fen for each in accounts}
    assert sum(each.debit_fen for each in accounts) == sum(each.credit_fen for each in accounts)
    liability = sum(value for name, value in of.items() if name.startswith("liability:"))
    assert (liability, of.get(SETTLEMENT, 0)) == (sum(book.owed.values()), book.settled)
    assert book.granted - book.voided - book.reversed == liability + book.settled
    assert -of[EXPENSE] == liability + book.settled
    for household, owed in book.owed.items():
        assert of[f"liability:{household}"] == owed
    told = (sums.get("grant", 0), sums.get("void", 0), sums.get("reversal", 0))
    assert told == (book.granted, book.voided, book.reversed)


async def test_the_fee_system_is_told_in_order_and_once(teller: Teller) -> None:
    export = FeeCreditExported(
        compensation_id="c-1", household_id=HOME, amount_fen=5_000, currency="CNY"
    )
    withdrawn = FeeCreditWithdrawn(
        compensation_id="c-1", household_id=HOME, amount_fen=5_000, currency="CNY"
    )
    await tell(teller, "c-1", granted("c-1"), export)
    await tell(teller, "c-1", voided(), withdrawn)
    await teller.project()
    async with teller.looking() as connection:
        feed = await list_fee_credits(connection, teller.tenant_id, FEI)
        rest = await list_fee_credits(connection, teller.tenant_id, FEI, after=feed[0].position)
    assert [(each.kind, each.position, each.amount_fen) for each in feed] == [
        ("credit", 2, 5_000),
        ("withdrawal", 4, 5_000),
    ]
    assert rest == feed[1:]


async def test_the_feed_knows_whose_community_and_which_complaint_it_came_from(
    teller: Teller,
) -> None:
    complaint = ComplaintLodged(subject_of_complaint="u-fei", anonymous=True)
    await teller.tell("ticket-t1", reported("t1", kind="complaint"), complaint)
    for one, ticket_id, community in (("c-1", "t1", "jinxiu"), ("c-2", "t2", "binjiang")):
        export = FeeCreditExported(
            compensation_id=one, household_id=HOME, amount_fen=5_000, currency="CNY"
        )
        await tell(teller, one, granted(one, ticket_id=ticket_id, community=community), export)
    withdrawn = FeeCreditWithdrawn(
        compensation_id="c-1", household_id=HOME, amount_fen=5_000, currency="CNY"
    )
    await tell(teller, "c-1", voided(), withdrawn)
    await teller.project(batch=3)

    async def fed(viewer: Viewer, limit: int = 10) -> list[str]:
        async with teller.looking() as connection:
            rows = await list_fee_credits(connection, teller.tenant_id, viewer, limit=limit)
        return [row.compensation_id for row in rows]

    assert await fed(KEY) == ["c-1", "c-2", "c-1"]
    assert await fed(FEI) == ["c-2"]
    assert await fed(FEI, limit=1) == ["c-2"], "what is hidden takes no place on the page"
    assert await fed(replace(KEY, communities=("jinxiu",))) == ["c-1", "c-1"]
