"""What the reactor loads for the rules of compensation, and what it makes of their answer. Those
rules are tested in tests/compensation/test_reactions.py."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.compensation import commands as k
from app.domain.compensation.causes import id_by_rule
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.rule_book import RULE_BOOK, RecordRule
from app.domain.compensation.rules import ARRIVE_LATE, DEFAULT_RULES
from app.domain.deciders import DECIDERS
from app.domain.ticket.decider import TICKET
from app.event_store.numbering import Numbering
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Fact
from app.events.compensation import CompensationAccrued
from app.events.registry import NAME_OF
from app.events.sla import SlaBreached
from app.reactors.base import Look, Order
from app.reactors.compensate_owners import COMPENSATE_OWNERS
from tests.compensation.world import recorded
from tests.domain.ticket.world import ADMIN, LIN, reported
from tests.events.examples import example
from tests.given_when_then import NOW

DUE = NOW + timedelta(hours=2)
LATE = SlaBreached(clock="arrive", cycle=1, due_at=DUE)


@pytest.fixture
async def tenant(store: EventStore) -> UUID:
    tenant_id = uuid4()
    await store.open_tenant(tenant_id, timezone="Asia/Shanghai", sandbox=True, clock=NOW)
    handler = CommandHandler(
        store, Numbering(store), deciders=DECIDERS, log_origin="test", build="test"
    )
    envelope = Envelope(tenant_id=tenant_id, actor=LIN)
    await handler.handle(TICKET.stream("t1"), reported(), envelope)
    return tenant_id


async def orders(store: EventStore, tenant: UUID, stream_id: str, event: Any) -> Sequence[Order]:
    assert NAME_OF[type(event)] in COMPENSATE_OWNERS.types
    look = Look(tenant_id=tenant, store=store)
    return await COMPENSATE_OWNERS.react(recorded(stream_id, Fact(event, DUE, SYSTEM), 7), look)


async def test_an_order_goes_to_the_compensation_as_of_when_the_event_occurred(
    store: EventStore, tenant: UUID
) -> None:
    [order] = await orders(store, tenant, "ticket-t1", LATE)
    assert order.stream == COMPENSATION.stream(id_by_rule(ARRIVE_LATE, "t1", "sla:arrive:1"))
    assert isinstance(order.command, k.CompensateBreach)
    assert order.occurred_at == DUE


async def test_the_rules_are_those_of_the_tenant(store: EventStore, tenant: UUID) -> None:
    handler = CommandHandler(
        store, Numbering(store), deciders=DECIDERS, log_origin="test", build="test"
    )
    first = DEFAULT_RULES.rules[0].latest
    off = RecordRule(
        rule_id=ARRIVE_LATE,
        trigger=first.trigger,
        benefit=first.benefit,
        caps=first.caps,
        enabled=False,
    )
    await handler.handle(RULE_BOOK, off, Envelope(tenant_id=tenant, actor=ADMIN))
    assert await orders(store, tenant, "ticket-t1", LATE) == []


async def test_what_accrues_is_ordered_without_a_ticket(store: EventStore, tenant: UUID) -> None:
    [order] = await orders(store, tenant, "compensation-c1", example(CompensationAccrued))
    assert (order.stream, order.command) == (COMPENSATION.stream("c1"), k.SettleAccrual())


@pytest.mark.parametrize("stream_id", ["compensation-c1", "problem-p1", "ticket-nobody-knows"])
async def test_clocks_of_other_streams_make_nobody_late_for_an_owner(
    store: EventStore, tenant: UUID, stream_id: str
) -> None:
    assert await orders(store, tenant, stream_id, LATE) == []
