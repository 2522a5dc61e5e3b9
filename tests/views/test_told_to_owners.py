"""What owners are told of the events of their tickets. Every text of every event is either written
to them or not shown."""

from typing import Any, get_args

import pytest

from app.domain.ticket.commands import complaint as p
from app.events.base import Actor
from app.events.privacy import personal_fields
from app.events.registry import NAME_OF
from app.events.ticket import TicketEvent
from app.viewer import Viewer
from app.views.redaction import DECLINES, INTERNAL_EVENTS, TOLD_TO_OWNERS, redact_event
from app.views.tickets.render import render_ticket
from tests.domain.ticket.complaining import NEIGHBOUR, NEXT_DOOR, lodge
from tests.domain.ticket.test_anonymity import viewer
from tests.domain.ticket.world import HOUSEHOLD, LI, LIN, MANAGER, OWNER, SUPERVISOR, WANG, reach

ZHANG = viewer(OWNER, HOUSEHOLD)
SECRET = "内部"
EVENTS = sorted(NAME_OF[event] for event in get_args(TicketEvent))
INTERNAL = {
    "access_failed.call_log",
    "answer_proposed.plan",
    "assignment_returned.reason",
    "authority_exercised.reason",
    "bill_waived.reason",
    "escalation_raised.reason",
    "follow_up_scheduled.reason",
    "promise_withdrawn.reason",
    "sla_breach_waived.reason",
    "solution_declined.reason",
    "ticket_cancelled.reason",
    "ticket_reclassified.reason",
    "ticket_reopened.reason",
}


def texts() -> list[tuple[str, str]]:
    return [
        (name, path)
        for name in EVENTS
        for path, privacy in personal_fields(name).items()
        if privacy == "ticket_text"
    ]


def event(kind: str, data: dict[str, Any], by: Actor = LIN) -> dict[str, Any]:
    return {
        "type": kind,
        "stream_id": "ticket-t1",
        "actor": {"subject": by.subject, "role": by.role},
        "data": data,
        "leaf_hash": "00",
    }


def nested(path: str) -> dict[str, Any]:
    first, *rest = path.replace("[]", "").split(".")
    return {first: nested(".".join(rest)) if rest else SECRET}


@pytest.mark.parametrize(("kind", "path"), texts(), ids=[".".join(each) for each in texts()])
def test_a_text_is_written_to_the_owner_or_not_shown(kind: str, path: str) -> None:
    ticket = reach("closed").ticket()
    told = redact_event(ZHANG, ticket, event(kind, nested(path)))
    shown = told is not None and SECRET in str(told)
    internal = path == "note" or f"{kind}.{path}" in INTERNAL
    assert shown is not internal
    if internal and told is not None:
        assert "leaf_hash" not in told


def test_the_tables_name_events_that_there_are() -> None:
    assert {kind for kind, _ in TOLD_TO_OWNERS} <= set(EVENTS)
    assert set(INTERNAL_EVENTS | DECLINES) <= set(EVENTS)


def test_an_owner_reads_what_the_owner_wrote() -> None:
    ticket = reach("cancelled").ticket()
    own = event("ticket_cancelled", {"reason": "自己修好了", "note": "谢谢"}, OWNER)
    assert redact_event(ZHANG, ticket, own) == own


@pytest.mark.parametrize(
    ("eyes", "sees"),
    [
        (ZHANG, False),
        (viewer(WANG, None), False),
        (viewer(LI, None), True),
        (viewer(LIN, None), True),
    ],
)
def test_a_decline_is_between_the_engineer_and_the_office(eyes: Viewer, sees: bool) -> None:  # noqa: FBT001
    declined = event("assignment_returned", {"engineer": "u-li", "reason": "在忙"}, LI)
    told = redact_event(eyes, reach("returned").ticket(), declined)
    assert (told is not None) is sees


SUPPORTED = event(
    "complaint_supported",
    {"household_id": NEXT_DOOR, "supporters": 1, "note": "我也是"},
    NEIGHBOUR,
)


@pytest.mark.parametrize(
    "eyes", [ZHANG, viewer(LI, None), viewer(SUPERVISOR, None), viewer(NEIGHBOUR, "h-third")]
)
def test_how_many_support_is_told_and_not_who(eyes: Viewer) -> None:
    world = lodge(by=OWNER, subject_of_complaint="u-sun")
    world.do(p.Support(), NEIGHBOUR, household_id=NEXT_DOOR)
    told = redact_event(eyes, world.ticket(), SUPPORTED)
    assert told is not None
    assert told["data"]["supporters"] == 1
    assert not {NEXT_DOOR, NEIGHBOUR.subject, "我也是"} & set(str(told).split("'"))


def test_the_office_sees_who_supports() -> None:
    world = lodge(by=OWNER, subject_of_complaint="u-sun")
    assert redact_event(viewer(MANAGER, None), world.ticket(), SUPPORTED) == SUPPORTED


def test_a_plan_for_the_answer_is_not_the_answer() -> None:
    ticket = lodge("proposed", by=OWNER).ticket()
    assert render_ticket(viewer(LIN, None), ticket, 1)["complaint"]["plan"] == "查主管道"
    assert render_ticket(ZHANG, ticket, 1)["complaint"]["plan"] is None


def test_what_a_complaint_did_to_a_repair_would_tell_which() -> None:
    ticket = reach("closed").ticket()
    refuted = event("first_time_fix_refuted", {"cause": "complaint", "by_ticket": "c1"})
    assert redact_event(viewer(MANAGER, None), ticket, refuted) is None
    again = replace_cause(refuted, "recurrence")
    assert redact_event(viewer(MANAGER, None), ticket, again) == again


def replace_cause(told: dict[str, Any], cause: str) -> dict[str, Any]:
    return {**told, "data": {**told["data"], "cause": cause}}
