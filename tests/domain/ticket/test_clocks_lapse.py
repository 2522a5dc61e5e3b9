"""What comes of clocks by itself, whoever looks and however late (docs/domain.md §3.5)."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.events.sla import NotificationQueued, SlaBreached, SlaWarningRaised, SlaWarningSkipped
from app.events.ticket import EscalationRaised
from tests.domain.ticket.clocked import Clocked, local
from tests.domain.ticket.world import LI, LIN, MANAGER, OWNER, SUPERVISOR

MICROSECOND = timedelta(microseconds=1)
OF_CLOCKS = (SlaWarningRaised, SlaBreached, EscalationRaised)


def acknowledged(service_class: str = "general", at: str = "09:00") -> Clocked:
    world = Clocked().report(at, service_class=service_class)
    world.do(c.Acknowledge(), LIN)
    return world


def step_by_step(world: Clocked, until: str) -> None:
    """As a worker that is always in time: each thing in the moment when it is due."""
    while (due := TICKET.next_due(world.ticket())) and due <= local(until):
        world.now = due
        world.lapse()
    world.at(until)


def story(world: Clocked) -> list[tuple[str, Any]]:
    return [
        (f"{fact.occurred_at.astimezone(world.now.tzinfo):%H:%M}", type(fact.event))
        for fact in world.history
        if isinstance(fact.event, OF_CLOCKS)
    ]


WHOLE_STORY = [
    ("10:36", SlaWarningRaised),
    ("11:00", SlaBreached),
    ("11:00", EscalationRaised),
    ("11:30", EscalationRaised),
    ("13:00", EscalationRaised),
]


def test_scenario_9_catching_up_records_everything_and_tells_it_once() -> None:
    world = acknowledged()
    world.at("13:20").lapse()
    assert story(world) == WHOLE_STORY
    raised = world.recorded(EscalationRaised)
    assert [(fact.event.level, fact.event.clock) for fact in raised] == [
        (1, "arrive"),
        (2, "arrive"),
        (3, "arrive"),
    ]
    [digest] = [fact.event for fact in world.recorded(NotificationQueued)][2:]
    assert (digest.template, digest.digest, digest.level) == ("sla_digest", True, 3)
    assert digest.audience == "admin"
    world.lapse()
    assert story(world) == WHOLE_STORY


def test_in_time_each_step_is_told_to_its_own_level() -> None:
    world = acknowledged()
    step_by_step(world, "13:20")
    assert story(world) == WHOLE_STORY
    told = [fact.event for fact in world.recorded(NotificationQueued)][2:]
    assert [(one.template, one.audience, one.level, one.digest) for one in told] == [
        ("sla_warning", "assignee", 0, False),
        ("sla_breached", "first_responsible", 0, False),
        ("sla_escalation", "supervisor", 1, False),
        ("sla_escalation", "manager", 2, False),
        ("sla_escalation", "admin", 3, False),
    ]


def test_commands_and_the_worker_come_to_the_same() -> None:
    by_worker, by_commands = acknowledged(), acknowledged()
    step_by_step(by_worker, "13:20")
    for time in ("10:40", "11:00", "11:31", "13:20"):
        by_commands.at(time).do(c.Comment(text="还没来"), OWNER)
    assert story(by_worker) == story(by_commands) == WHOLE_STORY
    assert by_worker.ticket() == by_commands.ticket()


def test_a_breach_is_when_the_due_time_is_over() -> None:
    world = acknowledged()
    world.at("11:00")
    world.lapse()
    assert not world.recorded(SlaBreached)
    assert TICKET.next_due(world.ticket()) == world.now + MICROSECOND
    world.now += MICROSECOND
    world.lapse()
    [fact] = world.recorded(SlaBreached)
    assert fact.occurred_at == local("11:00")


def test_nobody_is_escalated_to_when_it_is_done_or_waived() -> None:
    world = acknowledged()
    world.at("11:10").do(c.WaiveBreach(clock="arrive", cycle=1, reason="暴雨"), MANAGER)
    world.at("2024-03-06 09:00").lapse()
    assert [fact.event.level for fact in world.recorded(EscalationRaised)] == [1]
    assert TICKET.next_due(world.ticket()) is None


def test_an_escalation_waits_while_the_clock_stands_still() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("11:20").do(c.Hold(reason="owner_unavailable"), SUPERVISOR)
    world.at("15:00").do(c.Release(), LI)
    assert [fact.event.level for fact in world.recorded(EscalationRaised)] == [1]
    world.at("15:20").lapse()
    last = world.recorded(EscalationRaised)[-1]
    assert (last.event.level, last.occurred_at) == (2, local("15:10"))


@pytest.mark.parametrize(
    ("service_class", "deliver_after"),
    [("general", local("2024-03-06 07:00")), ("emergency", None)],
)
def test_nobody_is_woken_at_night_but_for_an_emergency(
    service_class: str, deliver_after: Any
) -> None:
    world = acknowledged(service_class, "21:30")
    step_by_step(world, "2024-03-05 23:40")
    told = [fact.event for fact in world.recorded(NotificationQueued, template="sla_escalation")]
    assert [one.deliver_after for one in told if one.level == 1] == [deliver_after]


def test_a_digest_sleeps_as_well() -> None:
    world = acknowledged("general", "20:00")
    world.at("2024-03-06 02:00").lapse()
    [digest] = world.recorded(NotificationQueued, digest=True)
    assert digest.event.deliver_after == local("2024-03-06 07:00")


def test_a_ticket_is_as_high_up_as_the_highest_that_was_told() -> None:
    world = Clocked().report("09:00")
    world.at("11:20").lapse()
    assert world.ticket().escalation_level == 3, "nobody acknowledged it for two hours"
    world.do(c.Escalate(reason="没人来"), LIN)
    assert world.ticket().escalation_level == 4


def test_a_warning_that_a_new_target_leaves_behind_is_skipped_not_sent() -> None:
    world = acknowledged("complex")
    world.at("2024-03-05 10:30").do(c.Reclassify(service_class="simple", reason="小事"), LIN)
    # arrive: an hour and a half gone, half an hour left of the two: 80 % were at 10:36
    assert not world.recorded(SlaWarningSkipped)
    world = acknowledged("general")
    world.at("10:35:59").do(c.Reclassify(service_class="emergency", reason="水漫"), LIN)
    assert not world.recorded(SlaWarningSkipped)
    assert world.clock("arrive").due_at == local("11:00")
