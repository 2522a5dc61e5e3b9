"""Every operation, answered by a direct call and by the framework: status, headers, bytes."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp, Receive, Scope, Send

from app.cli.demo import HOUSEHOLD, PEOPLE
from app.http.application import Application
from app.http.json_body import JsonRoute
from app.web import create_app
from tests.api.test_examples import METHODS, Sent, everything
from tests.in_process import serving, settings_for
from tests.running import Sandbox, new_key

# A secret that is shown once, a new token each time, counters that move.
NEVER_THE_SAME = {"issue_api_key", "make_sandbox_token", "get_metrics"}
OF_ONE_REQUEST = {"date", "idempotency-replayed"}


@pytest.fixture
def both(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """One client for both: the header `way: framework` chooses the other application."""
    with settings_for(database_url, monkeypatch) as settings:
        direct, framework = create_app(settings, with_worker=True), create_app(settings)
        framework.router.middleware_stack = framework.router.app
        with monkeypatch.context() as patched:
            patched.setattr(JsonRoute, "direct_call", lambda _: None)
            called = [each.route for each in iter_route_contexts(framework.routes)]
        assert len(called) > 100
        served = serving(_either(direct, framework))
        with served as base, httpx.Client(base_url=base, timeout=60) as client:
            yield client


def _either(direct: Application, framework: Application) -> ASGIApp:
    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        chosen = direct
        if (b"way", b"framework") in scope.get("headers", ()):
            chosen, framework.state.services = framework, direct.state.services
        await chosen(scope, receive, send)

    return either


@pytest.fixture
def demo(both: httpx.Client) -> Sandbox:
    sandbox = Sandbox.open(both)
    for subject, (role, name) in PEOPLE.items():
        home = {"household_id": HOUSEHOLD} if role == "owner" else {}
        sandbox.person(role, subject, name=name, **home)
    return sandbox


def test_every_operation_answers_the_same(both: httpx.Client, demo: Sandbox) -> None:
    sent = _operations(both)
    ids = {name: values[0] for name, values in everything(demo, sent).items()}
    answered, different = Counter[int](), set[str]()
    for operation in sent.values():
        for who in PEOPLE:
            direct, framework = _ask(demo, operation, who, ids)
            answered[direct.status_code] += 1
            if _comparable(direct) != _comparable(framework):
                different.add(operation.id)
    assert different <= NEVER_THE_SAME
    assert answered[200] > 200, answered
    assert answered[201] > 5, answered
    assert answered[403] > 100, answered


def _operations(client: httpx.Client) -> dict[str, Sent]:
    paths = client.get("/openapi.json").json()["paths"]
    return {
        operation["operationId"]: Sent(path, method, operation)
        for path, methods in paths.items()
        for method, operation in methods.items()
        if method in METHODS
    }


def _ask(demo: Sandbox, operation: Sent, who: str, ids: dict[str, str]) -> list[httpx.Response]:
    """Both ways. What is repeated with its key answers as the first time."""
    named = {"idempotency-key": new_key(), "x-request-id": new_key()}
    return [operation.by(demo, who, {"way": way} | named, **ids) for way in ("direct", "framework")]


def _comparable(answer: httpx.Response) -> tuple[int, dict[str, str], Any]:
    headers = {k: v for k, v in answer.headers.items() if k not in OF_ONE_REQUEST}
    return answer.status_code, headers, answer.content
