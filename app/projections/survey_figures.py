"""Counts of survey answers by channel and score: one vote per household, without our own staff
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
class SurveyCohort:
    """Answers of one kind on one scale, from `since` (inclusive) to `until` (exclusive)."""

    kind: str
    scale_id: str
    campaign_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    community: str | None = None
    rated: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCount:
    """The number of answers with a score, by channel; `score` is None for SERVQUAL."""

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
class SentCounts:
    """What became of the surveys that were sent individually."""

    issued: int
    bounced: int
    answered: int


async def count_scores(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort
) -> list[ScoreCount]:
    votes = _votes(tenant_id, viewer, cohort)
    by = (votes.c.answer_channel, votes.c.score)
    query = select(*by, func.count().label("n")).group_by(*by).order_by(*by)
    return [ScoreCount(**row._mapping) for row in await connection.execute(query)]


async def load_pairs(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort
) -> list[Pairs]:
    votes = _votes(tenant_id, viewer, cohort)
    columns = (votes.c.answer_channel, votes.c.expected, votes.c.perceived, votes.c.weights)
    return [Pairs(**row._mapping) for row in await connection.execute(select(*columns))]


async def count_reasons(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort
) -> list[tuple[str, int]]:
    """The tags that were chosen most often."""
    votes = _votes(tenant_id, viewer, cohort)
    tag = func.unnest(votes.c.tags).label("tag")
    tagged = select(tag).subquery()
    counted = func.count().label("n")
    query = select(tagged.c.tag, counted).group_by(tagged.c.tag)
    query = query.order_by(counted.desc(), tagged.c.tag).limit(MOST_TAGS)
    return [(row.tag, row.n) for row in await connection.execute(query)]


async def count_sent(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort
) -> SentCounts:
    """Counts the surveys issued in the interval or for the campaign."""
    query = select(
        func.count().label("issued"),
        func.count().filter(View.c.bounced).label("bounced"),
        func.count().filter(View.c.answered_at.is_not(None)).label("answered"),
    ).where(
        View.c.issued_at.is_not(None),
        *_of(tenant_id, viewer, cohort),
        *_between(View.c.issued_at, cohort),
    )
    row = (await connection.execute(query)).one()
    return SentCounts(**row._mapping)


async def count_other_scales(
    connection: AsyncConnection, tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort
) -> dict[str, int]:
    """The number of answers on each other scale of the kind, which the figures leave out."""
    query = (
        select(View.c.scale_id, func.count().label("n"))
        .where(
            View.c.answered_at.is_not(None),
            View.c.excluded.is_(None),
            View.c.scale_id != cohort.scale_id,
            *_of(tenant_id, viewer, cohort),
            *_between(View.c.answered_at, cohort),
        )
        .group_by(View.c.scale_id)
        .order_by(View.c.scale_id)
    )
    return {row.scale_id: row.n for row in await connection.execute(query)}


def _votes(tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort) -> Subquery:
    """The newest answer of each vote."""
    return (
        select(View)
        .ext(distinct_on(View.c.vote))
        .where(
            View.c.answered_at.is_not(None),
            View.c.excluded.is_(None),
            View.c.scale_id == cohort.scale_id,
            *_of(tenant_id, viewer, cohort),
            *_between(View.c.answered_at, cohort),
        )
        .order_by(View.c.vote, View.c.answered_at.desc(), View.c.survey_id.desc())
        .subquery()
    )


def _of(tenant_id: UUID, viewer: Viewer, cohort: SurveyCohort) -> list[ColumnElement[bool]]:
    conditions = [View.c.tenant_id == tenant_id, View.c.kind == cohort.kind, *_visible_to(viewer)]
    conditions += [
        View.c[name] == value
        for name in ("campaign_id", "community", "rated")
        if (value := getattr(cohort, name)) is not None
    ]
    return conditions


def _visible_to(viewer: Viewer) -> list[ColumnElement[bool]]:
    """An engineer sees answers about the own work; other staff those of their communities."""
    if viewer.role == "owner":
        return [false()]
    if viewer.role == "engineer":
        return [View.c.rated == viewer.subject]
    return [View.c.community.in_(list(viewer.communities))] if viewer.communities else []


def _between(column: Any, cohort: SurveyCohort) -> list[ColumnElement[bool]]:
    conditions = []
    if cohort.since is not None:
        conditions.append(column >= cohort.since)
    if cohort.until is not None:
        conditions.append(column < cohort.until)
    return conditions
