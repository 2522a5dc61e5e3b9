"""Works that take days tell the owner every day how they go (docs/domain.md §1a row 21)."""

import pytest

from app.domain.ticket.commands import ticket as c
from app.events.promise import PromiseTerms
from app.events.sla import SlaBreached, SlaClockMet, SlaClockStarted
from app.events.sla_policy import PolicyClock
from tests.domain.ticket.clocked import local, row
from tests.domain.ticket.promised import FIVE_DAYS, Promised, at, on_site, promised
from tests.domain.ticket.world import LI, MANAGER, SUPERVISOR


def tell(world: Promised, *days: str) -> None:
    for day in days:
        world.at(f"{day} 15:00").do(c.UpdateProgress(text="今天的施工视频"), LI)


def rounds(world: Promised) -> list[str]:
    return [
        f"{fact.event.due_at.astimezone(local('09:00').tzinfo):%m-%d %H:%M}"
        for fact in world.recorded(SlaClockStarted, clock="update")
    ]


def test_an_update_is_due_by_the_end_of_each_following_day() -> None:
    world = promised()
    tell(world, "2024-03-08", "2024-03-09", "2024-03-10", "2024-03-11", "2024-03-12")
    assert rounds(world) == [
        "03-09 00:00",
        "03-10 00:00",
        "03-11 00:00",
        "03-12 00:00",
        "03-13 00:00",
        "03-14 00:00",
    ]
    world.completes("2024-03-12 16:30")
    assert world.recorded(SlaBreached) == []
    assert {fact.event.result for fact in world.recorded(SlaClockMet, clock="update")} == {
        "on_time"
    }


def test_a_day_without_one_breaches_the_update_and_nothing_else() -> None:
    world = promised()
    tell(world, "2024-03-08", "2024-03-09", "2024-03-11", "2024-03-12")
    world.completes("2024-03-12 16:30")
    [breach] = world.recorded(SlaBreached)
    assert (breach.event.clock, breach.occurred_at) == ("update", local("2024-03-11 00:00"))
    assert world.seen()["state"] == "kept"
    assert world.ticket().escalation_level == 1


def test_short_works_owe_no_daily_update() -> None:
    for terms in (PromiseTerms(seconds=7200), at("2024-03-09 18:00")):
        assert rounds(promised(terms=terms)) == []
    assert rounds(promised(kind="update", terms=FIVE_DAYS)) == []
    assert rounds(on_site()) == []


def test_two_promises_want_one_update_a_day() -> None:
    world = promised()
    world.promise(promise_id="p2")
    assert rounds(world) == ["03-09 00:00"]


@pytest.mark.parametrize("day", ["2024-03-08", "2024-03-09"])
def test_once_the_promise_is_taken_back_no_further_round_begins(day: str) -> None:
    world = promised()
    world.withdraw(MANAGER)
    tell(world, day)
    assert rounds(world) == ["03-09 00:00"]


def test_updates_of_all_works_begin_with_the_work_and_not_with_a_promise() -> None:
    every_hour = PolicyClock(clock="update", seconds=3600)
    world = Promised()
    world.policy(row(every_hour)).report("2024-03-07 08:00").dispatched()
    world.promise()
    assert world.kinds() == []
    world.depart().arrive()
    assert world.kinds() == ["update"]


def test_another_class_changes_nothing_in_it() -> None:
    world = promised()
    world.do(c.Reclassify(service_class="general", reason="没那么复杂"), SUPERVISOR)
    tell(world, "2024-03-08")
    assert rounds(world) == ["03-09 00:00", "03-10 00:00"]
