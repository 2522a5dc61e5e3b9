"""Lists of staff, of engineers with their load, and of households."""

from tests.running import Sandbox


def test_staff_are_listed_by_name_and_role(sandbox: Sandbox) -> None:
    sandbox.person("csr", "c1", name="小林")
    sandbox.person("engineer", "e1", name="老王")
    sandbox.person("engineer", "e2", name="老李")
    everybody = sandbox.read("admin", "/v1/staff")["items"]
    assert {person["subject"] for person in everybody} == {"c1", "e1", "e2"}
    first = sandbox.read("admin", "/v1/staff", role="engineer", limit=1)
    second = sandbox.read(
        "admin", "/v1/staff", role="engineer", limit=1, cursor=first["next_cursor"]
    )
    assert second["next_cursor"] is None
    names = [page["items"][0]["name"] for page in (first, second)]
    assert sorted(names) == ["老李", "老王"]
    assert sandbox.read("admin", "/v1/staff", active="false")["items"] == []


def test_engineers_are_listed_with_what_they_carry(sandbox: Sandbox) -> None:
    sandbox.owner()
    sandbox.person("csr", "csr")
    sandbox.person("dispatcher", "dispatcher")
    for engineer in ("e1", "e2"):
        sandbox.person("engineer", engineer)
    taken, offered = sandbox.report("zhang"), sandbox.report("zhang")
    for ticket in (taken, offered):
        sandbox.give("csr", ticket, "acknowledge")
        sandbox.give("dispatcher", ticket, "assign", engineer="e1")
    sandbox.give("e1", taken, "accept")
    busy, free = sandbox.read("dispatcher", "/v1/engineers")["items"]
    assert (busy["subject"], busy["load"], busy["max_load"]) == ("e1", 1, 5)
    assert (busy["tickets"], busy["offered"]) == ([taken["id"]], [offered["id"]])
    assert (free["subject"], free["load"], free["tickets"]) == ("e2", 0, [])
    sandbox.give("e1", offered, "decline", reason="太远")
    sandbox.work("e1", taken)
    busy = sandbox.read("dispatcher", "/v1/engineers")["items"][0]
    assert (busy["load"], busy["offered"]) == (0, [])


def test_households_are_listed_for_the_office(sandbox: Sandbox) -> None:
    sandbox.owner("zhang", "h-1", name="张阿姨")
    sandbox.person("csr", "csr")
    body = {"members": [{"name": "李先生"}], "communities": ["jinxiu"]}
    made = sandbox.call("csr", "PUT", "/v1/households/h-2", json=body)
    assert made.status_code == 200, made.text
    assert [each["id"] for each in sandbox.read("csr", "/v1/households")["items"]] == ["h-1", "h-2"]
    near = sandbox.read("csr", "/v1/households", community="jinxiu")["items"]
    assert [each["members"][0]["name"] for each in near] == ["李先生"]
    assert sandbox.call("zhang", "GET", "/v1/households").status_code == 403
