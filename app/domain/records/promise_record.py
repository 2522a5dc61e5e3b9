"""A pointer from a promise's id to its ticket.

The promise itself is on the ticket's stream, where completing the work keeps it in the same append.
"""

from collections.abc import Sequence
from typing import Never, assert_never

from app.domain.decider import Decider, Given
from app.events.base import Fact, Value
from app.events.promise import PromiseEvent, PromiseFiled


class FiledPromise(Value, frozen=True, kw_only=True):
    ticket_id: str


def decide(command: Never, _state: FiledPromise | None, _given: Given) -> Sequence[PromiseEvent]:
    assert_never(command)


def evolve(_state: FiledPromise | None, fact: Fact[PromiseEvent]) -> FiledPromise:
    match fact.event:
        case PromiseFiled(ticket_id=ticket_id):
            return FiledPromise(ticket_id=ticket_id)


PROMISE: Decider[Never, FiledPromise | None] = Decider(
    category="promise",
    initial=None,
    state_type=FiledPromise | None,
    decide=decide,
    evolve=evolve,
)
