"""What one kind of ticket has of its own: data, no rules."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketKind:
    name: str
    number_letter: str
    title_zh: str
    title_en: str
    service_classes: tuple[str, ...]
    verified_classes: frozenset[str]  # these need a second pair of eyes before the owner's
