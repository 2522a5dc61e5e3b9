"""Loads and renders SLA policies; renders the linter's findings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.calendars.durations import iso_of_us
from app.domain.errors import NotFound
from app.domain.sla.policy import Policy, PolicyBook, PolicyVersion, has_target
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.sla.policy_checks import target_of
from app.domain.sla.policy_lint import Finding
from app.domain.sla.policy_pack import DEFAULT_BOOK
from app.events.sla_policy import PolicyClock, Selector
from app.texts.catalogue import text_of
from app.texts.language import Language
from app.views.reader import Reader
from app.views.sla.render import iso_target

SECOND_US = 1_000_000


async def load_policies(reader: Reader) -> tuple[PolicyBook, int, datetime]:
    """All policies, the version of their stream, and now."""
    snapshot = await reader.read(POLICY_BOOK)
    book = snapshot.state(POLICY_BOOK) or DEFAULT_BOOK
    return book, snapshot.version(POLICY_BOOK), snapshot.now


async def load_one_policy(
    reader: Reader, policy_id: str, number: int | None = None
) -> tuple[Policy, PolicyVersion, int]:
    """The policy, its version `number` or else the one in force, and the version of the stream.
    Raises `NotFound`."""
    book, version, now = await load_policies(reader)
    policy = book.policy(policy_id)
    if policy is None:
        raise NotFound("policy_unknown")
    if number is None:
        return policy, in_force(policy, now), version
    for one in policy.versions:
        if one.version == number:
            return policy, one, version
    raise NotFound("version_not_found")


def in_force(policy: Policy, now: datetime) -> PolicyVersion:
    """The latest where none is in force yet."""
    return policy.at(now) or policy.latest


def render_policy(policy: Policy, one: PolicyVersion) -> dict[str, Any]:
    """In version `one`."""
    return {
        "id": policy.policy_id,
        "version": one.version,
        "valid_from": one.valid_from,
        "source": one.source,
        "quiet_hours": {"start": one.quiet.start, "end": one.quiet.end} if one.quiet else None,
        "rows": [
            {
                "selector": _selector(row.selector),
                "urgent": row.urgent,
                "clocks": [_clock(clock) for clock in row.clocks],
            }
            for row in one.rows
        ],
        "versions": [
            {"version": each.version, "valid_from": each.valid_from} for each in policy.versions
        ],
    }


def render_findings(found: Sequence[Finding], language: Language) -> list[dict[str, Any]]:
    return [
        {
            "code": one.code,
            "message": text_of(one.code).title(language),
            "clock": one.clock,
            "selector": _selector(one.selector),
            "policy_id": one.policy_id,
            "given": _length(one.seconds),
            "said": _length(one.said_seconds),
            "source": one.source,
        }
        for one in found
    ]


def _selector(selector: Selector) -> dict[str, str | None]:
    return {
        "kind": selector.kind,
        "service_class": selector.service_class,
        "category": selector.category,
        "community": selector.community,
        "tier": selector.tier,
    }


def _clock(clock: PolicyClock) -> dict[str, Any]:
    return {
        "clock": clock.clock,
        "target": iso_target(target_of(clock)) if has_target(clock) else None,
        "count_rule": clock.count_rule,
        "cut_off": clock.cut_off,
        "calendar_id": clock.calendar_id,
        "warn_percent": clock.warn_percent,
        "pausable_reasons": clock.pausable_reasons,
        "pause_cap": _length(clock.pause_cap_seconds),
        "escalations": [
            {"level": one.level, "audience": one.audience, "after": _length(one.after_seconds)}
            for one in clock.escalations
        ],
        "source": clock.source,
        "only_long_works": clock.only_long_works,
    }


def _length(seconds: int | None) -> str | None:
    return None if seconds is None else iso_of_us(seconds * SECOND_US)
