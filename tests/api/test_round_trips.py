"""How often a command waits for the database: once to load, once to append."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from app.web import create_app
from tests.in_process import serving, settings_for
from tests.running import Sandbox


class Counted:
    """An event store that counts what the command handler asks of it."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.trips = list[str]()

    def __getattr__(self, name: str) -> Any:
        if name in ("load", "append_to_stream", "draw_numbers"):
            self.trips.append(name)
        return getattr(self._store, name)

    def taken(self) -> Sequence[str]:
        taken, self.trips = self.trips, []
        return taken


@pytest.fixture
def counted(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Sandbox, Counted]]:
    """The worker runs elsewhere, so that its commands are not counted."""
    with settings_for(database_url, monkeypatch) as settings:
        app = create_app(settings)
        with serving(app) as base, httpx.Client(base_url=base, timeout=60) as client:
            sandbox = Sandbox.open(client)
            services = app.state.services
            store = Counted(services.store)
            services.handler._store = services.handler._numbering._store = store
            yield sandbox, store


ONCE = ["load", "append_to_stream"]


def test_a_repair_waits_twice_per_command(counted: tuple[Sandbox, Counted]) -> None:
    """After a first repair: numbers are drawn ahead then, and while others wait for nothing."""
    sandbox, store = counted
    sandbox.owner()
    for role in ("csr", "dispatcher"):
        sandbox.person(role, role)
    sandbox.person("engineer", "laowang")
    waits = dict[str, Sequence[str]]()
    for _ in range(2):
        photos = [sandbox.photo("laowang", stage) for stage in ("on_site", "after")]
        store.taken()
        ticket = sandbox.report("zhang")
        waits["report"] = store.taken()
        now = sandbox.read("admin", "/v1/sandbox/clock")["now"]
        for who, command, body in (
            ("csr", "acknowledge", {}),
            ("dispatcher", "open-to-pool", {}),
            ("laowang", "claim", {}),
            ("laowang", "depart", {"eta": now}),
            ("laowang", "arrive", {"photo_ids": photos[:1]}),
            *(("laowang", "check-item", {"item": each["item"]}) for each in ticket["checklist"]),
            ("laowang", "complete-work", {"photo_ids": photos[1:], "summary": "更换角阀"}),
            ("zhang", "sign-completion", {}),
        ):
            store.taken()
            sandbox.give(who, ticket, command, **body)
            waits[command] = store.taken()
    ahead = {
        command: [each for each in trips if each != "draw_numbers"]
        for command, trips in waits.items()
    }
    assert {command: trips for command, trips in ahead.items() if trips != ONCE} == {}
