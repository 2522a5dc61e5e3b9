"""What goes wrong on a ticket is compensated. This loads what the rules need and orders what they
answer; the rules are in `app/domain/compensation/reactions.py`."""

from collections.abc import Sequence
from typing import Any

from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.reactions import (
    COMPENSATION_EVENTS,
    TICKET_EVENTS,
    Reaction,
    after_compensation_event,
    after_ticket_event,
)
from app.domain.compensation.rule_book import RULE_BOOK
from app.domain.compensation.rules import DEFAULT_RULES
from app.domain.ticket.decider import TICKET
from app.events.base import Recorded
from app.events.registry import NAME_OF
from app.reactors.base import Look, Order, Reactor


async def compensate(recorded: Recorded[Any], look: Look) -> Sequence[Order]:
    category, _, key = recorded.stream_id.partition("-")
    if category == COMPENSATION.category:
        return _orders(recorded, after_compensation_event(key, recorded.event))
    if category != TICKET.category:  # other clocks, which make nobody late for an owner
        return []
    ticket = await look.state_of(TICKET.stream(key))
    book = await look.state_of(RULE_BOOK) or DEFAULT_RULES
    return _orders(recorded, after_ticket_event(recorded, ticket, book)) if ticket else []


def _orders(recorded: Recorded[Any], reactions: Sequence[Reaction]) -> list[Order]:
    return [
        Order(
            stream=COMPENSATION.stream(one.compensation_id),
            command=one.command,
            occurred_at=recorded.occurred_at,
        )
        for one in reactions
    ]


COMPENSATE_OWNERS = Reactor(
    name="compensate_owners",
    types=frozenset(NAME_OF[event] for event in (*TICKET_EVENTS, *COMPENSATION_EVENTS)),
    react=compensate,
)
