"""The list of tickets: what they are filtered and sorted by. It returns ids; callers load the
tickets from the store, so a lagging row never shows outdated content."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
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
    text,
    true,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from app.events.base import Recorded, Value
from app.events.ticket import TicketReported
from app.projections.conditions import between, equal
from app.projections.first_rows import Key, Source, beyond, first_rows, within
from app.projections.ticket_clocks import clocks_from_json
from app.projections.ticket_row import TYPES, Row, evolve, reported
from app.projections.ticket_text import contains_terms, matching_tickets
from app.subscriptions.builds import Projection
from app.subscriptions.rows import upsert_rows
from app.viewer import NARROWED_BY_ROLE, Viewer

NAME = "ticket_search"
STREAM = "ticket-"


CONCERNED = """(array[tenant_id::text, assignee, offered_to, reported_by, first_responsible,
    hand_over_to, investigator] || past || supporting)"""
"""Whom a ticket concerns. The function `concerned_tickets` searches the index on it: it has the
same expression."""


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
        Index(
            f"{name}_concerned",
            text(CONCERNED),
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
        postgresql_with={"fillfactor": 80},
    )
    tenant, newest = made.c.tenant_id, (made.c.reported_at, made.c.ticket_id)
    Index(f"{name}_newest", tenant, *newest)
    for column in ("status", "household_id", "assignee", "kind", "service_class", "community"):
        Index(f"{name}_{column}", tenant, made.c[column], *newest)
    for column in ("status", "kind", "service_class"):
        Index(f"{name}_community_{column}", tenant, made.c.community, made.c[column], *newest)
    for column in ("on_hold", "breached"):
        Index(f"{name}_{column}", tenant, *newest, postgresql_where=made.c[column])
    due, breaches_at = made.c.due_at, made.c.breaches_at
    Index(f"{name}_due", tenant, due, made.c.ticket_id, postgresql_where=due.is_not(None))
    Index(
        f"{name}_overdue",
        tenant,
        breaches_at,
        postgresql_where=and_(~made.c.breached, breaches_at.is_not(None)),
    )
    Index(
        f"{name}_unnamed",
        tenant,
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


class TicketFilters(Value, frozen=True, kw_only=True):
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


class Found(Value, frozen=True, kw_only=True):
    """A ticket and its place in the list."""

    ticket_id: str
    reported_at: datetime
    due_at: datetime | None = None


TicketSort = Literal["-reported_at", "due_at"]

FOUND = tuple(field.name for field in fields(Found))

SCANNED_FIRST = 300
SCANNED_NEXT = 3000
"""Tickets whose texts are scanned before the text index is used; the larger number only if the hits
among the smaller promise a page."""


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
    conditions = [View.c.tenant_id == tenant_id, *_filtered(filters)]
    if filters.household_id is not None:
        conditions.append(_known_to(viewer))
    if filters.breached is False:
        conditions.append(not_(_breached(now)))
    parts = _parts(sort, after)
    if filters.q is None or not filters.q.strip():
        sources = _sources(tenant_id, viewer, filters, now)
        return _found(await _read(connection, parts, conditions, sources, limit))
    if viewer.role in NARROWED_BY_ROLE:  # to few tickets: all their texts are read
        conditions.append(contains_terms(tenant_id, View.c.ticket_id, filters.q))
        sources = _sources(tenant_id, viewer, filters, now)
        return _found(await _read(connection, parts, conditions, sources, limit))
    # A frequent word is found quickly by scanning the first tickets and is costly by the index; for
    # a rare word it is the other way round.
    sources = _sources(tenant_id, viewer, filters, now)
    hit = contains_terms(tenant_id, View.c.ticket_id, filters.q).label("hit")
    for scanned in (SCANNED_FIRST, SCANNED_NEXT):
        rows = await _read(connection, parts, conditions, sources, scanned, also=[hit])
        hits = [row for row in rows if row.hit]
        if len(rows) < scanned or len(hits) >= limit:
            return _found(hits[:limit])
        if len(hits) * SCANNED_NEXT < limit * scanned:
            break
    conditions += _narrowed(viewer, filters, now)
    everywhere = Source(named_by=(View.c.ticket_id, matching_tickets(tenant_id, filters.q)))
    return _found(await _read(connection, parts, conditions, [everywhere], limit))


NEWEST = (View.c.reported_at, View.c.ticket_id)
NEXT_DUE = (View.c.due_at, View.c.ticket_id)


class _Part(Value, frozen=True, kw_only=True):
    """A part of a list that has an order of its own."""

    key: Key
    conditions: Sequence[ColumnElement[bool]]
    descending: bool = False


def _parts(sort: TicketSort, after: Found | None) -> list[_Part]:
    """By due time: those that have one, then the others as they were reported."""
    reported = after and (after.reported_at, after.ticket_id)
    if sort == "-reported_at":
        conditions = [beyond(NEWEST, reported, descending=True)] if reported else []
        return [_Part(key=NEWEST, conditions=conditions, descending=True)]
    has_none = View.c.due_at.is_(None)
    if after and reported and after.due_at is None:
        return [_Part(key=NEWEST, conditions=[has_none, beyond(NEWEST, reported)])]
    due: list[ColumnElement[bool]] = [View.c.due_at.is_not(None)]
    if after:
        due.append(beyond(NEXT_DUE, (after.due_at, after.ticket_id)))
    return [_Part(key=NEXT_DUE, conditions=due), _Part(key=NEWEST, conditions=[has_none])]


async def _read(
    connection: AsyncConnection,
    parts: Sequence[_Part],
    conditions: Sequence[ColumnElement[bool]],
    sources: Sequence[Source],
    limit: int,
    *,
    also: Sequence[ColumnElement[Any]] = (),
) -> list[Any]:
    rows: list[Any] = []
    for part in parts:
        if len(rows) < limit:
            query = first_rows(
                (View.c.ticket_id, View.c.reported_at, View.c.due_at, *also),
                [*conditions, *part.conditions],
                sources,
                key=part.key,
                descending=part.descending,
                limit=limit - len(rows),
            )
            rows += (await connection.execute(query)).all()
    return rows


def _found(rows: Sequence[Any]) -> list[Found]:
    return [Found(**{name: row._mapping[name] for name in FOUND}) for row in rows]


def _sources(
    tenant_id: UUID, viewer: Viewer, filters: TicketFilters, now: datetime | None
) -> list[Source]:
    """The tickets that the viewer may see. Those with the filters `community` and `breached`."""
    if viewer.role in NARROWED_BY_ROLE:
        narrowed = _narrowed(viewer, filters, now)
        return [
            replace(source, conditions=[*source.conditions, *narrowed])
            for source in _own_sources(tenant_id, viewer)
        ]
    among = within(View.c.community, near(viewer, filters.community)).among
    if not filters.breached:
        return [Source(among=among)]
    sources = [Source(conditions=[View.c.breached], among=among)]
    if now is not None:
        overdue = [~View.c.breached, View.c.breaches_at < now]
        sources.append(Source(conditions=overdue, among=among, few=True))
    return sources


def _narrowed(
    viewer: Viewer, filters: TicketFilters, now: datetime | None
) -> list[ColumnElement[bool]]:
    """What `_sources` has for staff, as conditions."""
    conditions = equal(View, filters, "community")
    if viewer.role not in NARROWED_BY_ROLE and viewer.communities:
        conditions.append(View.c.community.in_(viewer.communities))
    if filters.breached:
        conditions.append(_breached(now))
    return conditions


def _own_sources(tenant_id: UUID, viewer: Viewer) -> list[Source]:
    """The tickets of an owner or an engineer, by what they have and not by what the tenant has."""
    if viewer.role == "owner":
        household = viewer.household_id
        if household is None:
            return [Source(conditions=[false()])]
        own = select(View.c.ticket_id).where(
            View.c.tenant_id == tenant_id, View.c.household_id == household
        )
        ids = union(own, _concerned(household))
        return [Source(conditions=[visible_to(viewer)], named_by=(View.c.ticket_id, ids))]
    pooled = View.c.status == "pooled"
    in_reach = within(View.c.community, viewer.communities or None).among
    elsewhere = (
        ~pooled if in_reach is None else or_(~pooled, View.c.community.not_in(viewer.communities))
    )
    concerned = (View.c.ticket_id, _concerned(viewer.subject))
    return [
        Source(conditions=[visible_to(viewer), elsewhere], named_by=concerned),
        Source(conditions=[pooled], among=in_reach),
    ]


def _concerned(who: str) -> Select[Any]:
    """Tickets that may concern a person or a household; `visible_to` decides."""
    return select(func.concerned_tickets(who).column_valued("ticket_id"))


def tickets_of(tenant_id: UUID, viewer: Viewer) -> Select[Any]:
    """The ids of the tickets that an owner or an engineer may see."""
    found = []
    for source in _own_sources(tenant_id, viewer):
        conditions = [View.c.tenant_id == tenant_id, *source.conditions]
        if source.named_by is None:
            found.append(_of_pool(conditions, viewer))
        else:
            ids = source.named_by[1].subquery()
            rows = (
                select(View.c.ticket_id)
                .where(*conditions, View.c.ticket_id == ids.c[0])
                .correlate(ids)
                .offset(0)
                .lateral()
            )
            found.append(select(rows.c.ticket_id).select_from(ids.join(rows, true())))
    return found[0] if len(found) == 1 else select(union_all(*found).subquery().c.ticket_id)


def _of_pool(conditions: Sequence[ColumnElement[bool]], viewer: Viewer) -> Select[Any]:
    ids = select(View.c.ticket_id).where(*conditions)
    return ids.where(View.c.community.in_(viewer.communities)) if viewer.communities else ids


def near(viewer: Viewer, community: str | None) -> tuple[str, ...] | None:
    """The communities that a list is narrowed to, by the viewer and by the filter; None if it is
    not."""
    if community is None:
        return viewer.communities or None
    return (community,) if not viewer.communities or community in viewer.communities else ()


def _breached(now: datetime | None) -> ColumnElement[bool]:
    if now is None:
        return or_(View.c.breached)
    return or_(View.c.breached, func.coalesce(View.c.breaches_at < now, False))


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    in_reach = View.c.community.in_(viewer.communities) if viewer.communities else true()
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
            return or_(and_(concerns, about_another), and_(View.c.status == "pooled", in_reach))
        case _:
            return in_reach


def of_tickets(view: Table, tenant_id: UUID, viewer: Viewer, community: str | None) -> list[Source]:
    """Rows of another view, with a column `community`, that belong to tickets which the viewer may
    see, and to the community if one is named."""
    if viewer.role not in NARROWED_BY_ROLE:
        return [within(view.c.community, near(viewer, community))]
    conditions = [] if community is None else [view.c.community == community]
    ids = tickets_of(tenant_id, viewer)
    return [Source(conditions=conditions, named_by=(view.c.ticket_id, ids))]


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


EQUALITY_FILTERS = ("kind", "status", "service_class", "category", "assignee", "household_id")


def _filtered(filters: TicketFilters) -> list[ColumnElement[bool]]:
    conditions = equal(View, filters, *EQUALITY_FILTERS)
    if filters.on_hold is not None:
        conditions.append(View.c.on_hold if filters.on_hold else ~View.c.on_hold)
    return conditions + between(View.c.reported_at, filters.reported_from, filters.reported_to)


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
