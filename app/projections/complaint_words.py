"""Which words complaints are made of: those of tickets, and what the dissatisfied wrote. The texts
themselves stay in the events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
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

from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.events.survey import SurveyAnswered
from app.events.ticket import TicketReported
from app.projections.lexicon import keywords_of
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows

NAME = "complaint_words"
COMPLAINT, SURVEY = "complaint", "survey"
FEWEST = 2
"""A word that only one complaint has could be anybody's secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Complaints from `since` (included) until before `until`, of one source if it is named."""

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
            case TicketReported(kind="complaint") as told:
                key = (COMPLAINT, told.ticket_id)
                community, words = told.location.community, told.description
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


async def count_complaints(connection: AsyncConnection, tenant_id: UUID, said: Said) -> int:
    query = select(func.count()).select_from(View).where(*_of(tenant_id, said))
    return int((await connection.execute(query)).scalar_one())


async def most_said(
    connection: AsyncConnection, tenant_id: UUID, said: Said, *, limit: int = 20
) -> list[tuple[str, int]]:
    """Words with how many complaints say them, the most frequent first."""
    words = select(func.unnest(View.c.words).label("word")).where(*_of(tenant_id, said)).subquery()
    times = func.count().label("times")
    query = select(words.c.word, times).group_by(words.c.word).having(times >= FEWEST)
    query = query.order_by(times.desc(), words.c.word).limit(limit)
    return [(row.word, row.times) for row in await connection.execute(query)]


def _of(tenant_id: UUID, said: Said) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id]
    conditions += [
        View.c[name] == value
        for name in ("source", "community")
        if (value := getattr(said, name)) is not None
    ]
    if said.communities:
        conditions.append(View.c.community.in_(list(said.communities)))
    if said.since is not None:
        conditions.append(View.c.said_at >= said.since)
    if said.until is not None:
        conditions.append(View.c.said_at < said.until)
    return conditions
