"""Compensation rules as values: their versions, and which of them a cause meets
(docs/domain.md §4.3). At the end, the default rules of every tenant (docs/domain.md §7)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, get_args

from app.domain.exclusions import EXCLUSIONS
from app.domain.service_classes import SERVICE_CLASSES
from app.domain.versions import in_force
from app.events.base import Value
from app.events.compensation_rules import RuleBenefit, RuleCaps, RuleTrigger

TriggerEvent = Literal["SlaBreached", "PromiseBroken", "DelayDeclared"]
SLA_BREACHED: TriggerEvent = "SlaBreached"
PROMISE_BROKEN: TriggerEvent = "PromiseBroken"
DELAY_DECLARED: TriggerEvent = "DelayDeclared"
TRIGGERS: tuple[TriggerEvent, ...] = get_args(TriggerEvent)

BenefitPer = Literal["started_calendar_day"]
PER_DAY: BenefitPer = "started_calendar_day"

BeyondBudget = Literal["to_approval"]
TO_APPROVAL: BeyondBudget = "to_approval"

Stack = Literal["max_of_same_cause", "add"]
MAX_OF_SAME_CAUSE: Stack = "max_of_same_cause"
ADD: Stack = "add"
STACKS: tuple[Stack, ...] = get_args(Stack)

RuleScope = Literal["household_per_cycle", "promise"]
SCOPES: tuple[RuleScope, ...] = get_args(RuleScope)

RuleCountRule = Literal["civil_code_201_203"]


class RuleVersion(Value, frozen=True, kw_only=True):
    version: int
    valid_from: datetime
    trigger: RuleTrigger
    benefit: RuleBenefit
    caps: RuleCaps
    grace_seconds: int = 0
    scope: str | None = None
    on_budget_exceeded: str = TO_APPROVAL
    exclusions: tuple[str, ...] = ()
    stack: str = MAX_OF_SAME_CAUSE
    count_rule: str | None = None
    enabled: bool = True
    source: str | None = None


class Rule(Value, frozen=True, kw_only=True):
    """The kept versions of one rule, in the order of recording."""

    rule_id: str
    versions: tuple[RuleVersion, ...]

    @property
    def latest(self) -> RuleVersion:
        return self.versions[-1]

    def at(self, instant: datetime) -> RuleVersion | None:
        """The version in force; of two valid from the same instant, the later one."""
        return in_force(self.versions, instant)


class RuleBook(Value, frozen=True, kw_only=True):
    rules: tuple[Rule, ...]

    def rule(self, rule_id: str) -> Rule | None:
        return next((one for one in self.rules if one.rule_id == rule_id), None)

    def in_force(self, at: datetime) -> Iterator[tuple[str, RuleVersion]]:
        """The rule that gives most comes first: the owner gets that one."""
        found = [(one.rule_id, version) for one in self.rules if (version := one.at(at))]
        found.sort(key=lambda each: (-each[1].benefit.amount_fen, each[0]))
        return ((rule_id, version) for rule_id, version in found if version.enabled)


def meets(
    version: RuleVersion, event: str, service_class: str, *, clock: str = "", promise: str = ""
) -> bool:
    """Whether the rule applies to such a cause on a ticket of this class."""
    trigger = version.trigger
    return (
        version.enabled
        and trigger.event == event
        and (not trigger.service_classes or service_class in trigger.service_classes)
        and (event != SLA_BREACHED or trigger.clock == clock)
        and (event != PROMISE_BROKEN or trigger.promise_kind in (None, promise))
    )


BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
ARRIVE_LATE, DELAY_DAY = "R-ARRIVE-LATE", "R-DELAY-DAY"

DEFAULT_RULES = RuleBook(
    rules=(
        Rule(
            rule_id=ARRIVE_LATE,
            versions=(
                RuleVersion(
                    version=1,
                    valid_from=BEGINNING,
                    trigger=RuleTrigger(
                        event=SLA_BREACHED, clock="arrive", service_classes=SERVICE_CLASSES
                    ),
                    benefit=RuleBenefit(kind="fee_credit", amount_fen=5_000),
                    caps=RuleCaps(
                        per_ticket_fen=20_000,
                        per_household_month_fen=20_000,
                        project_month_budget_fen=1_000_000,
                    ),
                    scope="household_per_cycle",
                    exclusions=EXCLUSIONS,
                    source="S003 超时自动补偿",
                ),
            ),
        ),
        Rule(
            rule_id=DELAY_DAY,
            versions=(
                RuleVersion(
                    version=1,
                    valid_from=BEGINNING,
                    trigger=RuleTrigger(event=PROMISE_BROKEN, promise_kind="completion"),
                    benefit=RuleBenefit(kind="fee_credit", amount_fen=50_000, per=PER_DAY),
                    caps=RuleCaps(per_promise_fen=500_000),
                    scope="promise",
                    count_rule="civil_code_201_203",
                    source="S003 延期一天赔偿500元物业费",
                ),
            ),
        ),
    )
)
