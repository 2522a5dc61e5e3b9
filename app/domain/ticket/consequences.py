"""What follows from the events of a decision: clocks, promises, engineers' load and notices, on
this ticket and on every other ticket that the decision appends to."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.decider import Given, On, Stream
from app.domain.records.workload import WORKLOAD
from app.domain.ticket.clocks.consequences import clock_events
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.notices import notices
from app.domain.ticket.fold.evolve import evolve_existing
from app.domain.ticket.promise.lifecycle import promise_events
from app.domain.ticket.repair.first_time_fix import first_time_fix_events
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.ticket import TicketEvent, TicketReported
from app.events.workload import LoadReleased, LoadTaken

CATEGORY = "ticket"


def consequences(ticket: Ticket | None, events: Decision, given: Given) -> list[TicketEvent | On]:
    """`ticket` is the state before the events; None if they begin the ticket."""
    own = [event for event in events if not isinstance(event, On)]
    return [*_on_ticket(ticket, own, given), *_on_other_tickets(events, given)]


def _on_ticket(
    ticket: Ticket | None, events: Sequence[TicketEvent], given: Given
) -> Iterator[TicketEvent | On]:
    if ticket is not None:
        yield from _load_changes(ticket, events, given)
    yield from clock_events(ticket, events, given)
    yield from promise_events(ticket, events, given)
    yield from first_time_fix_events(ticket, events, given)
    yield from notices(ticket, events, given)


def _on_other_tickets(events: Decision, given: Given) -> Iterator[On]:
    by_stream: dict[str, list[TicketEvent]] = {}
    streams: dict[str, Stream[Any, Ticket | None]] = {}
    for event in events:
        if isinstance(event, On) and event.stream.decider.category == CATEGORY:
            streams[event.stream.id] = event.stream
            by_stream.setdefault(event.stream.id, []).append(event.event)
    for stream_id, facts in by_stream.items():
        stream = streams[stream_id]
        begins = isinstance(facts[0], TicketReported)
        for event in _on_ticket(None if begins else given.read(stream), facts, given):
            yield event if isinstance(event, On) else On(stream, event)


def _load_changes(ticket: Ticket, events: Sequence[TicketEvent], given: Given) -> Sequence[On]:
    """Load follows the carrier, whichever event changed it, so that no command can bypass the
    load cap."""
    later = ticket
    for event in events:
        later = evolve_existing(later, Fact(event, given.occurred_at, given.actor))
    if later.carrier == ticket.carrier:
        return []
    changes = []
    if ticket.carrier:
        changes.append(On(WORKLOAD.stream(ticket.carrier), LoadReleased(ticket_id=ticket.id)))
    if later.carrier:
        changes.append(On(WORKLOAD.stream(later.carrier), LoadTaken(ticket_id=ticket.id)))
    return changes
