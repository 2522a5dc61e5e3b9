"""The kinds of tickets. A new kind is a file beside this one and a line here."""

from app.domain.ticket.kinds.base import Label, TicketKind
from app.domain.ticket.kinds.complaint import COMPLAINT
from app.domain.ticket.kinds.follow_up import FOLLOW_UP
from app.domain.ticket.kinds.repair import REPAIR
from app.domain.ticket.kinds.suggestion import SUGGESTION

KINDS: dict[str, TicketKind] = {
    kind.name: kind for kind in (REPAIR, COMPLAINT, FOLLOW_UP, SUGGESTION)
}

# The label of each status; where two kinds differ, the first kind's.
LABELS: dict[str, Label] = {
    status: label for kind in reversed(KINDS.values()) for status, label in kind.labels.items()
}

__all__ = ["KINDS", "LABELS", "Label", "TicketKind"]
