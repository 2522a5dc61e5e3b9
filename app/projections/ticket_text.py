"""Full-text index of tickets for any language: number and description as single characters and
bigrams. It needs no dictionary and no locale.

A read model of its own because it is written once, while the rest of a ticket changes often.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from unicodedata import normalize
from uuid import UUID
from zlib import crc32

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Index,
    Integer,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.events.ticket import TicketReported
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

LONGEST = 4000
"""Characters of a text that are indexed."""


def fold(text: str) -> str:
    """Folds case and full width, for comparison."""
    return normalize("NFKC", normalize("NFKC", text).casefold())


def grams_of(tenant_id: UUID, text: str, *, pairs_only: bool = False) -> list[int]:
    """Hashes of the characters and bigrams. The tenant is the seed, so a search does not scan other
    tenants' tickets. Collisions do no harm: hits are compared with the text."""
    seed = crc32(tenant_id.bytes)
    found = {first + second for first, second in pairwise(text)}
    if not pairs_only:
        found.update(text)
    return sorted(crc32(gram.encode("utf-8", "surrogatepass"), seed) - 2**31 for gram in found)


def terms_of(query: str) -> list[str]:
    return fold(query)[:LONGEST].replace("\0", " ").split()


def table(name: str) -> Table:
    grams: Column[Any] = Column("grams", ARRAY(Integer), nullable=False)
    return Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("ticket_id", Text(collation="C"), primary_key=True),
        Column("folded", Text, nullable=False),
        grams,
        Index(f"{name}_grams", grams, postgresql_using="gin"),
    )


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = {}
    for recorded in events:
        reported: TicketReported = recorded.event
        folded = fold(f"{reported.number}\n{reported.description}")[:LONGEST]
        rows[reported.ticket_id] = {
            "tenant_id": tenant_id,
            "ticket_id": reported.ticket_id,
            "folded": folded,
            "grams": grams_of(tenant_id, folded),
        }
    await upsert_rows(connection, table, list(rows.values()))


TICKET_TEXT = Projection(
    name="ticket_text",
    types=frozenset({NAME_OF[TicketReported]}),
    table=table,
    project=project,
)

View = table(TICKET_TEXT.name)


def contains_terms(
    tenant_id: UUID, ticket_id: ColumnElement[str], query: str
) -> ColumnElement[bool]:
    """Whether a ticket's text contains every word of the query. Does not use the index."""
    folded = (
        select(View.c.folded)
        .where(View.c.tenant_id == tenant_id, View.c.ticket_id == ticket_id)
        .scalar_subquery()
    )
    return and_(*(func.strpos(folded, term) > 0 for term in terms_of(query)), true())


def matching_tickets(tenant_id: UUID, query: str) -> Select[tuple[str]]:
    """The ids of all tickets that contain every word of the query, by the index."""
    terms = terms_of(query)
    grams = {gram for term in terms for gram in grams_of(tenant_id, term, pairs_only=len(term) > 1)}
    found = func.matching_tickets(
        bindparam(None, sorted(grams), ARRAY(Integer)), bindparam(None, terms, ARRAY(Text))
    )
    return select(found.column_valued("ticket_id"))
