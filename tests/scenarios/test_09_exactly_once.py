"""Scenario 9: a breach is recorded once, and notified once per level, by whichever process."""

from typing import Any

from tests.running import Sandbox
from tests.scenarios.clocks import breaches, dispatched, history, local, people


def escalations(
    sandbox: Sandbox, ticket: Any, kind: str = "arrive"
) -> list[tuple[int, str | None]]:
    raised = history(sandbox, ticket, "escalation_raised")
    return [
        (each["data"]["level"], local(each["occurred_at"]))
        for each in raised
        if each["data"]["clock"] == kind
    ]


def told(sandbox: Sandbox, ticket: Any) -> list[dict[str, Any]]:
    """The notices to staff about clocks."""
    queued = [each["data"] for each in history(sandbox, ticket, "notification_queued")]
    return [each for each in queued if each["template"].startswith("sla_")]


def test_each_level_is_told_when_its_time_has_come(sandbox: Sandbox) -> None:
    people(sandbox)
    ticket = dispatched(sandbox, sandbox.report("zhang"))
    sandbox.at("2024-03-05T10:59:59")
    assert escalations(sandbox, ticket) == []
    sandbox.at("2024-03-05T11:15:00")
    assert escalations(sandbox, ticket) == [(1, "03-05 11:00:00")]
    sandbox.at("2024-03-05T13:20:00")
    assert escalations(sandbox, ticket) == [
        (1, "03-05 11:00:00"),
        (2, "03-05 11:30:00"),
        (3, "03-05 13:00:00"),
    ]
    sandbox.at("2024-03-06T13:20:00")
    assert len(escalations(sandbox, ticket)) == 3
    assert len(history(sandbox, ticket, "sla_breached")) == 1
    assert len(breaches(sandbox, ticket_id=ticket["id"])) == 1
    levels = [each["level"] for each in told(sandbox, ticket)]
    assert levels == [0, 0, 1, 2, 3], "warning, breach, and each level once"


def test_who_arrives_in_between_spares_the_higher_levels(sandbox: Sandbox) -> None:
    people(sandbox)
    ticket = dispatched(sandbox, sandbox.report("zhang"))
    sandbox.give("laowang", ticket, "depart", eta="2024-03-05T11:10:00+08:00")
    sandbox.at("2024-03-05T11:10:00")
    sandbox.give("laowang", ticket, "arrive", photo_ids=[sandbox.photo("laowang", "on_site")])
    sandbox.at("2024-03-05T18:00:00")
    assert escalations(sandbox, ticket) == [(1, "03-05 11:00:00")]


def test_after_an_outage_all_is_recorded_and_told_in_one_digest(sandbox: Sandbox) -> None:
    """The report of 09:00 is recorded at 13:20, which to the clocks is an outage."""
    people(sandbox)
    sandbox.at("2024-03-05T13:20:00")
    ticket = sandbox.report("zhuguan", **BY_STAFF, occurred_at="2024-03-05T09:00:00+08:00")
    dispatched(sandbox, ticket)
    assert escalations(sandbox, ticket) == [
        (1, "03-05 11:00:00"),
        (2, "03-05 11:30:00"),
        (3, "03-05 13:00:00"),
    ]
    [breach] = breaches(sandbox, ticket_id=ticket["id"], clock="arrive")
    assert local(breach["occurred_at"]) == "03-05 11:00:00"
    assert local(breach["detected_at"]) == "03-05 13:20:00"
    [digest] = told(sandbox, ticket)
    assert (digest["template"], digest["level"], digest["digest"]) == ("sla_digest", 3, True)


BY_STAFF: dict[str, Any] = {
    "channel": "phone",
    "household_id": "h-3-1201",
    "reporter": {"name": "张阿姨", "phone": "13800000000"},
}
