"""The contract's examples, sent unchanged by the people of the demo tenant to a sandbox. None is
refused for its content; those that create something succeed."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from app.cli.demo import HOUSEHOLD, PEOPLE
from app.pages.contract.parameters import EXAMPLES
from tests.api.test_contract import peopled
from tests.running import ADMIN_KEY, Sandbox

METHODS = ("get", "put", "post")
JSON = "application/json"
A_TICKET = str(EXAMPLES["ticket_id"])  # what a body names another ticket by
# What needs nothing but what every tenant has.
MADE = {
    "report_ticket",
    "put_staff",
    "put_household",
    "put_checklist",
    "put_category",
    "put_policy",
    "put_calendar",
    "put_rule",
    "put_authority",
    "open_campaign",
    "record_response",
    "record_referral",
    "open_problem",
    "start_series",
    "issue_api_key",
    "open_tenant",
    "make_sandbox_token",
    "move_sandbox_clock",
    "compute_time",
    "migrate_clocks",
    "simulate_policy",
    "try_rule",
}
NOT_THE_BODY = {401, 403}  # somebody else may
OF_THE_TICKET = {"unknown_clock"}  # which clocks there are depends on its kind


class Sent:
    """One operation of the contract with its example request."""

    def __init__(self, path: str, method: str, operation: dict[str, Any]) -> None:
        self.id: str = operation["operationId"]
        self.method = method.upper()
        self._path = path
        self._examples = {
            (each["in"], each["name"]): str(each["example"])
            for each in operation.get("parameters", ())
            if "example" in each
        }
        content = operation.get("requestBody", {}).get("content", {})
        self.body = content.get(JSON, {}).get("example")
        self._barred = set[str]()
        self.is_form = bool(content) and JSON not in content

    def by(
        self, sandbox: Sandbox, who: str, headers: Mapping[str, str] | None = None, /, **ids: str
    ) -> httpx.Response:
        query = {name: v for (place, name), v in self._examples.items() if place == "query"}
        url = re.sub(r"{(\w+)}", lambda m: ids.get(m[1], self._examples["path", m[1]]), self._path)
        body = json.dumps(self.body).replace(A_TICKET, ids.get("another", A_TICKET))
        sent = {} if self.body is None else {"content": body}
        headers = {"content-type": JSON} | dict(headers or {}) if sent else dict(headers or {})
        return sandbox.call(who, self.method, url, params=query or None, headers=headers, **sent)

    def by_one_who_may(self, sandbox: Sandbox, turn: int, **ids: str) -> httpx.Response:
        """By each permitted role in turn, as found by `by_whoever_may`."""
        allowed = [who for who in sandbox.tokens if who not in self._barred]
        return self.by(sandbox, allowed[turn % len(allowed)], **ids)

    def by_whoever_may(self, sandbox: Sandbox, **ids: str) -> list[httpx.Response]:
        answers = {
            who: self.by(sandbox, who, **ids) for who in sandbox.tokens if who not in self._barred
        }
        self._barred |= {
            who
            for who, answer in answers.items()
            if answer.status_code in NOT_THE_BODY
            and answer.json()["code"] in ("role_not_permitted", "token_malformed")
        }
        return [each for each in answers.values() if each.status_code not in NOT_THE_BODY]


@pytest.fixture
def demo(sandbox: Sandbox) -> Sandbox:
    """A sandbox with the people of the demo tenant, and the operator."""
    for subject, (role, name) in PEOPLE.items():
        home = {"household_id": HOUSEHOLD} if role == "owner" else {}
        sandbox.person(role, subject, name=name, **home)
    sandbox.tokens["operator"] = ADMIN_KEY
    return sandbox


@pytest.fixture
def sent(client: httpx.Client) -> list[Sent]:
    paths = client.get("/openapi.json").json()["paths"]
    return [
        Sent(path, method, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def refusals(sent: Sent, answers: list[httpx.Response]) -> list[tuple[str, int, str]]:
    """Refusals of the content; that something is missing or not possible now does not count."""
    return [
        (sent.id, answer.status_code, answer.text)
        for answer in answers
        if answer.status_code >= 400
        and answer.status_code not in (401, 403, 404, 409, 412, 429)
        and answer.json()["code"] not in OF_THE_TICKET
    ]


def test_an_example_of_what_is_new_makes_it(demo: Sandbox, sent: list[Sent]) -> None:
    assert {each.id for each in sent} > MADE
    for each in sent:
        if each.id in MADE:
            answers = each.by_whoever_may(demo)
            assert any(answer.is_success for answer in answers), (each.id, answers)


def test_no_example_is_refused_for_what_it_says(demo: Sandbox, sent: list[Sent]) -> None:
    """Most ids are unknown here; the next test creates them."""
    refused = [
        refusal
        for each in sent
        if not each.is_form
        for refusal in refusals(each, each.by_whoever_may(demo))
    ]
    assert not refused


def test_nor_where_its_ids_are_real(demo: Sandbox, sent: list[Sent]) -> None:
    known = everything(demo, {each.id: each for each in sent})
    reached, refused = set[str](), list[tuple[str, int, str]]()
    commands = [each for each in sent if each.body is not None]
    for each in commands:
        each.by_whoever_may(demo)
    for n in range(6):
        ids = {name: values[n % len(values)] for name, values in known.items()}
        for each in commands:
            answer = each.by_one_who_may(demo, n, **ids)
            refused += refusals(each, [answer])
            reached |= {each.id} if answer.is_success else set()
    assert not {told[0]: told for told in refused}
    assert len(reached) > 50, {each.id for each in commands} - reached


def everything(demo: Sandbox, examples: dict[str, Sent]) -> dict[str, list[str]]:
    """Every kind of resource. Series and campaigns are those of the examples, so that what examples
    say about them fits."""
    known = peopled(demo)
    complaint = demo.report("zhang", kind="complaint", category="service")
    finished = demo.read("xiaolin", f"/v1/tickets/{known['ticket_id'][3]}")
    calls = [call["ticket_id"] for call in finished["follow_ups"]]
    known["ticket_id"] += [complaint["id"], *calls[:1]]
    gift = {"benefit": "fee_credit", "amount_fen": 10000, "reason": "迟到"}
    large = {**gift, "amount_fen": 400_000}
    made = [
        demo.tries(who, complaint, "compensations", **body).json()["id"]
        for who, body in (("xiaolin", gift), ("manager", gift), ("xiaolin", large))
    ]
    begun = {name: examples[name].by(demo, "xiaolin") for name in ("start_series", "open_campaign")}
    assert {answer.status_code for answer in begun.values()} == {201}
    return known | {
        "another": [demo.report("zhang")["id"]],
        "compensation_id": made,
        "series_id": [begun["start_series"].json()["id"]],
        "campaign_id": [begun["open_campaign"].json()["id"]],
        "calendar_id": ["office"],  # the other one never changes
    }
