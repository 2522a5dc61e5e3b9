"""Urge, Comment, Escalate, DeclareDelay, UpdateProgress."""

from datetime import timedelta

import pytest

from app.domain.errors import NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.events.attachment import AttachmentLinked
from app.events.base import Actor
from app.events.ticket import (
    CommentAdded,
    DelayDeclared,
    EscalationRaised,
    ProgressUpdated,
    TicketUrged,
)
from tests.domain.ticket.world import AUDITOR, GUARD, LI, LIN, OWNER, reach


def test_the_third_urge_escalates() -> None:
    world = reach("acknowledged")
    assert world.do(c.Urge(), OWNER) == [TicketUrged(count=1)]
    assert world.do(c.Urge(), OWNER) == [TicketUrged(count=2)]
    assert world.do(c.Urge(), OWNER) == [
        TicketUrged(count=3),
        EscalationRaised(level=1, reason="urged"),
    ]
    assert world.do(c.Urge(), OWNER) == [TicketUrged(count=4)]
    assert (world.ticket().urges, world.ticket().escalation_level) == (4, 1)


def test_every_escalation_is_one_level_up() -> None:
    world = reach("acknowledged")
    assert world.do(c.Escalate(reason="无人接听"), GUARD) == [
        EscalationRaised(level=1, reason="无人接听")
    ]
    assert world.do(c.Escalate(reason="仍然无人"), LIN)[0].level == 2
    world.refuses(c.Escalate(reason=""), LIN, "blank", Unacceptable)


@pytest.mark.parametrize("by", [LIN, LI, GUARD])
@pytest.mark.parametrize("visibility", ["public", "internal"])
def test_staff_write_for_all_or_for_themselves(by: Actor, visibility: str) -> None:
    world = reach("accepted")
    assert world.do(c.Comment(text=" 已联系 ", visibility=visibility), by) == [
        CommentAdded(text="已联系", visibility=visibility)
    ]


def test_what_an_owner_writes_is_no_secret() -> None:
    world = reach("accepted")
    assert world.do(c.Comment(text="谢谢"), OWNER)
    secret = c.Comment(text="谢谢", visibility="internal")
    world.refuses(secret, OWNER, "owner_comments_are_public", NotPermitted)
    world.refuses(c.Comment(text="谢谢"), AUDITOR, "role_not_permitted", NotPermitted)


@pytest.mark.parametrize(
    ("command", "code", "pointer"),
    [
        (c.Comment(text=" "), "blank", "/text"),
        (c.Comment(text="谢" * 4001), "too_long", "/text"),
        (c.Comment(text="谢谢", visibility="secret"), "not_one_of", "/visibility"),
    ],
)
def test_a_comment_says_something(command: c.Comment, code: str, pointer: str) -> None:
    assert reach("accepted").refuses(command, LIN, code, Unacceptable).pointer == pointer


def test_comments_are_not_kept_in_the_state() -> None:
    world = reach("accepted")
    before = world.ticket()
    world.do(c.Comment(text="谢" * 4000), OWNER)
    assert world.ticket() == before


def test_a_delay_is_told_ahead() -> None:
    world = reach("accepted")
    later = world.now + timedelta(hours=1)
    command = c.DeclareDelay(reason="堵车", new_eta=later)
    assert world.do(command, LI) == [DelayDeclared(reason="堵车", new_eta=later)]
    assert world.ticket().eta == later


@pytest.mark.parametrize("by", [LI, LIN])
def test_a_delay_ends_in_the_future(by: Actor) -> None:
    world = reach("accepted")
    command = c.DeclareDelay(reason="堵车", new_eta=world.now)
    assert world.refuses(command, by, "eta_in_past", Unacceptable).pointer == "/new_eta"
    unsaid = c.DeclareDelay(reason="", new_eta=world.eta())
    world.refuses(unsaid, by, "blank", Unacceptable)


def test_progress_is_told_with_photos() -> None:
    world = reach("in_progress")
    command = c.UpdateProgress(text="已拆除旧管", photo_ids=("p-progress",))
    [event] = world.do(command, LI)
    assert event == ProgressUpdated(text="已拆除旧管", photos=event.photos)
    assert [photo.stage for photo in event.photos] == ["progress"]
    assert [on.event for on in world.beside] == [AttachmentLinked(ticket_id="t1")]
    world.refuses(c.UpdateProgress(text=" "), LI, "blank", Unacceptable)
