"""The decider of tickets: one stream per ticket."""

from collections.abc import Sequence
from typing import Any

from app.domain.decider import Decider, Given, Stream
from app.domain.ticket.commands.ticket import TicketCommand
from app.domain.ticket.decide import decide
from app.domain.ticket.decision import Decision
from app.domain.ticket.fold.evolve import evolve
from app.domain.ticket.lapse import lapse, next_due
from app.domain.ticket.reads import reads
from app.domain.ticket.state.ticket import Ticket
from app.viewer import Viewer


def _decide(command: TicketCommand, ticket: Ticket | None, given: Given) -> Decision:
    return decide(command, ticket, given, TICKET.stream)


def _reads(command: TicketCommand, viewer: Viewer) -> Sequence[Stream[Any, Any]]:
    return reads(command, viewer, TICKET.stream)


TICKET: Decider[TicketCommand, Ticket | None] = Decider(
    category="ticket",
    initial=None,
    state_type=Ticket | None,
    decide=_decide,
    reads=_reads,
    evolve=evolve,
    fold_version=4,
    next_due=next_due,
    lapse=lapse,
)
