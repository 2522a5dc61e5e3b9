"""Keywords of complaints, from tickets and dissatisfied survey answers. The texts stay in the
events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.registry import NAME_OF
from app.events.survey import SurveyAnswered
from app.events.ticket import TicketReported
from app.projections.conditions import between, equal
from app.projections.lexicon import keywords_of
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "complaint_words"
WordSource = Literal["complaint", "survey"]
COMPLAINT: WordSource = "complaint"
SURVEY: WordSource = "survey"
MIN_COMPLAINTS = 2
"""A word from a single complaint could identify its author."""


class ComplaintFilters(Value, frozen=True, kw_only=True):
    """Complaints from `since` (inclusive) to `until` (exclusive); None does not filter."""

    source: str | None = None
    community: str | None = None
    communities: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None


def table(name: str) -> Table:
    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("source", Text(collation="C"), primary_key=True),
        Column("source_id", Text(collation="C"), primary_key=True),
        Column("community", Text(collation="C")),
        Column("said_at", DateTime(timezone=True), nullable=False),
        Column("words", ARRAY(Text), nullable=False),
    )
    Index(f"{name}_said", made.c.tenant_id, made.c.said_at)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    rows = {}
    for recorded in events:
        match recorded.event:
            case TicketReported(kind="complaint") as reported:
                key = (COMPLAINT, reported.ticket_id)
                community, words = reported.location.community, reported.description
            case SurveyAnswered(dissatisfied=True, text=str(words)) as answered:
                key = (SURVEY, answered.survey_id)
                community = answered.community or ""
            case _:
                continue
        source, source_id = key
        rows[key] = {
            "tenant_id": tenant_id,
            "source": source,
            "source_id": source_id,
            "community": community or None,
            "said_at": recorded.occurred_at,
            "words": keywords_of(words),
        }
    await upsert_rows(connection, table, list(rows.values()))


COMPLAINT_WORDS = Projection(
    name=NAME,
    types=frozenset({NAME_OF[TicketReported], NAME_OF[SurveyAnswered]}),
    table=table,
    project=project,
)
View = table(NAME)


async def count_complaints(
    connection: AsyncConnection, tenant_id: UUID, filters: ComplaintFilters
) -> int:
    query = select(func.count()).select_from(View).where(*_of(tenant_id, filters))
    return int((await connection.execute(query)).scalar_one())


async def count_words(
    connection: AsyncConnection, tenant_id: UUID, filters: ComplaintFilters, *, limit: int = 20
) -> list[tuple[str, int]]:
    """Words with the number of complaints that contain them, most frequent first."""
    words = (
        select(func.unnest(View.c.words).label("word")).where(*_of(tenant_id, filters)).subquery()
    )
    times = func.count().label("times")
    query = select(words.c.word, times).group_by(words.c.word).having(times >= MIN_COMPLAINTS)
    query = query.order_by(times.desc(), words.c.word).limit(limit)
    return [(row.word, row.times) for row in await connection.execute(query)]


def _of(tenant_id: UUID, filters: ComplaintFilters) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id]
    conditions += equal(View, filters, "source", "community")
    if filters.communities:
        conditions.append(View.c.community.in_(list(filters.communities)))
    conditions += between(View.c.said_at, filters.since, filters.until)
    return conditions
