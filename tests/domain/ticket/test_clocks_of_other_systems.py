"""What users of other systems reported about their clocks (docs/domain.md §3.6), each as a test of
ours.

The names quote the thread. Rows about calendars alone have their tests beside the calendars.
"""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.calendars.arithmetic import elapsed, is_open
from app.domain.calendars.pack import OFFICE
from app.domain.sla.policy_pack import ROWS, clock
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.events.sla import SlaBreached, SlaClockMet, SlaClockStarted, SlaWarningRaised
from app.events.ticket import EscalationRaised
from app.views.tickets.render import unredacted_ticket
from tests.domain.ticket.clocked import Clocked, local, row
from tests.domain.ticket.world import DU, LI, LIN, OWNER, SUPERVISOR, complete, reported

HOUR = 3600
MICROSECOND = timedelta(microseconds=1)
AWAY = c.Hold(reason="owner_unavailable")


def at_work(*rows: Any, since: str = "09:00") -> Clocked:
    """李师傅 is on site since nine, reported a moment before."""
    world = Clocked().add_rows(*rows)
    world.report(since).dispatched().depart()
    world.arrive()
    return world


UPDATES = row(clock("update", 4 * HOUR, "S003 每天发送施工进度视频"), kind="repair")


def test_zammad_3140_the_update_clock_runs_only_while_the_owner_waits() -> None:
    world = at_work(UPDATES)
    world.at("12:00").do(c.UpdateProgress(text="已拆下水管"), LI)
    assert world.shown("update", 1)["result"] == "on_time"
    assert world.clock("update", 2).due_at == local("16:00")
    world.do(AWAY, SUPERVISOR)
    assert world.shown("update", 2)["state"] == "paused", "now we wait for the owner"
    world.at("2024-03-06 10:00")
    complete(world)
    assert not world.recorded(SlaBreached, clock="update")
    assert all(one.is_over for one in world.ticket().clocks if one.kind == "update")


def test_zammad_5177_clocks_are_independent_of_each_other() -> None:
    world = Clocked().report("09:00")
    world.at("09:20").do(c.Acknowledge(), LIN)
    acknowledge, arrive = world.shown("acknowledge"), world.shown("arrive")
    assert (acknowledge["result"], arrive["state"]) == ("late", "running")
    assert arrive["due_at"] == local("11:00")


def test_zammad_188_2082_reopened_and_first_answer_are_judged_anew() -> None:
    world = at_work(since="2024-03-05 09:00")
    complete(world)
    world.at("12:00").do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    assert world.clock("acknowledge", 2).due_at == local("12:15")
    world.at("12:20").do(c.Acknowledge(), LIN)
    assert world.shown("acknowledge", 2)["result"] == "late"
    assert world.shown("acknowledge", 1)["result"] == "on_time"


def test_zammad_904_znuny_200_a_merged_ticket_is_escalated_no_more() -> None:
    world = Clocked().report("09:00")
    world.do(reported("t2"), LIN)
    world.at("09:10").do(c.MergeInto(into="t2"), LIN)
    world.at("2024-03-06 09:00").lapse()
    assert not world.recorded(SlaBreached)
    assert not world.recorded(EscalationRaised)
    assert TICKET.next_due(world.ticket()) is None
    assert world.clock("arrive", ticket="t2").verdict is None


@pytest.mark.parametrize("channel", ["phone", "app", "wechat_group", "web", None])
def test_zammad_1322_3642_who_and_for_whom_decides_not_the_channel(channel: str | None) -> None:
    world = at_work(UPDATES)
    world.at("10:00")
    world.do(c.Comment(text="还要多久?"), OWNER, channel=channel)
    world.do(c.Comment(text="等配件", visibility="internal"), LI, channel=channel)
    assert world.clock("update").cycle == 1
    world.do(c.Comment(text="一小时后好"), LI, channel=channel)
    assert world.clock("update").cycle == 2
    assert world.clock("update").due_at == local("14:00")


def test_zammad_2579_figures_come_from_the_history_alone() -> None:
    world = at_work()
    complete(world)
    folded = TICKET.fold(None, world.history)
    assert folded is not None
    assert unredacted_ticket(folded, 1)["clocks"] == unredacted_ticket(world.ticket(), 1)["clocks"]


def test_zammad_4348_the_same_day_may_hold_two_breaches_of_two_clocks() -> None:
    world = Clocked().report("09:00")
    world.at("12:00").lapse()
    breached = world.recorded(SlaBreached)
    assert [fact.event.clock for fact in breached] == ["acknowledge", "arrive"]


@pytest.mark.parametrize(
    ("held", "released", "due"),
    [
        # within office hours; over lunch; over a night; over Qingming and the week-end
        ("2024-04-03 09:00", "2024-04-03 10:00", "2024-04-03 15:00"),
        ("2024-04-03 11:00", "2024-04-03 14:00", "2024-04-03 15:30"),
        ("2024-04-03 11:00", "2024-04-04 09:00", "2024-04-07 10:00"),
        ("2024-04-03 12:30", "2024-04-07 08:30", "2024-04-07 09:00"),
    ],
)
def test_frappe_1554_1675_pr2449_a_hold_is_credited_once_in_open_hours(
    held: str, released: str, due: str
) -> None:
    office = row(clock("resolve", 4 * HOUR, "x", "office"), kind="repair")
    world = Clocked().add_rows(office).report("2024-04-03 08:30").dispatched()
    assert world.clock("resolve").due_at == local("2024-04-03 14:00")
    world.at(held).do(AWAY, SUPERVISOR)
    world.wait(minutes=30)
    assert world.shown("resolve")["state"] == "paused"
    world.at(released).do(c.Release(), LI)
    assert world.clock("resolve").due_at == local(due)


def test_frappe_pr3776_resolved_from_hold_does_not_count_the_hold() -> None:
    world = Clocked().report("2024-03-04 09:00", service_class="simple").dispatched().depart()
    world.arrive()
    world.at("2024-03-04 10:00").do(AWAY, SUPERVISOR)
    world.at("2024-03-10 10:30")
    complete(world)
    assert world.shown("resolve")["elapsed"] == "PT1H"
    assert world.clock("resolve").stopped_at == local("2024-03-10 10:30")
    assert local("2024-03-10 10:30").utcoffset() is not None, "instants have an offset"


def test_frappe_pr3297_cw_pr15024_the_overrun_stands_still_when_it_is_over() -> None:
    office = row(clock("resolve", HOUR, "x", "office"), kind="repair")
    world = Clocked().add_rows(office).report("2024-03-05 17:00").dispatched().depart()
    world.arrive()
    world.at("2024-03-06 08:45")
    assert world.shown("resolve")["overrun"] is None, "18:00 is the due time"
    world.lapse()
    assert world.shown("resolve")["overrun"] == "PT15M", "a quarter of an hour is open by then"
    complete(world)
    world.at("2024-03-08 12:00").lapse()
    assert world.shown("resolve")["overrun"] == "PT15M"


def test_frappe_1598_no_policy_is_legal() -> None:
    world = Clocked()
    world.without_clocks()
    world.report("09:00").dispatched().depart()
    world.arrive()
    assert world.ticket().clocks == ()
    assert not world.recorded(SlaClockStarted)


def test_frappe_1598_a_row_may_say_that_there_is_no_clock() -> None:
    none = type(clock("arrive", 1, "x"))(clock="arrive")
    world = Clocked().add_rows(row(none, kind="repair", category="leak")).report("09:00")
    assert world.kinds() == ["acknowledge"]


def test_frappe_1943_the_more_special_row_wins_whatever_the_order() -> None:
    special = row(clock("arrive", 45 * 60, "x"), category="leak")
    for rows in ((*ROWS, special), (special, *ROWS)):
        world = Clocked().policy(*rows).report("09:00")
        assert world.clock("arrive").due_at == local("09:45")


def test_cw_pr13392_9470_business_hours_end_on_friday_and_go_on_on_monday() -> None:
    world = Clocked()
    world.record_calendar("front_desk", "09:00", "17:00")
    desk = row(clock("arrive", HOUR, "x", "front_desk"), kind="repair", category="leak")
    world.add_rows(desk).report("2024-03-08 16:30")
    assert world.clock("arrive").due_at == local("2024-03-11 09:30")


def test_glpi_10594_pr14937_a_pause_over_a_week_end_credits_open_hours_alone() -> None:
    office = row(clock("resolve", 8 * HOUR, "x", "office"), kind="repair")
    world = Clocked().add_rows(office).report("2024-03-08 16:00").dispatched()
    world.at("2024-03-08 17:00").do(AWAY, SUPERVISOR)
    world.at("2024-03-11 08:30").do(c.Release(), LI)
    assert world.clock("resolve").due_at == local("2024-03-11 17:00")


@pytest.mark.parametrize("minutes", range(0, 24 * 60, 97))
def test_glpi_9082_a_due_time_lies_in_open_hours_or_at_their_edge(minutes: int) -> None:
    office = row(clock("resolve", 3 * HOUR, "x", "office"), kind="repair")
    world = Clocked().add_rows(office)
    begun = local("2024-03-08 00:00") + timedelta(minutes=minutes)
    world.report(f"{begun:%Y-%m-%d %H:%M}")
    due_at = world.clock("resolve").due_at
    assert is_open(OFFICE, due_at) or is_open(OFFICE, due_at - MICROSECOND)
    assert elapsed(OFFICE, begun, due_at) == timedelta(hours=3)


def test_glpi_24481_a_clock_that_waits_cannot_breach() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("10:59").do(AWAY, SUPERVISOR)
    world.at("2024-03-08 09:00").lapse()
    assert not world.recorded(SlaBreached)
    assert not [fact for fact in world.recorded(SlaWarningRaised) if fact.occurred_at > world.now]


def test_glpi_23359_the_time_between_two_cycles_is_neither() -> None:
    world = Clocked().report("2024-03-05 09:00", service_class="simple").dispatched().depart()
    world.arrive()
    world.at("2024-03-05 10:00")
    complete(world)
    world.at("2024-03-08 09:00").do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    world.at("2024-03-08 09:30")
    assert world.shown("resolve", 1)["elapsed"] == "PT1H"
    assert world.shown("resolve", 2)["elapsed"] == "PT30M"


def test_glpi_14423_1911_another_engineer_or_team_resets_no_clock() -> None:
    world = Clocked().report("09:00").dispatched()
    before = world.ticket().clocks
    world.at("09:30").do(c.Transfer(engineer="u-wang"), DU)
    world.do(c.HandOver(to="u-sun"), LIN)
    assert world.ticket().clocks == before


def test_glpi_6527_14492_escalations_keep_the_calendar_of_their_clock() -> None:
    office = row(clock("resolve", HOUR, "x", "office"), kind="repair", category="leak")
    world = Clocked().add_rows(office).report("2024-03-08 16:45")
    steps = [(one.level, one.at) for one in world.clock("resolve").escalations]
    assert steps == [
        (1, local("2024-03-08 17:45")),
        (2, local("2024-03-11 08:45")),
        (3, local("2024-03-11 10:15")),
    ]
    assert world.clock("resolve").warn_at == local("2024-03-08 17:33")


def test_glpi_pr12646_each_clock_has_its_own_calendar() -> None:
    office = row(clock("resolve", HOUR, "x", "office"), kind="repair")
    world = Clocked().add_rows(office).report("2024-03-08 20:00")
    assert world.clock("acknowledge").due_at == local("2024-03-08 20:15")
    assert world.clock("resolve").due_at == local("2024-03-11 09:30")


def test_glpi_21229_no_calendar_named_is_around_the_clock() -> None:
    plain = type(clock("arrive", 1, "x"))(clock="arrive", seconds=HOUR)
    world = Clocked().policy(row(plain)).report("2024-03-09 23:30")
    assert world.clock("arrive").due_at == local("2024-03-10 00:30")


def test_ost_3034_407_holds_by_reason_and_clocks_that_come_again() -> None:
    world = at_work(UPDATES)
    for n in range(2, 6):
        world.wait(hours=3).do(c.UpdateProgress(text="还在修"), LI)
        assert world.clock("update").cycle == n
    assert not world.recorded(SlaBreached)
    world.do(c.Hold(reason="fund_approval"), SUPERVISOR)
    world.wait(hours=5).lapse()
    assert [fact.event.cycle for fact in world.recorded(SlaBreached)] == [5]


def test_ost_17_686_4078_a_breach_changes_no_policy_and_no_due_time() -> None:
    world = Clocked().report("09:00").dispatched()
    due_at, target = world.clock("arrive").due_at, world.clock("arrive").target
    world.at("12:00").lapse()
    after = world.clock("arrive")
    assert (after.due_at, after.target, after.policy_version) == (due_at, target, 1)


def test_odoo_44115_where_nothing_is_due_nothing_is_compared() -> None:
    world = Clocked()
    world.without_clocks()
    assert TICKET.next_due(world.report("09:00").ticket()) is None
    world = Clocked().report("09:00")
    world.do(c.Cancel(reason="不修了"), OWNER)
    assert TICKET.next_due(world.ticket()) is None


def test_dbt_zendesk_25_116_the_first_breach_is_the_breach() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("12:00").lapse()
    world.do(AWAY, SUPERVISOR)
    world.at("14:00").do(c.Release(), LI)
    world.at("2024-03-06 09:00").depart().arrive()
    assert world.shown("arrive")["breached_at"] == local("11:00")
    assert len(world.recorded(SlaBreached)) == 1


def test_breeze_6689_thanks_moves_no_clock() -> None:
    world = at_work()
    complete(world)
    before = world.ticket().clocks
    world.at("2024-03-06 12:00").do(c.Comment(text="谢谢"), OWNER)
    assert world.ticket().clocks == before


def test_airflow_50481_one_breach_however_often_it_is_looked_at() -> None:
    world = Clocked().report("09:00").dispatched()
    for _ in range(100):
        world.wait(minutes=5).lapse()
    assert len(world.recorded(SlaBreached, clock="arrive")) == 1
    assert [fact.event.level for fact in world.recorded(EscalationRaised)] == [1, 2, 3]
    assert len(world.recorded(SlaWarningRaised)) == 1
    assert not world.recorded(SlaClockMet, clock="arrive")
