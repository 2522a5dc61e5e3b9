"""Events of the compensation rules, version by version (docs/domain.md §4.3)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrigger:
    """A breach of `clock`, a broken promise of `promise_kind`, or a declared delay of at least
    `delay_seconds`. With no service classes it applies to all."""

    event: str  # SlaBreached | PromiseBroken | DelayDeclared
    clock: str | None = None
    promise_kind: str | None = None
    delay_seconds: int | None = None
    service_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBenefit:
    """What is given, once or per started calendar day."""

    kind: str
    amount_fen: int
    currency: str = "CNY"
    per: str | None = None  # started_calendar_day


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCaps:
    """The most that the rule gives; None means no cap."""

    per_ticket_fen: int | None = None
    per_household_month_fen: int | None = None
    project_month_budget_fen: int | None = None
    per_promise_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRuleRecorded:
    """A rule was entered or replaced as a whole; earlier causes keep their version."""

    rule_id: str
    version: int
    valid_from: datetime
    trigger: RuleTrigger
    benefit: RuleBenefit
    caps: RuleCaps
    grace_seconds: int = 0
    scope: str | None = None
    on_budget_exceeded: str = "to_approval"
    exclusions: tuple[str, ...] = ()
    stack: str = "max_of_same_cause"
    count_rule: str | None = None
    enabled: bool = True
    source: str | None = None


CompensationRulesEvent = CompensationRuleRecorded
