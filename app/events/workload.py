"""Events of an engineer's current load: one stream per engineer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTaken:
    """The engineer took on this ticket."""

    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReleased:
    """This ticket no longer counts against the engineer's load."""

    ticket_id: str


WorkloadEvent = LoadTaken | LoadReleased
