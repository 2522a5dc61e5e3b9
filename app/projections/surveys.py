"""The read model of surveys and their answers, one row each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    bindparam,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.registry import NAME_OF
from app.events.survey import (
    DimensionWeights,
    SurveyAnswered,
    SurveyBounced,
    SurveyDelivered,
    SurveyIssued,
)
from app.projections.conditions import equal
from app.projections.first_rows import first_rows, within
from app.projections.ticket_search import apart_from_complaints_about
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "surveys"
STREAM = "survey-"
TYPES = frozenset(
    NAME_OF[event] for event in (SurveyIssued, SurveyDelivered, SurveyBounced, SurveyAnswered)
)


class Row(Value, frozen=True, kw_only=True):
    """Of answers with the same `vote` only the latest counts. `expected` and `perceived` are the 22
    pairs of SERVQUAL, `weights` the points of its five dimensions."""

    tenant_id: UUID
    survey_id: str
    kind: str
    scale_id: str
    ticket_id: str | None
    cycle: int | None
    campaign_id: str | None
    household_id: str | None
    community: str | None
    rated: str | None
    issued_at: datetime | None = None
    delivered_at: datetime | None = None
    bounced: bool = False
    answered_at: datetime | None = None
    score: int | None = None
    expected: Sequence[int] | None = None
    perceived: Sequence[int] | None = None
    weights: Sequence[int] | None = None
    tags: Sequence[str] = ()
    answer_channel: str | None = None
    dissatisfied: bool = False
    excluded: str | None = None
    vote: str


def table(name: str) -> Table:
    def words(*columns: str, nullable: bool = True) -> list[Column[Any]]:
        return [Column(each, Text(collation="C"), nullable=nullable) for each in columns]

    def instants(*columns: str) -> list[Column[Any]]:
        return [Column(each, DateTime(timezone=True)) for each in columns]

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("survey_id", Text(collation="C"), primary_key=True),
        *words("kind", "scale_id", nullable=False),
        *words("ticket_id"),
        Column("cycle", Integer),
        *words("campaign_id", "household_id", "community", "rated"),
        *instants("issued_at", "delivered_at"),
        Column("bounced", Boolean, nullable=False),
        *instants("answered_at"),
        Column("score", Integer),
        *(Column(each, ARRAY(Integer)) for each in ("expected", "perceived", "weights")),
        Column("tags", ARRAY(Text), nullable=False),
        *words("answer_channel"),
        Column("dissatisfied", Boolean, nullable=False),
        *words("excluded"),
        *words("vote", nullable=False),
    )
    Index(f"{name}_answered", made.c.tenant_id, made.c.kind, made.c.answered_at)
    Index(f"{name}_issued", made.c.tenant_id, made.c.kind, made.c.issued_at)
    for of in ("campaign_id", "ticket_id", "household_id", "community"):
        Index(f"{name}_{of}", made.c.tenant_id, made.c[of], made.c.survey_id)
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    surveys = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    rows = await _load(tenant_id, surveys, connection, table)
    for recorded in events:
        survey_id = recorded.stream_id.removeprefix(STREAM)
        rows[survey_id] = _after(rows.get(survey_id), tenant_id, recorded)
    await upsert_rows(connection, table, list(rows.values()))


def _after(row: Row | None, tenant_id: UUID, recorded: Recorded[Any]) -> Row:
    match recorded.event:
        case SurveyIssued() as issued:
            return replace(_row(tenant_id, issued), issued_at=recorded.occurred_at)
        case SurveyAnswered() as answered:
            before = row or _row(tenant_id, answered)
            return _answered(before, answered, recorded.occurred_at)
        case SurveyDelivered() if row is not None:
            return replace(row, delivered_at=recorded.occurred_at, bounced=False)
        case SurveyBounced() if row is not None:
            return replace(row, bounced=True)
    raise AssertionError(recorded.type)


def _row(tenant_id: UUID, event: SurveyIssued | SurveyAnswered) -> Row:
    return Row(
        tenant_id=tenant_id,
        survey_id=event.survey_id,
        kind=event.kind,
        scale_id=event.scale_id,
        ticket_id=event.ticket_id,
        cycle=event.cycle,
        campaign_id=event.campaign_id,
        household_id=event.household_id,
        community=event.community,
        rated=event.rated,
        vote=_vote(event),
    )


def _answered(before: Row, answered: SurveyAnswered, at: datetime) -> Row:
    return replace(
        before,
        scale_id=answered.scale_id,
        campaign_id=answered.campaign_id,
        household_id=answered.household_id,
        community=answered.community,
        rated=answered.rated,
        bounced=False,
        answered_at=at,
        score=answered.score,
        expected=[item.expected for item in answered.items] or None,
        perceived=[item.perceived for item in answered.items] or None,
        weights=_points(answered.weights),
        tags=answered.tags,
        answer_channel=answered.answer_channel,
        dissatisfied=answered.dissatisfied,
        excluded=answered.excluded,
        vote=_vote(answered),
    )


def _vote(event: SurveyIssued | SurveyAnswered) -> str:
    """A household has one vote per campaign, and one for all answers without campaign and ticket.
    Each rating of a ticket, and each answer without a household, is a vote of its own."""
    if event.campaign_id is not None and event.household_id is not None:
        return f"{event.campaign_id}:{event.household_id}"
    if event.ticket_id is None and event.household_id is not None:
        return f"household:{event.household_id}"
    return event.survey_id


def _points(weights: DimensionWeights | None) -> list[int] | None:
    """In the order of the class's fields."""
    return None if weights is None else [getattr(weights, each.name) for each in fields(weights)]


async def _load(
    tenant_id: UUID, surveys: set[str], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    known = await connection.execute(
        select(*(table.c[field.name] for field in fields(Row))).where(
            table.c.tenant_id == tenant_id,
            table.c.survey_id == bindparam(None, list(surveys), ARRAY(Text)).any_(),
        )
    )
    return {row.survey_id: Row(**row._mapping) for row in known}


SURVEYS = Projection(name=NAME, types=TYPES, table=table, project=project, code_version=2)
View = table(NAME)


class SurveyFilters(Value, frozen=True, kw_only=True):
    """None does not filter; `viewer` restricts to what they may see."""

    ticket_id: str | None = None
    campaign_id: str | None = None
    household_id: str | None = None
    viewer: Viewer | None = None


async def list_surveys(
    connection: AsyncConnection,
    tenant_id: UUID,
    filters: SurveyFilters,
    *,
    after: str = "",
    limit: int = 20,
) -> list[str]:
    """Ids in order."""
    conditions = [View.c.tenant_id == tenant_id, View.c.survey_id > after]
    conditions += equal(View, filters, "ticket_id", "campaign_id", "household_id")
    if filters.viewer is not None:
        conditions.append(apart_from_complaints_about(View, filters.viewer))
    key = (View.c.survey_id,)
    reach = filters.viewer.reach if filters.viewer else ()
    query = first_rows(
        key, conditions, [within(View.c.community, reach or None)], key=key, limit=limit
    )
    return list((await connection.execute(query)).scalars())
