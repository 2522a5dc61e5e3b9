"""What the rules of a ticket return: its own events, and events for other streams."""

from collections.abc import Sequence

from app.domain.decider import On
from app.events.ticket import TicketEvent

Decision = Sequence[TicketEvent | On]
