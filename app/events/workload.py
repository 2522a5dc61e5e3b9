"""Events of an engineer's current load: one stream per engineer."""

from app.events.base import Value


class LoadTaken(Value, frozen=True, kw_only=True):
    """The engineer took on this ticket."""

    ticket_id: str


class LoadReleased(Value, frozen=True, kw_only=True):
    """This ticket no longer counts against the engineer's load."""

    ticket_id: str


WorkloadEvent = LoadTaken | LoadReleased
