"""Facts about how much an engineer carries at once: one stream an engineer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadTaken:
    """The engineer took this ticket on."""

    ticket_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReleased:
    """The engineer no longer carries this ticket."""

    ticket_id: str


WorkloadEvent = LoadTaken | LoadReleased
