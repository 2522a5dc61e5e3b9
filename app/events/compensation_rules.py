"""Facts about what is compensated by itself: the rules, version by version
(docs/domain.md §4.3)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrigger:
    """What happened: a breach of `clock`, a broken promise of `promise_kind`, a declared delay of
    at least so long; of the service classes named, where any are."""

    event: str  # SlaBreached | PromiseBroken | DelayDeclared
    clock: str | None = None
    promise_kind: str | None = None
    delay_seconds: int | None = None
    service_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBenefit:
    """What is given, once or for each started calendar day."""

    kind: str
    amount_fen: int
    currency: str = "CNY"
    per: str | None = None  # started_calendar_day


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCaps:
    """Up to what the rule gives; a cap that is not named does not exist."""

    per_ticket_fen: int | None = None
    per_household_month_fen: int | None = None
    project_month_budget_fen: int | None = None
    per_promise_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensationRuleRecorded:
    """A rule was entered or replaced as a whole; what happened before keeps the version of then."""

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
