"""Migrating running clocks, and simulating policies and calendars on past tickets."""

from typing import Any

import pytest

from tests.api.expecting import head, nothing_recorded, problem
from tests.api.test_sla_policies import DRILL, default_rows, put, with_target
from tests.running import Sandbox
from tests.scenarios.clocks import clock, dispatched, history, local, people


@pytest.fixture
def changed(sandbox: Sandbox) -> Sandbox:
    """Reported at 09:00: two general tickets, one of them on hold, and an emergency. At 09:30
    general arrivals are to be within the hour."""
    people(sandbox)
    for _ in range(2):
        dispatched(sandbox, sandbox.report("zhang"))
    sandbox.report("zhang", service_class="emergency")
    [_, held, _] = sandbox.read("csr", "/v1/tickets")["items"]
    sandbox.person("supervisor", "sun")
    sandbox.give("sun", held, "hold", reason="owner_unavailable")
    sandbox.at("2024-03-05T09:30:00")
    rows = with_target(default_rows(sandbox), "general", "arrive", "PT1H")
    assert put(sandbox, rows).status_code == 200
    return sandbox


def migrate(sandbox: Sandbox, **more: Any) -> Any:
    body = {"policy_id": "default"} | more
    answer = sandbox.call("jingli", "POST", "/v1/sla/migrate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def arrivals(answer: Any) -> list[tuple[str, str | None, str | None]]:
    return [
        (one["number"][-1], local(one["old_due_at"]), local(one["new_due_at"]))
        for one in answer["items"]
        if one["clock"] == "arrive"
    ]


def test_a_migration_is_shown_before_it_is_done(changed: Sandbox) -> None:
    with nothing_recorded(changed):
        shown = migrate(changed, dry_run=True)
    assert (shown["version"], shown["dry_run"], shown["next_cursor"]) == (2, True, None)
    first, second = arrivals(shown)
    assert first == ("1", "03-05 11:00:00", "03-05 10:30:00")
    assert second[0] == "2", "what is held goes on being held"
    assert {one["change"] for one in shown["items"]} == {"retargeted"}
    assert shown["unchanged"] >= 1, "the emergency has the same terms as before"
    done = migrate(changed)
    assert done["items"] == shown["items"]
    assert done["refused"] == []
    [_, _, ticket] = changed.read("csr", "/v1/tickets")["items"]
    arrive = clock(ticket, "arrive")
    assert (local(arrive["due_at"]), arrive["policy_version"]) == ("03-05 10:30:00", 2)
    [retargeted] = history(changed, ticket, "sla_clock_retargeted")
    assert retargeted["data"]["old_policy_version"] == 1


def test_a_migration_given_again_changes_nothing(changed: Sandbox) -> None:
    migrate(changed)
    position = head(changed)
    again = migrate(changed)
    assert (again["items"], head(changed)) == ([], position)


def test_a_migration_may_count_from_the_start(changed: Sandbox) -> None:
    shown = migrate(changed, dry_run=True, mode="retro")
    assert arrivals(shown)[0] == ("1", "03-05 11:00:00", "03-05 10:00:00")
    shown = migrate(changed, dry_run=True, mode="restart")
    assert arrivals(shown)[0] == ("1", "03-05 11:00:00", "03-05 10:30:00")


def test_a_new_version_of_a_calendar_is_migrated_to(sandbox: Sandbox) -> None:
    people(sandbox)
    office = {"clock": "resolve", "target": "PT8H", "calendar_id": "office"}
    put(sandbox, [DRILL | {"clocks": [office]}], "drill")
    ticket = sandbox.report("zhang", category="drill")
    before = clock(ticket, "resolve")["due_at"]
    calendar = sandbox.read("admin", "/v1/calendars/office")
    holiday = {
        **calendar["exceptions"],
        "closed": ["2024-03-06", *calendar["exceptions"]["closed"]],
    }
    body = {"week": calendar["week"], "exceptions": holiday}
    assert sandbox.call("admin", "PUT", "/v1/calendars/office", json=body).status_code == 200
    [moved] = migrate(sandbox, policy_id="drill", mode="retro")["items"]
    assert (moved["old_calendar_version"], moved["new_calendar_version"]) == (1, 2)
    assert moved["old_due_at"] == before
    assert local(moved["old_due_at"]) == "03-06 09:00:00"
    assert local(moved["new_due_at"]) == "03-07 09:00:00"


def simulate(sandbox: Sandbox, **body: Any) -> Any:
    answer = sandbox.call("jingli", "POST", "/v1/sla/simulate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def past(sandbox: Sandbox) -> Sandbox:
    """Two general tickets of 09:00, one with an arrival after 90 minutes, one without; it is
    12:00."""
    people(sandbox)
    for _ in range(2):
        dispatched(sandbox, sandbox.report("zhang"))
    [_, first] = sandbox.read("csr", "/v1/tickets")["items"]
    sandbox.give("laowang", first, "depart", eta="2024-03-05T10:30:00+08:00")
    sandbox.at("2024-03-05T10:30:00")
    sandbox.give("laowang", first, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    sandbox.at("2024-03-05T12:00:00")
    return sandbox


def test_a_stricter_policy_would_have_been_breached_more(past: Sandbox) -> None:
    rows = with_target(default_rows(past), "general", "arrive", "PT1H")
    with nothing_recorded(past):
        tried = simulate(past, draft_policy={"policy_id": "default", "rows": rows})
    assert (tried["clocks"], tried["moved"]) == (4, 2)
    assert (tried["breaches_gained"], tried["breaches_lost"]) == (1, 0)
    second, first = (one for one in tried["items"] if one["clock"] == "arrive")
    assert (first["old_breached"], first["new_breached"]) == (False, True)
    assert local(first["old_due_at"]) == "03-05 11:00:00"
    assert local(first["new_due_at"]) == "03-05 10:00:00"
    assert (second["old_breached"], second["new_breached"]) == (True, True)


def test_a_looser_policy_would_have_been_breached_less(past: Sandbox) -> None:
    rows = with_target(default_rows(past), "general", "arrive", "PT4H")
    tried = simulate(past, draft_policy={"rows": rows}, filter={"clock": "arrive"})
    assert (tried["clocks"], tried["breaches_gained"], tried["breaches_lost"]) == (2, 0, 1)
    rows = with_target(default_rows(past), "general", "arrive", None)
    tried = simulate(past, draft_policy={"rows": rows}, filter={"clock": "arrive"})
    assert {one["new_due_at"] for one in tried["items"]} == {None}


def test_a_clock_that_there_never_was_is_tried_out_too(past: Sandbox) -> None:
    draft = {"policy_id": "more", "rows": [{"clocks": [{"clock": "resolve", "target": "PT3H"}]}]}
    tried = simulate(past, draft_policy=draft, filter={"clock": "resolve"})
    assert [(one["old_due_at"], local(one["new_due_at"])) for one in tried["items"]] == [
        (None, "03-05 12:00:00"),
        (None, "03-05 12:00:00"),
    ]
    assert tried["breaches_gained"] == 0, "who is on time to the second is on time"
    past.at("2024-03-05T12:00:01")
    tried = simulate(past, draft_policy=draft, filter={"clock": "resolve"})
    assert tried["breaches_gained"] == 2


def test_a_calendar_is_tried_out(past: Sandbox) -> None:
    closed = [{"start": "13:30", "end": "18:00"}]
    draft = {"calendar_id": "office", "week": [closed] * 7}
    rows = [DRILL | {"selector": {"category": "leak"}, "clocks": [OFFICE_ARRIVAL]}]
    tried = simulate(
        past,
        draft_policy={"policy_id": "leaks", "rows": rows},
        draft_calendar=draft,
        filter={"clock": "arrive"},
    )
    assert {local(one["new_due_at"]) for one in tried["items"]} == {"03-05 15:30:00"}
    assert (tried["breaches_gained"], tried["breaches_lost"]) == (0, 1)


OFFICE_ARRIVAL = {"clock": "arrive", "target": "PT2H", "calendar_id": "office"}


def test_a_simulation_is_of_the_tickets_that_are_asked_for(past: Sandbox) -> None:
    rows = default_rows(past)
    draft = {"rows": rows}
    for more, count in (
        ({"filter": {"service_class": "simple"}}, 0),
        ({"filter": {"category": "leak"}}, 4),
        ({"filter": {"category": "lighting"}}, 0),
        ({"window": {"from": "2024-03-05T09:00:01+08:00"}}, 0),
        ({"window": {"to": "2024-03-05T09:00:01+08:00"}}, 4),
    ):
        tried = simulate(past, draft_policy=draft, **more)
        assert (tried["clocks"], tried["moved"]) == (count, 0)


@pytest.mark.parametrize(
    ("body", "code", "pointer"),
    [
        ({}, "required", "/draft_policy"),
        (
            {"draft_calendar": {"calendar_id": "x", "week": [[]] * 7}},
            "calendar_never_open",
            "/draft_calendar/week",
        ),
        (
            {
                "draft_calendar": {
                    "calendar_id": "always",
                    "week": [[{"start": "08:00", "end": "09:00"}]] * 7,
                }
            },
            "calendar_never_changes",
            None,
        ),
        (
            {
                "draft_policy": {
                    "rows": [{"clocks": [{"clock": "arrive", "calendar_id": "nowhere"}]}]
                }
            },
            "calendar_unknown",
            "/draft_policy/rows/0/clocks/0/calendar_id",
        ),
    ],
)
def test_a_draft_that_cannot_be_is_refused(
    sandbox: Sandbox, body: dict[str, Any], code: str, pointer: str | None
) -> None:
    answer = sandbox.call("admin", "POST", "/v1/sla/simulate", json=body)
    problem(answer, 422, code, pointer)
