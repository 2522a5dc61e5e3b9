"""Helpers of the scenarios: clocks, breaches, history and notices of a ticket."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.running import Sandbox

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(instant: str | None) -> str | None:
    """As local time of the scenarios."""
    if instant is None:
        return None
    at = datetime.fromisoformat(instant).astimezone(SHANGHAI)
    return at.strftime("%m-%d %H:%M:%S")


def clock(ticket: Any, kind: str, cycle: int = 1) -> dict[str, Any]:
    [one] = [each for each in ticket["clocks"] if (each["kind"], each["cycle"]) == (kind, cycle)]
    found: dict[str, Any] = one
    return found


def whole(sandbox: Sandbox, path: str, **filters: Any) -> list[dict[str, Any]]:
    """Every page of a list."""
    items: list[dict[str, Any]] = []
    cursor = None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = sandbox.read("admin", path, limit=100, **filters, **more)
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


def history(sandbox: Sandbox, ticket: Any, *types: str) -> list[dict[str, Any]]:
    """Its events, filtered by type if any are given."""
    events = whole(sandbox, f"/v1/tickets/{ticket['id']}/events")
    return [each for each in events if not types or each["type"] in types]


def notices(sandbox: Sandbox, ticket: Any) -> list[str]:
    return [each["data"]["template"] for each in history(sandbox, ticket, "notification_queued")]


def breaches(sandbox: Sandbox, **filters: Any) -> list[dict[str, Any]]:
    return whole(sandbox, "/v1/sla/breaches", **filters)


def dispatched(sandbox: Sandbox, ticket: Any, engineer: str = "laowang") -> Any:
    """Acknowledged, assigned and accepted at one instant."""
    sandbox.give("csr", ticket, "acknowledge")
    sandbox.give("dispatcher", ticket, "assign", engineer=engineer)
    return sandbox.give(engineer, ticket, "accept")


def people(sandbox: Sandbox) -> Sandbox:
    sandbox.owner()
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    sandbox.person("supervisor", "zhuguan")
    sandbox.person("manager", "jingli")
    sandbox.person("engineer", "laowang")
    return sandbox
