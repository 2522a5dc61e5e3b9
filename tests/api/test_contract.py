"""The published contract against the running server: to valid and invalid requests, the response
has a documented status, content type and shape, and is never a 5xx. Clients must accept new fields;
here additional properties are forbidden, so that the contract misses none."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi.loaders import from_dict
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.config import Settings
from app.web import create_app
from tests.running import ADMIN_KEY, Sandbox

EXAMPLES = int(os.environ.get("SUYUAN_EXAMPLES", "8"))  # of each operation
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
PEOPLE = ("zhang", "csr", "manager", "admin", "laowang", "dispatcher", "auditor")
OPERATOR = "operator"
BOUNDED = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True)
class World:
    """The served contract, and a tenant with every kind of resource."""

    contract: BaseSchema
    base_url: str
    session: requests.Session
    sandbox: Sandbox
    known: dict[str, list[str]]

    def fill_in(self, case: Case[Any], chosen: int) -> None:
        """Replaces generated ids by existing ones."""
        for name, ids in self.known.items():
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = ids[chosen % len(ids)]

    def who_may(self, method: str, path: str) -> list[str]:
        """The roles that the route admits."""
        url = self.base_url + re.sub(
            r"{(\w+)}", lambda named: self.known.get(named[1], ["x"])[0], path
        )
        answers = {
            who: self.session.request(method, url, headers=self.signed(who)) for who in PEOPLE
        }
        allowed = [who for who, answer in answers.items() if answer.status_code not in (401, 403)]
        return allowed or [OPERATOR]

    def signed(self, who: str) -> dict[str, str]:
        token = ADMIN_KEY if who == OPERATOR else self.sandbox.tokens[who]
        return {"Authorization": f"Bearer {token}"}

    def check(self, case: Case[Any], who: str) -> None:
        answer = case.call(
            base_url=self.base_url, session=self.session, headers=self.signed(who), timeout=30
        )
        case.validate_response(answer, checks=CHECKS)
        assert answer.headers["x-request-id"]


@pytest.fixture(scope="module")
def world(base_url: str) -> Iterator[World]:
    contract = requests.get(f"{base_url}/openapi.json", timeout=10).json()
    with httpx.Client(base_url=base_url, timeout=60) as client, requests.Session() as session:
        sandbox = Sandbox.open(client)
        yield World(from_dict(closed(contract)), base_url, session, sandbox, peopled(sandbox))


def closed(contract: dict[str, Any]) -> dict[str, Any]:
    """Forbids additional properties, except in problems, where they depend on the code."""
    for name, schema in contract["components"]["schemas"].items():
        if "properties" in schema and name not in ("Problem", "ProblemError"):
            schema.setdefault("additionalProperties", False)
    return contract


def peopled(sandbox: Sandbox) -> dict[str, list[str]]:
    sandbox.owner()
    for role in ("csr", "manager", "dispatcher", "auditor"):
        sandbox.person(role, role)
    sandbox.person("engineer", "laowang")
    tickets = [sandbox.report("zhang") for _ in range(4)]
    for ticket in tickets[1:]:
        sandbox.give("csr", ticket, "acknowledge")
        sandbox.give("dispatcher", ticket, "open-to-pool")
    for ticket in tickets[2:]:
        sandbox.give("laowang", ticket, "claim")
    sandbox.work("laowang", tickets[3])
    promises = [
        sandbox.tries("manager", ticket, "promises", kind="completion", due={"days": 5}).json()
        for ticket in tickets[:2]
    ]
    survey = sandbox.read("csr", "/v1/surveys", ticket_id=tickets[3]["id"])["items"][0]
    wave = {"kind": "nps", "scale_id": "nps_0_10", "name": "w", "issued": 9}
    wave |= {"from": "2024-03-01", "to": "2024-03-31"}
    campaign = sandbox.call("csr", "POST", "/v1/surveys/campaigns", json=wave).json()
    asked = {"name": "k", "scopes": ["tickets:read"]}
    key = sandbox.call("admin", "POST", "/v1/api-keys", json=asked).json()
    return {
        "ticket_id": [ticket["id"] for ticket in tickets],
        "promise_id": [promise["id"] for promise in promises],
        "problem_id": [worked_on(sandbox)],
        "why_id": ["n1"],
        "action_id": ["A1"],
        "cycle": ["1"],
        "attachment_id": [sandbox.photo("zhang", "report")],
        "key_id": [key["id"]],
        "survey_id": [survey["id"]],
        "campaign_id": [campaign["id"]],
        "token": [survey["token"]],
        "subject": ["laowang", "csr"],
        "household_id": ["h-3-1201"],
        "category": ["leak", "lighting"],
        "calendar_id": ["office", "always"],
        "policy_id": ["default"],
        "kind": ["acknowledge", "arrive"],
    }


def worked_on(sandbox: Sandbox) -> str:
    """A 5-Why problem with an answer, a confirmed root, an action and a cycle."""
    opened = sandbox.call("csr", "POST", "/v1/problems", json={"phenomenon": "厨房漏水"})
    path = opened.headers["location"]
    shown = [{"type": "ticket", "ref": "R1"}]
    why = {"id": "n1", "parents": ["ph"], "answer": "主管道老化", "category": "machine"}
    figures = {"metric": "ftf_rate", "baseline": 0.82, "target": 0.95, "due": "2024-05-31"}
    cycle = {"hypothesis": "h", "actions": ["A1"], "from": "2024-04-01", "to": "2024-06-30"}
    for who, command, body in (
        ("csr", "whys", {**why, "evidence": shown}),
        ("manager", "whys/n1/verify", {"therefore_ok": True}),
        ("manager", "confirm", {"roots": ["n1"], "justification": "已开挖"}),
        ("manager", "actions", {"root": "n1", "type": "corrective", "owner": "a", **figures}),
        ("manager", "cycles", cycle),
    ):
        answer = sandbox.call(who, "POST", f"{path}/{command}", json=body)
        assert answer.status_code == 200, answer.text
    problem_id: str = opened.json()["id"]
    return problem_id


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per operation of the contract, collected without a server."""
    if "operation" in metafunc.fixturenames:
        paths = create_app(Settings(database_url=None, data_dir=None)).openapi()["paths"]
        named = [(path, m) for path, methods in paths.items() for m in methods if m in METHODS]
        metafunc.parametrize(
            "operation", named, ids=[f"{method.upper()} {path}" for path, method in named]
        )


def test_the_contract_is_openapi_itself(world: World) -> None:
    world.contract.validate()
    assert world.contract.specification.version == "3.1.0"


def test_answers_are_as_the_contract_has_them(world: World, operation: tuple[str, str]) -> None:
    path, method = operation
    asked = world.contract[path][method]
    good = asked.as_strategy(GenerationMode.POSITIVE)
    cases = good | good | asked.as_strategy(GenerationMode.NEGATIVE)

    people = st.sampled_from(world.who_may(method, path)) | st.sampled_from(PEOPLE)

    @BOUNDED
    @given(case=cases, who=people, is_real=st.booleans(), chosen=st.integers(0, 9))
    def holds(case: Case[Any], who: str, is_real: bool, chosen: int) -> None:  # noqa: FBT001
        if is_real:
            world.fill_in(case, chosen)
        world.check(case, who)

    holds()
