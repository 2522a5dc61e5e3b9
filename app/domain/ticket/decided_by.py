"""A command's function in a table: functions differ in what else they ask for."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any

from app.domain.decider import Given
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.state.ticket import Ticket

Decides = Callable[[Any, Ticket, Given, TicketStreams], Decision]


def decided_by(function: Callable[..., Decision]) -> Decides:
    """Gives the function, after the command, what it names of `ticket`, `given` and `streams`."""
    _, *names = signature(function).parameters

    @wraps(function)
    def decides(command: Any, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
        there = {"ticket": ticket, "given": given, "streams": streams}
        return function(command, *(there[name] for name in names))

    return decides
