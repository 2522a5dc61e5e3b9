"""Searching tickets by what they say, in Chinese and otherwise."""

from uuid import UUID

import pytest
from sqlalchemy import text

from app.projections import ticket_search
from app.projections.ticket_search import TicketFilters, search_tickets
from app.projections.ticket_text import LONGEST, fold, grams_of, terms_of
from app.viewer import Viewer
from tests.projections.telling import Teller, reported

CSR = Viewer(role="csr", subject="u-lin")

TICKETS = {
    "1": "厨房下水管漏水，水已经漫到客厅",
    "2": "卫生间漏 水不止",
    "3": "ＰＶＣ水管 DN50 爆裂",
    "4": "电梯困人！3号楼2单元",
    "5": "Café 门口的灯不亮 🙂 100%_坏",
    "6": "",
}


async def found(teller: Teller, query: str) -> set[str]:
    async with teller.looking() as connection:
        tickets = await search_tickets(
            connection, teller.tenant_id, CSR, TicketFilters(q=query), limit=100
        )
    return {ticket.ticket_id for ticket in tickets}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("漏水", {"1"}),
        ("漏", {"1", "2"}),
        ("水管", {"1", "3"}),
        ("水管 漏水", {"1"}),
        ("管水", set()),
        ("pvc水管", {"3"}),
        ("PVC", {"3"}),
        ("dn５０", {"3"}),
        ("困人！", {"4"}),
        ("R240305-4", {"4"}),
        ("r240305", {"1", "2", "3", "4", "5", "6"}),
        ("CAFÉ", {"5"}),
        ("🙂", {"5"}),
        ("100%_", {"5"}),
        ("%", {"5"}),
        ("_", {"5"}),
        ("厨房下水管漏水，水已经漫到客厅", {"1"}),
        ("   ", {"1", "2", "3", "4", "5", "6"}),
        ("\u0000", {"1", "2", "3", "4", "5", "6"}),
        ("'; drop table event; --", set()),
    ],
)
@pytest.mark.parametrize("first", [1, 300], ids=["by the index", "one by one"])
async def test_what_is_looked_for_is_found_and_nothing_else(
    teller: Teller, query: str, expected: set[str], first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_search, "SCANNED_FIRST", first)
    for ticket_id, description in TICKETS.items():
        await teller.tell(f"ticket-{ticket_id}", reported(ticket_id, description))
    await teller.project()
    assert await found(teller, query) == expected


async def test_a_word_that_all_have_is_paged_in_order(
    teller: Teller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_search, "SCANNED_FIRST", 5)
    for n in range(24):
        said = "漏水" if n % 3 else "停电"
        await teller.tell(f"ticket-{n:02}", reported(f"{n:02}", said))
    await teller.project()
    seen: list[str] = []
    last = None
    while True:
        async with teller.looking() as connection:
            filters = TicketFilters(q="漏水")
            page = await search_tickets(
                connection, teller.tenant_id, CSR, filters, after=last, limit=3
            )
        if not page:
            break
        seen += [found.ticket_id for found in page]
        last = page[-1]
    assert seen == [f"{n:02}" for n in reversed(range(24)) if n % 3]


async def test_the_index_of_grams_is_used(teller: Teller) -> None:
    for n in range(50):
        await teller.tell(f"ticket-{n}", reported(f"{n}", f"{n}号楼漏水"))
    await teller.project()
    grams = grams_of(teller.tenant_id, "漏水", pairs_only=True)
    async with teller.looking() as connection:
        await connection.execute(text("set local role none"))
        await connection.execute(text("set local enable_seqscan = off"))
        await connection.execute(text("set local enable_indexscan = off"))
        plan = await connection.execute(
            text("explain select ticket_id from ticket_text where grams @> cast(:grams as int[])"),
            {"grams": grams},
        )
        assert "ticket_text_b1_grams" in "\n".join(plan.scalars())


def test_equal_grams_of_two_tenants_are_not_alike() -> None:
    one, two = (set(grams_of(UUID(int=n), "厨房漏水")) for n in (1, 2))
    assert len(one) == 7
    assert not one & two


def test_folding_is_the_same_twice_and_long_texts_are_bounded() -> None:
    for text_ in ("Straße ﬁ Å ㍿ ｱ", "İI", "ΑΣ"):
        assert fold(fold(text_)) == fold(text_)
    assert len(terms_of("长" * 10_000)[0]) == LONGEST
