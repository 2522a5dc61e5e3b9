"""Renders tickets (docs/api.md §3). Instants stay `datetime`; the edge serialises them."""

from datetime import datetime
from typing import Any

from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.follow_up import FollowUp, ScheduledFollowUp
from app.domain.ticket.state.ticket import (
    Billing,
    Check,
    Complaint,
    Completion,
    CostLine,
    Hold,
    Offer,
    Person,
    Solution,
    Ticket,
)
from app.events.ticket import Location
from app.viewer import Viewer
from app.views.promises.render import render_promises
from app.views.redaction import redact_ticket, without_internals
from app.views.sla.render import Calendars, calendars_of_the_pack, render_clocks


def render_ticket(
    viewer: Viewer,
    ticket: Ticket,
    version: int,
    now: datetime | None = None,
    calendars: Calendars = calendars_of_the_pack,
    *,
    present: Ticket | None = None,
) -> dict[str, Any]:
    """As `viewer` may see it. Running clocks need `now` and `calendars` for their elapsed time.
    Pass the `present` ticket where `ticket` is an earlier state of it."""
    present = present or ticket
    whole = unredacted_ticket(without_internals(viewer, ticket, present), version, now, calendars)
    return redact_ticket(viewer, present, whole)


def unredacted_ticket(
    ticket: Ticket,
    version: int,
    now: datetime | None = None,
    calendars: Calendars = calendars_of_the_pack,
) -> dict[str, Any]:
    """Everything: redact it before it leaves the views."""
    assignment = ticket.assignment
    offered = assignment.offer.engineer if assignment.offer else None
    return {
        "id": ticket.id,
        "number": ticket.number,
        "version": version,
        "kind": ticket.kind,
        "status": ticket.status,
        "status_label": KINDS[ticket.kind].labels[ticket.status].zh,
        "cycle": ticket.cycle,
        "category": ticket.category,
        "service_class": ticket.service_class,
        "description": ticket.description,
        "channel": ticket.channel,
        "location": _location(ticket.location),
        "household_id": ticket.household_id,
        "reporter": {"name": ticket.reporter.name, "phone": ticket.reporter.phone},
        "hold": _hold(ticket.hold),
        "first_responsible": _person(ticket.first_responsible),
        "hand_over": _person(ticket.hand_over),
        "assignee": _person(assignment.assignee or offered),
        "offer": _offer(assignment.offer),
        "eta": ticket.eta or (assignment.offer and assignment.offer.eta),
        "reported_at": ticket.reported_at,
        "closed_at": ticket.closed_at,
        "clocks": render_clocks(ticket.clocks, now, calendars),
        "checklist": [_check(check) for check in ticket.checklist],
        "promises": render_promises(ticket, now),
        "costs": _costs(ticket),
        "solution": _solution(ticket.solution),
        "completion_form": _completion(ticket.completion),
        "first_time_fix": ticket.first_time_fix,
        "billing": _billing(ticket.billing),
        "quiet_hours": [
            {"start": window.start, "end": window.end} for window in ticket.quiet_hours
        ],
        "links": [
            {"ticket_id": link.ticket_id, "number": link.number, "kind": link.kind}
            for link in ticket.links
        ],
        "follow_up": _follow_up(ticket.follow_up),
        "follow_ups": [_scheduled(each) for each in ticket.follow_ups],
        **_report_of_complaint(ticket.complaint),
        "complaint": _complaint(ticket),
        "merged_into": ticket.merged_into,
        "urges": ticket.urges,
        "escalation_level": ticket.escalation_level,
    }


def _report_of_complaint(complaint: Complaint | None) -> dict[str, Any]:
    """From the report, with the supporters so far."""
    return {
        "subject_of_complaint": complaint.subject if complaint else None,
        "anonymous": complaint is not None and complaint.anonymous,
        "supporters": complaint.supporters if complaint else 0,
    }


def _complaint(ticket: Ticket) -> dict[str, Any] | None:
    complaint = ticket.complaint
    if complaint is None:
        return None
    answer = complaint.answer
    return {
        "repeat": complaint.repeat,
        "investigator": _person(complaint.investigator),
        "plan": complaint.plan,
        "answer": answer
        and {
            "facts": answer.facts,
            "measure": answer.measure,
            "date": answer.date,
            "at": answer.at,
        },
    }


def _person(person: Person | None) -> dict[str, Any] | None:
    return None if person is None else {"subject": person.subject, "name": person.name}


def _location(location: Location) -> dict[str, Any]:
    lat, lon = location.lat_e6, location.lon_e6
    return {
        "community": location.community,
        "building": location.building,
        "unit": location.unit,
        "component": location.component,
        "geo": None if lat is None or lon is None else {"lat": lat / 1e6, "lon": lon / 1e6},
    }


def _hold(hold: Hold | None) -> dict[str, Any] | None:
    if hold is None:
        return None
    return {
        "reason": hold.reason,
        "since": hold.since,
        "expected_resume_at": hold.expected_resume_at,
        "note": hold.note,
    }


def _offer(offer: Offer | None) -> dict[str, Any] | None:
    if offer is None:
        return None
    return {
        "engineer": _person(offer.engineer),
        "expires_at": offer.expires_at,
        "eta": offer.eta,
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "item": check.item,
        "label": check.label,
        "required": check.required,
        "checked_at": check.checked_at,
    }


def _costs(ticket: Ticket) -> dict[str, Any]:
    """Over all cycles."""
    return {
        "material_fen": _sum(ticket.cost_lines, "material"),
        "labour_fen": _sum(ticket.cost_lines, "labour"),
        "lines": [
            {
                "kind": line.kind,
                "description": line.description,
                "amount_fen": line.amount_fen,
                "batch": line.batch,
                "cycle": line.cycle,
                "added_at": line.added_at,
            }
            for line in ticket.cost_lines
        ],
    }


def _sum(lines: tuple[CostLine, ...], kind: str) -> int:
    return sum(line.amount_fen for line in lines if line.kind == kind)


def _solution(solution: Solution | None) -> dict[str, Any] | None:
    if solution is None:
        return None
    return {
        "plan": solution.plan,
        "material_fen": solution.material_fen,
        "chargeable": solution.chargeable,
        "needs": list(solution.needs),
        "consents": list(solution.consents),
        "proposed_at": solution.proposed_at,
        "accepted_at": solution.accepted_at,
    }


def _follow_up(follow_up: FollowUp | None) -> dict[str, Any] | None:
    if follow_up is None:
        return None
    return {
        "purpose": follow_up.purpose,
        "due_at": follow_up.due_at,
        "parent": follow_up.parent_id
        and {
            "ticket_id": follow_up.parent_id,
            "number": follow_up.parent_number,
            "cycle": follow_up.cycle,
        },
        "series_id": follow_up.series_id,
        "attempts": follow_up.attempts,
        "last_attempt_at": follow_up.last_attempt_at,
        "outcome": follow_up.outcome,
        "score": follow_up.score,
    }


def _scheduled(follow_up: ScheduledFollowUp) -> dict[str, Any]:
    return {
        "ticket_id": follow_up.ticket_id,
        "number": follow_up.number,
        "purpose": follow_up.purpose,
        "due_at": follow_up.due_at,
        "cycle": follow_up.cycle,
    }


def _completion(completion: Completion | None) -> dict[str, Any] | None:
    if completion is None:
        return None
    return {
        "hash": completion.form_hash,
        "summary": completion.summary,
        "completed_at": completion.completed_at,
        "signed_at": completion.signed_at,
        "auto": completion.auto,
    }


def _billing(billing: Billing) -> dict[str, Any]:
    return {"status": billing.status, "amount_fen": billing.owed_fen}
