"""What a rule is given of the names in a command, by the communities of who gives it (ADR 0033)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from msgspec import structs

from app.domain.decider import Decider, Evidence, Given, NeedsStream, Stream
from app.domain.named import decide_in_reach, names_of
from app.domain.problem.commands import OpenProblem
from app.domain.records.staff import STAFF, StaffMember
from app.domain.ticket.commands.complaint import Lodging
from app.domain.ticket.commands.ticket import Assign, ReportTicket
from app.domain.ticket.decider import TICKET
from app.events.base import Actor
from app.events.ticket import Location

NOW = datetime(2024, 3, 5, 1, tzinfo=UTC)


def given(*communities: str, **states: Any) -> Given:
    return Given(
        actor=Actor(subject="lin", role="csr"),
        now=NOW,
        occurred_at=NOW,
        zone=ZoneInfo("Asia/Shanghai"),
        communities=communities,
        states={each.replace("_", "-"): state for each, state in states.items()},
        nonce="n" * 32,
    )


def member(subject: str, *communities: str) -> StaffMember:
    return StaffMember(
        subject=subject,
        name=subject,
        phone=None,
        roles=(),
        skills=(),
        certifications=(),
        max_load=5,
        communities=communities,
        active=True,
    )


def decided(command: Any, sent: Given) -> tuple[Any, Mapping[str, Any]]:
    """The command that the rule is given, and the states."""
    seen: list[tuple[Any, Mapping[str, Any]]] = []

    def decide(command: Any, _state: Any, given: Given) -> list[Any]:
        seen.append((command, given.states))
        return []

    spy = cast(Decider[Any, Any], replace(TICKET, decide=decide))
    decide_in_reach(Stream(spy, "t-1"), command, None, sent)
    return seen[0]


def test_for_the_whole_company_nothing_is_looked_at() -> None:
    command = Assign(engineer="wang")
    assert names_of(command, given()) == []
    assert decided(command, given())[0] is command


def test_what_is_named_is_loaded_with_the_command() -> None:
    lodging = Lodging(subject_of_complaint="wang", quotes=("t-2", "t-3"))
    report = ReportTicket(
        ticket_id="t-1",
        kind="complaint",
        category="service",
        channel="phone",
        location=Location(community="a"),
        household_id="h",
        photo_ids=("p",),
        complaint=lodging,
    )
    sent = structs.replace(given("a"), evidence=Evidence(photo_id="q"))
    assert {each.id for each in names_of(report, sent)} == {
        *("ticket-t-1", "ticket-t-2", "ticket-t-3", "staff-wang", "household-h"),
        *("attachment-p", "attachment-q"),
    }
    with pytest.raises(NeedsStream):
        decided(report, sent)


@pytest.mark.parametrize(
    ("works_in", "is_named"), [((), True), (("a",), True), (("b",), False), (("a", "b"), True)]
)
def test_staff_out_of_reach_are_given_a_name_of_nothing(
    *, works_in: tuple[str, ...], is_named: bool
) -> None:
    command, states = decided(
        Assign(engineer="wang"), given("a", staff_wang=member("wang", *works_in))
    )
    assert (command.engineer == "wang") is is_named
    assert is_named or states[STAFF.stream(command.engineer).id] is None


def test_a_name_of_nothing_stays() -> None:
    assert decided(Assign(engineer="wang"), given("a", staff_wang=None))[0].engineer == "wang"


def test_two_names_out_of_reach_stay_two_and_one_stays_one() -> None:
    far = type("Far", (), {"complaint": None, "location": Location(community="b")})()
    sent = given("a", **{"ticket_t1": far, "ticket_t2": far})
    command, _ = decided(
        OpenProblem(problem_id="p", statement="s", ticket_ids=("t1", "t2", "t1")), sent
    )
    first, second, third = command.ticket_ids
    assert first == third != second
    assert not {"t1", "t2"} & {first, second}


class Watched(dict[str, Any]):
    """As the command handler's: what was read and changes meanwhile is decided again."""

    def __init__(self, states: Mapping[str, Any]) -> None:
        super().__init__(states)
        self.read = set[str]()

    def __getitem__(self, stream_id: str) -> Any:
        self.read.add(stream_id)
        return super().__getitem__(stream_id)


@pytest.mark.parametrize("communities", [(), ("jinxiu",)])
def test_the_handler_sees_what_a_rule_reads(communities: tuple[str, ...]) -> None:
    other = STAFF.stream("other")

    def decide(_command: Any, _state: Any, given: Given) -> list[Any]:
        given.read(other)
        return []

    states = Watched({"staff-wang": member("wang", "jinxiu"), other.id: None})
    reader = cast(Decider[Any, Any], replace(TICKET, decide=decide))
    sent = structs.replace(given(*communities), states=states)
    decide_in_reach(Stream(reader, "t-1"), Assign(engineer="wang"), None, sent)
    assert other.id in states.read
