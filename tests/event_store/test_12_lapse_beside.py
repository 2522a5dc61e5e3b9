"""What lapsed on a stream is recorded before whatever a command on another stream writes to it, and
is known to the rule that reads it: a worker that is late delays no truth."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.domain.decider import Decider, Given, On
from app.event_store.store import EventStore
from app.events.base import SYSTEM, Fact
from app.events.workload import LoadReleased, LoadTaken
from tests.event_store.tally import OCCURRED, Add, Tally, envelope, evolve, handler

DUE = OCCURRED + timedelta(hours=1)


def decide(command: Add, _state: Tally, given: Given) -> Sequence[Any]:
    """Notes on the others what it read of them."""
    read = {key: given.read(FUSES.stream(key)) for key in command.also}
    told = [On(FUSES.stream(key), LoadTaken(ticket_id=seen.last)) for key, seen in read.items()]
    return [LoadTaken(ticket_id=command.label), *told]


def lapse(state: Tally, now: datetime) -> Sequence[Fact[Any]]:
    """Whatever was noted last burns down an hour later."""
    is_lit = state.count > 0 and not state.last.startswith("burnt")
    return [Fact(LoadReleased(ticket_id=f"burnt {state.last}"), DUE, SYSTEM)] if is_lit else []


FUSES: Decider[Add, Tally] = Decider(
    category="tally",
    initial=Tally(),
    state_type=Tally,
    decide=decide,
    evolve=evolve,
    lapse=lapse,
)


async def test_what_lapsed_beside_comes_before_what_is_written_there(
    store: EventStore, tenant: UUID
) -> None:
    handling = handler(store, FUSES)
    await handling.handle(FUSES.stream("b"), Add(label="fuse"), envelope(tenant))
    await handling.handle(FUSES.stream("a"), Add(label="x", also=("b",)), envelope(tenant))
    events = [event async for event in store.read_stream(tenant, "tally-b")]
    assert [event.type for event in events] == ["load_taken", "load_released", "load_taken"]
    assert [event.event.ticket_id for event in events] == ["fuse", "burnt fuse", "burnt fuse"]
    lapsed = events[1]
    assert (lapsed.occurred_at, lapsed.actor) == (DUE, SYSTEM)
    assert [event.version for event in events] == [1, 2, 3]


async def test_what_lapsed_where_a_command_only_reads_is_left_to_the_worker(
    store: EventStore, tenant: UUID
) -> None:
    silent = replace(FUSES, decide=lambda command, _state, given: _look(command, given))
    handling = handler(store, silent)
    await handler(store, FUSES).handle(FUSES.stream("b"), Add(label="fuse"), envelope(tenant))
    outcome = await handling.handle(
        silent.stream("a"), Add(label="x", also=("b",)), envelope(tenant)
    )
    assert outcome.state.last == "burnt fuse", "it is read as it is now"
    events = [event async for event in store.read_stream(tenant, "tally-b")]
    assert [event.type for event in events] == ["load_taken"]


def _look(command: Add, given: Given) -> Sequence[Any]:
    return [LoadTaken(ticket_id=given.read(FUSES.stream(key)).last) for key in command.also]
