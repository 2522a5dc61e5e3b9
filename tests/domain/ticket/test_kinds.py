"""The kinds of tickets: what each says has to hold together, whichever are added."""

from typing import get_args

import pytest

from app.domain.sla import clock
from app.domain.ticket.access.permissions import PERMITTED
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.kinds import KINDS, TicketKind
from app.events.ticket import TicketEvent
from tests.domain.ticket.world import EVERYBODY

EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
EVENTS = set(get_args(TicketEvent))


@EACH
def test_a_kind_names_no_other_status_than_its_own(kind: TicketKind) -> None:
    named = {status for rule in kind.rules.values() for status in (*rule.when, *rule.no_op)}
    assert named | kind.terminal | kind.done | kind.carried | {kind.initial_status} <= set(
        kind.labels
    )
    assert not kind.terminal & kind.done
    assert kind.initial_status in kind.open


@EACH
def test_every_status_of_a_kind_is_named_in_both_languages(kind: TicketKind) -> None:
    assert all(label.zh and label.en for label in kind.labels.values())
    assert kind.title_zh
    assert kind.title_en


@EACH
def test_a_command_is_never_new_and_a_repeat_at_once(kind: TicketKind) -> None:
    for command, rule in kind.rules.items():
        assert not rule.when & rule.no_op, command
        assert rule.who <= {actor.role for actor in EVERYBODY}, command


@EACH
def test_clocks_are_started_stopped_and_ended_by_facts(kind: TicketKind) -> None:
    assert {*kind.starts, *kind.stops} <= set(clock.KINDS)
    told = [*kind.starts.values(), *kind.stops.values(), tuple(kind.ends)]
    assert {fact for facts in told for fact in facts} <= EVENTS


@EACH
def test_no_clock_starts_that_nothing_stops(kind: TicketKind) -> None:
    assert set(kind.starts) <= set(kind.stops)


def test_no_two_kinds_share_a_letter_or_a_name() -> None:
    assert len({kind.number_letter for kind in KINDS.values()}) == len(KINDS)
    assert {kind.name for kind in KINDS.values()} == set(KINDS)


def test_every_command_is_known_to_some_kind() -> None:
    known = {command for kind in KINDS.values() for command in kind.rules}
    assert known == set(get_args(c.TicketCommand)) == set(PERMITTED)
