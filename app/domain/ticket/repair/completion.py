"""Completion: complete, verify, sign, dispute, close, reopen (docs/domain.md §6.1)."""

import hashlib
from datetime import datetime, timedelta

from msgspec import to_builtins

from app.domain.checks import text
from app.domain.decider import Given, On
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.records.category import category_of
from app.domain.ticket.commands.ticket import (
    Close,
    CompleteWork,
    Dispute,
    Reopen,
    SignCompletion,
    Verify,
)
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.follow_ups import check_first_follow_up, schedule_after_completion
from app.domain.ticket.every_kind.intake import CHANNELS, checklist_of, next_number
from app.domain.ticket.every_kind.photos import NamedPhotos, load_photos
from app.domain.ticket.every_kind.siblings import (
    TicketStreams,
    check_room_for_link,
    numbers_of,
)
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.limits import LONG_TEXT
from app.domain.ticket.state.ticket import Ticket
from app.events.canonical import canonical_json
from app.events.ticket import (
    CompletionDisputed,
    CompletionForm,
    CompletionFormIssued,
    CompletionSigned,
    FormLine,
    TicketClosed,
    TicketLinked,
    TicketReopened,
    TicketReported,
    WorkCompleted,
    WorkVerified,
)

REOPEN_WITHIN = timedelta(days=7)  # docs/domain.md §6.1, inclusive (§3.2 boundary rule)
AUTO_CONFIRM_AFTER = timedelta(hours=72)  # docs/domain.md §6.1 (cfg)


def complete_work(
    command: CompleteWork, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    summary = text(command.summary, "/summary", LONG_TEXT)
    named = load_photos(command.photo_ids, ticket.id, given)
    if not any(photo.stage == "after" for photo in named.photos):
        raise IllegalTransition("after_photo_required")
    unchecked = [each.item for each in ticket.checklist if each.required and not each.checked_at]
    if unchecked:
        raise IllegalTransition("checklist_incomplete", items=unchecked)
    form = _form(ticket, summary, named, given)
    completed = WorkCompleted(
        engineer=form.engineer,
        summary=summary,
        photos=named.photos,
        material_fen=form.material_fen,
        labour_fen=form.labour_fen,
        billed_fen=form.billed_fen,
        cycle=ticket.cycle,
        note=command.note,
    )
    issued = CompletionFormIssued(form_hash=hash_of(form), form=form)
    asked = schedule_after_completion(command.follow_up_ids, ticket, given, streams)
    return [completed, issued, *named.links, *asked]


def _form(ticket: Ticket, summary: str, named: NamedPhotos, given: Given) -> CompletionForm:
    assignee = ticket.assignment.assignee
    material_fen, labour_fen = ticket.spent_fen("material"), ticket.spent_fen("labour")
    solution = ticket.solution
    chargeable = solution is not None and solution.accepted_at is not None and solution.chargeable
    return CompletionForm(
        number=ticket.number,
        cycle=ticket.cycle,
        location=ticket.location,
        engineer=assignee.subject if assignee else given.actor.subject,
        engineer_name=assignee.name if assignee else "",
        summary=summary,
        photos=named.photos,
        lines=tuple(
            FormLine(
                kind=line.kind,
                description=line.description,
                amount_fen=line.amount_fen,
                batch=line.batch,
            )
            for line in ticket.lines_of_cycle()
        ),
        material_fen=material_fen,
        labour_fen=labour_fen,
        billed_fen=material_fen + labour_fen if chargeable else 0,
        completed_at=given.occurred_at,
        nonce=given.nonce or None,
    )


def hash_of(form: CompletionForm) -> str:
    """SHA-256 of the form's canonical JSON: anybody who has the whole form can verify it."""
    return hashlib.sha256(
        canonical_json(to_builtins(form, builtin_types=(datetime,))).encode()
    ).hexdigest()


def verify(command: Verify, ticket: Ticket, given: Given) -> Decision:
    if ticket.service_class not in KINDS[ticket.kind].verified_classes:
        raise IllegalTransition("verification_not_needed", service_class=ticket.service_class)
    if ticket.is_held_by(given.actor.subject):
        raise NotPermitted("verifier_is_executor")
    return [WorkVerified(note=command.note)]


def sign_completion(command: SignCompletion, ticket: Ticket) -> Decision:
    form_hash = (ticket.completion and ticket.completion.form_hash) or ""
    if command.form_hash is not None and command.form_hash != form_hash:
        raise IllegalTransition("form_changed")
    return [CompletionSigned(form_hash=form_hash, note=command.note)]


def dispute(command: Dispute) -> Decision:
    reason = text(command.reason, "/reason", LONG_TEXT)
    return [CompletionDisputed(reason=reason, note=command.note)]


def close(command: Close, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
    check_first_follow_up(ticket, given, streams)
    if ticket.billing.status == "due":
        raise IllegalTransition("billing_open", amount_fen=ticket.billing.owed_fen)
    children = [given.read(streams(child)) for child in ticket.linked("child")]
    still_open = [child for child in children if child is not None and child.is_open]
    if still_open:
        raise IllegalTransition("open_children", numbers=numbers_of(still_open, given))
    return [TicketClosed(note=command.note)]


def reopen(command: Reopen, ticket: Ticket, given: Given, streams: TicketStreams) -> Decision:
    """Within seven days the same ticket, in a new cycle; later a new ticket, linked as its
    recurrence."""
    reason = text(command.reason, "/reason", LONG_TEXT)
    if given.occurred_at - _done_at(ticket) <= REOPEN_WITHIN:
        return [TicketReopened(reason=reason, cycle=ticket.cycle + 1, note=command.note)]
    recurrences = [given.read(streams(each)) for each in ticket.linked("has_recurrence")]
    if any(each is not None and each.is_open for each in recurrences):
        return []
    return _report_recurrence(command, reason, ticket, given, streams)


def _done_at(ticket: Ticket) -> datetime:
    completed_at = ticket.completion.completed_at if ticket.completion else ticket.reported_at
    return ticket.closed_at or completed_at


def _report_recurrence(
    command: Reopen, reason: str, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    check_room_for_link(ticket)
    recurrence = streams(command.new_ticket_id)
    if given.read(recurrence) is not None:
        raise Unacceptable("ticket_exists", pointer="/new_ticket_id")
    kind = KINDS[ticket.kind]
    number = next_number(kind, given)
    reported = TicketReported(
        ticket_id=command.new_ticket_id,
        number=number,
        kind=ticket.kind,
        category=ticket.category,
        service_class=ticket.service_class,
        triaged=False,
        description=reason,
        intake_channel=given.channel if given.channel in CHANNELS else ticket.channel,
        location=ticket.location,
        household_id=ticket.household_id,
        reporter=ticket.reporter,
        quiet_hours=ticket.quiet_hours,
        checklist=checklist_of(given, kind, ticket.category),
        checklist_version=category_of(given, ticket.category).checklist_version,
        note=command.note,
        status=kind.initial_status,
    )
    return [
        TicketLinked(ticket_id=command.new_ticket_id, number=number, kind="has_recurrence"),
        On(recurrence, reported),
        On(
            recurrence,
            TicketLinked(ticket_id=ticket.id, number=ticket.number, kind="recurs_of"),
        ),
    ]
