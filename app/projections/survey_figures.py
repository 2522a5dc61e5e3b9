"""How people answered, by channel and score: one vote a household, none of our own staff
(docs/domain.md §5.4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, false, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from app.projections.surveys import View
from app.viewer import Viewer

MOST_TAGS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Answers of one kind on one scale, from `since` (included) until before `until`."""

    kind: str
    scale_id: str
    campaign_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    community: str | None = None
    rated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """So many answers of this score came by this channel; `score` is null for SERVQUAL."""

    answer_channel: str
    score: int | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """One person's answers to SERVQUAL."""

    answer_channel: str
    expected: list[int]
    perceived: list[int]
    weights: list[int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What became of the questions that were sent one by one."""

    issued: int
    bounced: int
    answered: int


async def tallies(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, asked: Asked
) -> list[Tally]:
    votes = _votes(tenant_id, viewer, asked)
    by = (votes.c.answer_channel, votes.c.score)
    query = select(*by, func.count().label("n")).group_by(*by).order_by(*by)
    return [Tally(**row._mapping) for row in await connection.execute(query)]


async def pairs(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, asked: Asked
) -> list[Pairs]:
    votes = _votes(tenant_id, viewer, asked)
    columns = (votes.c.answer_channel, votes.c.expected, votes.c.perceived, votes.c.weights)
    return [Pairs(**row._mapping) for row in await connection.execute(select(*columns))]


async def reasons(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, asked: Asked
) -> list[tuple[str, int]]:
    """The reasons that were ticked most often."""
    votes = _votes(tenant_id, viewer, asked)
    tag = func.unnest(votes.c.tags).label("tag")
    tagged = select(tag).subquery()
    counted = func.count().label("n")
    query = select(tagged.c.tag, counted).group_by(tagged.c.tag)
    query = query.order_by(counted.desc(), tagged.c.tag).limit(MOST_TAGS)
    return [(row.tag, row.n) for row in await connection.execute(query)]


async def sending(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, asked: Asked
) -> Sending:
    """Of the questions that were sent in the interval, or for the campaign."""
    query = select(
        func.count().label("issued"),
        func.count().filter(View.c.bounced).label("bounced"),
        func.count().filter(View.c.answered_at.is_not(None)).label("answered"),
    ).where(
        View.c.issued_at.is_not(None),
        *_of(tenant_id, viewer, asked),
        *_between(View.c.issued_at, asked),
    )
    row = (await connection.execute(query)).one()
    return Sending(**row._mapping)


async def other_scales(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, asked: Asked
) -> dict[str, int]:
    """Answers of the kind on other scales, which are not counted in: how many of each."""
    query = (
        select(View.c.scale_id, func.count().label("n"))
        .where(
            View.c.answered_at.is_not(None),
            View.c.excluded.is_(None),
            View.c.scale_id != asked.scale_id,
            *_of(tenant_id, viewer, asked),
            *_between(View.c.answered_at, asked),
        )
        .group_by(View.c.scale_id)
        .order_by(View.c.scale_id)
    )
    return {row.scale_id: row.n for row in await connection.execute(query)}


def _votes(tenant_id: UUID, viewer: Viewer, asked: Asked) -> Subquery:
    """The newest answer of each who has one vote."""
    return (
        select(View)
        .ext(distinct_on(View.c.vote))
        .where(
            View.c.answered_at.is_not(None),
            View.c.excluded.is_(None),
            View.c.scale_id == asked.scale_id,
            *_of(tenant_id, viewer, asked),
            *_between(View.c.answered_at, asked),
        )
        .order_by(View.c.vote, View.c.answered_at.desc(), View.c.survey_id.desc())
        .subquery()
    )


def _of(tenant_id: UUID, viewer: Viewer, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id, View.c.kind == asked.kind, *_seen_by(viewer)]
    conditions += [
        View.c[name] == value
        for name in ("campaign_id", "community", "rated")
        if (value := getattr(asked, name)) is not None
    ]
    return conditions


def _seen_by(viewer: Viewer) -> list[ColumnElement[bool]]:
    """An engineer sees what concerns the own work; the others what is in their communities."""
    if viewer.role == "owner":
        return [false()]
    if viewer.role == "engineer":
        return [View.c.rated == viewer.subject]
    return [View.c.community.in_(list(viewer.communities))] if viewer.communities else []


def _between(column: Any, asked: Asked) -> list[ColumnElement[bool]]:
    conditions = []
    if asked.since is not None:
        conditions.append(column >= asked.since)
    if asked.until is not None:
        conditions.append(column < asked.until)
    return conditions
