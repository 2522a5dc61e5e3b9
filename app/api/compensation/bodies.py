"""Request bodies of compensations and their rules."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, Strict

from app.domain.benefits import Benefit
from app.domain.compensation.commands import (
    ApproveCompensation,
    FulfilCompensation,
    ProposeCompensation,
    RecordFulfilmentFailure,
    RejectCompensation,
    ReverseCompensation,
    VoidCompensation,
)
from app.domain.compensation.fulfilment import ReversalGround
from app.domain.compensation.rule_book import RecordRule
from app.domain.compensation.rules import (
    BenefitPer,
    BeyondBudget,
    RuleCountRule,
    RuleScope,
    Stack,
    TriggerEvent,
)
from app.domain.compensation.words import Currency
from app.domain.exclusions import Exclusion
from app.domain.service_classes import CLASS_OF_LEVEL, ServiceClassOrLevel
from app.domain.sla.clock import ClockKind
from app.domain.ticket.state.promise import PromiseKind
from app.events.compensation_rules import RuleBenefit, RuleCaps, RuleTrigger
from app.http.fields import (
    MAX_AMOUNT_FEN,
    Body,
    Duration,
    Fen,
    Instant,
    LongText,
    Several,
    Text,
    key,
    text,
)

Amount = Annotated[int, Strict(), Field(ge=1, le=MAX_AMOUNT_FEN)]


AT_ONCE = timedelta()


class CompensationBody(Body):
    """Things are valued at what they cost."""

    benefit: Benefit
    amount_fen: Amount
    reason: Text
    good_faith: bool = Field(
        default=False,
        description="A small loss by a decision in good faith is nobody's fault.",
    )
    rationale: LongText | None = None

    def command(self, compensation_id: str, ticket_id: str) -> ProposeCompensation:
        return ProposeCompensation(
            compensation_id=compensation_id,
            ticket_id=ticket_id,
            benefit=self.benefit,
            amount_fen=self.amount_fen,
            reason=self.reason,
            good_faith=self.good_faith,
            rationale=self.rationale,
        )


class ApproveBody(Body):
    note: Text | None = None

    def command(self) -> ApproveCompensation:
        return ApproveCompensation(note=self.note)


class RejectCompensationBody(Body):
    reason: Text

    def command(self) -> RejectCompensation:
        return RejectCompensation(reason=self.reason)


class FulfilBody(Body):
    reference: Annotated[str, text(200)] | None = Field(
        default=None, description="Where it can be seen: the bill, the voucher."
    )
    note: Text | None = None

    def command(self) -> FulfilCompensation:
        return FulfilCompensation(reference=self.reference, note=self.note)


class FailureBody(Body):
    reason: Text

    def command(self) -> RecordFulfilmentFailure:
        return RecordFulfilmentFailure(reason=self.reason)


class VoidBody(Body):
    reason: Text

    def command(self) -> VoidCompensation:
        return VoidCompensation(reason=self.reason)


class ReverseBody(Body):
    reason: ReversalGround
    notice: Text | None = Field(
        default=None, description="What the owner was told beside the notice that is queued."
    )

    def command(self) -> ReverseCompensation:
        return ReverseCompensation(ground=self.reason, notice=self.notice)


class TriggerBody(Body):
    """`clock` of `SlaBreached`, `kind` of `PromiseBroken`, `delay` of `DelayDeclared`."""

    event: TriggerEvent
    clock: ClockKind | None = None
    kind: PromiseKind | None = None
    delay: Duration | None = Field(default=None, description="Declared delays of at least that.")
    class_: Several[ServiceClassOrLevel] = Field(
        default=(), alias="class", description="Of all service classes, where none is named."
    )

    def trigger(self) -> RuleTrigger:
        return RuleTrigger(
            event=self.event,
            clock=self.clock,
            promise_kind=self.kind,
            delay_seconds=None if self.delay is None else int(self.delay.total_seconds()),
            service_classes=tuple(CLASS_OF_LEVEL.get(each, each) for each in self.class_),
        )


class BenefitBody(Body):
    kind: Benefit
    amount_fen: Amount
    currency: Currency = "CNY"
    per: BenefitPer | None = None


class CapsBody(Body):
    """A cap that is left out does not exist."""

    per_ticket_fen: Fen | None = None
    per_household_month_fen: Fen | None = None
    project_month_budget_fen: Fen | None = None
    per_promise_fen: Fen | None = None


class RuleBody(Body):
    """The whole rule, a new version from `valid_from` on (from now, where none is said). Versions
    are counted by the server, and the idempotency key is made by it: both may be left out."""

    rule_id: Annotated[str, key(64)] | None = Field(default=None, description="As in the path.")
    version: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None
    valid_from: Instant | None = None
    trigger: TriggerBody
    grace: Duration = Field(default=AT_ONCE, description="Time beyond the due time.")
    benefit: BenefitBody
    scope: RuleScope | None = None
    caps: CapsBody = CapsBody()
    on_budget_exceeded: BeyondBudget = "to_approval"
    exclusions: Several[Exclusion] = ()
    stack: Stack = "max_of_same_cause"
    count_rule: RuleCountRule | None = None
    idempotency: Annotated[str, key(128)] | None = None
    enabled: bool = True
    source: Annotated[str, text(200)] | None = None

    def command(self, rule_id: str) -> RecordRule:
        return RecordRule(
            rule_id=rule_id,
            trigger=self.trigger.trigger(),
            benefit=RuleBenefit(
                kind=self.benefit.kind,
                amount_fen=self.benefit.amount_fen,
                currency=self.benefit.currency,
                per=self.benefit.per,
            ),
            caps=RuleCaps(
                per_ticket_fen=self.caps.per_ticket_fen,
                per_household_month_fen=self.caps.per_household_month_fen,
                project_month_budget_fen=self.caps.project_month_budget_fen,
                per_promise_fen=self.caps.per_promise_fen,
            ),
            valid_from=self.valid_from,
            grace_seconds=int(self.grace.total_seconds()),
            scope=self.scope,
            on_budget_exceeded=self.on_budget_exceeded,
            exclusions=self.exclusions,
            stack=self.stack,
            count_rule=self.count_rule,
            enabled=self.enabled,
            source=self.source,
        )


class DryRunBody(Body):
    """The clocks that were breached from `from` until before `to`, by the draft or else by the
    rule as it is in force."""

    from_: Instant = Field(alias="from")
    to: Instant
    draft: RuleBody | None = None
