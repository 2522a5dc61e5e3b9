"""The kinds of tickets there are. A new one is a file beside and a line here."""

from app.domain.ticket.kinds.base import Label, TicketKind
from app.domain.ticket.kinds.complaint import COMPLAINT
from app.domain.ticket.kinds.follow_up import FOLLOW_UP
from app.domain.ticket.kinds.repair import REPAIR
from app.domain.ticket.kinds.suggestion import SUGGESTION

KINDS: dict[str, TicketKind] = {
    kind.name: kind for kind in (REPAIR, COMPLAINT, FOLLOW_UP, SUGGESTION)
}

# What each status is called; where two kinds differ, by the first of them.
LABELS: dict[str, Label] = {
    status: label for kind in reversed(KINDS.values()) for status, label in kind.labels.items()
}

__all__ = ["KINDS", "LABELS", "Label", "TicketKind"]
