"""The list of tickets: what they are filtered and sorted by. It returns ids; callers load the
tickets from the store, so a lagging row never shows outdated content."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded
from app.events.ticket import TicketReported
from app.projections.conditions import between, equal
from app.projections.ticket_clocks import clocks_from_json
from app.projections.ticket_row import TYPES, Row, evolve, reported
from app.projections.ticket_text import contains_terms, matching_tickets
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import Viewer

NAME = "ticket_search"
STREAM = "ticket-"


def table(name: str) -> Table:
    def text_column(column: str, *, nullable: bool = False) -> Column[str]:
        return Column(column, Text(collation="C"), nullable=nullable)

    made = Table(
        name,
        MetaData(),
        Column("tenant_id", Uuid, primary_key=True),
        Column("ticket_id", Text(collation="C"), primary_key=True),
        *map(text_column, ("kind", "status", "category", "service_class", "community")),
        text_column("household_id", nullable=True),
        Column("reported_at", DateTime(timezone=True), nullable=False),
        text_column("reported_by"),
        Column("due_at", DateTime(timezone=True)),
        Column("breaches_at", DateTime(timezone=True)),
        Column("breached", Boolean, nullable=False),
        Column("clocks", JSONB, nullable=False),
        Column("on_hold", Boolean, nullable=False),
        text_column("assignee", nullable=True),
        text_column("offered_to", nullable=True),
        text_column("first_responsible", nullable=True),
        text_column("hand_over_to", nullable=True),
        Column("past", ARRAY(Text), nullable=False),
        text_column("complained_about", nullable=True),
        Column("anonymous", Boolean, nullable=False),
        Column("supporting", ARRAY(Text), nullable=False),
        text_column("investigator", nullable=True),
        postgresql_with={"fillfactor": 80},
    )
    newest = (made.c.reported_at, made.c.ticket_id)
    Index(f"{name}_newest", made.c.tenant_id, *newest)
    Index(f"{name}_due", made.c.tenant_id, made.c.due_at, made.c.ticket_id)
    for column in ("status", "household_id", "assignee"):
        Index(f"{name}_{column}", made.c.tenant_id, made.c[column], *newest)
    Index(
        f"{name}_unnamed",
        made.c.tenant_id,
        made.c.complained_about,
        postgresql_where=made.c.anonymous,
    )
    return made


async def project(
    tenant_id: UUID, events: Sequence[Recorded[Any]], connection: AsyncConnection, table: Table
) -> None:
    wanted = {recorded.stream_id.removeprefix(STREAM) for recorded in events}
    rows = await _load(tenant_id, wanted, connection, table)
    for recorded in events:
        ticket_id = recorded.stream_id.removeprefix(STREAM)
        if isinstance(recorded.event, TicketReported):
            rows[ticket_id] = reported(tenant_id, recorded)
        elif row := rows.get(ticket_id):
            rows[ticket_id] = evolve(row, recorded.event)
    await upsert_rows(connection, table, list(rows.values()))


async def _load(
    tenant_id: UUID, tickets: set[str], connection: AsyncConnection, table: Table
) -> dict[str, Row]:
    columns = [table.c[field.name] for field in fields(Row)]
    known = await connection.execute(
        select(*columns).where(
            table.c.tenant_id == tenant_id,
            table.c.ticket_id == bindparam(None, list(tickets), ARRAY(Text)).any_(),
        )
    )
    found = {}
    for row in known:
        read = {
            "past": tuple(row.past),
            "supporting": tuple(row.supporting),
            "clocks": clocks_from_json(row.clocks),
        }
        found[row.ticket_id] = Row(**{**row._mapping, **read})
    return found


TICKET_SEARCH = Projection(
    name=NAME,
    types=TYPES,
    table=table,
    project=project,
    code_version=5,
)

# ---------------------------------------------------------------------------------------- queries

View = table(NAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilters:
    """None does not filter. `reported_from` is inclusive, `reported_to` exclusive."""

    kind: str | None = None
    status: str | None = None
    service_class: str | None = None
    category: str | None = None
    assignee: str | None = None
    household_id: str | None = None
    community: str | None = None
    on_hold: bool | None = None
    breached: bool | None = None
    reported_from: datetime | None = None
    reported_to: datetime | None = None
    q: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A ticket and its place in the list."""

    ticket_id: str
    reported_at: datetime
    due_at: datetime | None = None


TicketSort = Literal["-reported_at", "due_at"]

FOUND = tuple(field.name for field in fields(Found))

SCANNED_FIRST = 300
"""Tickets whose texts are scanned before the text index is used."""


async def search_tickets(
    connection: AsyncConnection,
    tenant_id: UUID,
    viewer: Viewer,
    filters: TicketFilters,
    *,
    now: datetime | None = None,
    sort: TicketSort = "-reported_at",
    after: Found | None = None,
    limit: int = 20,
) -> list[Found]:
    """One page; pass its last ticket as `after` for the next. A ticket overdue by `now` counts as
    breached, recorded or not."""
    conditions = [View.c.tenant_id == tenant_id, visible_to(viewer), *_filtered(filters)]
    if filters.household_id is not None:
        conditions.append(_known_to(viewer))
    if filters.breached is not None:
        conditions.append(_breached(now) == filters.breached)
    if after is not None:
        conditions.append(_beyond(sort, after))
    order = (
        (View.c.reported_at.desc(), View.c.ticket_id.desc())
        if sort == "-reported_at"
        else (View.c.due_at.asc().nulls_last(), View.c.ticket_id)
    )
    query = select(View.c.ticket_id, View.c.reported_at, View.c.due_at).where(*conditions)
    page = query.order_by(*order).limit(limit)
    if filters.q is None or not filters.q.strip():
        return await _found(connection, page)
    # A frequent word is found quickly by scanning the first tickets and is costly by the index; for
    # a rare word it is the other way round.
    hit = contains_terms(tenant_id, View.c.ticket_id, filters.q).label("hit")
    rows = (
        await connection.execute(query.add_columns(hit).order_by(*order).limit(SCANNED_FIRST))
    ).all()
    if len(rows) < SCANNED_FIRST or sum(row.hit for row in rows) >= limit:
        found = [Found(**{name: row._mapping[name] for name in FOUND}) for row in rows if row.hit]
        return found[:limit]
    everywhere = matching_tickets(tenant_id, filters.q)
    return await _found(connection, page.where(View.c.ticket_id.in_(everywhere)))


async def _found(connection: AsyncConnection, query: Select[Any]) -> list[Found]:
    return [Found(**row._mapping) for row in await connection.execute(query)]


def _breached(now: datetime | None) -> ColumnElement[bool]:
    if now is None:
        return or_(View.c.breached)
    return or_(View.c.breached, func.coalesce(View.c.breaches_at < now, False))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    near = View.c.community.in_(viewer.communities) if viewer.communities else true()
    match viewer.role:
        case "owner" if viewer.household_id is None:
            return false()
        case "owner":
            own = View.c.household_id == viewer.household_id
            return or_(own, literal(viewer.household_id) == any_(View.c.supporting))
        case "engineer":
            me = viewer.subject
            concerned = (
                "assignee",
                "offered_to",
                "reported_by",
                "first_responsible",
                "hand_over_to",
                "investigator",
            )
            concerns = or_(
                *(View.c[column] == me for column in concerned),
                literal(me) == any_(View.c.past),
            )
            about_another = View.c.complained_about.is_distinct_from(me)
            return or_(and_(concerns, about_another), and_(View.c.status == "pooled", near))
        case _:
            return near


def of_visible_tickets(view: Table, viewer: Viewer) -> ColumnElement[bool]:
    """Rows of another view that belong to tickets which the viewer may see."""
    if viewer.sees_whole_tenant:
        return true()
    mine = select(View.c.ticket_id).where(View.c.tenant_id == view.c.tenant_id, visible_to(viewer))
    return view.c.ticket_id.in_(mine)


def _known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Tickets whose household the viewer may know: else a filter by household would reveal it."""
    match viewer.role:
        case "owner":
            return View.c.household_id == viewer.household_id
        case "engineer":
            return not_(View.c.anonymous)
        case _:
            about_me = View.c.complained_about.is_not_distinct_from(viewer.subject)
            return not_(and_(View.c.anonymous, about_me))


EQUALITY_FILTERS = (
    "kind",
    "status",
    "service_class",
    "category",
    "assignee",
    "household_id",
    "community",
    "on_hold",
)


def _filtered(filters: TicketFilters) -> list[ColumnElement[bool]]:
    reported = between(View.c.reported_at, filters.reported_from, filters.reported_to)
    return equal(View, filters, *EQUALITY_FILTERS) + reported


def _beyond(sort: TicketSort, after: Found) -> ColumnElement[bool]:
    if sort == "-reported_at":
        return tuple_(View.c.reported_at, View.c.ticket_id) < (after.reported_at, after.ticket_id)
    if after.due_at is None:
        return and_(View.c.due_at.is_(None), View.c.ticket_id > after.ticket_id)
    later = tuple_(View.c.due_at, View.c.ticket_id) > (after.due_at, after.ticket_id)
    return or_(later, View.c.due_at.is_(None))


def about_viewer_unnamed(viewer: Viewer) -> ColumnElement[bool]:
    """Anonymous complaints about the viewer. Owners see their own."""
    if viewer.role == "owner":
        return false()
    return and_(View.c.anonymous, View.c.complained_about == viewer.subject)


def apart_from_complaints_about(view: Table, viewer: Viewer) -> ColumnElement[bool]:
    """Rows of another view, without those that hang on an anonymous complaint about the viewer:
    beside the complaint, which they see, these would tell whose it is."""
    return true() if viewer.role == "owner" else _without(view, about_viewer_unnamed(viewer))


def of_known_reporters(view: Table, viewer: Viewer) -> ColumnElement[bool]:
    """Rows of another view, without those whose reporter the viewer may not know: a filter by
    household would tell."""
    if viewer.role == "engineer":
        return _without(view, View.c.anonymous)
    return apart_from_complaints_about(view, viewer)


def _without(view: Table, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    tickets = select(View.c.ticket_id).where(View.c.tenant_id == view.c.tenant_id, condition)
    return or_(view.c.ticket_id.is_(None), view.c.ticket_id.not_in(tickets))
