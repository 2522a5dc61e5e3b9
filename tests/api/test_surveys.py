"""Surveys over HTTP: issued on completion, answered once by link or by hand, counted in figures."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.expecting import nothing_recorded, problem
from tests.running import Sandbox, new_key
from tests.scenarios.clocks import dispatched, history, people

PUBLIC = "/v1/surveys/answers"


@pytest.fixture
def done(sandbox: Sandbox) -> Any:
    """A repair whose work is completed."""
    people(sandbox)
    return sandbox.work("laowang", dispatched(sandbox, sandbox.report("zhang")))


def asked(sandbox: Sandbox, ticket: Any, who: str = "zhang") -> list[Any]:
    items: list[Any] = sandbox.read(who, "/v1/surveys", ticket_id=ticket["id"])["items"]
    return items


def answer(sandbox: Sandbox, token: str, **body: Any) -> httpx.Response:
    """Without Authorization, as the holder of the link."""
    return sandbox.client.post(f"{PUBLIC}/{token}", json={"score": 5} | body)


def test_completion_asks_the_household_once_and_the_link_is_answered_once(
    sandbox: Sandbox, done: Any
) -> None:
    [survey] = asked(sandbox, done)
    assert (survey["kind"], survey["scale_id"], survey["cycle"]) == ("csat", "csat_1_5", 1)
    assert (survey["state"], survey["answer"]) == ("issued", None)
    assert survey["expires_at"] == "2024-03-12T01:00:00Z"
    opened = sandbox.client.get(survey["link"])
    assert opened.status_code == 200
    assert opened.json() == {
        "kind": "csat",
        "scale_id": "csat_1_5",
        "low": 1,
        "high": 5,
        "low_is_good": False,
        "state": "issued",
        "expires_at": survey["expires_at"],
        "score": None,
    }
    first = answer(sandbox, survey["token"], tags=["师傅态度好"], text="很快", channel="app")
    assert first.status_code == 201, first.text
    again = answer(sandbox, survey["token"], tags=["师傅态度好"], text="很快", channel="app")
    assert (again.status_code, again.json()) == (200, first.json())
    problem(answer(sandbox, survey["token"], score=1), 409, "survey_answered")
    by_hand = {"kind": "csat", "scale_id": "csat_1_5", "ticket_id": done["id"], "channel": "phone"}
    late = sandbox.call("csr", "POST", "/v1/surveys/responses", json=by_hand | {"score": 1})
    problem(late, 409, "survey_answered")
    [survey] = asked(sandbox, done, "csr")
    given = survey["answer"]
    assert (given["score"], given["text"], given["way"]) == (5, "很快", "token")
    assert (survey["token"], survey["state"]) == (None, "answered")
    found = sandbox.read("csr", "/v1/metrics/csat")
    assert (found["n"], found["value"], found["response_rate"]) == (1, 100.0, 100.0)
    assert found["reasons"] == [{"tag": "师傅态度好", "n": 1}]
    assert (found["sufficient"], found["rule"]) == (False, "top_2_box")
    felt = sandbox.read("zhang", f"/v1/tickets/{done['id']}/experience")
    assert [(each["touchpoint"], each["score"]) for each in felt["points"]] == [("completion", 10)]


def test_asking_leaves_the_ticket_alone(sandbox: Sandbox, done: Any) -> None:
    """The version read at completion is still valid for signing."""
    [survey] = asked(sandbox, done)
    told = history(sandbox, done, "notification_queued")
    assert "survey_issued" not in {each["data"]["template"] for each in told}
    events = sandbox.read("admin", "/v1/events", stream_id=f"survey-{survey['id']}")["items"]
    assert [each["type"] for each in events] == ["survey_issued", "notification_queued"]
    [completed] = history(sandbox, done, "work_completed")
    assert {each["causation_id"] for each in events} == {completed["id"]}


def test_links_are_for_the_household_and_for_who_sends_them(sandbox: Sandbox, done: Any) -> None:
    sandbox.owner("li", household="h-9")
    sandbox.person("auditor", "shenji")
    tokens = {who: asked(sandbox, done, who)[0]["token"] for who in ("zhang", "csr", "shenji")}
    assert tokens["zhang"] == tokens["csr"]
    assert tokens["shenji"] is None
    path = f"/v1/surveys?ticket_id={done['id']}"
    problem(sandbox.call("li", "GET", path), 404, "ticket_not_found")
    problem(sandbox.call("laowang", "GET", path), 403, "role_not_permitted")
    survey = asked(sandbox, done)[0]
    problem(sandbox.call("li", "GET", f"/v1/surveys/{survey['id']}"), 404, "survey_unknown")
    assert sandbox.read("li", "/v1/surveys")["items"] == []


def test_a_made_up_link_opens_nothing(sandbox: Sandbox, done: Any) -> None:
    token = asked(sandbox, done)[0]["token"]
    with nothing_recorded(sandbox):
        for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", "A" * 64):
            problem(answer(sandbox, wrong), 404, "survey_unknown")
            problem(sandbox.client.get(f"{PUBLIC}/{wrong}"), 404, "survey_unknown")


WRONG: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"score": 6}, "out_of_range", "/score"),
    ({"score": 0}, "out_of_range", "/score"),
    ({"score": 4.5}, "not_an_integer", "/score"),
    ({"score": "5"}, "not_an_integer", "/score"),
    ({"score": None}, "required", "/score"),
    ({"channel": "pigeon"}, "not_one_of", "/channel"),
    ({"household_id": "h-9"}, "unknown_field", "/household_id"),
)


def test_only_whole_scores_on_the_scale(sandbox: Sandbox, done: Any) -> None:
    token = asked(sandbox, done)[0]["token"]
    with nothing_recorded(sandbox):
        for body, code, pointer in WRONG:
            refused = answer(sandbox, token, **body)
            assert refused.status_code == 422, refused.text
            errors = {(each["code"], each["pointer"]) for each in refused.json()["errors"]}
            assert (code, pointer) in errors, refused.text


def test_a_link_is_rate_limited_and_takes_no_long_text(sandbox: Sandbox, done: Any) -> None:
    token = asked(sandbox, done)[0]["token"]
    too_long = answer(sandbox, token, text="长" * 9000)
    problem(too_long, 413, "too_large")
    statuses = [sandbox.client.get(f"{PUBLIC}/{token}").status_code for _ in range(30)]
    assert set(statuses) == {200, 429}
    refused = sandbox.client.get(f"{PUBLIC}/{token}")
    problem(refused, 429, "too_many_requests")
    assert int(refused.headers["retry-after"]) >= 1


def test_a_link_expires_and_the_telephone_does_not(sandbox: Sandbox, done: Any) -> None:
    token = asked(sandbox, done)[0]["token"]
    sandbox.at("2024-03-12T09:00:01")
    problem(answer(sandbox, token), 409, "survey_expired")
    body = {"kind": "csat", "scale_id": "csat_1_5", "ticket_id": done["id"], "channel": "phone"}
    said = sandbox.call("csr", "POST", "/v1/surveys/responses", json=body | {"score": 4})
    assert said.status_code == 201, said.text
    assert said.headers["location"] == f"/v1/surveys/{said.json()['id']}"


def test_a_key_stands_for_one_answer(sandbox: Sandbox, done: Any) -> None:
    token, key = asked(sandbox, done)[0]["token"], {"Idempotency-Key": new_key()}
    sent = [
        sandbox.client.post(f"{PUBLIC}/{token}", json={"score": 4}, headers=key) for _ in range(2)
    ]
    assert [each.status_code for each in sent] == [201, 201]
    assert sent[1].headers["idempotency-replayed"] == "true"
    other = sandbox.client.post(f"{PUBLIC}/{token}", json={"score": 5}, headers=key)
    problem(other, 422, "idempotency_key_reused")


def test_the_dissatisfied_are_called_back_within_24_hours(sandbox: Sandbox, done: Any) -> None:
    assert answer(sandbox, asked(sandbox, done)[0]["token"], score=2).status_code == 201
    sandbox.at("2024-03-05T09:05:00")
    found = sandbox.read("zhuguan", "/v1/tickets", kind="follow_up")["items"]
    [call] = [each for each in found if each["category"] == "callback"]
    [clock] = [each for each in call["clocks"] if each["kind"] == "follow_up"]
    assert clock["due_at"] == "2024-03-06T01:00:00Z"
    assert {link["ticket_id"] for link in call["links"]} == {done["id"]}


def test_an_owner_scores_what_it_was_like(sandbox: Sandbox, done: Any) -> None:
    path = f"/v1/tickets/{done['id']}/experience"
    for touchpoint, score in (("report", 3), ("arrival", 2), ("completion", 9)):
        body = {"touchpoint": touchpoint, "score": score}
        assert sandbox.call("zhang", "POST", path, json=body).status_code == 200
    felt = sandbox.read("csr", path)
    assert (felt["peak"]["score"], felt["end"]["score"], felt["peak_end"]) == (9, 9, 9.0)
    assert [each["score"] for each in felt["pains"]] == [3, 2]
    assert felt["lowest"]["label"] == "上门"
    problem(sandbox.call("laowang", "GET", path), 403, "role_not_permitted")
    body = {"touchpoint": "repair", "score": 10}
    problem(sandbox.call("laowang", "POST", path, json=body), 403, "role_not_permitted")
    problem(sandbox.call("csr", "POST", path, json=body | {"score": 11}), 422, "out_of_range")


def test_every_cycle_is_asked_about_and_the_first_answer_stays(sandbox: Sandbox, done: Any) -> None:
    [first] = asked(sandbox, done)
    assert answer(sandbox, first["token"], score=4).status_code == 201
    sandbox.give("zhang", done, "sign-completion")
    reopened = sandbox.give("zhang", done, "reopen", reason="又漏了")
    sandbox.give("dispatcher", reopened, "assign", engineer="laowang")
    sandbox.work("laowang", sandbox.give("laowang", reopened, "accept"))
    by_cycle = {each["cycle"]: each for each in asked(sandbox, done)}
    assert {cycle: each["state"] for cycle, each in by_cycle.items()} == {
        1: "answered",
        2: "issued",
    }
    assert by_cycle[1]["answer"]["score"] == 4
    assert answer(sandbox, by_cycle[2]["token"], score=1).status_code == 201
    problem(answer(sandbox, first["token"], score=1), 409, "survey_answered")
    found = sandbox.read("zhuguan", "/v1/metrics/csat", engineer="laowang")
    assert (found["n"], found["value"], found["dissatisfied"]) == (2, 50.0, 1)
    own = sandbox.read("laowang", "/v1/metrics/csat")
    assert (own["n"], own["withheld"], own["value"], own["reasons"]) == (2, True, None, [])
    curve = sandbox.read("zhuguan", "/v1/metrics/experience")["items"]
    assert [(each["touchpoint"], each["n"], each["value"]) for each in curve] == [
        ("completion", 2, 4.5)
    ]
    assert sandbox.read("zhuguan", "/v1/metrics/keywords") == {"n": 0, "items": []}


def test_what_is_said_on_the_telephone_is_the_rating(sandbox: Sandbox, done: Any) -> None:
    found = sandbox.read("csr", "/v1/tickets", kind="follow_up")["items"]
    [call] = [each for each in found if each["category"] == "satisfaction"]
    token = asked(sandbox, done)[0]["token"]
    sandbox.give("csr", call, "attempt", call_id="c-1")
    sandbox.give("csr", call, "complete-follow-up", outcome="satisfied", score=4, text="挺好")
    sandbox.at("2024-03-05T09:05:00")
    [survey] = asked(sandbox, done, "csr")
    said = survey["answer"]
    assert (said["way"], said["score"], said["text"]) == ("follow_up", 4, "挺好")
    problem(answer(sandbox, token, score=5), 409, "survey_answered")


def test_of_many_answers_at_once_one_stands(sandbox: Sandbox, done: Any) -> None:
    token = asked(sandbox, done)[0]["token"]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda n: answer(sandbox, token, score=4 + n % 2), range(8)))
    statuses = Counter(each.status_code for each in sent)
    assert statuses == {201: 1, 200: 3, 409: 4}
    [first] = [each for each in sent if each.status_code == 201]
    [survey] = asked(sandbox, done)
    assert survey["answer"]["score"] == first.json()["score"]
    assert sandbox.read("csr", "/v1/metrics/csat")["n"] == 1
