"""Facts that are told late: judged by when they were so, whatever was concluded meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.domain.errors import DomainError, Unacceptable
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.event_store.codec import encode_state
from app.events.sla import (
    SlaBreached,
    SlaBreachRetracted,
    SlaClockMet,
    SlaClockPaused,
    SlaClockResumed,
)
from tests.domain.ticket.clocked import PHOTO, Clocked, local
from tests.domain.ticket.world import DU, LI, LIN, SUPERVISOR

AWAY = c.Hold(reason="owner_unavailable")


def test_retract_an_arrival_without_a_network_breached_nothing() -> None:
    world = Clocked().report("09:00").dispatched().depart()
    world.at("12:00").arrive(occurred_at=local("10:25"))
    [breach] = world.recorded(SlaBreached)
    [retracted] = world.recorded(SlaBreachRetracted)
    assert (breach.occurred_at, retracted.event.due_at) == (local("11:00"), local("11:00"))
    assert (retracted.event.proof, retracted.event.photo_ids) == ("photo", ("p-on_site",))
    shown = world.shown("arrive")
    assert (shown["state"], shown["result"]) == ("met", "on_time")
    assert (shown["breached_at"], shown["elapsed"]) == (None, "PT1H25M")


def test_a_late_arrival_that_was_late_stays_late() -> None:
    world = Clocked().report("09:00").dispatched().depart()
    world.at("12:00").arrive(occurred_at=local("11:05"))
    assert not world.recorded(SlaBreachRetracted)
    assert world.shown("arrive")["overrun"] == "PT5M"


def test_a_breach_is_not_talked_away() -> None:
    """Backdating by a few minutes needs no evidence, undoing a breach does."""
    world = Clocked().report("09:00")
    world.at("09:20")
    refused = world.refuses(
        c.Acknowledge(),
        LIN,
        "occurred_at_needs_evidence",
        Unacceptable,
        occurred_at=local("09:10"),
    )
    assert refused.pointer == "/occurred_at"
    world.do(c.Acknowledge(), SUPERVISOR, occurred_at=local("09:10"))
    [retracted] = world.recorded(SlaBreachRetracted)
    assert retracted.event.proof == "supervisor"
    assert world.shown("acknowledge")["result"] == "on_time"


def test_who_waited_for_the_owner_breached_nothing_meanwhile() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("11:20").do(AWAY, SUPERVISOR, occurred_at=local("10:30"), evidence=PHOTO)
    assert world.shown("arrive")["state"] == "paused"
    assert len(world.recorded(SlaBreachRetracted)) == 1
    world.at("12:00").do(c.Release(), LI)
    assert world.clock("arrive").due_at == local("12:30")
    world.at("12:40").lapse()
    assert [fact.occurred_at for fact in world.recorded(SlaBreached)] == [
        local("11:00"),
        local("12:30"),
    ]


def test_a_wait_told_after_the_arrival_counts_as_if_it_had_been_told_before() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("11:10").depart().at("11:20").arrive()
    assert world.shown("arrive")["result"] == "late"
    world.at("11:30").do(AWAY, SUPERVISOR, occurred_at=local("09:30"), evidence=PHOTO)
    world.do(c.Release(), LI, occurred_at=local("10:30"), evidence=PHOTO)
    shown = world.shown("arrive")
    assert (shown["result"], shown["elapsed"]) == ("on_time", "PT1H20M")
    assert shown["due_at"] == local("12:00")


def test_a_wait_that_ended_early_may_show_a_breach_after_all() -> None:
    world = Clocked().report("09:00").dispatched()
    world.at("09:30").do(AWAY, SUPERVISOR)
    world.at("12:30").depart().at("12:35").arrive()
    assert world.shown("arrive")["result"] == "on_time"
    world = Clocked().report("09:00").dispatched()
    world.at("12:00").depart().at("12:10").arrive()
    world.at("12:20").do(AWAY, SUPERVISOR, occurred_at=local("09:30"))
    assert world.shown("arrive")["result"] == "on_time"
    world.do(c.Release(), SUPERVISOR, occurred_at=local("09:40"))
    world.at("12:21").lapse()
    shown = world.shown("arrive")
    assert (shown["result"], shown["breached_at"]) == ("late", local("11:10"))


@dataclass(frozen=True)
class Told:
    """A fact, when it was so and how much later it was told."""

    command: Any
    by: Any
    at: datetime
    delay: timedelta = timedelta()


def verdicts(world: Clocked) -> dict[tuple[str, int], tuple[Any, ...]]:
    return {
        (one.kind, one.cycle): (one.state, one.result, one.due_at, one.elapsed_us, one.overrun_us)
        for one in world.ticket().clocks
    }


def tell(order: Sequence[Told], service_class: str) -> Clocked | None:
    """In this order; None where the ticket does not take a fact any more, or not yet."""
    world = Clocked().report("09:00", service_class=service_class)
    for told in order:
        world.now = max(world.now, told.at + told.delay)
        command = told.command
        if isinstance(command, c.Depart):
            command = c.Depart(eta=world.now + timedelta(minutes=5))
        try:
            taken = world.do(command, told.by, occurred_at=told.at, evidence=PHOTO)
        except DomainError:
            return None
        if not taken:
            return None
    world.now = local("2024-03-06 23:00")
    world.lapse()
    return world


def facts(
    acknowledged: datetime, held: datetime, released: datetime, there: datetime
) -> list[Told]:
    return [
        Told(c.Acknowledge(), LIN, acknowledged),
        Told(c.Assign(engineer="u-li"), DU, acknowledged),
        Told(c.Accept(), LI, acknowledged),
        Told(c.Depart(eta=there), LI, max(acknowledged, there - timedelta(minutes=1))),
        Told(c.Arrive(photo_ids=("p-on_site",)), LI, there),
        Told(AWAY, SUPERVISOR, held),
        Told(c.Release(), DU, released),
    ]


@settings(max_examples=100, deadline=None)
@given(
    minutes=st.lists(st.integers(0, 180), min_size=4, max_size=4, unique=True).map(sorted),
    delays=st.lists(st.integers(0, 9), min_size=7, max_size=7),
    service_class=st.sampled_from(["simple", "general", "emergency"]),
    held_first=st.booleans(),
    positions=st.lists(st.integers(0, 5), min_size=2, max_size=2).map(sorted),
)
def test_the_order_of_telling_changes_no_verdict(
    minutes: list[int],
    delays: list[int],
    service_class: str,
    held_first: bool,  # noqa: FBT001
    positions: list[int],
) -> None:
    at = [local("09:00") + timedelta(minutes=one) for one in minutes]
    acknowledged, held, released = (at[2], at[0], at[1]) if held_first else (at[0], at[1], at[2])
    story = facts(acknowledged, held, released, at[3])
    in_time = tell(sorted(story, key=lambda one: one.at), service_class)
    *steps, hold, release = [
        replace(one, delay=timedelta(minutes=delay * 20))
        for one, delay in zip(story, delays, strict=True)
    ]
    steps.insert(positions[1], release)
    steps.insert(positions[0], hold)
    late = tell(steps, service_class)
    assume(in_time is not None and late is not None)
    assert in_time is not None
    assert late is not None
    assert verdicts(in_time) == verdicts(late)


def test_every_order_that_the_ticket_takes_gives_the_same_verdicts() -> None:
    """Each with a breach to undo; in some the clock had stopped before it was told of the wait."""
    story = facts(local("09:05"), local("09:20"), local("09:50"), local("10:20"))
    late = [
        replace(one, delay=timedelta(hours=3)) if one.command in {AWAY, c.Release()} else one
        for one in story
    ]
    *steps, hold, release = late
    worlds = []
    for first, second in combinations_with_replacement(range(6), 2):
        order = [*steps[:first], hold, *steps[first:second], release, *steps[second:]]
        worlds += [world] if (world := tell(order, "simple")) else []
    assert len(worlds) > 5
    assert all(world.recorded(SlaBreachRetracted, clock="arrive") for world in worlds)
    in_time = tell(sorted(story, key=lambda one: one.at), "simple")
    assert in_time is not None
    assert not in_time.recorded(SlaBreachRetracted)
    assert in_time.clock("arrive").result == "on_time"
    assert all(verdicts(world) == verdicts(in_time) for world in worlds)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.sampled_from("hrcwdl")), max_size=14))
def test_whatever_comes_between_a_clock_breaches_once_and_never_while_it_waits(
    steps: list[tuple[int, str]],
) -> None:
    world = Clocked().report("09:00", service_class="simple").dispatched()
    commands: dict[str, tuple[Any, Any]] = {
        "h": (AWAY, SUPERVISOR),
        "r": (c.Release(), LI),
        "c": (c.Comment(text="还没来"), LIN),
        "w": (c.Transfer(engineer="u-wang"), LI),
        "d": (c.Hold(reason="parts"), SUPERVISOR),
    }
    for minutes, step in steps:
        world.wait(minutes=minutes)
        if step == "l":
            world.lapse()
            continue
        command, by = commands[step]
        try:
            world.do(command, by)
        except DomainError:
            world.lapse()
    world.wait(days=30).lapse()
    for clock in world.ticket().clocks:
        of_it = {"clock": clock.kind, "cycle": clock.cycle}
        breaches = world.recorded(SlaBreached, **of_it)
        assert len(breaches) <= 1
        pauses = [fact.event.paused_at for fact in world.recorded(SlaClockPaused, **of_it)]
        ends = [fact.event.resumed_at for fact in world.recorded(SlaClockResumed, **of_it)] + [
            fact.event.stopped_at for fact in world.recorded(SlaClockMet, **of_it)
        ]
        for breach in breaches:
            for since in pauses:
                until = min((end for end in ends if end >= since), default=world.now)
                assert not since < breach.occurred_at < until
    folded = TICKET.fold(None, world.history)
    assert encode_state(folded) == encode_state(TICKET.fold(None, world.history))
    assert encode_state(folded) == encode_state(world.ticket())


@pytest.mark.parametrize("kind", ["acknowledge", "arrive"])
def test_a_clock_is_folded_the_same_twice(kind: str) -> None:
    world = Clocked().report("09:00").dispatched().depart()
    world.at("12:00").arrive(occurred_at=local("10:25"))
    folded = TICKET.fold(None, world.history)
    assert folded == world.ticket()
    assert world.clock(kind).result == "on_time"
