"""Counts the units of a building with the same trouble (docs/domain.md §5.1): the riser may be the
cause, not the taps. Appended together with a fingerprint; opens the one problem of the building."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Never, assert_never

from msgspec.structs import replace

from app.domain.decider import Decider, Given, On
from app.domain.fingerprint.keys import rollup_of, unit_key
from app.domain.problem.recurring import describe_place, open_automatically, record_recurrence
from app.events.base import Fact, Value
from app.events.problem import Place
from app.events.rollup import RollupAttached, RollupEvent, UnitAffected
from app.events.ticket import Location

COUNTED = timedelta(days=180)  # docs/domain.md §5.1
DAY = timedelta(days=1)
ENOUGH = 3  # docs/domain.md §5.1: distinct units
KEPT = 50  # units kept in the state


class AffectedUnit(Value, frozen=True, kw_only=True):
    """A unit and its last report of a repair."""

    key: str
    ticket_id: str
    at: datetime


class Rollup(Value, frozen=True, kw_only=True):
    units: tuple[AffectedUnit, ...] = ()
    problem_id: str | None = None

    def knows(self, key: str, at: datetime) -> bool:
        """Whether the unit was counted within a day already."""
        return any(each.key == key and abs(at - each.at) < DAY for each in self.units)


def unit_affected(ticket_id: str, location: Location, category: str, given: Given) -> Sequence[On]:
    """The events of a repair report on the building's rollup and on its problem."""
    key = rollup_of(location, category)
    if key is None:
        return []
    stream = ROLLUP.stream(key)
    if given.read(stream).knows(unit_key(location), given.occurred_at):
        return []
    affected = UnitAffected(unit_key=unit_key(location), ticket_id=ticket_id)
    state = evolve(given.read(stream), Fact(affected, given.occurred_at, given.actor))
    recent = [each for each in state.units if given.occurred_at - each.at <= COUNTED]
    events = [On(stream, affected)]
    if state.problem_id is not None:
        events += record_recurrence(given, state.problem_id, ticket_id, len(recent))
    elif len(recent) >= ENOUGH:
        place = Place(
            community=location.community,
            building=location.building,
            component=location.component,
            category=category,
        )
        opened = open_automatically(
            given,
            source="rollup",
            statement=f"{describe_place(place, given)}：同一栋楼 {len(recent)} 户报修",
            ticket_ids=tuple(each.ticket_id for each in recent),
            place=place,
            rollup=key,
            occurrences=len(recent),
            within_days=(given.occurred_at - recent[0].at).days,
        )
        events += [On(stream, RollupAttached(problem_id=opened.event.problem_id)), opened]
    return events


def decide(command: Never, _state: Rollup, _given: Given) -> Sequence[RollupEvent]:
    assert_never(command)


def evolve(state: Rollup, fact: Fact[RollupEvent]) -> Rollup:
    match fact.event:
        case UnitAffected(unit_key=key, ticket_id=ticket_id):
            others = [each for each in state.units if each.key != key]
            unit = AffectedUnit(key=key, ticket_id=ticket_id, at=fact.occurred_at)
            in_order = sorted([*others, unit], key=lambda each: each.at)
            return replace(state, units=tuple(in_order[-KEPT:]))
        case RollupAttached(problem_id=problem_id):
            return replace(state, problem_id=problem_id)


ROLLUP: Decider[Never, Rollup] = Decider(
    category="rollup",
    initial=Rollup(),
    state_type=Rollup,
    decide=decide,
    evolve=evolve,
)
