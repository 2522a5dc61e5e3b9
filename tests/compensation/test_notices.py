"""Who is told of a compensation: its owner, who is to decide, and who watches
(docs/domain.md §4.5)."""

import pytest
from msgspec.structs import replace

from app.domain.compensation.rules import DEFAULT_RULES
from app.events.sla import NotificationQueued
from tests.compensation.world import Compensated
from tests.domain.ticket.world import LIN, reported


@pytest.fixture
def world() -> Compensated:
    made = Compensated()
    made.at("2024-03-05 09:00:00")
    made.do(reported(), LIN)
    return made


def told(world: Compensated) -> list[tuple[str, str]]:
    notices = [
        fact.event
        for stream_id, fact in world.log
        if stream_id.startswith("compensation-") and isinstance(fact.event, NotificationQueued)
    ]
    return [(each.template, each.audience) for each in notices]


def test_the_owner_hears_of_what_is_given(world: Compensated) -> None:
    world.gives(6_000)
    assert told(world) == [("compensation_granted", "owner")]


def test_who_may_approve_hears_of_what_waits(world: Compensated) -> None:
    world.gives(60_000)
    assert told(world) == [("approval_requested", "supervisor")]


def test_a_flag_reaches_a_supervisor_and_an_auditor(world: Compensated) -> None:
    for _ in range(4):
        world.gives(1_000)
    assert told(world)[-3:] == [
        ("compensation_flagged", "supervisor"),
        ("compensation_flagged", "auditor"),
        ("compensation_granted", "owner"),
    ]


def test_a_manager_hears_that_a_budget_runs_out(world: Compensated) -> None:
    caps = replace(DEFAULT_RULES.rules[0].latest.caps, project_month_budget_fen=5_000)
    world.rule(caps=caps)
    world.until("2024-03-05 11:00:01")
    assert told(world) == [("compensation_granted", "owner"), ("budget_alarm", "manager")]
