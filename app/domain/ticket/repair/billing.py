"""What the owner owes: it is settled or waived before the ticket closes (docs/domain.md §6.1)."""

from app.domain.checks import optional_text, text
from app.domain.errors import IllegalTransition
from app.domain.ticket.commands.ticket import SettleBill, WaiveBill
from app.domain.ticket.decision import Decision
from app.domain.ticket.limits import LINE, LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import BillSettled, BillWaived


def settle_bill(command: SettleBill, ticket: Ticket) -> Decision:
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


def waive_bill(command: WaiveBill, ticket: Ticket) -> Decision:
    reason = text(command.reason, "/reason", LONG_TEXT)
    if not _is_due(ticket):
        return []
    return [BillWaived(amount_fen=ticket.billing.owed_fen, reason=reason, note=command.note)]


def _is_due(ticket: Ticket) -> bool:
    """Refuses if nothing was ever billed; False if the bill is already settled or waived."""
    if ticket.billing.status == "none":
        raise IllegalTransition("nothing_to_settle")
    return ticket.billing.status == "due"
