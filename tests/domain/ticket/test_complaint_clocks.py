"""The clocks of complaints: scenario 20 as far as the complaint goes, and what stops which."""

from datetime import timedelta

from app.domain.ticket.commands import complaint as p
from app.domain.ticket.commands import ticket as c
from app.events.ticket import EscalationRaised
from tests.domain.ticket.clocked import Clocked, local
from tests.domain.ticket.complaining import ANSWER, PLAN, complaint, way_to
from tests.domain.ticket.world import LIN, OWNER, SUPERVISOR, reported

VOICE = {"channel": "wechat_group"}


def evening_in_the_group() -> Clocked:
    """20:14 in the owners' group, taken down at 20:20."""
    world = Clocked().at("20:20:00")
    world.do(complaint(supporters=10, beside=VOICE), LIN, occurred_at=local("20:14:00"))
    return world


def test_they_start_when_it_was_said_and_not_when_it_was_taken_down() -> None:
    world = evening_in_the_group()
    assert world.kinds() == ["acknowledge", "propose"]
    assert world.clock("acknowledge").due_at == local("20:29:00")
    assert world.clock("propose").due_at == local("2024-03-06 18:00")


def test_the_manager_is_called_in_by_then() -> None:
    (raised,) = evening_in_the_group().recorded(EscalationRaised)
    assert raised.event.due_at == local("20:29:00")
    assert raised.occurred_at == local("20:14:00")


def test_the_repair_that_it_leads_to_keeps_clocks_of_its_own() -> None:
    world = evening_in_the_group()
    repair = reported("r4", parent_id="t1", service_class="complex")
    world.do(repair, LIN, occurred_at=local("20:14:00"))
    assert world.clock("propose", ticket="r4").due_at == local("2024-03-07 20:14")
    assert world.clock("propose").due_at == local("2024-03-06 18:00")


def test_acknowledged_at_20_27_is_in_time_and_the_taker_answers_for_it() -> None:
    world = evening_in_the_group()
    world.at("20:27:00").do(c.Acknowledge(), LIN)
    assert world.clock("acknowledge").verdict == "on_time"
    first = world.ticket().first_responsible
    assert first is not None
    assert first.name == "小林"


def test_the_plan_stops_the_clock_of_the_plan() -> None:
    world = evening_in_the_group()
    for command, by in way_to("investigating", world):
        world.do(command, by)
    world.at("2024-03-06 12:00").do(PLAN, SUPERVISOR)
    plan = world.clock("propose")
    assert (plan.verdict, plan.overrun_us) == ("on_time", None)
    assert timedelta(microseconds=plan.elapsed_us) == timedelta(hours=3.5)


def test_without_a_plan_in_time_it_is_breached_as_of_its_due_time() -> None:
    world = evening_in_the_group()
    world.at("2024-03-07 09:00").lapse()
    assert world.clock("propose").breached_at == local("2024-03-06 18:00")


def test_who_is_content_waits_for_no_plan() -> None:
    world = evening_in_the_group()
    world.do(c.Acknowledge(), LIN)
    world.do(p.Satisfy(), LIN)
    assert world.clock("propose").verdict == "on_time"


def test_an_owner_away_stops_the_clock() -> None:
    world = evening_in_the_group()
    world.at("2024-03-06 09:30").do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    world.at("2024-03-06 10:30").do(c.Release(), LIN)
    assert world.clock("propose").due_at == local("2024-03-07 09:30")


def test_a_withdrawn_or_merged_one_leaves_no_clock_running() -> None:
    world = evening_in_the_group()
    world.do(p.Withdraw(confirmed_by="u-lin"), OWNER)
    assert {one.verdict for one in world.ticket().clocks} == {"cancelled"}


def test_another_round_begins_with_the_dispute() -> None:
    world = evening_in_the_group()
    for command, by in way_to("remedying", world):
        world.do(command, by)
    world.do(ANSWER, SUPERVISOR)
    world.at("2024-03-08 09:30").do(c.Dispute(reason="还在漏"), OWNER)
    assert world.clock("propose", 2).due_at == local("2024-03-11 09:30")
    assert world.clock("propose", 1).verdict == "on_time"
