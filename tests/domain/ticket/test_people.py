"""HandOver, AcceptHandOver: 首问负责制."""

import pytest

from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.state.ticket import Person
from app.events.base import Actor
from app.events.ticket import FirstResponsibleHandedOver, HandOverOffered
from tests.domain.ticket.world import DU, GUARD, LIN, MANAGER, OWNER, SUPERVISOR, reach

LIN_HERSELF = Person(subject="u-lin", name="小林")


def test_the_first_responsible_stays_so_until_the_other_accepts() -> None:
    world = reach("acknowledged")
    assert world.do(c.HandOver(to="u-sun", note="转工程部"), LIN) == [
        HandOverOffered(to="u-sun", to_name="u-sun", note="转工程部")
    ]
    assert world.ticket().first_responsible == LIN_HERSELF
    assert world.do(c.AcceptHandOver(), SUPERVISOR) == [
        FirstResponsibleHandedOver(to="u-sun", to_name="u-sun", previous="u-lin")
    ]
    assert world.ticket().first_responsible == Person(subject="u-sun", name="u-sun")
    assert world.ticket().hand_over is None
    assert world.do(c.AcceptHandOver(), SUPERVISOR) == []


@pytest.mark.parametrize("to", ["u-lin", "u-sun"])
def test_asking_again_changes_nothing(to: str) -> None:
    world = reach("acknowledged")
    world.do(c.HandOver(to="u-sun"), LIN)
    assert world.do(c.HandOver(to=to), LIN) == []


def test_another_may_be_asked_instead() -> None:
    world = reach("acknowledged")
    world.do(c.HandOver(to="u-sun"), LIN)
    world.do(c.HandOver(to="u-bao"), LIN)
    world.refuses(c.AcceptHandOver(), SUPERVISOR, "not_handed_to_you", NotPermitted)
    assert world.do(c.AcceptHandOver(), GUARD)


def test_nobody_gives_away_what_another_answers_for() -> None:
    world = reach("acknowledged")
    world.refuses(c.HandOver(to="u-sun"), DU, "not_first_responsible", NotPermitted)


@pytest.mark.parametrize("by", [SUPERVISOR, MANAGER])
def test_a_superior_may(by: Actor) -> None:
    assert reach("acknowledged").do(c.HandOver(to="u-bao"), by)


@pytest.mark.parametrize("to", ["u-none", "u-gone"])
def test_only_active_staff_can_be_asked(to: str) -> None:
    world = reach("acknowledged")
    world.staff(Actor(subject="u-gone", role="csr"), active=False)
    assert world.refuses(c.HandOver(to=to), LIN, "unknown_staff", Unacceptable).pointer == "/to"


def test_what_nobody_answers_for_cannot_be_handed_over() -> None:
    world = reach("reported", by=OWNER)
    world.refuses(c.HandOver(to="u-sun"), SUPERVISOR, "no_first_responsible", IllegalTransition)
    world.refuses(c.AcceptHandOver(), SUPERVISOR, "no_first_responsible", IllegalTransition)


def test_what_was_not_offered_cannot_be_accepted() -> None:
    reach("acknowledged").refuses(
        c.AcceptHandOver(), SUPERVISOR, "no_hand_over_pending", IllegalTransition
    )
