"""The list of problems. It returns ids; callers load the problems from the store, so no text that
a person wrote is kept here."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import fields, replace
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.problem import (
    ActionPlanned,
    PdcaCycleActed,
    PdcaCycleChecked,
    PdcaCycleStarted,
    ProblemClosed,
    ProblemOpened,
    ProblemRecurred,
    ProblemReopened,
    RootCauseConfirmed,
    WhyAdded,
    WhyRevised,
)
from app.events.registry import NAME_OF
from app.projections.conditions import equal
from app.projections.first_rows import Source, beyond, first_rows, within_or_without
from app.projections.ticket_search import View as Tickets
from app.projections.ticket_search import about_viewer_unnamed
from app.projections.ticket_search import visible_to as visible_tickets
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "problems"
STREAM = "problem-"
EARLY = frozenset({"opened", "analysing", "reopened"})


class Row(Value, frozen=True, kw_only=True):
    """`people` opened it, wrote an answer, or have an action."""

    tenant_id: UUID
    problem_id: str
    number: str
    state: str
    source: str
    community: str | None
    category: str | None
    fingerprint: str | None
    rollup: str | None
    tickets: tuple[str, ...]
    has_root: bool
    opened_at: datetime
    closed_at: datetime | None
    people: tuple[str, ...] = ()


def table(name: str) -> Table:
    def text_column(column: str, *, nullable: bool = True) -> Column[str]:
        return Column(column, Text(collation="C"), nullable=nullable)

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("problem_id", Text(collation="C"), primary_key=True),
        *(text_column(column, nullable=False) for column in ("number", "state", "source")),
        *map(text_column, ("community", "category", "fingerprint", "rollup")),
        Column("tickets", ARRAY(Text), nullable=False),
        Column("has_root", Boolean, nullable=False),
        Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("closed_at", DateTime(timezone=True)),
        Column("people", ARRAY(Text), nullable=False),
    )
    newest = (made.c.opened_at, made.c.problem_id)
    Index(f"{name}_newest", made.c.tenant_id, *newest)
    for column in ("state", "source", "community", "category", "fingerprint"):
        Index(f"{name}_{column}", made.c.tenant_id, made.c[column], *newest)
    Index(
        f"{name}_tickets",
        made.c.tickets,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    wanted = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    rows = await _load(tenant_id, wanted, connection, table)
    for recorded in events:
        problem_id = recorded.stream_id.removeprefix(STREAM)
        if isinstance(recorded.event, ProblemOpened):
            row = opened(tenant_id, recorded.event, recorded.occurred_at)
            rows[problem_id] = _with_people(row, recorded)
        elif known := rows.get(problem_id):
            row = evolve(known, recorded.event, recorded.occurred_at)
            rows[problem_id] = _with_people(row, recorded)
    await upsert_rows(connection, table, list(rows.values()))


def opened(tenant_id: UUID, event: ProblemOpened, at: datetime) -> Row:
    return Row(
        tenant_id=tenant_id,
        problem_id=event.problem_id,
        number=event.number,
        state="opened",
        source=event.source,
        community=event.place.community,
        category=event.place.category,
        fingerprint=event.fingerprint,
        rollup=event.rollup,
        tickets=event.ticket_ids,
        has_root=False,
        opened_at=at,
        closed_at=None,
    )


def evolve(row: Row, event: Any, at: datetime) -> Row:
    return FOLD[type(event)](row, event, at)


def _recurred(row: Row, event: ProblemRecurred, _at: datetime) -> Row:
    return _with_ticket(row, event.ticket_id)


def _reopened(row: Row, event: ProblemReopened, _at: datetime) -> Row:
    return replace(_with_ticket(row, event.ticket_id), state="reopened", closed_at=None)


def _analysed(row: Row, _event: WhyAdded | WhyRevised, _at: datetime) -> Row:
    return replace(row, state="analysing") if row.state in {"opened", "reopened"} else row


def _confirmed(row: Row, _event: RootCauseConfirmed, _at: datetime) -> Row:
    state = "root_confirmed" if row.state in EARLY else row.state
    return replace(row, state=state, has_root=True)


def _planned(row: Row, _event: ActionPlanned, _at: datetime) -> Row:
    return replace(row, state="acting") if row.has_root and row.state != "verifying" else row


def _started(row: Row, _event: PdcaCycleStarted, _at: datetime) -> Row:
    return replace(row, state="acting")


def _checked(row: Row, _event: PdcaCycleChecked, _at: datetime) -> Row:
    return replace(row, state="verifying")


def _acted(row: Row, event: PdcaCycleActed, _at: datetime) -> Row:
    return row if event.next_cycle is None else replace(row, state="acting")


def _closed(row: Row, _event: ProblemClosed, at: datetime) -> Row:
    return replace(row, state="closed", closed_at=at)


def _as_it_is(row: Row, _event: ProblemOpened, _at: datetime) -> Row:
    """`opened` begins the row with it."""
    return row


FOLD: Mapping[type[Any], Callable[[Row, Any, datetime], Row]] = {
    ProblemOpened: _as_it_is,
    ProblemRecurred: _recurred,
    ProblemReopened: _reopened,
    WhyAdded: _analysed,
    WhyRevised: _analysed,
    RootCauseConfirmed: _confirmed,
    ActionPlanned: _planned,
    PdcaCycleStarted: _started,
    PdcaCycleChecked: _checked,
    PdcaCycleActed: _acted,
    ProblemClosed: _closed,
}
TYPES = frozenset(NAME_OF[event] for event in FOLD)


def _with_people(row: Row, recorded: Recorded[Any]) -> Row:
    match recorded.event:
        case ActionPlanned(owner=owner):
            person = owner
        case ProblemOpened() | WhyAdded() | WhyRevised():
            person = recorded.actor.subject
        case _:
            return row
    return replace(row, people=tuple(dict.fromkeys((*row.people, person))))


def _with_ticket(row: Row, ticket_id: str) -> Row:
    return replace(row, tickets=tuple(dict.fromkeys((*row.tickets, ticket_id))))


async def _load(
    tenant_id: UUID, problems: set[str], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    columns = [table.c[field.name] for field in fields(Row)]
    known = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.problem_id == bindparam(None, list(problems), ARRAY(Text)).any_(),
        )
    )
    arrays = ("tickets", "people")
    return {
        row.problem_id: Row(
            **{**row._mapping, **{name: tuple(row._mapping[name]) for name in arrays}}
        )
        for row in known
    }


PROBLEMS = Projection(name=NAME, types=TYPES, table=table, project=project, code_version=2)

# ---------------------------------------------------------------------------------------- queries

View = table(NAME)


class ProblemFilters(Value, frozen=True, kw_only=True):
    """None does not filter."""

    state: str | None = None
    source: str | None = None
    community: str | None = None
    category: str | None = None
    fingerprint: str | None = None
    ticket_id: str | None = None


class Found(Value, frozen=True, kw_only=True):
    """A problem and its place in the list."""

    problem_id: str
    opened_at: datetime


def visible_to(viewer: Viewer) -> list[ColumnElement[bool]]:
    """What `app.domain.problem.access.may_see` says of a problem, before paging."""
    conditions: list[ColumnElement[bool]] = []
    if viewer.reach:
        conditions.append(or_(View.c.community.is_(None), View.c.community.in_(viewer.reach)))
    conditions.append(not_(_has_ticket(about_viewer_unnamed(viewer))))
    if viewer.role == "engineer":
        conditions.append(not_(_has_ticket(Tickets.c.anonymous)))
        mine = literal(viewer.subject) == any_(View.c.people)
        conditions.append(or_(mine, _has_ticket(visible_tickets(viewer))))
    return conditions


def _has_ticket(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        Tickets.c.tenant_id == View.c.tenant_id,
        Tickets.c.ticket_id == any_(View.c.tickets),
        condition,
    )


async def list_problems(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: ProblemFilters,
    *,
    after: Found | None = None,
    limit: int = 20,
) -> list[Found]:
    """Newest first; those that the viewer may see."""
    conditions = [View.c.tenant_id == tenant_id, *visible_to(viewer)]
    conditions += equal(View, filters, "state", "source", "community", "category", "fingerprint")
    key = (View.c.opened_at, View.c.problem_id)
    if after is not None:
        conditions.append(beyond(key, (after.opened_at, after.problem_id), descending=True))
    sources = within_or_without(View.c.community, viewer.reach)
    if filters.ticket_id is not None:
        found = func.problems_of_tickets(bindparam(None, [filters.ticket_id], ARRAY(Text)))
        ids = select(found.column_valued("problem_id"))
        sources = [Source(named_by=(View.c.problem_id, ids))]
    newest = first_rows(key, conditions, sources, key=key, limit=limit, descending=True)
    return [Found(**row._mapping) for row in await connection.execute(newest)]
