"""Two households, one of which complained anonymously: what `test_anonymity.py` looks at."""

from typing import Any

import httpx

from tests.running import Sandbox

HOUSEHOLD, PHONE, NAME = "h-3-1201", "13900000001", "张阿姨"
TWIN = "h-9-0909"


def open_world(client: httpx.Client, role: str) -> dict[str, Any]:
    """Two households with a repair each that was done; one also complains, anonymously, and quotes
    its repair. Another of its anonymous complaints is closed."""
    sandbox = Sandbox.open(client)
    for subject, household, name in (("zhang", HOUSEHOLD, NAME), ("li", TWIN, "李阿姨")):
        sandbox.owner(subject, household, name=name, communities=["jinxiu"])
    people = (("csr", "lin"), ("manager", "ma"), ("auditor", "shen"), ("engineer", "chen"))
    for each, subject in (*people, (role, "sun")):
        sandbox.person(each, subject)
    narrow = {"role": role, "subject": "sun", "communities": ["jinxiu"]}
    token = sandbox.call("admin", "POST", "/v1/sandbox/tokens", json=narrow).json()["token"]
    sandbox.tokens["sun in jinxiu"] = token
    repairs = {}
    for owner in ("zhang", "li"):
        unit = {"community": "jinxiu", "building": "3", "unit": owner}
        repairs[owner] = sandbox.report(owner, location=unit)
        planned = {"ticket_id": repairs[owner]["id"], "purpose": "care", "until": "2024-05-01"}
        planned |= {"assigned_to": "lin"}
        made = sandbox.call("lin", "POST", "/v1/follow-up-series", json=planned)
        assert made.status_code == 201, made.text
        sandbox.give("lin", repairs[owner], "acknowledge")
        sandbox.give("ma", repairs[owner], "assign", engineer="chen")
        sandbox.give("chen", repairs[owner], "accept")
        sandbox.work("chen", repairs[owner])
    photo = sandbox.photo("zhang", "report")
    before = log_told(sandbox, "sun")
    complaint = sandbox.report(
        "zhang",
        kind="complaint",
        category="service",
        description="态度差",
        reporter={"name": NAME, "phone": PHONE},
        subject_of_complaint="sun",
        anonymous=True,
        quotes=[repairs["zhang"]["id"]],
        photo_ids=[photo],
    )
    sandbox.give("lin", complaint, "acknowledge")
    sandbox.tries("lin", complaint, "promises", kind="completion", due={"days": 5})
    given = sandbox.tries(
        "lin", complaint, "compensations", benefit="fee_credit", amount_fen=2000, reason="致歉"
    ).json()
    more = {"benefit": "gift", "amount_fen": 5000, "reason": "致歉"}
    assert sandbox.tries("ma", complaint, "compensations", **more).status_code == 201
    scored = {"touchpoint": "complaint", "score": 2}
    path = f"/v1/tickets/{complaint['id']}/experience"
    assert sandbox.call("zhang", "POST", path, json=scored).status_code == 200
    answer = sandbox.call(
        "lin",
        "POST",
        "/v1/surveys/responses",
        json={
            "kind": "csat",
            "scale_id": "csat_1_5",
            "ticket_id": complaint["id"],
            "score": 1,
            "channel": "phone",
        },
    )
    assert answer.status_code == 201, answer.text
    both = [repairs["zhang"]["id"], complaint["id"]]
    opened = {"phenomenon": "多次上门", "ticket_ids": both}
    problem_id = sandbox.call("lin", "POST", "/v1/problems", json=opened).json()["id"]
    ties = {owner: tie(sandbox, owner, complaint) for owner in ("zhang", "li")}
    gifts = {
        owner: sandbox.tries("lin", repair, "compensations", **more | {"amount_fen": 1000}).json()
        for owner, repair in repairs.items()
    }
    sandbox.at("2024-03-05T09:20:00")
    for owner in ("zhang", "li"):  # the same trouble again
        sandbox.report(owner, location={"community": "jinxiu", "building": "3", "unit": owner})
    for command in ("acknowledge", "satisfy", "close"):
        sandbox.give("lin", ties["zhang"]["unnamed"][1], command)
    sandbox.at("2024-03-05T09:30:00")  # with what follows from all this
    ids = {
        "ticket_id": complaint["id"],
        "household_id": HOUSEHOLD,
        "compensation_id": given["id"],
        "survey_id": answer.json()["id"],
        "problem_id": problem_id,
    }
    repair = repairs["zhang"]
    return {
        "sandbox": sandbox,
        "ids": ids,
        "repair": repair["id"],
        "repairs": repairs,
        "gifts": gifts,
        "before": before,
        "named": ties["zhang"]["named"],
        "of_twin": ties["li"]["named"],
        "unnamed": [complaint, *ties["zhang"]["unnamed"]],
        "of_complaint": (
            *(ids["ticket_id"], complaint["number"], given["id"], ids["survey_id"]),
            *(each[name] for each in ties["zhang"]["unnamed"] for name in ("id", "number")),
        ),
        "of_household": (
            *(HOUSEHOLD, NAME, PHONE, repair["id"], repair["number"], "zhang"),
            *(each[name] for each in ties["zhang"]["named"].values() for name in ("id", "number")),
        ),
    }


def tie(sandbox: Sandbox, owner: str, complaint: Any) -> dict[str, Any]:
    """Tickets of the owner: those of one who complained are tied to anonymous complaints in every
    way that is tried, as far as it is not refused; the other's are not tied."""
    unit = {"community": "jinxiu", "building": "5", "unit": owner}
    tied = owner == "zhang"
    about: dict[str, Any] = {"kind": "complaint", "subject_of_complaint": "sun", "location": unit}
    named = {
        name: sandbox.report(owner, location=unit, category=name)
        for name in ("door", "lift", "lamp")
    }
    named |= {
        name: sandbox.report(owner, **about, category=name)
        for name in ("whole", "duplicate", "survivor")
    }
    child, quotes = {"parent_id": complaint["id"]}, {"quotes": [complaint["id"]]}
    named["part"] = report_tied(sandbox, owner, child if tied else None, location=unit)
    about["category"] = "noise"
    named["quoting"] = report_tied(sandbox, owner, quotes if tied else None, **about)
    if not tied:
        return {"named": named}
    unnamed = [
        sandbox.report(owner, **about | {"category": name}, anonymous=True, **more)
        for name, more in (
            ("part", {"parent_id": named["whole"]["id"]}),
            ("merged", {}),
            ("into", {}),
        )
    ]
    ways = [
        (named["door"], "link", {"ticket_id": complaint["id"], "kind": "related"}),
        (complaint, "link", {"ticket_id": named["lift"]["id"], "kind": "child"}),
        (complaint, "link", {"ticket_id": named["lamp"]["id"], "kind": "recurs_of"}),
        (named["whole"], "link", {"ticket_id": complaint["id"], "kind": "child"}),
        (named["duplicate"], "merge", {"into": complaint["id"]}),
        (unnamed[1], "merge", {"into": named["survivor"]["id"]}),
        (unnamed[2], "merge", {"into": unnamed[0]["id"]}),
    ]
    for ticket, command, body in ways:
        assert sandbox.tries("lin", ticket, command, **body).status_code in {200, 409}
    return {"named": named, "unnamed": unnamed}


def log_told(sandbox: Sandbox, who: str) -> list[Any]:
    """The whole log; nothing for a role that may not read it."""
    found: list[Any] = []
    following: str | None = "0"
    while following is not None:
        params = {"after": following, "limit": "100"}
        answer = sandbox.call(who, "GET", "/v1/events", params=params)
        if answer.status_code == 403:
            return []
        found, following = [*found, *answer.json()["items"]], answer.json()["next_cursor"]
    return found


def report_tied(sandbox: Sandbox, owner: str, tie: dict[str, Any] | None, **more: Any) -> Any:
    """With the tie, if there is one and it is not refused."""
    answer = sandbox.tries_to_report(owner, **more, **(tie or {}))
    assert answer.status_code == 201 or (tie and answer.status_code == 409), answer.text
    return answer.json() if answer.status_code == 201 else sandbox.report(owner, **more)
