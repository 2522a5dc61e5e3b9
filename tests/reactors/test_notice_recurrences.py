"""What tickets tell the fingerprint of their trouble, and that two who tell it open one problem."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.deciders import DECIDERS
from app.domain.fingerprint.commands import DropReport, RecordMending, RecordQuote, RecordReport
from app.domain.fingerprint.decider import FINGERPRINT
from app.domain.fingerprint.keys import fingerprint_of
from app.event_store.folding import state_of
from app.event_store.numbering import Numbering
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Recorded
from app.events.problem import ProblemOpened
from app.events.registry import NAME_OF
from app.events.ticket import (
    Location,
    TicketCancelled,
    TicketLinked,
    TicketMerged,
    TicketReopened,
    TicketReported,
    WorkCompleted,
)
from app.reactors.base import Look, Order
from app.reactors.notice_recurrences import NOTICE_RECURRENCES
from tests.events.examples import example
from tests.projections.telling import MORNING, Teller, reported


@pytest.fixture
def teller(store: EventStore, engine: AsyncEngine, tenant: UUID) -> Teller:
    return Teller(store, engine, tenant)


DRAIN = Location(community="jinxiu", component="kitchen.drain")
KEY = fingerprint_of(DRAIN, "leak") or ""
DAY = timedelta(days=1)


def handler(store: EventStore) -> CommandHandler:
    return CommandHandler(
        store, Numbering(store), deciders=DECIDERS, log_origin="test", build="test"
    )


async def orders(store: EventStore, tenant: UUID, ticket_id: str, event: Any) -> list[Order]:
    header: dict[str, Any] = {
        "position": 1,
        "version": 1,
        "schema_version": 1,
        "content": "{}",
        "leaf": b"",
    }
    header |= {"event_id": str(uuid4()), "command_id": "", "correlation_id": "", "channel": None}
    header |= {"occurred_at": MORNING, "recorded_at": MORNING, "actor": SYSTEM}
    header |= {"causation_id": None, "event": event, "type": NAME_OF[type(event)]}
    told: Recorded[Any] = Recorded(**{**header, "stream_id": f"ticket-{ticket_id}"})
    assert told.type in NOTICE_RECURRENCES.types
    look = Look(tenant_id=tenant, store=store)
    return list(await NOTICE_RECURRENCES.react(told, look))


async def commands(store: EventStore, tenant: UUID, ticket_id: str, event: Any) -> list[object]:
    given = await orders(store, tenant, ticket_id, event)
    assert all((each.stream.key, each.occurred_at) == (KEY, MORNING) for each in given)
    return [order.command for order in given]


def drain(ticket_id: str, **changes: Any) -> TicketReported:
    return reported(ticket_id, location=DRAIN, **changes)


def report(ticket_id: str, cycle: int = 1, kind: str = "repair") -> RecordReport:
    return RecordReport(
        ticket_id=ticket_id, cycle=cycle, kind=kind, category="leak", location=DRAIN
    )


async def test_what_happens_to_a_repair_is_told(teller: Teller) -> None:
    await teller.tell("ticket-r1", drain("r1"))
    said = {
        drain("r1"): report("r1"),
        example(TicketReopened, cycle=2): report("r1", cycle=2),
        example(TicketCancelled): DropReport(ticket_id="r1"),
        example(TicketMerged): DropReport(ticket_id="r1"),
        example(WorkCompleted, cycle=1): RecordMending(
            ticket_id="r1", cycle=1, reported_at=MORNING
        ),
    }
    for event, command in said.items():
        assert await commands(teller.store, teller.tenant_id, "r1", event) == [command]


async def test_where_the_place_says_nothing_nothing_is_told(teller: Teller) -> None:
    vague = reported("r1", location=Location(community="jinxiu"), household_id=None)
    await teller.tell("ticket-r1", vague)
    for event in (vague, example(WorkCompleted), example(TicketCancelled)):
        assert await commands(teller.store, teller.tenant_id, "r1", event) == []


async def test_a_complaint_counts_once_into_however_many_points_it_was_taken_apart(
    teller: Teller,
) -> None:
    await teller.tell("ticket-c1", drain("c1", kind="complaint"))
    point = drain("c2", kind="complaint")
    await teller.tell("ticket-c2", point, TicketLinked(ticket_id="c1", number="C1", kind="parent"))
    whole = await commands(teller.store, teller.tenant_id, "c1", drain("c1", kind="complaint"))
    assert whole == [report("c1", kind="complaint")]
    assert await commands(teller.store, teller.tenant_id, "c2", point) == []
    suggestion = drain("s1", kind="suggestion")
    assert await commands(teller.store, teller.tenant_id, "s1", suggestion) == []


async def test_a_complaint_quotes_what_was_done_before_it(teller: Teller) -> None:
    await teller.tell("ticket-r1", drain("r1"), example(WorkCompleted), at=MORNING - DAY)
    await teller.tell("ticket-r2", drain("r2"), at=MORNING - DAY)
    await teller.tell("ticket-c1", drain("c1", kind="complaint"))
    for kind in ("quotes", "related", "recurs_of"):
        quotes = TicketLinked(ticket_id="r1", number="R1", kind=kind)
        assert await commands(teller.store, teller.tenant_id, "c1", quotes) == [
            RecordQuote(complaint_id="c1", ticket_id="r1")
        ]
    unfinished = TicketLinked(ticket_id="r2", number="R2", kind="quotes")
    child = TicketLinked(ticket_id="r1", number="R1", kind="child")
    for link in (unfinished, child):
        assert await commands(teller.store, teller.tenant_id, "c1", link) == []


async def test_of_two_workers_that_tell_it_at_once_one_opens_the_problem(teller: Teller) -> None:
    tickets = [f"r{n}" for n in range(5)]
    for ticket_id in tickets:
        await teller.tell(f"ticket-{ticket_id}", drain(ticket_id))
    ids = {ticket_id: uuid4() for ticket_id in tickets}

    async def work(ticket_id: str) -> None:
        envelope = Envelope(
            tenant_id=teller.tenant_id,
            actor=SYSTEM,
            command_id=ids[ticket_id],
            occurred_at=MORNING,
        )
        await handler(teller.store).handle(FINGERPRINT.stream(KEY), report(ticket_id), envelope)

    await asyncio.gather(*(work(ticket_id) for ticket_id in tickets * 2))
    events = await teller.store.read_all(teller.tenant_id, after=0, limit=100)
    opened = [each.event for each in events if isinstance(each.event, ProblemOpened)]
    assert len(opened) == 1
    state = await state_of(teller.store, teller.tenant_id, FINGERPRINT.stream(KEY))
    assert len(state.occurrences) == 5
    assert state.problem_id == opened[0].problem_id
