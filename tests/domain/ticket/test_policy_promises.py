"""What everybody is promised: suggestions are carried out within two weeks (docs/domain.md §1c)."""

from uuid import UUID

import pytest

from app.domain.decider import On
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.promise.policy_promises import derive_promise_id
from app.events.promise import PromiseFiled, PromiseMade, PromiseTerms
from tests.domain.ticket.clocked import local
from tests.domain.ticket.promised import Promised
from tests.domain.ticket.world import LIN, OWNER, reported

TICKET = "018e3f2a-0000-7000-8000-000000000001"


def suggested() -> Promised:
    world = Promised()
    world.report("2024-05-12 10:00", kind="suggestion", description="请添置老年健身器材")
    return world


def state(world: Promised) -> str:
    [promise] = world.ticket().promises
    return promise.state


def test_two_weeks_from_the_report_without_rolling() -> None:
    world = suggested()
    [made] = world.recorded(PromiseMade)
    assert made.event.due_at == local("2024-05-27 00:00")
    assert (made.event.kind, made.event.source) == ("suggestion", "policy")
    assert made.event.terms == PromiseTerms(days=14, count_rule="no_roll")
    [filed] = [on for on in world.beside if isinstance(on.event, PromiseFiled)]
    assert isinstance(filed, On)
    assert filed.stream.id == f"promise-{made.event.promise_id}"


def test_what_was_suggested_and_is_there_keeps_it() -> None:
    world = suggested()
    world.do(c.Acknowledge(), LIN)
    world.do(c.Accept(), LIN)
    world.at("2024-05-20 10:00")
    world.do(c.CompleteWork(photo_ids=(), summary="张阿姨健身角"), LIN)
    assert state(world) == "kept"


def test_what_is_not_taken_up_is_not_owed() -> None:
    world = suggested()
    world.do(c.Acknowledge(), LIN)
    world.do(c.Decline(reason="没有场地"), LIN)
    assert state(world) == "withdrawn"
    world.at("2024-06-01 10:00").lapse()
    assert state(world) == "withdrawn"


def test_after_two_weeks_it_is_broken() -> None:
    world = suggested()
    world.at("2024-05-27 00:00").lapse()
    assert state(world) == "made"
    world.at("2024-05-27 00:00:01").lapse()
    assert state(world) == "broken"


@pytest.mark.parametrize("kind", ["repair", "complaint"])
def test_nothing_of_the_sort_is_promised_otherwise(kind: str) -> None:
    world = Promised()
    world.do(reported(kind=kind), OWNER)
    assert world.ticket().promises == ()


def test_its_id_is_one_of_the_tickets_own_time_and_always_the_same() -> None:
    promise_id = derive_promise_id(TICKET, "suggestion")
    assert (
        promise_id
        == derive_promise_id(TICKET, "suggestion")
        != derive_promise_id(TICKET, "completion")
    )
    assert UUID(promise_id).version == 7
    assert promise_id.startswith("018e3f2a-0000-7")
    assert UUID(derive_promise_id("t1", "suggestion")).version == 7
