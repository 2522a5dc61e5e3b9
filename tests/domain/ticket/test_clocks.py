"""The clock state machine, row by row of docs/domain.md §3.2, and the stories of its figures."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.records.household import HOUSEHOLD as HOUSEHOLD_STREAMS
from app.domain.sla.policy_pack import clock
from app.domain.ticket.commands import ticket as c
from app.events.household import HouseholdRecorded
from app.events.sla import (
    NotificationQueued,
    SlaBreached,
    SlaClockCancelled,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
    SlaClockStarted,
    SlaWarningRaised,
)
from app.events.ticket import TicketResumed
from tests.domain.ticket.clocked import Clocked, local, row
from tests.domain.ticket.world import (
    DU,
    HOUSEHOLD,
    LI,
    LIN,
    MANAGER,
    OWNER,
    SUPERVISOR,
    complete,
    reported,
)

AWAY = c.Hold(reason="owner_unavailable")


def test_start_a_clock_runs_from_the_fact_not_from_its_record() -> None:
    world = Clocked().at("10:00")
    world.do(reported(), SUPERVISOR, occurred_at=local("09:00"))
    [acknowledge, arrive] = [each for each in world.clockwork if isinstance(each, SlaClockStarted)]
    assert (acknowledge.clock, acknowledge.due_at) == ("acknowledge", local("09:15"))
    assert (arrive.clock, arrive.started_at) == ("arrive", local("09:00"))
    assert (arrive.due_at, arrive.warn_at) == (local("11:00"), local("10:36"))
    assert (arrive.policy_id, arrive.policy_version, arrive.calendar_id) == ("default", 1, "always")


@pytest.mark.parametrize(
    ("service_class", "kinds"),
    [
        ("emergency", {"acknowledge": "PT15M", "arrive": "PT30M"}),
        ("simple", {"acknowledge": "PT15M", "arrive": "PT1H", "resolve": "PT24H"}),
        ("general", {"acknowledge": "PT15M", "arrive": "PT2H"}),
        ("complex", {"acknowledge": "PT15M", "arrive": "PT2H", "propose": "PT48H"}),
    ],
)
def test_a_new_tenant_promises_the_default_pack(service_class: str, kinds: dict[str, str]) -> None:
    world = Clocked().report("09:00", service_class=service_class)
    assert {kind: world.shown(kind)["target"] for kind in world.kinds()} == kinds


def test_a_fresh_clock_is_shown_with_exactly_the_names_of_the_contract() -> None:
    world = Clocked().report("09:00")
    assert world.at("09:30").shown("arrive") == {
        "kind": "arrive",
        "cycle": 1,
        "state": "running",
        "result": None,
        "started_at": local("09:00"),
        "target": "PT2H",
        "due_at": local("11:00"),
        "warn_at": local("10:36"),
        "stopped_at": None,
        "elapsed": "PT30M",
        "overrun": None,
        "breached_at": None,
        "policy_version": 1,
        "calendar_version": 1,
        "provisional": False,
    }


def test_scenario_1_acknowledged_and_arrived_on_time() -> None:
    world = Clocked().report("09:00")
    world.at("09:08").do(c.Acknowledge(), LIN)
    world.at("09:10").do(c.Assign(engineer="u-li"), DU)
    world.at("09:11").do(c.Accept(), LI)
    world.at("10:05").depart().at("10:25").arrive()
    acknowledge, arrive = world.shown("acknowledge"), world.shown("arrive")
    assert (acknowledge["state"], acknowledge["result"]) == ("met", "on_time")
    assert (acknowledge["elapsed"], arrive["elapsed"]) == ("PT8M", "PT1H25M")
    assert (arrive["result"], arrive["due_at"], arrive["warn_at"]) == (
        "on_time",
        local("11:00"),
        local("10:36"),
    )
    world.at("11:40").complete()
    assert [fact.event.template for fact in world.recorded(NotificationQueued)] == [
        "ticket_reported",
        "ticket_acknowledged",
        "ticket_assigned",
        "engineer_departed",
        "engineer_arrived",
        "work_completed",
    ]
    assert not world.recorded(SlaWarningRaised)


@pytest.mark.parametrize(
    ("arrived", "result", "overrun"), [("02:40:00", "on_time", None), ("02:40:01", "late", "PT1S")]
)
def test_scenario_2_a_holiday_moves_no_clock_that_runs_around_the_clock(
    arrived: str, result: str, overrun: str | None
) -> None:
    world = Clocked().report("2024-05-01 02:10:00", service_class="emergency")
    assert world.clock("acknowledge").due_at == local("2024-05-01 02:25:00")
    assert world.clock("arrive").due_at == local("2024-05-01 02:40:00")
    world.dispatched().depart().at(f"2024-05-01 {arrived}").arrive()
    shown = world.shown("arrive")
    assert (shown["result"], shown["overrun"]) == (result, overrun)
    breaches = world.recorded(SlaBreached, clock="arrive")
    assert [fact.occurred_at for fact in breaches] == (
        [] if result == "on_time" else [local("2024-05-01 02:40:00")]
    )


def test_pause_only_for_a_reason_that_the_policy_names() -> None:
    world = Clocked().report("09:00")
    world.at("09:05").do(c.Hold(reason="parts"), SUPERVISOR)
    assert not world.recorded(SlaClockPaused)
    assert world.shown("arrive")["state"] == "running"


def test_pause_says_what_had_counted() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("09:40").do(AWAY, SUPERVISOR)
    [fact] = world.recorded(SlaClockPaused)
    assert (fact.event.clock, fact.event.consumed_us) == ("arrive", 40 * 60 * 1_000_000)
    assert world.at("10:30").shown("arrive")["elapsed"] == "PT40M"
    assert world.shown("arrive")["state"] == "paused"


def test_resume_gives_what_was_left() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("09:40").do(AWAY, SUPERVISOR)
    world.at("12:00").do(c.Release(), LI)
    [fact] = world.recorded(SlaClockResumed)
    assert (fact.event.due_at, fact.event.warn_at) == (local("13:20"), local("12:56"))
    assert world.shown("arrive")["state"] == "running"


def test_resume_by_itself_when_it_was_expected() -> None:
    world = Clocked().report("09:00").dispatched()
    away = c.Hold(reason="owner_unavailable", expected_resume_at=local("11:00"))
    world.at("10:00").do(away, LI)
    world.at("11:30").lapse()
    [fact] = world.recorded(SlaClockResumed)
    assert (fact.occurred_at, fact.event.cause) == (local("11:00"), "expected")
    assert world.clock("arrive").due_at == local("12:00")
    assert isinstance(world.history[-2].event, TicketResumed)


def test_a_pause_has_an_end_although_the_wait_goes_on() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("10:00").do(AWAY, SUPERVISOR)
    world.at("2024-03-12 10:30").lapse()
    [fact] = world.recorded(SlaClockResumed)
    assert (fact.occurred_at, fact.event.cause) == (local("2024-03-12 10:00"), "pause_cap")
    assert world.ticket().hold is not None
    world.do(c.Release(), LI)
    world.do(AWAY, SUPERVISOR)
    assert world.clock("arrive").pause is None


def test_stop_from_a_pause_is_resume_and_stop_in_one_decision() -> None:
    """Scenario 6."""
    world = Clocked().report("2024-03-04 09:00", service_class="simple").dispatched()
    world.depart()
    world.at("2024-03-04 09:40").arrive()
    world.at("2024-03-04 10:00").do(AWAY, SUPERVISOR)
    world.at("2024-03-10 10:30")
    complete(world)
    shown = world.shown("resolve")
    assert (shown["elapsed"], shown["result"], shown["state"]) == ("PT1H", "on_time", "met")
    kinds = [type(event) for event in world.clockwork if getattr(event, "clock", None)]
    assert kinds == [SlaClockResumed, SlaClockMet]
    assert not world.recorded(SlaBreached, clock="resolve")


def test_due_passes_once_and_as_of_the_due_time() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("11:00").lapse()
    assert not world.recorded(SlaBreached)
    world.at("11:20").lapse()
    world.at("11:25").lapse()
    [fact] = world.recorded(SlaBreached)
    assert (fact.occurred_at, fact.event.due_at) == (local("11:00"), local("11:00"))
    shown = world.shown("arrive")
    assert (shown["state"], shown["overrun"]) == ("breached", "PT25M")
    assert shown["breached_at"] == local("11:00")


def test_a_breached_clock_may_pause_and_is_met_late() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("11:10").do(AWAY, SUPERVISOR)
    assert world.shown("arrive")["state"] == "breached_paused"
    world.at("12:00").depart().at("12:05").arrive()
    shown = world.shown("arrive")
    assert (shown["state"], shown["result"]) == ("met_late", "late")
    assert (shown["elapsed"], shown["overrun"]) == ("PT2H15M", "PT15M")
    assert len(world.recorded(SlaBreached)) == 1


@pytest.mark.parametrize(
    ("command", "by", "reason"),
    [
        (c.Cancel(reason="自己修好了"), OWNER, "cancelled"),
        (c.Reject(reason="不归物业管", referred_to="燃气公司"), LIN, "rejected"),
        (c.MergeInto(into="t2"), LIN, "merged"),
    ],
)
def test_cancel_whatever_ends_the_ticket_ends_its_clocks(
    command: Any, by: Any, reason: str
) -> None:
    world = Clocked().report("09:00")
    world.do(reported("t2"), LIN)
    world.at("09:20").do(command, by)
    cancelled = world.recorded(SlaClockCancelled)
    assert [(fact.event.clock, fact.event.reason) for fact in cancelled] == [
        ("acknowledge", reason),
        ("arrive", reason),
    ]
    acknowledge, arrive = world.shown("acknowledge"), world.shown("arrive")
    assert (acknowledge["state"], acknowledge["result"]) == ("cancelled", "cancelled")
    assert acknowledge["breached_at"] == local("09:15"), "a breach before that stays"
    assert (arrive["breached_at"], arrive["elapsed"]) == (None, "PT20M")
    world.at("2024-03-06 09:00").lapse()
    assert len(world.recorded(SlaBreached)) == 1


def test_scenario_14_a_new_cycle_and_the_old_one_frozen() -> None:
    world = Clocked().report("2024-03-08 09:00", service_class="simple").dispatched()
    world.depart().at("2024-03-08 09:30").arrive()
    world.at("2024-03-08 10:30")
    complete(world)
    world.do(c.SignCompletion(), OWNER)
    world.at("2024-03-08 11:00").do(c.Close(), LIN)
    frozen = world.ticket().clocks
    world.at("2024-03-08 12:00").do(c.Comment(text="谢谢"), OWNER)
    assert world.ticket().clocks == frozen
    world.at("2024-03-12 09:00").do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    assert world.ticket().clocks[: len(frozen)] == frozen
    assert world.clock("resolve", 2).due_at == local("2024-03-13 09:00")
    assert world.shown("resolve", 1)["result"] == "on_time"
    assert {one.kind for one in world.ticket().clocks if one.cycle == 2} == {
        "acknowledge",
        "arrive",
        "resolve",
    }


def test_a_ticket_that_recurs_has_clocks_of_its_own() -> None:
    world = Clocked().report("2024-03-04 09:00").dispatched().depart()
    world.arrive()
    complete(world)
    world.do(c.SignCompletion(), OWNER)
    world.do(c.Close(), LIN)
    world.at("2024-03-20 09:00").do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    assert world.kinds("t-new") == ["acknowledge", "arrive"]
    assert world.clock("arrive", ticket="t-new").due_at == local("2024-03-20 11:00")


def test_a_reopened_ticket_that_is_dispatched_at_once_was_taken_notice_of() -> None:
    world = Clocked().report("09:00").dispatched().depart()
    world.arrive()
    complete(world)
    world.at("12:00").do(c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)
    world.at("12:05").do(c.Assign(engineer="u-li"), DU)
    assert world.shown("acknowledge", 2)["elapsed"] == "PT5M"


def test_no_access_lets_the_clocks_wait_for_the_owner_until_the_next_departure() -> None:
    world = Clocked().report("09:00", service_class="simple").dispatched().depart()
    world.at("09:30").arrive()
    world.at("10:00").do(c.RecordNoAccess(call_log="三次无人接听"), LI)
    assert world.shown("resolve")["state"] == "paused"
    world.at("15:00").depart()
    assert world.clock("resolve").due_at == local("2024-03-06 14:00")


def test_a_release_does_not_open_the_owners_door() -> None:
    world = Clocked().report("09:00", service_class="simple").dispatched().depart()
    world.at("09:30").arrive()
    world.at("10:00").do(c.RecordNoAccess(call_log="三次无人接听"), LI)
    world.do(c.Hold(reason="parts"), SUPERVISOR)
    world.at("11:00").do(c.Release(), LI)
    assert world.shown("resolve")["state"] == "paused"


def test_what_is_done_needs_no_proposal_any_more() -> None:
    world = Clocked().report("09:00", service_class="complex").dispatched().depart()
    world.arrive()
    world.at("12:00")
    complete(world)
    assert world.shown("propose")["result"] == "on_time"
    assert all(one.is_over for one in world.ticket().clocks)


def test_the_first_responsible_is_named_to_the_owner() -> None:
    world = Clocked().report("09:00")
    world.do(c.Acknowledge(), LIN)
    world.do(c.HandOver(to="u-sun"), LIN)
    world.do(c.AcceptHandOver(), SUPERVISOR)
    told = [fact.event for fact in world.recorded(NotificationQueued)]
    assert [(one.template, one.audience, one.person_name) for one in told[1:]] == [
        ("ticket_acknowledged", "owner", "小林"),
        ("first_responsible_handed_over", "owner", "u-sun"),
    ]


def test_a_transfer_resets_nothing() -> None:
    world = Clocked().report("09:00").dispatched()
    before = world.ticket().clocks
    world.at("09:30").do(c.Transfer(engineer="u-wang"), LI)
    world.wait(minutes=11).lapse()
    assert world.ticket().clocks == before


def test_waiving_needs_a_manager_and_un_breaches_nothing() -> None:
    world = Clocked().report("09:00").dispatched()
    waive = c.WaiveBreach(clock="arrive", cycle=1, reason="暴雨红色预警")
    world.at("10:00").refuses(waive, MANAGER, "clock_not_breached")
    world.at("11:10").refuses(waive, SUPERVISOR, "role_not_permitted")
    world.do(waive, MANAGER)
    shown = world.shown("arrive")
    assert (shown["state"], shown["result"]) == ("breached", "waived")
    assert shown["breached_at"] == local("11:00")
    world.do(waive, MANAGER)
    assert world.clockwork == []
    world.depart().at("11:20").arrive()
    shown = world.shown("arrive")
    assert (shown["state"], shown["result"], shown["overrun"]) == ("met_late", "waived", "PT20M")


def test_only_a_clock_that_there_is_can_be_waived() -> None:
    world = Clocked().report("09:00")
    for kind, cycle, code in (("arrive", 2, "unknown_clock"), ("coffee", 1, "not_one_of")):
        waive = c.WaiveBreach(clock=kind, cycle=cycle, reason="x")
        world.refuses(waive, MANAGER, code)


def test_a_stop_a_moment_ahead_of_our_own_clock_is_judged_and_breached_in_time() -> None:
    world = Clocked().report("09:00").dispatched().depart()
    world.at("10:59:30").arrive(occurred_at=local("11:00:30"))
    assert world.shown("arrive")["result"] == "late"
    world.at("11:01").lapse()
    [breach] = world.recorded(SlaBreached)
    assert breach.occurred_at == local("11:00")
    assert world.now - breach.occurred_at == timedelta(minutes=1)


def test_a_pause_that_begins_as_the_due_time_is_reached_breaches_nothing() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("11:00").do(AWAY, SUPERVISOR)
    world.at("15:00").do(c.Release(), LI)
    assert not world.recorded(SlaBreached)
    assert world.clock("arrive").due_at == local("15:00"), "not a moment is left"
    world.at("15:00:01").lapse()
    [breach] = world.recorded(SlaBreached)
    assert breach.occurred_at == local("15:00")


def test_a_tier_of_the_household_is_asked_for_only_where_a_policy_does() -> None:
    world = Clocked()
    vip = HouseholdRecorded(household_id=HOUSEHOLD, tags=("vip",))
    world.record(HOUSEHOLD_STREAMS.stream(HOUSEHOLD), vip)
    world.add_rows(row(clock("arrive", 600, "x"), tier="vip")).report("09:00")
    assert world.clock("arrive").due_at == local("09:10")
