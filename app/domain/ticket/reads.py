"""Which streams a command on a ticket reads, as far as the command and who gives it tell.

They are loaded together with the ticket, in one round trip. What is missing here is loaded when a
rule asks for it (`Given.read`), so this table makes a command faster and never changes its outcome.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.authority.decider import AUTHORITY_BOOK
from app.domain.decider import Stream
from app.domain.records.attachment import ATTACHMENT
from app.domain.records.category import CATEGORY
from app.domain.records.household import HOUSEHOLD
from app.domain.records.staff import STAFF
from app.domain.records.workload import WORKLOAD
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.ticket.commands import complaint, follow_up, ticket
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.viewer import Viewer

Reads = list[Stream[Any, Any]]


def reads(command: Any, viewer: Viewer, streams: TicketStreams) -> Reads:
    photos = [ATTACHMENT.stream(photo_id) for photo_id in getattr(command, "photo_ids", ())]
    planned = [streams(ticket_id) for ticket_id in getattr(command, "follow_up_ids", ())]
    find = _READS.get(type(command))
    return [*photos, *planned, *(find(viewer, command) if find else ())]


def _report(viewer: Viewer, command: ticket.ReportTicket) -> Reads:
    household_id = command.household_id or viewer.household_id
    household = [HOUSEHOLD.stream(household_id)] if household_id else []
    return [CATEGORY.stream(command.category), POLICY_BOOK, *household]


def _engineer(subject: str) -> Reads:
    """What says whether somebody may take a ticket: record and load."""
    return [STAFF.stream(subject), WORKLOAD.stream(subject)]


def _acting_engineer(viewer: Viewer, _command: Any) -> Reads:
    return _engineer(viewer.subject)


def _named_engineer(_viewer: Viewer, command: ticket.Assign | ticket.Transfer) -> Reads:
    return _engineer(command.engineer)


def _own_record(viewer: Viewer, _command: Any) -> Reads:
    return [STAFF.stream(viewer.subject)]


def _successor(_viewer: Viewer, command: ticket.HandOver) -> Reads:
    return [STAFF.stream(command.to)]


def _end_of_work(viewer: Viewer, _command: Any) -> Reads:
    return [WORKLOAD.stream(viewer.subject), POLICY_BOOK]


def _policy(_viewer: Viewer, _command: Any) -> Reads:
    return [POLICY_BOOK]


def _authority(_viewer: Viewer, _command: Any) -> Reads:
    return [AUTHORITY_BOOK]


_READS: Mapping[type, Callable[[Viewer, Any], Reads]] = {
    ticket.Acknowledge: _own_record,
    ticket.Accept: _acting_engineer,
    ticket.AddCost: _authority,
    ticket.Arrive: _policy,
    ticket.Assign: _named_engineer,
    ticket.Claim: _acting_engineer,
    ticket.CompleteWork: _end_of_work,
    ticket.HandOver: _successor,
    ticket.ReportTicket: _report,
    ticket.Transfer: _named_engineer,
    complaint.Investigate: _own_record,
    follow_up.ScheduleFollowUp: _policy,
}
