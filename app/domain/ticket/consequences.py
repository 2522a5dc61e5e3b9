"""What follows from the facts of a decision, on the ticket itself and on those that it tells of
beside: engineers' loads, clocks, promises, and who is told."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.domain.decider import Given, On, Stream
from app.domain.records.workload import WORKLOAD
from app.domain.ticket.clocks.consequences import clock_events
from app.domain.ticket.every_kind.notices import notices
from app.domain.ticket.fold.evolve import after
from app.domain.ticket.promise.lifecycle import promise_events
from app.domain.ticket.repair.first_time_fix import first_time_fix_events
from app.domain.ticket.state.ticket import Ticket
from app.events.base import Fact
from app.events.ticket import TicketReported
from app.events.workload import LoadReleased, LoadTaken

CATEGORY = "ticket"


def consequences(ticket: Ticket | None, events: Sequence[Any], given: Given) -> list[Any]:
    """`ticket` is as it was before the events; None where they begin it."""
    own = [event for event in events if not isinstance(event, On)]
    return [*_of(ticket, own, given), *_beside(events, given)]


def _of(ticket: Ticket | None, events: Sequence[Any], given: Given) -> Iterator[Any]:
    if ticket is not None:
        yield from _load_changes(ticket, events, given)
    yield from clock_events(ticket, events, given)
    yield from promise_events(ticket, events, given)
    yield from first_time_fix_events(ticket, events, given)
    yield from notices(ticket, events, given)


def _beside(events: Sequence[Any], given: Given) -> Iterator[On]:
    told: dict[str, list[Any]] = {}
    streams: dict[str, Stream[Any, Ticket | None]] = {}
    for event in events:
        if isinstance(event, On) and event.stream.decider.category == CATEGORY:
            streams[event.stream.id] = event.stream
            told.setdefault(event.stream.id, []).append(event.event)
    for stream_id, facts in told.items():
        stream = streams[stream_id]
        begins = isinstance(facts[0], TicketReported)
        for event in _of(None if begins else given.read(stream), facts, given):
            yield event if isinstance(event, On) else On(stream, event)


def _load_changes(ticket: Ticket, events: Sequence[Any], given: Given) -> Sequence[On]:
    """Load follows the ticket, whatever moved it: one place, so that no way around it is left."""
    later = ticket
    for event in events:
        later = after(later, Fact(event, given.occurred_at, given.actor))
    if later.carrier == ticket.carrier:
        return []
    changes = []
    if ticket.carrier:
        changes.append(On(WORKLOAD.stream(ticket.carrier), LoadReleased(ticket_id=ticket.id)))
    if later.carrier:
        changes.append(On(WORKLOAD.stream(later.carrier), LoadTaken(ticket_id=ticket.id)))
    return changes
