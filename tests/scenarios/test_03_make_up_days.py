"""Scenario 3: 调休. Holidays are closed, make-up days are open."""

from typing import Any

import httpx
import pytest

from tests.running import Sandbox
from tests.scenarios.clocks import clock, local, people

EIGHT_HOURS = [
    ("2024-04-26T17:00", "2024-04-28T17:00"),
    ("2024-04-30T17:30", "2024-05-06T17:30"),
    ("2024-04-03T16:00", "2024-04-07T16:00"),
    ("2024-02-09T17:00", "2024-02-18T17:00"),
    ("2026-09-30T17:00", "2026-10-08T17:00"),
    ("2026-10-09T16:00", "2026-10-10T16:00"),
]
MONDAY_TO_FRIDAY = [
    [{"start": "08:30", "end": "12:00"}, {"start": "13:30", "end": "18:00"}] if day < 5 else []
    for day in range(7)
]


def due(sandbox: Sandbox, start: str, duration: str, calendar: str = "office") -> Any:
    asked = {"calendar_id": calendar, "start": f"{start}:00+08:00", "duration": duration}
    answer = sandbox.call("csr", "POST", "/v1/sla/compute", json=asked)
    assert answer.status_code == 200, answer.text
    return local(answer.json()["due_at"])


def at(text: str) -> str:
    return f"{text[5:].replace('T', ' ')}:00"


@pytest.mark.parametrize(("start", "expected"), EIGHT_HOURS)
def test_eight_hours_of_office_time(sandbox: Sandbox, start: str, expected: str) -> None:
    sandbox.person("csr", "csr")
    assert due(sandbox, start, "PT8H") == at(expected)


def test_a_make_up_saturday_is_open_and_so_is_a_make_up_sunday(sandbox: Sandbox) -> None:
    sandbox.person("csr", "csr")
    assert due(sandbox, "2024-05-11T09:00", "PT2H") == "05-11 11:00:00"
    assert due(sandbox, "2026-09-20T09:00", "PT2H") == "09-20 11:00:00"


def test_a_calendar_that_only_subtracts_holidays_is_wrong(sandbox: Sandbox) -> None:
    sandbox.person("csr", "csr")
    office = sandbox.read("csr", "/v1/calendars/office")
    naive = {
        "week": MONDAY_TO_FRIDAY,
        "exceptions": {"closed": office["exceptions"]["closed"]},
        "provisional_years": office["provisional_years"],
    }
    answer = sandbox.call("admin", "PUT", "/v1/calendars/naive", json=naive)
    assert answer.status_code == 200, answer.text
    told = [due(sandbox, start, "PT8H", "naive") for start, _ in EIGHT_HOURS]
    right = [at(expected) for _, expected in EIGHT_HOURS]
    wrong = [one for one, other in zip(told, right, strict=True) if one != other]
    assert told[0] == "04-29 17:00:00"
    assert len(wrong) >= 4


def test_a_clock_of_the_office_runs_on_a_make_up_day(client: httpx.Client) -> None:
    sandbox = people(Sandbox.open(client, "2024-05-11T09:00:00"))
    policy = {
        "rows": [
            {
                "selector": {"category": "suggestion_box"},
                "clocks": [{"clock": "resolve", "target": "PT2H", "calendar_id": "office"}],
            }
        ]
    }
    answer = sandbox.call("admin", "PUT", "/v1/sla/policies/office-hours", json=policy)
    assert answer.status_code == 200, answer.text
    ticket = sandbox.report("zhang", category="suggestion_box")
    assert local(clock(ticket, "resolve")["due_at"]) == "05-11 11:00:00"
    sandbox.at("2024-05-11T18:30:00")
    ticket = sandbox.report("zhang", category="suggestion_box")
    assert local(clock(ticket, "resolve")["due_at"]) == "05-13 10:30:00"
    sandbox.at("2024-05-13T08:30:00")
    resolve = clock(sandbox.read("csr", f"/v1/tickets/{ticket['id']}"), "resolve")
    assert (resolve["state"], resolve["elapsed"]) == ("running", "PT0S")
    sandbox.at("2024-05-13T11:00:00")
    resolve = clock(sandbox.read("csr", f"/v1/tickets/{ticket['id']}"), "resolve")
    assert (resolve["state"], resolve["overrun"]) == ("breached", "PT30M")
