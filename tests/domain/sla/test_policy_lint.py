"""What the linter shows of the default pack (the conflicts of docs/domain.md §1) and of odd
ones."""

from typing import Any

from msgspec.structs import replace

from app.domain.sla.policy import Policy, PolicyBook, PolicyVersion
from app.domain.sla.policy_lint import Finding, lint
from app.domain.sla.policy_pack import BEGINNING, DEFAULT_BOOK, ROWS, clock
from app.events.sla_policy import PolicyClock, PolicyRow, Selector
from tests.given_when_then import NOW

HOUR = 3600


def book(*rows: PolicyRow) -> PolicyBook:
    version = PolicyVersion(version=1, valid_from=BEGINNING, rows=rows)
    return PolicyBook(policies=(Policy(policy_id="default", versions=(version,)),))


def row(*clocks: PolicyClock, **selector: Any) -> PolicyRow:
    return PolicyRow(selector=Selector(**selector), clocks=clocks)


def found(code: str, *rows: PolicyRow) -> list[Finding]:
    return [one for one in lint(book(*rows), NOW) if one.code == code]


def about(findings: list[Finding]) -> set[tuple[str, str | None]]:
    return {(one.clock, one.selector.service_class) for one in findings}


def test_the_default_pack_keeps_every_published_promise_but_shows_where_they_disagree() -> None:
    findings = lint(DEFAULT_BOOK, NOW)
    assert not [one for one in findings if one.code == "looser_than_promise"]
    [disagreeing] = [one for one in findings if one.code == "sources_disagree"]
    assert (disagreeing.clock, disagreeing.seconds, disagreeing.said_seconds) == (
        "acknowledge",
        15 * 60,
        24 * HOUR,
    )


def test_what_staff_say_is_tighter_than_what_was_promised() -> None:
    tighter = [one for one in lint(DEFAULT_BOOK, NOW) if one.code == "tighter_than_policy"]
    assert {one.selector.service_class: one.seconds for one in tighter} == {
        "emergency": 1800,
        "simple": HOUR,
        "general": 2 * HOUR,
        "complex": 2 * HOUR,
    }
    assert all(one.said_seconds == 900 for one in tighter)


def test_a_promise_that_no_clock_measures_is_found() -> None:
    unmeasured = [one for one in lint(DEFAULT_BOOK, NOW) if one.code == "promise_without_clock"]
    assert about(unmeasured) == {
        ("resolve", "emergency"),
        ("resolve", "general"),
        ("resolve", "complex"),
    }
    assert {one.selector.category for one in unmeasured} == {"leak"}


def test_a_row_that_is_looser_than_the_promise_is_found_for_its_matters_alone() -> None:
    looser = found(
        "looser_than_promise", *ROWS, row(clock("arrive", 3 * HOUR, "x"), community="jinxiu")
    )
    assert {one.selector.community for one in looser} == {"jinxiu"}
    assert ("arrive", "general") in about(looser)
    assert {one.seconds for one in looser} == {3 * HOUR}


def test_a_tier_gets_at_least_what_everybody_gets() -> None:
    below = found("below_the_floor", *ROWS, row(clock("arrive", HOUR, "x"), tier="vip"))
    assert about(below) == {("arrive", "emergency")}
    none = found("below_the_floor", *ROWS, row(PolicyClock(clock="arrive"), tier="vip"))
    assert len(none) == 4
    assert not found("below_the_floor", *ROWS, row(clock("arrive", 600, "x"), tier="vip"))


def test_what_is_careless_is_found() -> None:
    mute = replace(clock("arrive", HOUR, "x"), warn_percent=None, escalations=())
    assert found("never_warned", row(mute))
    assert found("never_escalated", row(mute))
    ours = replace(clock("arrive", HOUR, "x"), pausable_reasons=("parts",))
    [finding] = found("internal_reason_pauses", row(ours))
    assert finding.clock == "arrive"
    assert not found("never_warned", *ROWS)
