"""The tickets that an engineer carries. Appended together with taking or releasing a ticket."""

from collections.abc import Sequence
from typing import Never, assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given
from app.events.base import Fact, Value
from app.events.workload import LoadReleased, LoadTaken, WorkloadEvent


class Workload(Value, frozen=True, kw_only=True):
    tickets: tuple[str, ...] = ()

    def beside(self, ticket_id: str) -> int:
        """The number of other tickets carried."""
        return sum(1 for carried in self.tickets if carried != ticket_id)


def decide(command: Never, _state: Workload, _given: Given) -> Sequence[WorkloadEvent]:
    assert_never(command)


def evolve(state: Workload, fact: Fact[WorkloadEvent]) -> Workload:
    others = tuple(carried for carried in state.tickets if carried != fact.event.ticket_id)
    match fact.event:
        case LoadTaken(ticket_id=ticket_id):
            return replace(state, tickets=(*others, ticket_id))
        case LoadReleased():
            return replace(state, tickets=others)


WORKLOAD: Decider[Never, Workload] = Decider(
    category="workload",
    initial=Workload(),
    state_type=Workload,
    decide=decide,
    evolve=evolve,
)
