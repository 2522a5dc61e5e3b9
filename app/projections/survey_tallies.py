"""Counts over the `surveys` read model: answers by channel and score, one vote for each household,
without the answers of our own staff (docs/domain.md §5.4)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, false, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Value
from app.projections.conditions import between, equal
from app.projections.surveys import View
from app.viewer import Viewer

MOST_TAGS = 20


class AnswerFilters(Value, frozen=True, kw_only=True):
    """Answers of one kind on one scale, from `since` (included) until before `until`."""

    kind: str
    scale_id: str
    campaign_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    community: str | None = None
    rated: str | None = None


class Tally(Value, frozen=True, kw_only=True):
    """How many answers have this score and channel; `score` is null for SERVQUAL."""

    answer_channel: str
    score: int | None
    n: int


class ServqualAnswer(Value, frozen=True, kw_only=True):
    """The pairs and weights of one answer, in the order of the items and of the dimensions."""

    answer_channel: str
    expected: list[int]
    perceived: list[int]
    weights: list[int] | None


class SendCounts(Value, frozen=True, kw_only=True):
    """Of the surveys that were issued one by one."""

    issued: int
    bounced: int
    answered: int


async def count_scores(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, filters: AnswerFilters
) -> list[Tally]:
    votes = _votes(tenant_id, viewer, filters)
    by = (votes.c.answer_channel, votes.c.score)
    query = select(*by, func.count().label("n")).group_by(*by).order_by(*by)
    return [Tally(**row._mapping) for row in await connection.execute(query)]


async def servqual_answers(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, filters: AnswerFilters
) -> list[ServqualAnswer]:
    votes = _votes(tenant_id, viewer, filters)
    columns = (votes.c.answer_channel, votes.c.expected, votes.c.perceived, votes.c.weights)
    return [ServqualAnswer(**row._mapping) for row in await connection.execute(select(*columns))]


async def count_reasons(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, filters: AnswerFilters
) -> list[tuple[str, int]]:
    """The tags that were given most often, each with its count."""
    votes = _votes(tenant_id, viewer, filters)
    tag = func.unnest(votes.c.tags).label("tag")
    tagged = select(tag).subquery()
    counted = func.count().label("n")
    query = select(tagged.c.tag, counted).group_by(tagged.c.tag)
    query = query.order_by(counted.desc(), tagged.c.tag).limit(MOST_TAGS)
    return [(row.tag, row.n) for row in await connection.execute(query)]


async def count_sent(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, filters: AnswerFilters
) -> SendCounts:
    """Issued in the interval, or for the campaign."""
    query = select(
        func.count().label("issued"),
        func.count().filter(View.c.bounced).label("bounced"),
        func.count().filter(View.c.answered_at.is_not(None)).label("answered"),
    ).where(
        View.c.issued_at.is_not(None),
        *_of(tenant_id, viewer, filters),
        *between(View.c.issued_at, filters.since, filters.until),
    )
    row = (await connection.execute(query)).one()
    return SendCounts(**row._mapping)


async def count_other_scales(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, filters: AnswerFilters
) -> dict[str, int]:
    """How many answers of this kind are on each other scale; the figures leave them out."""
    query = (
        select(View.c.scale_id, func.count().label("n"))
        .where(
            View.c.answered_at.is_not(None),
            View.c.excluded.is_(None),
            View.c.scale_id != filters.scale_id,
            *_of(tenant_id, viewer, filters),
            *between(View.c.answered_at, filters.since, filters.until),
        )
        .group_by(View.c.scale_id)
        .order_by(View.c.scale_id)
    )
    return {row.scale_id: row.n for row in await connection.execute(query)}


def _votes(tenant_id: UUID, viewer: Viewer, filters: AnswerFilters) -> Subquery:
    """The newest answer of each vote."""
    return (
        select(View)
        .ext(distinct_on(View.c.vote))
        .where(
            View.c.answered_at.is_not(None),
            View.c.excluded.is_(None),
            View.c.scale_id == filters.scale_id,
            *_of(tenant_id, viewer, filters),
            *between(View.c.answered_at, filters.since, filters.until),
        )
        .order_by(View.c.vote, View.c.answered_at.desc(), View.c.survey_id.desc())
        .subquery()
    )


def _of(tenant_id: UUID, viewer: Viewer, filters: AnswerFilters) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id, View.c.kind == filters.kind, *_visible_to(viewer)]
    conditions += equal(View, filters, "campaign_id", "community", "rated")
    return conditions


def _visible_to(viewer: Viewer) -> list[ColumnElement[bool]]:
    """Engineers see answers about their own work, other staff those of their communities."""
    if viewer.role == "owner":
        return [false()]
    if viewer.role == "engineer":
        return [View.c.rated == viewer.subject]
    return [View.c.community.in_(list(viewer.communities))] if viewer.communities else []
