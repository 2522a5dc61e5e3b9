"""Other terms mid-way (docs/domain.md §3.4): another class, another policy."""

from datetime import date
from typing import Any

import pytest

from app.domain.calendars.decider import CALENDAR
from app.domain.calendars.pack import OFFICE
from app.domain.errors import Unacceptable
from app.domain.sla.policy_pack import ROWS, clock
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.events.calendar import CalendarExceptions, CalendarRecorded
from app.events.sla import (
    SlaBreached,
    SlaClockCancelled,
    SlaClockRetargeted,
    SlaClockStarted,
    SlaWarningRaised,
    SlaWarningSkipped,
)
from tests.domain.ticket.clocked import Clocked, local, row
from tests.domain.ticket.world import ADMIN, LI, LIN, MANAGER, SUPERVISOR

HOUR = 3600


def reclassified(begun: str, at: str, into: str) -> Clocked:
    world = Clocked().report("09:00", service_class=begun).dispatched()
    world.at(at).do(c.Reclassify(service_class=into, reason="现场判断"), LIN)
    return world


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("09:10", "09:40"),  # half an hour from now, which is within the two hours
        ("10:00", "10:30"),
        ("10:50", "11:00"),  # never looser than before
    ],
)
def test_an_upgrade_breaches_nothing_in_the_past_and_is_never_looser(at: str, due: str) -> None:
    world = reclassified("general", at, "emergency")
    [fact] = world.recorded(SlaClockRetargeted, clock="arrive")
    assert (fact.event.mode, fact.event.reason) == ("retro_with_floor", "reclassified")
    assert (fact.event.old_due_at, fact.event.due_at) == (local("11:00"), local(due))
    assert world.shown("arrive")["target"] == "PT30M"
    world.lapse()
    assert not world.recorded(SlaBreached)


def test_a_downgrade_counts_from_the_original_start() -> None:
    world = reclassified("emergency", "09:20", "simple")
    [fact] = world.recorded(SlaClockRetargeted, clock="arrive")
    assert (fact.event.mode, fact.event.due_at) == ("retro", local("10:00"))
    assert world.clock("resolve").due_at == local("2024-03-06 09:00")


def test_a_breach_that_is_recorded_stays() -> None:
    world = reclassified("emergency", "09:40", "complex")
    assert world.clock("arrive").due_at == local("09:30")
    assert not world.recorded(SlaClockRetargeted, clock="arrive")
    world.at("09:50").depart().at("09:55").arrive()
    assert (world.shown("arrive")["result"], len(world.recorded(SlaBreached))) == ("late", 1)


def test_what_the_new_class_does_not_promise_is_measured_no_more() -> None:
    world = reclassified("complex", "10:00", "general")
    [fact] = world.recorded(SlaClockCancelled)
    assert (fact.event.clock, fact.event.reason) == ("propose", "reclassified")


def test_what_the_new_class_promises_in_addition_is_promised_since_the_report() -> None:
    world = reclassified("general", "10:00", "complex")
    started = world.recorded(SlaClockStarted, clock="propose")
    assert [fact.event.due_at for fact in started] == [local("2024-03-07 09:00")]
    world = reclassified("general", "10:00", "simple")
    assert world.clock("resolve").due_at == local("2024-03-06 10:00")


def test_a_stopped_clock_is_not_rewritten() -> None:
    world = reclassified("general", "10:00", "emergency")
    assert not world.recorded(SlaClockRetargeted, clock="acknowledge")
    assert world.shown("acknowledge")["result"] == "on_time"


@pytest.mark.parametrize(("at", "near"), [("10:54", False), ("10:55", True), ("10:58", True)])
def test_who_changes_the_class_near_the_due_time_is_asked_why(at: str, near: bool) -> None:  # noqa: FBT001
    world = reclassified("general", at, "emergency")
    [fact] = world.recorded(SlaClockRetargeted, clock="arrive")
    assert fact.event.near_due is near


def test_a_warning_that_a_new_target_leaves_behind_is_recorded_and_not_sent() -> None:
    world = Clocked().add_rows(
        row(clock("arrive", 4 * HOUR, "x"), kind="repair", service_class="general", category="leak")
    )
    world.report("09:00").dispatched()
    world.policy(*ROWS, version=3, valid_from=local("10:00"))
    world.at("10:50").do(c.MigratePolicy(mode="retro"), MANAGER)
    [skipped] = world.recorded(SlaWarningSkipped)
    assert (skipped.event.clock, skipped.event.percent) == ("arrive", 80)
    world.at("11:10").lapse()
    assert not world.recorded(SlaWarningRaised, clock="arrive")
    assert [fact.occurred_at for fact in world.recorded(SlaBreached)] == [local("11:00")]


def test_pin_running_clocks_keep_the_version_they_began_with() -> None:
    world = Clocked().report("09:00").dispatched()
    before = world.ticket().clocks
    shorter = row(clock("arrive", HOUR, "x"), kind="repair")
    world.policy(shorter, valid_from=local("09:10"))
    world.at("09:20").do(c.Comment(text="好的"), LIN)
    assert world.ticket().clocks == before
    world.at("09:30").do(c.Reclassify(service_class="complex", reason="主管道"), LIN)
    assert world.clock("arrive").due_at == local("11:00"), "another class of the same version"
    assert world.clock("arrive").policy_version == 1


@pytest.mark.parametrize(
    ("mode", "due"),
    [("retro", "10:00"), ("restart", "10:30"), ("retro_with_floor", "10:30"), ("pin", "11:00")],
)
def test_a_migration_says_how(mode: str, due: str) -> None:
    world = Clocked().report("09:00").dispatched()
    world.policy(row(clock("arrive", HOUR, "x"), kind="repair"), valid_from=local("09:10"))
    world.at("09:30").do(c.MigratePolicy(mode=mode), ADMIN)
    assert world.clock("arrive").due_at == local(due)
    world.do(c.MigratePolicy(mode=mode), ADMIN)
    assert not world.clockwork, "said again it changes nothing"


def test_a_looser_policy_does_not_loosen_what_has_a_floor() -> None:
    world = Clocked().report("09:00").dispatched()
    world.policy(row(clock("arrive", 8 * HOUR, "x"), kind="repair"), valid_from=local("09:10"))
    world.at("09:30").do(c.MigratePolicy(), MANAGER)
    assert world.clock("arrive").due_at == local("11:00")
    world.refuses(c.MigratePolicy(mode="sideways"), MANAGER, "not_one_of", Unacceptable)


def test_a_clock_that_waits_goes_on_waiting_under_its_new_terms() -> None:
    """glpi#6902, #15605, PR#16383: the accumulated pause is carried."""
    world = Clocked().report("09:00").dispatched()
    world.at("09:20").do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    world.at("10:00").do(c.Reclassify(service_class="simple", reason="小事"), LIN)
    assert world.shown("arrive")["state"] == "paused"
    world.at("12:00").do(c.Release(), LI)
    assert world.clock("arrive").due_at == local("13:00")
    assert world.at("12:10").shown("arrive")["elapsed"] == "PT30M"


def test_a_pause_that_is_over_is_credited_under_new_terms_too() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("09:20").do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    world.at("10:20").do(c.Release(), LI)
    world.policy(row(clock("arrive", HOUR, "x"), kind="repair"), valid_from=local("10:20"))
    world.at("10:30").do(c.MigratePolicy(mode="retro"), MANAGER)
    assert world.clock("arrive").due_at == local("11:00")


def test_a_clock_may_move_to_another_calendar() -> None:
    office = clock("arrive", 2 * HOUR, "x", "office")
    world = Clocked().report("2024-03-05 17:30").dispatched()
    world.policy(row(office, kind="repair"), valid_from=local("17:31"))
    world.at("2024-03-05 18:30").do(c.MigratePolicy(mode="retro"), MANAGER)
    moved = world.clock("arrive")
    assert (moved.calendar_id, moved.due_at) == ("office", local("2024-03-06 10:00"))


def test_a_reason_that_pauses_no_more_ends_the_pause() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("09:20").do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    strict: Any = clock("arrive", 2 * HOUR, "x")
    world.policy(row(_without_pauses(strict), kind="repair"), valid_from=local("09:30"))
    world.at("10:00").do(c.MigratePolicy(mode="retro"), MANAGER)
    assert world.shown("arrive")["state"] == "running"
    assert world.clock("arrive").due_at == local("11:40")
    assert TICKET.next_due(world.ticket()) is not None


def _without_pauses(strict: Any) -> Any:
    return type(strict)(
        clock=strict.clock,
        seconds=strict.seconds,
        calendar_id=strict.calendar_id,
        warn_percent=strict.warn_percent,
        escalations=strict.escalations,
    )


def test_when_the_notice_lands_provisional_clocks_are_counted_anew_and_both_are_kept() -> None:
    """docs/domain.md §3.3: next year's holidays are unknown until the State Council says them."""
    office = clock("resolve", 8 * HOUR, "x", "office")
    world = Clocked().add_rows(row(office, kind="repair", category="leak"))
    world.report("2031-01-01 08:30").dispatched()
    before = world.clock("resolve")
    assert (before.provisional, before.due_at) == (True, local("2031-01-01 18:00"))
    noticed = CalendarRecorded(
        calendar_id="office",
        version=2,
        zone=OFFICE.zone,
        week=OFFICE.week,
        exceptions=CalendarExceptions(closed=(date(2031, 1, 1),)),
        valid_from=local("2031-01-01 10:00"),
        provisional_years=(2032,),
    )
    world.record(CALENDAR.stream("office"), noticed)
    world.at("2031-01-01 11:00").do(c.MigratePolicy(mode="retro"), ADMIN)
    [fact] = world.recorded(SlaClockRetargeted, clock="resolve")
    assert (fact.event.old_calendar_version, fact.event.calendar_version) == (1, 2)
    assert (fact.event.old_due_at, fact.event.due_at) == (
        local("2031-01-01 18:00"),
        local("2031-01-02 18:00"),
    )
    assert not world.clock("resolve").provisional
    world.do(c.Reclassify(service_class="complex", reason="主管道"), LIN)
    assert world.clock("resolve").calendar_version == 2, "another class, not another calendar"
