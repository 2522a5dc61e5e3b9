"""Events of the compensation rules, version by version (docs/domain.md §4.3)."""

from datetime import datetime

from app.events.base import Integer, Value


class RuleTrigger(Value, frozen=True, kw_only=True):
    """A breach of `clock`, a broken promise of `promise_kind`, or a declared delay of at least
    `delay_seconds`. With no service classes it applies to all."""

    event: str  # SlaBreached | PromiseBroken | DelayDeclared
    clock: str | None = None
    promise_kind: str | None = None
    delay_seconds: Integer | None = None
    service_classes: tuple[str, ...] = ()


class RuleBenefit(Value, frozen=True, kw_only=True):
    """What is given, once or per started calendar day."""

    kind: str
    amount_fen: Integer
    currency: str = "CNY"
    per: str | None = None  # started_calendar_day


class RuleCaps(Value, frozen=True, kw_only=True):
    """The most that the rule gives; None means no cap."""

    per_ticket_fen: Integer | None = None
    per_household_month_fen: Integer | None = None
    project_month_budget_fen: Integer | None = None
    per_promise_fen: Integer | None = None


class CompensationRuleRecorded(Value, frozen=True, kw_only=True):
    """A rule was entered or replaced as a whole; earlier causes keep their version."""

    rule_id: str
    version: Integer
    valid_from: datetime
    trigger: RuleTrigger
    benefit: RuleBenefit
    caps: RuleCaps
    grace_seconds: Integer = 0
    scope: str | None = None
    on_budget_exceeded: str = "to_approval"
    exclusions: tuple[str, ...] = ()
    stack: str = "max_of_same_cause"
    count_rule: str | None = None
    enabled: bool = True
    source: str | None = None


CompensationRulesEvent = CompensationRuleRecorded
