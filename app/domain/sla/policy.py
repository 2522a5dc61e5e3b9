"""Policies as values, and which line of them applies to a matter."""

from collections.abc import Iterator
from datetime import datetime

from app.domain.versions import in_force
from app.events.base import Value
from app.events.sla_policy import PolicyClock, PolicyQuietHours, PolicyRow, Selector


class PolicyVersion(Value, frozen=True, kw_only=True):
    version: int
    valid_from: datetime
    rows: tuple[PolicyRow, ...]
    quiet: PolicyQuietHours | None = None
    source: str | None = None


class Policy(Value, frozen=True, kw_only=True):
    """The kept versions of one policy, in the order of recording."""

    policy_id: str
    versions: tuple[PolicyVersion, ...]

    @property
    def latest(self) -> PolicyVersion:
        return self.versions[-1]

    def at(self, instant: datetime) -> PolicyVersion | None:
        """The version in force; of two valid from the same instant, the later one."""
        return in_force(self.versions, instant)


class PolicyBook(Value, frozen=True, kw_only=True):
    """Every policy of a company."""

    policies: tuple[Policy, ...]

    def policy(self, policy_id: str) -> Policy | None:
        return next((one for one in self.policies if one.policy_id == policy_id), None)

    def asks_for_tiers(self, at: datetime) -> bool:
        return any(row.selector.tier for _, _, row in self.in_force(at))

    def in_force(self, at: datetime) -> Iterator[tuple[str, PolicyVersion, PolicyRow]]:
        for policy in self.policies:
            version = policy.at(at)
            if version is not None:
                for row in version.rows:
                    yield policy.policy_id, version, row


class Matter(Value, frozen=True, kw_only=True):
    """What selectors are matched against."""

    kind: str
    service_class: str
    category: str
    community: str
    tiers: tuple[str, ...] = ()
    takes_days: bool = False  # the work was promised within so many days


class PolicyLine(Value, frozen=True, kw_only=True):
    """The policy line that applies to a clock of a matter."""

    policy_id: str
    version: PolicyVersion
    row: PolicyRow
    clock: PolicyClock


def precedence(selector: Selector) -> tuple[bool, ...]:
    """Sort key: a more specific criterion outweighs all more general ones together. A row for a
    tier applies whatever rows there are for the community, category or class."""
    return (
        selector.tier is not None,
        selector.community is not None,
        selector.category is not None,
        selector.service_class is not None,
        selector.kind is not None,
    )


def applies(selector: Selector, matter: Matter) -> bool:
    return (
        selector.kind in (None, matter.kind)
        and selector.service_class in (None, matter.service_class)
        and selector.category in (None, matter.category)
        and selector.community in (None, matter.community)
        and (selector.tier is None or selector.tier in matter.tiers)
    )


def lines_for(book: PolicyBook, matter: Matter, at: datetime) -> dict[str, PolicyLine]:
    """The line for each kind of clock: that of the most specific row that names the clock. A row
    without a target means no clock. Two equally specific rows can apply only by two tiers of one
    household: then the first by policy and tier."""
    found: dict[str, PolicyLine] = {}
    applying = (
        (policy_id, version, row)
        for policy_id, version, row in book.in_force(at)
        if applies(row.selector, matter)
    )
    ordered = sorted(applying, key=lambda each: (each[0], each[2].selector.tier or ""))
    ordered.sort(key=lambda each: precedence(each[2].selector), reverse=True)
    for policy_id, version, row in ordered:
        for clock in row.clocks:
            if clock.only_long_works and not matter.takes_days:
                continue
            line = PolicyLine(policy_id=policy_id, version=version, row=row, clock=clock)
            found.setdefault(clock.clock, line)
    return {kind: line for kind, line in found.items() if has_target(line.clock)}


def has_target(clock: PolicyClock) -> bool:
    return clock.seconds is not None or clock.days is not None
