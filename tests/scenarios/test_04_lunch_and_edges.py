"""Scenario 4: the lunch break, the ends of the day, and invalid calendars."""

from typing import Any

import pytest

from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox
from tests.scenarios.clocks import local

MORNING, AFTERNOON = {"start": "08:30", "end": "12:00"}, {"start": "13:30", "end": "18:00"}
CLOSED: list[Any] = [[] for _ in range(7)]


@pytest.mark.parametrize(
    ("start", "duration", "expected"),
    [
        ("2024-03-05T12:30:00", "PT30M", "03-05 14:00:00"),
        ("2024-03-05T11:50:00", "PT15M", "03-05 13:35:00"),
        ("2024-03-11T09:30:00", "PT7H", "03-11 18:00:00"),
    ],
)
def test_due_times_around_lunch(sandbox: Sandbox, start: str, duration: str, expected: str) -> None:
    asked = {"calendar_id": "office", "start": f"{start}+08:00", "duration": duration}
    answer = sandbox.call("admin", "POST", "/v1/sla/compute", json=asked)
    assert local(answer.json()["due_at"]) == expected
    back = {"calendar_id": "office", "from": asked["start"], "to": answer.json()["due_at"]}
    answer = sandbox.call("admin", "POST", "/v1/sla/compute", json=back)
    assert answer.json() == {"elapsed": duration}


def put(sandbox: Sandbox, **calendar: Any) -> Any:
    return sandbox.call("admin", "PUT", "/v1/calendars/shop", json=calendar)


def test_a_day_may_have_two_intervals(sandbox: Sandbox) -> None:
    answer = put(sandbox, week=[[MORNING, AFTERNOON], *CLOSED[1:]])
    assert answer.status_code == 200, answer.text
    assert answer.json()["week"][0] == [MORNING, AFTERNOON]
    asked = {
        "calendar_id": "shop",
        "start": "2024-03-11T11:30:00+08:00",
        "duration": "PT1H",
    }
    due = sandbox.call("admin", "POST", "/v1/sla/compute", json=asked).json()
    assert local(due["due_at"]) == "03-11 14:00:00"


def test_intervals_that_overlap_are_refused(sandbox: Sandbox) -> None:
    overlapping = {"start": "11:59", "end": "13:00"}
    with nothing_recorded(sandbox):
        answer = put(sandbox, week=[[MORNING, overlapping], *CLOSED[1:]])
        problem(answer, 422, "intervals_overlap", "/week/0/1")


def test_a_calendar_that_is_never_open_is_refused(sandbox: Sandbox) -> None:
    with nothing_recorded(sandbox):
        problem(put(sandbox, week=CLOSED), 422, "calendar_never_open", "/week")
