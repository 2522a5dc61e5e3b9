"""Lodging a complaint (docs/domain.md §6.2, §1c rows 65, 66): supporters, quotes, a child ticket
for each pain point, and escalation to the manager on public spread or repeats."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from app.domain.checks import at_most, distinct, text, within
from app.domain.decider import Given, On
from app.domain.errors import Unacceptable
from app.domain.records.complaint_record import COMPLAINT_RECORD
from app.domain.records.staff import STAFF
from app.domain.roles import OFFICE
from app.domain.ticket.access.naming import check_may_name, may_name
from app.domain.ticket.commands.complaint import Lodging
from app.domain.ticket.commands.ticket import ReportTicket
from app.domain.ticket.complaint.decide import manager_escalations
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.intake import next_number
from app.domain.ticket.every_kind.links import is_confidential, link_both
from app.domain.ticket.every_kind.people import find_person
from app.domain.ticket.every_kind.siblings import TicketStreams, check_room_for_link, named_ticket
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.limits import LONG_TEXT, PAIN_POINTS, QUOTES, STATED_SUPPORTERS
from app.domain.ticket.state.ticket import Complaint, Ticket
from app.events.complaint import ComplaintLodged
from app.events.complaint_record import ComplaintFiled
from app.events.ticket import FirstResponsibleSet, TicketAcknowledged, TicketEvent, TicketReported

KIND = KINDS["complaint"]


def check_lodging(command: ReportTicket, given: Given) -> None:
    """Every check that may refuse, before a number is drawn."""
    lodging = command.complaint or Lodging()
    if command.kind != KIND.name:
        if lodging != Lodging(child_ids=lodging.child_ids):
            raise Unacceptable("only_of_complaints", pointer="/kind")
        return
    subject = lodging.subject_of_complaint
    if subject is not None and given.read(STAFF.stream(subject)) is None:
        raise Unacceptable("unknown_staff", pointer="/subject_of_complaint")
    within(lodging.supporters, 0, STATED_SUPPORTERS, "/supporters")
    at_most(lodging.pain_points, "/pain_points", min(PAIN_POINTS, len(lodging.child_ids)))
    for n, point in enumerate(lodging.pain_points):
        text(point, f"/pain_points/{n}", LONG_TEXT)
    at_most(lodging.quotes, "/quotes", QUOTES)
    distinct(lodging.quotes, "/quotes")


def lodged_as(command: ReportTicket, parent: Ticket | None) -> Complaint | None:
    """Who is complained about, and whether anonymously; a part says what its whole says."""
    if command.kind != KIND.name:
        return None
    lodging = command.complaint or Lodging()
    above = (parent and parent.complaint) or Complaint()
    return Complaint(
        subject=lodging.subject_of_complaint or above.subject,
        anonymous=lodging.anonymous or above.anonymous,
    )


def check_named(
    command: ReportTicket,
    lodged: Complaint | None,
    parent: Ticket | None,
    given: Given,
    streams: TicketStreams,
) -> None:
    """The tickets that the report names: its parent and what it quotes."""
    if parent is not None:
        check_may_name(lodged, parent.complaint)
        if may_name(parent.complaint, lodged):
            check_room_for_link(parent)
    for n, quoted in enumerate((command.complaint or Lodging()).quotes):
        other = named_ticket(quoted, given, streams, f"/quotes/{n}")
        check_may_name(lodged, other.complaint)
        if may_name(other.complaint, lodged):
            check_room_for_link(other)


def lodge(
    command: ReportTicket,
    reported: TicketReported,
    lodged: Complaint,
    parent: Ticket | None,
    given: Given,
    streams: TicketStreams,
) -> Decision:
    """What follows the report; `parent` is the ticket that this complaint is a child of."""
    lodging = command.complaint or Lodging()
    # An anonymous one neither counts others nor is counted: the number would tell whose it is.
    counts = parent is None and reported.household_id is not None and not lodged.anonymous
    filed = _file(reported) if counts else []
    complaint = ComplaintLodged(
        subject_of_complaint=lodged.subject,
        anonymous=lodged.anonymous,
        supporters=lodging.supporters,
        repeat=max(1, _ordinal(reported, given) if filed else 1, len(lodging.quotes)),
    )
    return [
        complaint,
        *(_acknowledge_pain_point(given) if parent and parent.complaint else ()),
        *manager_escalations(complaint.supporters, complaint.repeat, Complaint(), given),
        *_quotes(lodging, reported, lodged, given, streams),
        *_pain_points(lodging, reported, complaint, given, streams),
        *filed,
    ]


def _acknowledge_pain_point(given: Given) -> Decision:
    """Office staff who write down a pain point have noticed it and are responsible for it
    (docs/domain.md §1c row 66: each with an owner)."""
    if given.actor.role not in OFFICE:
        return []
    first = find_person(given.actor.subject, given)
    return [TicketAcknowledged(), FirstResponsibleSet(subject=first.subject, name=first.name)]


def _file(reported: TicketReported) -> Sequence[On]:
    stream = COMPLAINT_RECORD.stream(reported.household_id or "")
    return [On(stream, ComplaintFiled(ticket_id=reported.ticket_id, category=reported.category))]


def _ordinal(reported: TicketReported, given: Given) -> int:
    """The ordinal of this complaint among the household's complaints of the same category."""
    record = given.read(COMPLAINT_RECORD.stream(reported.household_id or ""))
    return record.times(reported.category, given.occurred_at) + 1


def _quotes(
    lodging: Lodging,
    reported: TicketReported,
    lodged: Complaint,
    given: Given,
    streams: TicketStreams,
) -> Iterator[TicketEvent | On]:
    for n, quoted in enumerate(lodging.quotes):
        other = named_ticket(quoted, given, streams, f"/quotes/{n}")
        hidden = lodged.anonymous or is_confidential(other)
        here, there = link_both(reported, other, "quotes", streams, confidential=hidden)
        yield here
        if may_name(other.complaint, lodged):
            yield there


def _pain_points(
    lodging: Lodging,
    reported: TicketReported,
    complaint: ComplaintLodged,
    given: Given,
    streams: TicketStreams,
) -> Iterator[TicketEvent | On]:
    """Each becomes a complaint of its own, with its own clocks."""
    for n, point in enumerate(lodging.pain_points):
        child = replace(
            reported,
            ticket_id=lodging.child_ids[n],
            number=next_number(KIND, given, n + 2),
            description=point.strip(),
            photos=(),
            note=None,
        )
        stream = streams(child.ticket_id)
        yield On(stream, child)
        yield On(stream, replace(complaint, supporters=0, repeat=1))
        yield from (On(stream, each) for each in _acknowledge_pain_point(given))
        hidden = complaint.anonymous
        yield from link_both(reported, child, "child", streams, confidential=hidden)
