"""What the owner owes: settled or waived before a ticket is closed (docs/domain.md §6.1)."""

from collections.abc import Sequence
from typing import Any

from app.domain.checks import optional_text, text
from app.domain.errors import IllegalTransition
from app.domain.ticket.commands.ticket import SettleBill, WaiveBill
from app.domain.ticket.limits import LINE, LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import BillSettled, BillWaived


def settle_bill(command: SettleBill, ticket: Ticket) -> Sequence[Any]:
    method = text(command.method, "/method")
    reference = optional_text(command.reference, "/reference", LINE)
    if not _is_due(ticket):
        return []
    return [
        BillSettled(
            amount_fen=ticket.billing.owed_fen,
            method=method,
            reference=reference,
            note=command.note,
        )
    ]


def waive_bill(command: WaiveBill, ticket: Ticket) -> Sequence[Any]:
    reason = text(command.reason, "/reason", LONG_TEXT)
    if not _is_due(ticket):
        return []
    return [BillWaived(amount_fen=ticket.billing.owed_fen, reason=reason, note=command.note)]


def _is_due(ticket: Ticket) -> bool:
    """Whether something is owed; what never was cannot be paid."""
    if ticket.billing.status == "none":
        raise IllegalTransition("nothing_to_settle")
    return ticket.billing.status == "due"
