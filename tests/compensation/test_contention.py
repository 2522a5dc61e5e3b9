"""Many at once, over the real database: no budget, no authority is passed, nobody is lost."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec.structs import replace

from app.build import build_version
from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.authority.budget import BUDGET
from app.domain.authority.exposure import EXPOSURE
from app.domain.compensation import commands as k
from app.domain.compensation.causes import breach_cause, id_by_rule
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.rule_book import RULE_BOOK, RecordRule
from app.domain.compensation.rules import DEFAULT_RULES
from app.domain.deciders import DECIDERS
from app.domain.errors import DomainError
from app.domain.ticket.decider import TICKET
from app.event_store.folding import state_of
from app.event_store.numbering import Numbering
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Actor
from tests.domain.ticket.world import ADMIN, LIN, MANAGER, SUPERVISOR, reported
from tests.given_when_then import NOW

AT_ONCE = 50
BUDGET_FEN = 152_000  # of 5,000 each: thirty, and some is left over
DUE = NOW + timedelta(hours=2)


@pytest.fixture
async def tenant(store: EventStore) -> UUID:
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=True, clock=NOW)
    return tenant_id


@pytest.fixture
def handlers(pool: asyncpg.Pool) -> list[CommandHandler]:
    """Several, so that they meet at the database and not before."""
    stores = [EventStore(pool) for _ in range(5)]
    return [
        CommandHandler(
            store, Numbering(store), deciders=DECIDERS, log_origin="test", build=build_version()
        )
        for store in stores
    ]


def said(tenant: UUID, by: Actor = SYSTEM) -> Envelope:
    return Envelope(tenant_id=tenant, actor=by)


async def report(handler: CommandHandler, tenant: UUID, ticket: str, **more: Any) -> None:
    await handler.handle(TICKET.stream(ticket), reported(ticket, **more), said(tenant, LIN))


def compensation(ticket: str) -> k.CompensateBreach:
    key = breach_cause("arrive", 1, DUE).key
    return k.CompensateBreach(
        compensation_id=id_by_rule("R-ARRIVE-LATE", ticket, key),
        rule_id="R-ARRIVE-LATE",
        ticket_id=ticket,
        clock="arrive",
        cycle=1,
        happened_at=DUE,
    )


async def late_tickets(
    store: EventStore, handlers: Sequence[CommandHandler], tenant: UUID
) -> list[str]:
    tickets = [f"t{n}" for n in range(AT_ONCE)]
    for n, ticket in enumerate(tickets):
        await report(handlers[0], tenant, ticket, household_id=f"h-{n}")
    await store.move_clock(tenant, DUE + timedelta(seconds=1))
    for ticket in tickets:
        await handlers[0].lapse(tenant, TICKET.stream(ticket).id)
    return tickets


async def test_fifty_grants_at_once_never_pass_the_budget(
    store: EventStore, handlers: list[CommandHandler], tenant: UUID
) -> None:
    first = DEFAULT_RULES.rules[0].latest
    rule = RecordRule(
        rule_id="R-ARRIVE-LATE",
        trigger=first.trigger,
        benefit=first.benefit,
        caps=replace(first.caps, project_month_budget_fen=BUDGET_FEN),
    )
    await handlers[0].handle(RULE_BOOK, rule, said(tenant, ADMIN))
    tickets = await late_tickets(store, handlers, tenant)

    async def compensate(n: int, ticket: str) -> None:
        command = compensation(ticket)
        stream = COMPENSATION.stream(command.compensation_id)
        handler = handlers[n % len(handlers)]
        await handler.handle(stream, command, said(tenant))
        await handler.handle(stream, command, said(tenant))  # and once more: nothing

    await asyncio.gather(*(compensate(n, ticket) for n, ticket in enumerate(tickets)))
    states: Counter[str] = Counter()
    for ticket in tickets:
        stream = COMPENSATION.stream(compensation(ticket).compensation_id)
        state = await state_of(store, tenant, stream)
        assert state is not None
        states[f"{state.state} {state.pending_reason}"] += 1
    assert states == {"granted None": 30, "pending_approval budget_exceeded": 20}
    budget = await state_of(store, tenant, BUDGET.stream("jinxiu:2024-03"))
    assert (budget.spent_fen, [one.percent for one in budget.alarms]) == (150_000, [80])


async def test_ten_gifts_at_once_stay_within_the_authority(
    handlers: list[CommandHandler], store: EventStore, tenant: UUID
) -> None:
    """Of ten times 20000 two are within 50000, whoever was first."""
    await report(handlers[0], tenant, "t1")
    people = [Actor(subject=f"u-csr-{n}", role="csr") for n in range(10)]

    async def give(n: int, by: Actor) -> str:
        command = k.ProposeCompensation(
            compensation_id=f"c{n}",
            ticket_id="t1",
            benefit="gift",
            amount_fen=20_000,
            reason="全屋保洁",
        )
        stream = COMPENSATION.stream(f"c{n}")
        outcome = await handlers[n % len(handlers)].handle(stream, command, said(tenant, by))
        state: str = outcome.state.state
        return state

    states = Counter(await asyncio.gather(*(give(n, by) for n, by in enumerate(people))))
    assert states == {"granted": 2, "pending_approval": 8}
    exposure = await state_of(store, tenant, EXPOSURE.stream("h-3-1201"))
    assert sum(one.amount_fen for one in exposure.entries) == 40_000


async def test_of_approving_and_rejecting_at_once_one_wins(
    handlers: list[CommandHandler], tenant: UUID
) -> None:
    await report(handlers[0], tenant, "t1")
    command = k.ProposeCompensation(
        compensation_id="c1", ticket_id="t1", benefit="gift", amount_fen=60_000, reason="赔礼"
    )
    stream = COMPENSATION.stream("c1")
    await handlers[0].handle(stream, command, said(tenant, LIN))

    async def decide(n: int) -> str:
        asked, by = [
            (k.ApproveCompensation(), SUPERVISOR),
            (k.RejectCompensation(reason="过高"), MANAGER),
        ][n % 2]
        try:
            outcome = await handlers[n % len(handlers)].handle(stream, asked, said(tenant, by))
        except DomainError as refused:
            return refused.code
        state: str = outcome.state.state
        return state

    told = set(await asyncio.gather(*(decide(n) for n in range(10))))
    assert told in (
        {"granted", "compensation_not_pending"},
        {"rejected", "compensation_not_pending"},
    )
