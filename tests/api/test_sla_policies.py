"""Policies over HTTP: new versions, what is strange about them, moving clocks, trying them out."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.expecting import head, nothing_recorded, problem
from tests.running import Sandbox
from tests.scenarios.clocks import clock, dispatched, history, local, people

POLICIES = "/v1/sla/policies"


def default_rows(sandbox: Sandbox) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sandbox.read("admin", f"{POLICIES}/default")["rows"]
    return rows


def with_target(
    rows: list[dict[str, Any]], service_class: str, kind: str, target: str | None
) -> list[dict[str, Any]]:
    """The same rows, but for one target."""
    changed = []
    for row in rows:
        clocks = [
            {**each, "target": target}
            if each["clock"] == kind and row["selector"]["service_class"] == service_class
            else each
            for each in row["clocks"]
        ]
        changed.append({**row, "clocks": clocks})
    return changed


def put(sandbox: Sandbox, rows: Any, policy: str = "default", **more: Any) -> Any:
    headers = more.pop("headers", {})
    who = more.pop("who", "admin")
    body = {"rows": rows} | more
    return sandbox.call(who, "PUT", f"{POLICIES}/{policy}", json=body, headers=headers)


def test_a_new_tenant_has_the_default_pack(sandbox: Sandbox) -> None:
    answer = sandbox.read("admin", POLICIES)
    [default] = answer["items"]
    assert (default["id"], default["version"]) == ("default", 1)
    targets = {
        (row["selector"]["kind"], row["selector"]["service_class"], each["clock"]): each["target"]
        for row in default["rows"]
        for each in row["clocks"]
    }
    assert targets["repair", "emergency", "arrive"] == "PT30M"
    assert targets["repair", "simple", "resolve"] == "PT24H"
    assert targets["repair", "general", "arrive"] == "PT2H"
    assert targets["repair", "complex", "propose"] == "PT48H"
    assert targets["complaint", None, "propose"] == "PT8H"
    found = {(one["code"], one["clock"]) for one in answer["findings"]}
    assert ("sources_disagree", "acknowledge") in found
    assert ("tighter_than_policy", "arrive") in found
    assert all(one["message"] for one in answer["findings"])


def test_what_is_read_can_be_put_again_and_changes_nothing(sandbox: Sandbox) -> None:
    found = sandbox.read("admin", f"{POLICIES}/default")
    same = {name: found[name] for name in ("quiet_hours", "source")}
    with nothing_recorded(sandbox):
        answer = put(sandbox, found["rows"], **same)
    assert answer.status_code == 200, answer.text
    assert (answer.json()["version"], answer.headers["etag"]) == (1, '"v0"')


def test_a_new_version_is_for_the_clocks_that_begin_from_then_on(sandbox: Sandbox) -> None:
    people(sandbox)
    before = sandbox.report("zhang")
    rows = with_target(default_rows(sandbox), "general", "arrive", "PT4H")
    answer = put(sandbox, rows, valid_from="2024-03-05T10:00:00+08:00", who="jingli")
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["version"], made["valid_from"]) == (2, "2024-03-05T02:00:00Z")
    loose = [one for one in made["findings"] if one["code"] == "looser_than_promise"]
    assert ("arrive", "PT4H", "PT2H") in {
        (one["clock"], one["given"], one["said"]) for one in loose
    }
    assert sandbox.read("admin", f"{POLICIES}/default")["version"] == 1, "not yet in force"
    early = sandbox.report("zhang")
    assert clock(early, "arrive")["policy_version"] == 1
    sandbox.at("2024-03-05T10:00:00")
    assert sandbox.read("admin", f"{POLICIES}/default")["version"] == 2
    late = clock(sandbox.report("zhang"), "arrive")
    assert (late["policy_version"], local(late["due_at"])) == (2, "03-05 14:00:00")
    pinned = clock(sandbox.read("zhang", f"/v1/tickets/{before['id']}"), "arrive")
    assert (pinned["policy_version"], local(pinned["due_at"])) == (1, "03-05 11:00:00")
    old = sandbox.read("admin", f"{POLICIES}/default", version=1)
    assert [one["version"] for one in old["versions"]] == [1, 2]


def test_a_version_that_somebody_else_replaced_is_not_overwritten(sandbox: Sandbox) -> None:
    rows = default_rows(sandbox)
    mine = put(
        sandbox, with_target(rows, "general", "arrive", "PT1H"), headers={"If-Match": '"v0"'}
    )
    assert (mine.status_code, mine.headers["etag"]) == (200, '"v1"')
    other = with_target(rows, "general", "arrive", "PT3H")
    problem(put(sandbox, other, headers={"If-Match": '"v0"'}), 412, "version_mismatch")
    key = {"Idempotency-Key": str(uuid4())}
    put(sandbox, other, headers=key)
    again = put(sandbox, other, headers=key)
    assert again.headers["idempotency-replayed"] == "true"
    unchanged = sandbox.call("admin", "GET", POLICIES, headers={"If-None-Match": '"v2"'})
    assert unchanged.status_code == 304


DRILL: dict[str, Any] = {"selector": {"category": "drill"}}


@pytest.mark.parametrize(
    ("row", "code", "pointer"),
    [
        ({"clocks": [{"clock": "nonsense"}]}, "validation_failed", "/rows/0/clocks/0/clock"),
        (
            {"clocks": [{"clock": "arrive", "target": "P1DT2H"}]},
            "validation_failed",
            "/rows/0/clocks/0/target",
        ),
        ({"clocks": [{"clock": "arrive", "target": "PT0S"}]}, "out_of_range", None),
        ({"clocks": [{"clock": "arrive", "target": "PT"}]}, "out_of_range", None),
        (
            {"clocks": [{"clock": "arrive", "target": "PT1H", "calendar_id": "nowhere"}]},
            "calendar_unknown",
            "/rows/0/clocks/0/calendar_id",
        ),
        ({"clocks": [{"clock": "arrive"}, {"clock": "arrive"}]}, "duplicate_entry", None),
        (
            {
                "clocks": [
                    {
                        "clock": "arrive",
                        "target": "PT1H",
                        "escalations": [
                            {"level": 2, "audience": "manager"},
                            {"level": 1, "audience": "admin"},
                        ],
                    }
                ]
            },
            "steps_out_of_order",
            "/rows/0/clocks/0/escalations/1",
        ),
        (
            {
                "selector": {"kind": "repair", "service_class": "general"},
                "clocks": [{"clock": "arrive"}],
            },
            "policy_ambiguous",
            "/rows/0/selector",
        ),
    ],
)
def test_a_policy_that_cannot_be_is_refused(
    sandbox: Sandbox, row: dict[str, Any], code: str, pointer: str | None
) -> None:
    with nothing_recorded(sandbox):
        answer = put(sandbox, [DRILL | row], "drill")
        problem(answer, 422, code, pointer)


def test_who_may_change_policies(sandbox: Sandbox) -> None:
    people(sandbox)
    for who in ("csr", "zhuguan", "zhang", "laowang"):
        assert put(sandbox, [], "vip", who=who).status_code == 403
        migrate = sandbox.call(who, "POST", "/v1/sla/migrate", json={"policy_id": "default"})
        assert migrate.status_code == 403
    assert sandbox.call("csr", "GET", f"{POLICIES}/vip").status_code == 404
    answer = sandbox.call("admin", "POST", "/v1/sla/migrate", json={"policy_id": "vip"})
    problem(answer, 422, "policy_unknown", "/policy_id")


@pytest.fixture
def changed(sandbox: Sandbox) -> Sandbox:
    """Reported at 09:00: two general tickets, of which one is held, and an emergency. At 09:30
    general arrivals are to be within the hour."""
    people(sandbox)
    for _ in range(2):
        dispatched(sandbox, sandbox.report("zhang"))
    sandbox.report("zhang", service_class="emergency")
    [_, held, _] = sandbox.read("csr", "/v1/tickets")["items"]
    sandbox.give("laowang", held, "hold", reason="owner_unavailable")
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
    """Two general tickets of 09:00: to one somebody came after 90 minutes, to one nobody; 12:00."""
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
