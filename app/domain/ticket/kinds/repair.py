"""Repairs 报修 (domain.md §6.1, §7)."""

from app.domain.ticket.kinds.base import TicketKind

REPAIR = TicketKind(
    name="repair",
    number_letter="R",
    title_zh="报修",
    title_en="Repair",
    service_classes=("emergency", "simple", "general", "complex"),
    verified_classes=frozenset({"complex"}),
)
