"""The kinds of tickets there are. A new one is a file beside and a line here."""

from app.domain.ticket.kinds.base import TicketKind
from app.domain.ticket.kinds.repair import REPAIR

KINDS: dict[str, TicketKind] = {kind.name: kind for kind in (REPAIR,)}

__all__ = ["KINDS", "TicketKind"]
