"""Suggestions (docs/domain.md §1c row 63): taken up or not, and carried out."""

from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.errors import DomainError, IllegalTransition
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds.suggestion import ALL, RULES
from app.events.base import Actor
from app.events.ticket import (
    SuggestionAccepted,
    SuggestionCompleted,
    SuggestionDeclined,
    TicketReported,
)
from app.views.tickets.render import unredacted_ticket
from tests.domain.ticket.world import LI, LIN, OWNER, World, about_the_ticket, reported

DONE = c.CompleteWork(photo_ids=(), summary="张阿姨健身角")
COMMANDS: dict[str, tuple[Any, Actor]] = {
    "acknowledge": (c.Acknowledge(), LIN),
    "accept": (c.Accept(), LIN),
    "decline": (c.Decline(reason="场地不够"), LIN),
    "complete": (DONE, LIN),
    "close": (c.Close(), LIN),
    "cancel": (c.Cancel(reason="算了"), OWNER),
}
WAYS = {
    "reported": "",
    "acknowledged": "acknowledge",
    "accepted": "acknowledge accept",
    "declined": "acknowledge decline",
    "completed": "acknowledge accept complete",
    "closed": "acknowledge accept complete close",
    "cancelled": "cancel",
}
FROM = {
    "acknowledge": "reported",
    "accept": "acknowledged",
    "decline": "acknowledged accepted",
    "complete": "accepted",
    "close": "declined completed",
    "cancel": "reported acknowledged accepted",
}
AGAIN = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "decline": "declined",
    "complete": "completed",
    "close": "closed",
    "cancel": "cancelled",
}


def suggest(status: str = "reported") -> World:
    world = World()
    said: dict[str, Any] = {"kind": "suggestion", "category": "service", "service_class": None}
    world.do(replace(reported(), description="想要老年健身器材", **said), OWNER)
    for name in WAYS[status].split():
        command, by = COMMANDS[name]
        world.do(command, by)
    assert world.status() == status
    return world


def test_a_suggestion_has_its_number_and_no_checklist() -> None:
    ticket = suggest().ticket()
    assert (ticket.number, ticket.checklist) == ("S240305-0001", ())


@pytest.mark.parametrize("status", WAYS)
@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_in_its_time(name: str, status: str) -> None:
    world, (command, by) = suggest(status), COMMANDS[name]
    if status in AGAIN[name].split():
        assert world.do(command, by) == []
    elif status in FROM[name].split():
        assert world.do(command, by)
    else:
        with pytest.raises(IllegalTransition):
            world.do(command, by)


def test_what_each_leaves_behind() -> None:
    world = suggest("acknowledged")
    assert world.do(c.Accept(), LIN)[0] == SuggestionAccepted()
    completed = world.do(DONE, LIN)[0]
    assert completed == SuggestionCompleted(summary="张阿姨健身角")
    declined = suggest("acknowledged").do(c.Decline(reason="场地不够"), LIN)[0]
    assert declined == SuggestionDeclined(reason="场地不够")


def test_its_photos_are_kept() -> None:
    world = suggest("accepted")
    (completed, *_) = world.do(replace(DONE, photo_ids=("p-after",)), LIN)
    assert [photo.id for photo in completed.photos] == ["p-after"]


def test_an_engineer_takes_no_suggestion_up() -> None:
    with pytest.raises(DomainError):
        suggest("acknowledged").do(c.Accept(), LI)


def test_its_statuses_have_names_of_their_own() -> None:
    shown = unredacted_ticket(suggest("accepted").ticket(), 1)
    assert (shown["kind"], shown["status_label"]) == ("suggestion", "已采纳")
    assert set(WAYS) == ALL - {"merged"}
    assert c.Reopen not in RULES


def test_what_was_told_is_the_report_alone() -> None:
    world = World()
    told = world.do(replace(reported(), kind="suggestion", service_class=None), OWNER)
    assert isinstance(about_the_ticket(told)[0], TicketReported)
