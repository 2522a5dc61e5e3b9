"""The SLA policies of a company, on one stream, because all of them are matched together.

Running clocks are pinned to their version; a new version applies to clocks that start later.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from app.domain import roles
from app.domain.calendars.decider import calendar_of
from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR
from app.domain.checks import at_most, identifier, optional_text, require, within
from app.domain.decider import Decider, Given, Stream
from app.domain.errors import Unacceptable
from app.domain.sla.policy import Policy, PolicyBook, PolicyVersion
from app.domain.sla.policy_checks import checked_quiet, checked_rows
from app.domain.sla.policy_pack import DEFAULT_BOOK
from app.domain.versions import same_settings
from app.events.base import Fact, Value
from app.events.sla_policy import (
    PolicyQuietHours,
    PolicyRow,
    SlaPolicyEvent,
    SlaPolicyRecorded,
)

__all__ = ["POLICY_BOOK", "SLA_POLICY", "RecordPolicy", "SlaPolicyCommand", "policies_of"]

MOST_POLICIES = 20
KEPT_VERSIONS = 50  # of a policy; earlier ones stay in the events


class RecordPolicy(Value, frozen=True, kw_only=True):
    """Replaces the policy from `valid_from` on (default: now). Without rows it sets no targets."""

    policy_id: str
    rows: tuple[PolicyRow, ...]
    quiet: PolicyQuietHours | None = None
    valid_from: datetime | None = None
    source: str | None = None


SlaPolicyCommand = RecordPolicy


def policies_of(given: Given) -> PolicyBook:
    return given.read(POLICY_BOOK) or DEFAULT_BOOK


def decide(
    command: SlaPolicyCommand, state: PolicyBook | None, given: Given
) -> Sequence[SlaPolicyEvent]:
    match command:
        case RecordPolicy():
            return record_policy(command, state or DEFAULT_BOOK, given)
        case _:
            assert_never(command)


def record_policy(
    command: RecordPolicy, book: PolicyBook, given: Given
) -> Sequence[SlaPolicyEvent]:
    require(given, roles.EDIT_POLICIES)
    policy_id = identifier(command.policy_id, "/policy_id", 64)
    policy = book.policy(policy_id)
    valid_from = command.valid_from or given.now
    within(valid_from.year, FIRST_YEAR, LAST_YEAR, "/valid_from")
    recorded = SlaPolicyRecorded(
        policy_id=policy_id,
        version=policy.latest.version + 1 if policy else 1,
        valid_from=valid_from,
        rows=checked_rows(command.rows, "/rows"),
        quiet=checked_quiet(command.quiet, "/quiet"),
        source=optional_text(command.source, "/source", 200),
    )
    _check_calendars(recorded, given)
    _check_others(recorded, book)
    if policy is None:
        at_most(book.policies, "/policy_id", MOST_POLICIES - 1)
    return [] if policy and same_settings(_version(recorded), policy.at(valid_from)) else [recorded]


def _check_calendars(recorded: SlaPolicyRecorded, given: Given) -> None:
    for n, row in enumerate(recorded.rows):
        for m, clock in enumerate(row.clocks):
            calendar_of(given, clock.calendar_id, f"/rows/{n}/clocks/{m}/calendar_id")


def _check_others(recorded: SlaPolicyRecorded, book: PolicyBook) -> None:
    """Refuses a row whose selector and clock another policy has too."""
    for other in book.policies:
        if other.policy_id == recorded.policy_id:
            continue
        theirs = {
            (row.selector, clock.clock)
            for version in _to_come(other, recorded.valid_from)
            for row in version.rows
            for clock in row.clocks
        }
        for n, row in enumerate(recorded.rows):
            if any((row.selector, clock.clock) in theirs for clock in row.clocks):
                raise Unacceptable(
                    "policy_ambiguous", pointer=f"/rows/{n}/selector", policy=other.policy_id
                )


def _to_come(policy: Policy, at: datetime) -> Sequence[PolicyVersion]:
    present = policy.at(at)
    return [one for one in policy.versions if one is present or one.valid_from > at]


def evolve(state: PolicyBook | None, fact: Fact[SlaPolicyEvent]) -> PolicyBook:
    match fact.event:
        case SlaPolicyRecorded() as recorded:
            return _with(state or DEFAULT_BOOK, recorded)


def _with(book: PolicyBook, recorded: SlaPolicyRecorded) -> PolicyBook:
    before = book.policy(recorded.policy_id)
    versions = (*(before.versions if before else ()), _version(recorded))
    policy = Policy(policy_id=recorded.policy_id, versions=versions[-KEPT_VERSIONS:])
    others = [one for one in book.policies if one.policy_id != recorded.policy_id]
    in_order = sorted([*others, policy], key=lambda one: one.policy_id)
    return PolicyBook(policies=tuple(in_order))


def _version(recorded: SlaPolicyRecorded) -> PolicyVersion:
    return PolicyVersion(
        version=recorded.version,
        valid_from=recorded.valid_from,
        rows=recorded.rows,
        quiet=recorded.quiet,
        source=recorded.source,
    )


SLA_POLICY: Decider[SlaPolicyCommand, PolicyBook | None] = Decider(
    category="sla_policy",
    initial=None,
    state_type=PolicyBook | None,
    decide=decide,
    evolve=evolve,
    fold_version=2,  # the default pack got another policy
)
POLICY_BOOK: Stream[SlaPolicyCommand, PolicyBook | None] = SLA_POLICY.stream("book")
