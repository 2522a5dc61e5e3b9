"""Survey campaigns over HTTP: opened, answered by hand, compared, closed."""

from typing import Any

import pytest

from tests.api.expecting import problem
from tests.running import Sandbox

WAVE = {
    "kind": "nps",
    "scale_id": "nps_0_10",
    "name": "第二季度",
    "community": "jinxiu",
    "from": "2024-03-01",
    "to": "2024-03-31",
    "issued": 100,
}
SCORES = [9] * 18 + [7] * 8 + [6] * 4  # 60 %, 26.67 %, 13.33 %: 46.67 of 30


@pytest.fixture
def office(sandbox: Sandbox) -> Sandbox:
    sandbox.person("csr", "csr")
    sandbox.person("manager", "jingli")
    return sandbox


def opened(office: Sandbox, **changes: Any) -> Any:
    answer = office.call("jingli", "POST", "/v1/surveys/campaigns", json=WAVE | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def vote(office: Sandbox, wave: Any, household: str, score: int | None, **more: Any) -> Any:
    body = {"kind": wave["kind"], "scale_id": wave["scale_id"], "campaign_id": wave["id"]}
    body |= {"household_id": household, "score": score, "channel": "app"}
    return office.call("csr", "POST", "/v1/surveys/responses", json=body | more)


def voted(office: Sandbox, wave: Any, scores: list[int], **more: Any) -> None:
    for n, score in enumerate(scores):
        assert vote(office, wave, f"h-{n}", score, **more).status_code == 201


def test_a_wave_from_its_first_day_to_its_figures(office: Sandbox) -> None:
    wave = opened(office, issued_by_channel={"app": 80, "phone": 20})
    assert (wave["from"], wave["to"]) == ("2024-02-29T16:00:00Z", "2024-03-31T16:00:00Z")
    voted(office, wave, SCORES)
    assert vote(office, wave, "h-0", 9).status_code == 200, "the same vote once more"
    problem(vote(office, wave, "h-0", 0), 409, "survey_answered")
    path = f"/v1/surveys/campaigns/{wave['id']}"
    back = {"bounced": 10, "bounced_by_channel": {"app": 10}}
    assert office.call("csr", "POST", f"{path}/bounces", json=back).status_code == 200
    found = office.read("jingli", "/v1/metrics/nps", campaign_id=wave["id"])
    assert (found["n"], found["value"]) == (30, 46.67)
    assert found["ci95"] == [20.97, 72.36]
    assert (found["promoters"], found["passives"], found["detractors"]) == (18, 8, 4)
    assert found["promoters_percent"] == 60.0
    assert (found["sufficient"], found["label"], found["label_confirmed"]) == (True, None, False)
    assert (found["delivered"], found["response_rate"]) == (90, 33.33)
    assert found["representative"] is True
    [app, phone] = found["by_channel"]
    assert (app["n"], app["response_rate"]) == (30, 42.86)
    assert (phone["n"], phone["value"], phone["response_rate"]) == (0, None, 0.0)
    assert office.call("csr", "POST", f"{path}/close").json()["state"] == "closed"
    problem(vote(office, wave, "h-99", 9), 409, "campaign_closed")
    assert office.read("csr", "/v1/metrics/nps", campaign_id=wave["id"])["n"] == 30


def test_two_waves_are_compared(office: Sandbox) -> None:
    before, after = opened(office, name="第一季度"), opened(office)
    voted(office, before, [9] * 8 + [7] * 4 + [3] * 8)
    voted(office, after, [9] * 16 + [7] * 4)
    found = office.read("jingli", "/v1/metrics/nps", campaign_id=after["id"], against=before["id"])
    change = found["comparison"]
    assert (found["value"], change["value"], change["difference"]) == (80.0, 0.0, 80.0)
    assert change["z"] == pytest.approx(0.8 / ((0.8 / 20) + (0.8 - 0.64) / 20) ** 0.5, abs=1e-4)
    assert change["significant"] is True
    listed = office.read("csr", "/v1/surveys/campaigns", limit=1)
    assert listed["next_cursor"]
    more = office.read("csr", "/v1/surveys/campaigns", limit=1, cursor=listed["next_cursor"])
    assert {each["items"][0]["id"] for each in (listed, more)} == {before["id"], after["id"]}


def test_a_wave_closes_when_its_time_is_over(office: Sandbox) -> None:
    wave = opened(office, to="2024-03-06T00:00:00+08:00")
    office.at("2024-03-06T00:00:00")
    shown = office.read("csr", f"/v1/surveys/campaigns/{wave['id']}")
    assert (shown["state"], shown["closed_at"]) == ("closed", "2024-03-05T16:00:00Z")
    problem(vote(office, wave, "h-1", 9), 409, "campaign_closed")


def test_households_are_invited_and_left_in_peace(office: Sandbox) -> None:
    office.owner("zhang", household="h-1")
    first, second = opened(office), opened(office)
    path = "/v1/surveys/campaigns/{}/invitations"
    body = {"household_ids": ["h-1", "h-2"]}
    invited = office.call("csr", "POST", path.format(first["id"]), json=body).json()
    assert (invited["invited"], invited["skipped"]) == (2, 0)
    again = office.call("csr", "POST", path.format(first["id"]), json=body).json()
    assert again == invited, "whoever was invited is not invited again"
    other = office.call("csr", "POST", path.format(second["id"]), json=body).json()
    assert [each["result"] for each in other["items"]] == ["cool_down", "cool_down"]
    [own] = office.read("zhang", "/v1/surveys")["items"]
    assert office.client.post(own["link"], json={"score": 3}).status_code == 201
    back = f"/v1/surveys/{invited['items'][1]['survey_id']}/bounce"
    bounced = office.call("csr", "POST", back, json={"cause": "unreachable"})
    assert bounced.json()["state"] == "bounced"
    found = office.read("csr", "/v1/metrics/nps", campaign_id=first["id"])
    assert (found["n"], found["detractors"]) == (1, 1)
    assert (found["issued"], found["bounced"], found["response_rate"]) == (100, 1, 1.01)
    closed_loop = body | {"closed_loop": True}
    loop = office.call("csr", "POST", path.format(second["id"]), json=closed_loop).json()
    assert [each["result"] for each in loop["items"]] == ["invited", "cool_down"]


def test_servqual_and_effort_are_counted_on_their_own_scales(office: Sandbox) -> None:
    wave = opened(office, kind="servqual", scale_id="servqual_1_7")
    weights = {"tangibles": 10, "reliability": 50, "responsiveness": 20}
    weights |= {"assurance": 10, "empathy": 10}
    items = [{"expected": 6, "perceived": 5}] * 22
    said = {"items": items, "weights": weights}
    assert vote(office, wave, "h-1", None, **said).status_code == 201
    short = vote(office, wave, "h-2", None, **said | {"items": items[1:]})
    problem(short, 422, "servqual_needs_every_pair", "/items")
    found = office.read("csr", "/v1/metrics/servqual", campaign_id=wave["id"])
    assert (found["n"], found["value"]) == (1, -1.0)
    assert [each["gap"] for each in found["dimensions"]] == [-1.0] * 5
    for scale_id, score in (("ces_1_5_low_good", 2), ("ces2_1_7", 6)):
        body = {"kind": "ces", "scale_id": scale_id, "household_id": "h-1", "score": score}
        answer = office.call("csr", "POST", "/v1/surveys/responses", json=body | {"channel": "app"})
        assert answer.status_code == 201, answer.text
    ces = office.read("csr", "/v1/metrics/ces")
    assert (ces["n"], ces["value"], ces["other_scales"]) == (1, 2.0, {"ces2_1_7": 1})
    assert office.read("csr", "/v1/metrics/ces", scale_id="ces2_1_7")["value"] == 6.0


def test_what_is_not_a_wave_is_refused(office: Sandbox) -> None:
    def tried(who: str, **changes: Any) -> Any:
        return office.call(who, "POST", "/v1/surveys/campaigns", json=WAVE | changes)

    problem(tried("csr", scale_id="csat_1_5"), 422, "scale_mismatch", "/scale_id")
    problem(tried("csr", to="2024-02-01"), 422, "ends_before_start", "/to")
    problem(tried("csr", to="31.3."), 422, "validation_failed", "/to")
    problem(tried("csr", issued=-1), 422, "validation_failed", "/issued")
    office.owner()
    problem(tried("zhang"), 403, "role_not_permitted")
    nobody = "01a1ff9b-0000-7000-8000-000000000000"
    path = f"/v1/metrics/nps?campaign_id={nobody}"
    problem(office.call("csr", "GET", path), 404, "campaign_unknown")
    wave = opened(office)
    path = f"/v1/metrics/csat?campaign_id={wave['id']}"
    problem(office.call("csr", "GET", path), 422, "campaign_of_another_kind", "query:campaign_id")
    problem(office.call("zhang", "GET", "/v1/metrics/nps"), 403, "role_not_permitted")


def test_one_vote_among_answers_that_belong_to_no_wave(office: Sandbox) -> None:
    """Nor does a household of our own staff count."""
    office.person("engineer", "laowang", name="老王")
    home = {"members": [{"subject": "laowang", "name": "老王"}]}
    assert office.call("csr", "PUT", "/v1/households/h-7", json=home).status_code == 200
    for household, score in (("h-1", 0), ("h-1", 10), ("h-2", 8), ("h-7", 10)):
        body = {"kind": "nps", "scale_id": "nps_0_10", "household_id": household, "score": score}
        answer = office.call("csr", "POST", "/v1/surveys/responses", json=body | {"channel": "web"})
        assert answer.json()["answer"]["counted"] is (household != "h-7")
    found = office.read("csr", "/v1/metrics/nps")
    assert (found["n"], found["promoters"], found["passives"]) == (2, 1, 1)


def test_a_sample_is_drawn_by_lot_and_stays_drawn(office: Sandbox) -> None:
    for n in range(8):
        home = {"members": [], "communities": ["jinxiu" if n else "lanting"]}
        office.call("csr", "PUT", f"/v1/households/h-{n}", json=home)
    wave = opened(office)
    path = f"/v1/surveys/campaigns/{wave['id']}/invitations"
    first = office.call("csr", "POST", path, json={"sample_size": 3}).json()
    assert (first["invited"], first["skipped"]) == (3, 0)
    again = office.call("csr", "POST", path, json={"sample_size": 3}).json()
    assert again == first
    more = office.call("csr", "POST", path, json={"sample_size": 100}).json()
    assert {each["household_id"] for each in more["items"]} == {f"h-{n}" for n in range(1, 8)}
    assert [each["household_id"] for each in more["items"]][:3] == [
        each["household_id"] for each in first["items"]
    ]
    for body in ({}, {"sample_size": 1, "household_ids": ["h-1"]}):
        problem(office.call("csr", "POST", path, json=body), 422, "contradictory", "/sample_size")
