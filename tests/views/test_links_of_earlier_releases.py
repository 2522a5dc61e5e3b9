"""What earlier releases recorded of anonymous complaints on tickets that show their household."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.event_store.store import EventStore
from app.events.complaint import ComplaintLodged
from app.events.ticket import (
    DuplicateAbsorbed,
    FirstTimeFixRefuted,
    TicketLinked,
    TicketMerged,
    TicketReported,
    TicketUrged,
)
from app.viewer import Viewer
from app.views.reader import Reader
from app.views.tickets.history import (
    load_difference,
    load_events,
    render_difference,
    render_events,
    render_past,
)
from app.views.tickets.render import render_ticket
from app.views.tickets.visible import as_seen, load_one
from tests.projections.telling import Teller, reported

HIDDEN = str(uuid4())
RECORDED = {
    "ticket_linked": TicketLinked(
        ticket_id=HIDDEN, number="C240305-9999", kind="quoted_by", confidential=True
    ),
    "duplicate_absorbed": DuplicateAbsorbed(ticket_id=HIDDEN, number="C240305-9999"),
    "ticket_merged": TicketMerged(into=HIDDEN, into_number="C240305-9999"),
    "first_time_fix_refuted": FirstTimeFixRefuted(cause="recurrence", by_ticket=HIDDEN),
}
IS_MEANT = [Viewer(role=role, subject="sun") for role in ("csr", "admin", "auditor", "manager")]
KNOWS = Viewer(role="auditor", subject="shen")


@pytest.fixture
def teller(store: EventStore, engine: AsyncEngine, tenant: UUID) -> Teller:
    return Teller(store, engine, tenant)


def complaint(ticket_id: str) -> TicketReported:
    return reported(ticket_id, kind="complaint", status="received")


async def told_to(viewer: Viewer, teller: Teller, ticket_id: str) -> str:
    """Everything that is rendered of the ticket: now, in the past, its events and changes."""
    reader = Reader(store=teller.store, tenant_id=teller.tenant_id, viewer=viewer)
    ticket, version, now = await load_one(reader, ticket_id)
    past, _ = await render_past(reader, ticket, version, version, now)
    found = await load_difference(reader, ticket, 0, version)
    events = await load_events(reader, ticket, after=0, limit=100)
    told = [
        render_ticket(viewer, ticket, version),
        past,
        await render_difference(reader, ticket, found),
        await render_events(reader, ticket, events),
    ]
    return str(told)


@pytest.mark.parametrize("recorded", RECORDED)
async def test_who_is_meant_reads_nothing_of_it(teller: Teller, recorded: str) -> None:
    about_sun = ComplaintLodged(subject_of_complaint="sun", anonymous=True)
    shown = str(uuid4())
    report = reported(shown) if "first" in recorded else complaint(shown)
    await teller.tell(f"ticket-{HIDDEN}", complaint(HIDDEN), about_sun)
    events = [RECORDED[recorded], TicketUrged(count=1)]
    await teller.tell(f"ticket-{shown}", report, *events)
    assert HIDDEN in await told_to(KNOWS, teller, shown)
    for viewer in IS_MEANT:
        told = await told_to(viewer, teller, shown)
        assert HIDDEN not in told, viewer.role
        assert "C240305-9999" not in told, viewer.role
        assert "ticket_urged" in told


async def test_nor_what_it_was_merged_into(teller: Teller) -> None:
    about_sun = ComplaintLodged(subject_of_complaint="sun", anonymous=True)
    shown, hidden = str(uuid4()), str(uuid4())
    await teller.tell(f"ticket-{shown}", complaint(shown))
    merged = TicketMerged(into=shown, into_number="C240305-1111", note="同 C240305-1111")
    await teller.tell(f"ticket-{hidden}", complaint(hidden), about_sun, merged)
    assert shown in await told_to(KNOWS, teller, hidden)
    for viewer in IS_MEANT:
        told = await told_to(viewer, teller, hidden)
        assert shown not in told, viewer.role
        assert "C240305-1111" not in told, viewer.role


async def test_the_answer_to_a_command_leaves_it_out_too(teller: Teller) -> None:
    about_sun = ComplaintLodged(subject_of_complaint="sun", anonymous=True)
    shown = str(uuid4())
    await teller.tell(f"ticket-{HIDDEN}", complaint(HIDDEN), about_sun)
    linked = RECORDED["ticket_linked"]
    await teller.tell(f"ticket-{shown}", reported(shown), linked)
    for viewer, links in ((KNOWS, 1), (IS_MEANT[1], 0)):
        reader = Reader(store=teller.store, tenant_id=teller.tenant_id, viewer=KNOWS)
        ticket, version, _ = await load_one(reader, shown)
        reader = Reader(store=teller.store, tenant_id=teller.tenant_id, viewer=viewer)
        assert len((await as_seen(reader, ticket, version)).links) == links
