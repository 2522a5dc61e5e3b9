"""The engineer's work on site, up to completion (docs/domain.md §6.1)."""

from typing import Literal, get_args

from app.domain.checks import one_of, optional_text, text, within
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, Unacceptable
from app.domain.ticket.commands.ticket import AddCost, Arrive, CheckItem, Depart, RecordNoAccess
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind.geo import distance_m, reported_position
from app.domain.ticket.every_kind.photos import load_photos_with_evidence
from app.domain.ticket.every_kind.quiet_hours import would_disturb
from app.domain.ticket.limits import AMOUNT_FEN, COST_LINES, LINE, LONG_TEXT
from app.domain.ticket.repair.engineers import acting_engineer
from app.domain.ticket.repair.solution import material_limit_fen
from app.domain.ticket.state.ticket import Ticket
from app.events.ticket import (
    AccessFailed,
    ChecklistItemChecked,
    CostLineAdded,
    EngineerArrived,
    EngineerDeparted,
)

ARRIVED_WITHIN_M = 300  # docs/domain.md §6.1

CostKind = Literal["material", "labour"]
COST_KINDS: tuple[CostKind, ...] = get_args(CostKind)


def depart(command: Depart, ticket: Ticket, given: Given) -> Decision:
    if command.eta < given.occurred_at:
        raise Unacceptable("eta_in_past", pointer="/eta")
    if would_disturb(ticket, command.eta, given):
        raise IllegalTransition("quiet_hours", eta=command.eta)
    if ticket.carrier is None:  # returning to disputed work counts against the load cap again
        acting_engineer(ticket, given)
    return [EngineerDeparted(engineer=given.actor.subject, eta=command.eta, note=command.note)]


def arrive(command: Arrive, ticket: Ticket, given: Given) -> Decision:
    named = load_photos_with_evidence(command.photo_ids, ticket.id, given)
    geo = reported_position(command.geo, given)
    distance = distance_m(ticket.location, geo)
    if not named.photos and (distance is None or distance > ARRIVED_WITHIN_M):
        raise IllegalTransition(
            "arrival_evidence_required", distance_m=distance, limit_m=ARRIVED_WITHIN_M
        )
    arrived = EngineerArrived(
        engineer=given.actor.subject,
        photos=named.photos,
        geo=geo,
        distance_m=distance,
        device_time=given.evidence.device_time if given.evidence else None,
        note=command.note,
    )
    return [arrived, *named.links]


def record_no_access(command: RecordNoAccess, ticket: Ticket, given: Given) -> Decision:
    named = load_photos_with_evidence((), ticket.id, given)
    call_log = (command.call_log or "").strip()
    if not call_log and not named.photos:
        raise IllegalTransition("no_access_evidence_required")
    failed = AccessFailed(
        call_log=optional_text(call_log or None, "/call_log", LONG_TEXT),
        photos=named.photos,
        note=command.note,
    )
    return [failed, *named.links]


def add_cost(command: AddCost, ticket: Ticket, given: Given) -> Decision:
    one_of(command.kind, COST_KINDS, "/kind")
    within(command.amount_fen, 1, AMOUNT_FEN, "/amount_fen")
    if len(ticket.cost_lines) >= COST_LINES:
        raise IllegalTransition("too_many_cost_lines", max=COST_LINES)
    if command.kind == "material":
        limit_fen = material_limit_fen(ticket, given)
        if ticket.spent_fen("material") + command.amount_fen > limit_fen:
            raise IllegalTransition("authority_exceeded", limit_fen=limit_fen)
    return [
        CostLineAdded(
            kind=command.kind,
            description=text(command.description, "/description", LINE),
            amount_fen=command.amount_fen,
            batch=optional_text(command.batch, "/batch"),
            cycle=ticket.cycle,
            note=command.note,
        )
    ]


def check_item(command: CheckItem, ticket: Ticket) -> Decision:
    check = next((each for each in ticket.checklist if each.item == command.item), None)
    if check is None:
        raise Unacceptable("unknown_checklist_item", pointer="/item")
    if check.checked_at is not None:
        return []
    return [ChecklistItemChecked(item=command.item, note=command.note)]
