"""The ticket as it is shown: the names are the contract of docs/api.md §3."""

import pytest

from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.repair import ALL, LABELS
from app.views.tickets.render import unredacted_ticket
from tests.domain.ticket.world import HOUSEHOLD, LI, LIN, SUPERVISOR, World, complete, reach
from tests.given_when_then import NOW

NEW = {
    "id": "t1",
    "number": "R240305-0001",
    "version": 1,
    "kind": "repair",
    "status": "reported",
    "status_label": "待受理",
    "cycle": 1,
    "category": "leak",
    "service_class": "general",
    "description": "厨房漏水",
    "channel": "phone",
    "location": {
        "community": "jinxiu",
        "building": "3",
        "unit": "1201",
        "component": "kitchen.drain",
        "geo": {"lat": 31.23, "lon": 121.47},
    },
    "household_id": HOUSEHOLD,
    "reporter": {"name": "张阿姨", "phone": "13900000001"},
    "hold": None,
    "first_responsible": None,
    "assignee": None,
    "reported_at": NOW,
    "closed_at": None,
    "clocks": [],
    "checklist": [
        {"item": "shoe_covers", "label": "鞋套", "required": True, "checked_at": None},
        {"item": "rubbish_bags", "label": "自带垃圾袋", "required": True, "checked_at": None},
        {
            "item": "satisfaction_form",
            "label": "服务满意度表",
            "required": True,
            "checked_at": None,
        },
    ],
    "promises": [],
    "costs": {"material_fen": 0, "labour_fen": 0, "lines": []},
    "links": [],
    "merged_into": None,
    "urges": 0,
}


@pytest.mark.parametrize("status", sorted(ALL))
def test_every_ticket_shows_everything(status: str) -> None:
    shown = unredacted_ticket(reach(status).ticket(), 7)
    assert set(shown) >= set(NEW)
    assert (shown["status"], shown["status_label"]) == (status, LABELS[status].zh)
    assert shown["version"] == 7


def test_a_new_ticket() -> None:
    shown = unredacted_ticket(reach("reported", world=World().without_clocks()).ticket(), 1)
    assert {name: shown[name] for name in NEW} == NEW


def test_whoever_is_asked_is_shown_until_somebody_has_it() -> None:
    li = {"subject": "u-li", "name": "李师傅"}
    wang = {"subject": "u-wang", "name": "王师傅"}
    assigned = unredacted_ticket(reach("assigned").ticket(), 1)
    assert (assigned["assignee"], assigned["offer"]["engineer"]) == (li, li)
    transferred = unredacted_ticket(reach("transferred").ticket(), 1)
    assert (transferred["assignee"], transferred["offer"]["engineer"]) == (li, wang)
    assert unredacted_ticket(reach("accepted").ticket(), 1)["offer"] is None


def test_hold_costs_solution_and_bill() -> None:
    world = reach("in_progress")
    world.do(c.AddCost(kind="material", description="软管", amount_fen=100), LI)
    world.do(c.Hold(reason="parts", note="等软管"), SUPERVISOR)
    shown = unredacted_ticket(world.ticket(), 1)
    assert shown["hold"] == {
        "reason": "parts",
        "since": NOW,
        "expected_resume_at": None,
        "note": "等软管",
    }
    assert shown["costs"]["lines"] == [
        {
            "kind": "material",
            "description": "软管",
            "amount_fen": 100,
            "batch": None,
            "cycle": 1,
            "added_at": NOW,
        }
    ]
    assert shown["solution"]["consents"] == ["owner"]
    complete(world)
    shown = unredacted_ticket(world.ticket(), 1)
    assert shown["billing"] == {"status": "due", "amount_fen": 100}
    assert shown["completion_form"]["signed_at"] is None


def test_links_and_people() -> None:
    world = World()
    reach("acknowledged", world=world)
    reach("reported", world=world, ticket="t2")
    world.do(c.Link(ticket_id="t2", kind="child"), LIN)
    world.do(c.HandOver(to="u-sun"), LIN)
    shown = unredacted_ticket(world.ticket(), 1)
    assert shown["links"] == [{"ticket_id": "t2", "number": "R240305-0002", "kind": "child"}]
    assert shown["first_responsible"] == {"subject": "u-lin", "name": "小林"}
    assert shown["hand_over"] == {"subject": "u-sun", "name": "u-sun"}


def test_the_signed_form() -> None:
    world = reach("confirmed")
    form = unredacted_ticket(world.ticket(), 1)["completion_form"]
    assert (form["signed_at"], form["auto"]) == (NOW, False)
    assert len(form["hash"]) == 64
    world = reach("completed")
    world.wait(days=4).lapse()
    assert unredacted_ticket(world.ticket(), 1)["completion_form"]["auto"] is True
