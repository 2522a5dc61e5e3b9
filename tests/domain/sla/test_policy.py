"""RecordPolicy, and which row of the policies a matter gets."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.calendars.decider import CALENDAR
from app.domain.errors import NotPermitted, Unacceptable
from app.domain.sla.policy import Matter, PolicyBook, lines_for
from app.domain.sla.policy_book import KEPT_VERSIONS, POLICY_BOOK, SLA_POLICY, RecordPolicy
from app.domain.sla.policy_pack import BEGINNING, DEFAULT_BOOK, ROWS, clock
from app.event_store.codec import decode_state, encode_state
from app.events.base import SYSTEM, Actor, Fact
from app.events.sla_policy import (
    PolicyClock,
    PolicyQuietHours,
    PolicyRow,
    PolicyStep,
    Selector,
    SlaPolicyRecorded,
)
from tests.given_when_then import NOW, Given

ADMIN = Actor(subject="u-guan", role="admin")
MANAGER = Actor(subject="u-ma", role="manager")
CSR = Actor(subject="u-lin", role="csr")
HOUR = 3600
LEAK = Matter(kind="repair", service_class="general", category="leak", community="jinxiu")


def rows(*clocks: PolicyClock, **selector: Any) -> tuple[PolicyRow, ...]:
    return (PolicyRow(selector=Selector(**selector), clocks=clocks),)


def arrive(seconds: int = HOUR) -> PolicyClock:
    return clock("arrive", seconds, "x")


def recorded(**changes: Any) -> SlaPolicyRecorded:
    said: dict[str, Any] = {
        "policy_id": "vip",
        "version": 1,
        "valid_from": NOW,
        "rows": rows(arrive(), tier="vip"),
    }
    return SlaPolicyRecorded(**{**said, **changes})


def book(*events: SlaPolicyRecorded) -> PolicyBook:
    state = SLA_POLICY.fold(None, [Fact(event, NOW, SYSTEM) for event in events])
    return state or DEFAULT_BOOK


def seconds(found: PolicyBook, matter: Matter = LEAK, at: datetime = NOW) -> dict[str, int | None]:
    return {kind: line.clock.seconds for kind, line in lines_for(found, matter, at).items()}


def test_a_new_policy_is_version_1_and_holds_from_now() -> None:
    command = RecordPolicy(policy_id="vip", rows=rows(arrive(), tier="vip"))
    Given(SLA_POLICY).when(command, by=ADMIN).then(recorded())
    Given(SLA_POLICY, recorded()).when(command, by=MANAGER).then_nothing()


def test_the_default_is_version_1_already() -> None:
    command = RecordPolicy(policy_id="default", rows=rows(arrive()), valid_from=NOW)
    then = recorded(policy_id="default", version=2, rows=rows(arrive()))
    Given(SLA_POLICY).when(command, by=ADMIN).then(then)


def test_who_says_what_is_so_already_says_nothing() -> None:
    present = DEFAULT_BOOK.policies[0].latest
    same = RecordPolicy(policy_id="default", rows=ROWS, quiet=present.quiet, source=present.source)
    Given(SLA_POLICY).when(same, by=ADMIN).then_nothing()


def test_policies_are_for_managers() -> None:
    command = RecordPolicy(policy_id="vip", rows=())
    Given(SLA_POLICY).when(command, by=CSR).then_refused("role_not_permitted", NotPermitted)


def test_a_policy_without_rows_promises_nothing_and_is_legal() -> None:
    empty = recorded(policy_id="default", version=2, rows=())
    assert seconds(book(empty)) == {}


BAD = arrive()


@pytest.mark.parametrize(
    ("command_rows", "code", "pointer"),
    [
        (rows(replace(BAD, clock="coffee")), "not_one_of", "/rows/0/clocks/0/clock"),
        (rows(replace(BAD, seconds=0)), "out_of_range", "/rows/0/clocks/0/seconds"),
        (rows(replace(BAD, days=2)), "target_is_twofold", "/rows/0/clocks/0/days"),
        (rows(replace(BAD, seconds=None, days=0)), "out_of_range", "/rows/0/clocks/0/days"),
        (
            rows(replace(BAD, seconds=None, days=2, count_rule="soon")),
            "not_one_of",
            "/rows/0/clocks/0/count_rule",
        ),
        (
            rows(replace(BAD, seconds=None, days=2, cut_off="18h")),
            "malformed",
            "/rows/0/clocks/0/cut_off",
        ),
        (rows(replace(BAD, warn_percent=100)), "out_of_range", "/rows/0/clocks/0/warn_percent"),
        (
            rows(replace(BAD, pausable_reasons=("lunch",))),
            "not_one_of",
            "/rows/0/clocks/0/pausable_reasons/0",
        ),
        (
            rows(replace(BAD, calendar_id="nowhere")),
            "calendar_unknown",
            "/rows/0/clocks/0/calendar_id",
        ),
        (
            rows(
                replace(
                    BAD,
                    escalations=(
                        PolicyStep(level=2, audience="manager", after_seconds=0),
                        PolicyStep(level=1, audience="supervisor", after_seconds=60),
                    ),
                )
            ),
            "steps_out_of_order",
            "/rows/0/clocks/0/escalations/1",
        ),
        (rows(arrive(), arrive()), "duplicate_entry", "/rows/0/clocks"),
        (rows(arrive(), tier="vip") * 2, "duplicate_entry", "/rows"),
        (rows(arrive(), tier=" "), "blank", "/rows/0/selector/tier"),
        (rows(arrive()) * 101, "too_many", "/rows"),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(
    command_rows: tuple[PolicyRow, ...], code: str, pointer: str
) -> None:
    command = RecordPolicy(policy_id="vip", rows=command_rows)
    Given(SLA_POLICY).and_(CALENDAR.stream("nowhere")).when(command, by=ADMIN).then_refused(
        code, Unacceptable, pointer=pointer
    )


@pytest.mark.parametrize(
    ("quiet", "code"),
    [
        (PolicyQuietHours(start="22:00", end="24:00"), "malformed"),
        (PolicyQuietHours(start="22:00", end="22:00"), "empty_interval"),
    ],
)
def test_quiet_hours_are_hours(quiet: PolicyQuietHours, code: str) -> None:
    command = RecordPolicy(policy_id="vip", rows=(), quiet=quiet)
    Given(SLA_POLICY).when(command, by=ADMIN).then_refused(code)


def test_two_policies_for_the_very_same_matters_contradict_each_other() -> None:
    command = RecordPolicy(policy_id="gold", rows=rows(arrive(60), tier="vip"))
    Given(SLA_POLICY, recorded()).when(command, by=ADMIN).then_refused(
        "policy_ambiguous", Unacceptable, pointer="/rows/0/selector", policy="vip"
    )
    other = RecordPolicy(policy_id="gold", rows=rows(clock("resolve", 60, "x"), tier="vip"))
    assert Given(SLA_POLICY, recorded()).when(other, by=ADMIN).events


@pytest.mark.parametrize(
    ("special", "general"),
    [
        ({"tier": "vip"}, {"community": "jinxiu"}),
        (
            {"tier": "vip"},
            {"community": "jinxiu", "category": "leak", "service_class": "general"},
        ),
        ({"community": "jinxiu"}, {"category": "leak"}),
        ({"category": "leak"}, {"service_class": "general", "kind": "repair"}),
        ({"service_class": "general"}, {"kind": "repair"}),
        ({"kind": "repair"}, {}),
        ({"tier": "vip", "kind": "repair"}, {"tier": "vip"}),
    ],
)
def test_the_more_special_criterion_outweighs_the_more_general_ones(
    special: dict[str, str], general: dict[str, str]
) -> None:
    matter = replace(LEAK, tiers=("vip",))
    both = (*rows(arrive(1), **special), *rows(arrive(2), **general))
    for in_order in (both, both[::-1]):
        found = book(recorded(policy_id="default", version=2, rows=in_order))
        assert seconds(found, matter) == {"arrive": 1}


def test_a_row_decides_only_about_the_clocks_that_it_names() -> None:
    found = book(recorded(rows=rows(clock("resolve", 8 * HOUR, "x"), category="leak")))
    assert seconds(found) == {"acknowledge": 900, "arrive": 7200, "resolve": 8 * HOUR}


def test_a_row_may_take_a_clock_away() -> None:
    none = PolicyClock(clock="arrive")
    found = book(recorded(rows=rows(none, category="leak")))
    assert seconds(found) == {"acknowledge": 900}


def test_a_tier_is_for_the_households_that_have_it() -> None:
    found = book(recorded())
    assert seconds(found)["arrive"] == 2 * HOUR
    assert seconds(found, replace(LEAK, tiers=("vip",)))["arrive"] == HOUR


def test_a_version_holds_from_its_instant_on() -> None:
    later = NOW + timedelta(days=1)
    found = book(recorded(policy_id="default", version=2, rows=rows(arrive(1)), valid_from=later))
    assert seconds(found)["arrive"] == 2 * HOUR
    assert seconds(found, at=later) == {"arrive": 1}
    assert found.policies[0].at(BEGINNING - timedelta(days=1)) is None


def test_a_complaint_has_its_row_in_the_pack() -> None:
    complaint = replace(LEAK, kind="complaint")
    lines = lines_for(DEFAULT_BOOK, complaint, NOW)
    assert {kind: (line.clock.seconds, line.clock.calendar_id) for kind, line in lines.items()} == {
        "acknowledge": (900, "always"),
        "propose": (8 * HOUR, "office"),
    }


def test_the_book_stays_bounded_however_often_it_is_changed() -> None:
    versions = [
        recorded(version=n, valid_from=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=n))
        for n in range(1, KEPT_VERSIONS + 20)
    ]
    found = book(*versions)
    policy = found.policy("vip")
    assert policy is not None
    assert len(policy.versions) == KEPT_VERSIONS
    assert policy.latest.version == KEPT_VERSIONS + 19
    assert decode_state(SLA_POLICY.state_type, encode_state(found)) == found


def test_there_is_one_book() -> None:
    assert POLICY_BOOK.id == "sla_policy-book"
