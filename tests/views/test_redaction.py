"""What is left of an answer for those who are not to know whose a complaint is. No server."""

from typing import Any

import orjson
import pytest

from app.domain.ticket.commands import complaint as p
from app.domain.ticket.state.ticket import Ticket
from app.event_store.codec import encode_content
from app.events.base import Actor
from app.events.ticket import CompletionFormIssued
from app.viewer import Viewer
from app.views.redaction import redact_ticket, without_reporter
from app.views.tickets.render import unredacted_ticket
from tests.domain.ticket.complaining import NEIGHBOUR, NEXT_DOOR, lodge
from tests.domain.ticket.test_anonymity import viewer
from tests.domain.ticket.world import LIN, OWNER, SUPERVISOR
from tests.events.examples import example

SUN = viewer(SUPERVISOR, None)
NEIGHBOURS = viewer(NEIGHBOUR, NEXT_DOOR)


def named() -> Ticket:
    world = lodge(by=OWNER)
    world.do(p.Support(), NEIGHBOUR, household_id=NEXT_DOOR)
    return world.ticket()


def anonymous() -> Ticket:
    return lodge(by=OWNER, anonymous=True, subject_of_complaint="u-sun").ticket()


def event(kind: str, by: Actor = OWNER, **data: Any) -> dict[str, Any]:
    return {"type": kind, "actor": {"subject": by.subject, "role": by.role}, "data": data}


@pytest.mark.parametrize(("eyes", "ticket"), [(SUN, anonymous()), (NEIGHBOURS, named())])
class TestHidden:
    def test_the_ticket_without_the_person_and_the_door(self, eyes: Viewer, ticket: Ticket) -> None:
        shown = redact_ticket(eyes, ticket, unredacted_ticket(ticket, 1))
        assert (shown["household_id"], shown["links"]) == (None, [])
        assert shown["reporter"] == {"name": None, "phone": None}
        assert shown["location"] == {
            "community": "jinxiu",
            "building": None,
            "unit": None,
            "component": "kitchen.drain",
            "geo": None,
        }
        assert shown["description"] == ticket.description

    @pytest.mark.parametrize("kind", ["evidence_given", "ticket_linked", "duplicate_absorbed"])
    def test_what_leads_to_the_door_is_not_told(
        self, eyes: Viewer, ticket: Ticket, kind: str
    ) -> None:
        assert without_reporter(eyes, ticket, event(kind, number="R240305-0001")) is None

    def test_an_owner_who_did_something_is_not_named(self, eyes: Viewer, ticket: Ticket) -> None:
        told = without_reporter(eyes, ticket, event("ticket_urged", count=1, note="我是张阿姨"))
        assert told is not None
        assert told["actor"] == {"subject": "anonymous", "role": "owner"}
        assert told["data"] == {"count": 1, "note": None}

    def test_staff_are(self, eyes: Viewer, ticket: Ticket) -> None:
        told = without_reporter(eyes, ticket, event("ticket_acknowledged", LIN, note="已致电"))
        assert told is not None
        assert told["actor"]["subject"] == "u-lin"
        assert told["data"] == {"note": "已致电"}

    def test_households_are_hidden_wherever_they_stand(self, eyes: Viewer, ticket: Ticket) -> None:
        data = {"household_id": "h", "deep": [{"household_id": "h", "photos": [{"id": "p"}]}]}
        told = without_reporter(eyes, ticket, event("x", LIN, **data))
        assert told is not None
        assert told["data"] == {
            "household_id": None,
            "deep": [{"household_id": None, "photos": []}],
        }


def test_the_nonce_of_a_form_is_masked_with_what_it_hides() -> None:
    data = orjson.loads(encode_content(example(CompletionFormIssued)))
    assert len(data["form"]["nonce"]) == 32
    told = without_reporter(SUN, anonymous(), event("completion_form_issued", LIN, **data))
    assert told is not None
    assert told["data"]["form"]["nonce"] is None
    assert told["data"]["form"]["location"]["unit"] is None


def test_who_may_know_is_told_everything() -> None:
    ticket = anonymous()
    view, told = unredacted_ticket(ticket, 1), event("ticket_linked", confidential=True)
    for eyes in (viewer(LIN, None), viewer(OWNER, "h-3-1201")):
        assert redact_ticket(eyes, ticket, view) == view
        assert without_reporter(eyes, ticket, told) == told


def test_a_confidential_link_is_told_where_nobody_is_meant_by_it() -> None:
    repair = lodge().ticket()
    hidden, plain = event("ticket_linked", confidential=True), event("ticket_linked")
    assert without_reporter(viewer(LIN, None), repair, hidden) is None
    assert without_reporter(viewer(LIN, None), repair, plain) == plain
