"""The compensation rules of a company, on one stream. A cause is decided by the rule version in
force when it happened: a later version never grants again."""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from msgspec import field

from app.domain import roles
from app.domain.benefits import BENEFITS
from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR
from app.domain.checks import (
    at_most,
    distinct,
    identifier,
    one_of,
    optional_text,
    require,
    within,
)
from app.domain.compensation.rules import (
    DEFAULT_RULES,
    DELAY_DECLARED,
    PER_DAY,
    PROMISE_BROKEN,
    SCOPES,
    SLA_BREACHED,
    STACKS,
    TO_APPROVAL,
    TRIGGERS,
    Rule,
    RuleBook,
    RuleVersion,
)
from app.domain.compensation.words import CURRENCIES
from app.domain.decider import Decider, Given, Stream
from app.domain.errors import Unacceptable
from app.domain.exclusions import EXCLUSIONS
from app.domain.service_classes import SERVICE_CLASSES
from app.domain.sla.clock import KINDS
from app.domain.ticket.state.promise import KINDS as PROMISE_KINDS
from app.domain.versions import same_settings
from app.events.base import Fact, Value
from app.events.compensation_rules import (
    CompensationRuleRecorded,
    CompensationRulesEvent,
    RuleBenefit,
    RuleCaps,
    RuleTrigger,
)

__all__ = ["COMPENSATION_RULES", "RULE_BOOK", "RecordRule", "RuleCommand", "rules_of"]

MOST_RULES = 50
KEPT_VERSIONS = 50  # of a rule; earlier ones stay in the events
MOST_FEN = 2**53 - 1
LONGEST = 366 * 86_400


class RecordRule(Value, frozen=True, kw_only=True):
    """Replaces the rule from `valid_from` on (default: now)."""

    rule_id: str
    trigger: RuleTrigger
    benefit: RuleBenefit
    caps: RuleCaps = field(default_factory=RuleCaps)
    valid_from: datetime | None = None
    grace_seconds: int = 0
    scope: str | None = None
    on_budget_exceeded: str = TO_APPROVAL
    exclusions: tuple[str, ...] = ()
    stack: str = STACKS[0]
    count_rule: str | None = None
    enabled: bool = True
    source: str | None = None


RuleCommand = RecordRule


def rules_of(given: Given) -> RuleBook:
    return given.read(RULE_BOOK) or DEFAULT_RULES


def decide(
    command: RuleCommand, state: RuleBook | None, given: Given
) -> Sequence[CompensationRulesEvent]:
    match command:
        case RecordRule():
            return record_rule(command, state or DEFAULT_RULES, given)
        case _:
            assert_never(command)


def record_rule(
    command: RecordRule, book: RuleBook, given: Given
) -> Sequence[CompensationRulesEvent]:
    require(given, roles.EDIT_POLICIES)
    rule_id = identifier(command.rule_id, "/rule_id", 64)
    rule = book.rule(rule_id)
    if rule is None:
        at_most(book.rules, "/rule_id", MOST_RULES - 1)
    recorded = checked_rule(command, rule.latest.version + 1 if rule else 1, given.now)
    return (
        []
        if rule and same_settings(version_of(recorded), rule.at(recorded.valid_from))
        else [recorded]
    )


def checked_rule(command: RecordRule, version: int, now: datetime) -> CompensationRuleRecorded:
    """Checks a rule, also a draft for a dry run."""
    valid_from = command.valid_from or now
    within(valid_from.year, FIRST_YEAR, LAST_YEAR, "/valid_from")
    if command.scope is not None:
        one_of(command.scope, SCOPES, "/scope")
    for n, exclusion in enumerate(command.exclusions):
        one_of(exclusion, EXCLUSIONS, f"/exclusions/{n}")
    distinct(command.exclusions, "/exclusions")
    return CompensationRuleRecorded(
        rule_id=command.rule_id,
        version=version,
        valid_from=valid_from,
        trigger=_trigger(command.trigger),
        benefit=_benefit(command.benefit, command.trigger),
        caps=_caps(command.caps),
        grace_seconds=_grace(command),
        scope=command.scope,
        on_budget_exceeded=one_of(
            command.on_budget_exceeded, (TO_APPROVAL,), "/on_budget_exceeded"
        ),
        exclusions=command.exclusions,
        stack=one_of(command.stack, STACKS, "/stack"),
        count_rule=optional_text(command.count_rule, "/count_rule"),
        enabled=command.enabled,
        source=optional_text(command.source, "/source", 200),
    )


def _trigger(trigger: RuleTrigger) -> RuleTrigger:
    """Refuses details that belong to another event."""
    one_of(trigger.event, TRIGGERS, "/trigger/event")
    if trigger.event == SLA_BREACHED:
        one_of(trigger.clock or "", KINDS, "/trigger/clock")
    elif trigger.clock is not None:
        raise Unacceptable("not_of_this_trigger", pointer="/trigger/clock")
    if trigger.promise_kind is not None:
        if trigger.event != PROMISE_BROKEN:
            raise Unacceptable("not_of_this_trigger", pointer="/trigger/kind")
        one_of(trigger.promise_kind, PROMISE_KINDS, "/trigger/kind")
    if trigger.delay_seconds is not None:
        if trigger.event != DELAY_DECLARED:
            raise Unacceptable("not_of_this_trigger", pointer="/trigger/delay")
        within(trigger.delay_seconds, 0, LONGEST, "/trigger/delay")
    for n, service_class in enumerate(trigger.service_classes):
        one_of(service_class, SERVICE_CLASSES, f"/trigger/class/{n}")
    distinct(trigger.service_classes, "/trigger/class")
    return trigger


def _benefit(benefit: RuleBenefit, trigger: RuleTrigger) -> RuleBenefit:
    one_of(benefit.kind, BENEFITS, "/benefit/kind")
    within(benefit.amount_fen, 1, MOST_FEN, "/benefit/amount_fen")
    one_of(benefit.currency, CURRENCIES, "/benefit/currency")
    if benefit.per is not None:
        one_of(benefit.per, (PER_DAY,), "/benefit/per")
        if trigger.event != PROMISE_BROKEN:
            raise Unacceptable("not_of_this_trigger", pointer="/benefit/per")
    return benefit


def _caps(caps: RuleCaps) -> RuleCaps:
    named = (
        ("per_ticket_fen", caps.per_ticket_fen),
        ("per_household_month_fen", caps.per_household_month_fen),
        ("project_month_budget_fen", caps.project_month_budget_fen),
        ("per_promise_fen", caps.per_promise_fen),
    )
    for cap, value in named:
        if value is not None:
            within(value, 0, MOST_FEN, f"/caps/{cap}")
    return caps


def _grace(command: RecordRule) -> int:
    within(command.grace_seconds, 0, LONGEST, "/grace")
    if command.grace_seconds and command.trigger.event != SLA_BREACHED:
        raise Unacceptable("not_of_this_trigger", pointer="/grace")
    return command.grace_seconds


def evolve(state: RuleBook | None, fact: Fact[CompensationRulesEvent]) -> RuleBook:
    match fact.event:
        case CompensationRuleRecorded() as recorded:
            return _with(state or DEFAULT_RULES, recorded)


def _with(book: RuleBook, recorded: CompensationRuleRecorded) -> RuleBook:
    before = book.rule(recorded.rule_id)
    versions = (*(before.versions if before else ()), version_of(recorded))
    rule = Rule(rule_id=recorded.rule_id, versions=versions[-KEPT_VERSIONS:])
    others = [one for one in book.rules if one.rule_id != recorded.rule_id]
    return RuleBook(rules=tuple(sorted([*others, rule], key=lambda one: one.rule_id)))


def version_of(recorded: CompensationRuleRecorded) -> RuleVersion:
    return RuleVersion(
        version=recorded.version,
        valid_from=recorded.valid_from,
        trigger=recorded.trigger,
        benefit=recorded.benefit,
        caps=recorded.caps,
        grace_seconds=recorded.grace_seconds,
        scope=recorded.scope,
        on_budget_exceeded=recorded.on_budget_exceeded,
        exclusions=recorded.exclusions,
        stack=recorded.stack,
        count_rule=recorded.count_rule,
        enabled=recorded.enabled,
        source=recorded.source,
    )


COMPENSATION_RULES: Decider[RuleCommand, RuleBook | None] = Decider(
    category="compensation_rules",
    initial=None,
    state_type=RuleBook | None,
    decide=decide,
    evolve=evolve,
)
RULE_BOOK: Stream[RuleCommand, RuleBook | None] = COMPENSATION_RULES.stream("book")
