"""The events of granting, requesting approval and taking back: on the compensation, the household's
exposure and the project's budget, in one append."""

from app.domain.authority.budget import BudgetKey, spend
from app.domain.compensation import clocks
from app.domain.compensation.causes import PROMISE
from app.domain.compensation.exposed import exposure_stream_of
from app.domain.compensation.state import (
    FEE_CREDIT,
    FULFILLED,
    GRANTED,
    PENDING,
    Compensation,
    DecidedEvent,
)
from app.domain.decider import Given, On
from app.events.budget import BudgetReturned, BudgetSpent
from app.events.compensation import (
    CompensationApprovalRequested,
    CompensationGranted,
    CompensationVoided,
    FeeCreditExported,
    FeeCreditWithdrawn,
)
from app.events.exposure import ExposureAdded, ExposureReleased


def budget_key_of(c: Compensation) -> BudgetKey:
    return BudgetKey(community=c.community, month=c.month)


def grant_events(
    c: Compensation, given: Given, *, below_approval: bool, over_budget: bool = False
) -> list[DecidedEvent]:
    """`c` is the state as proposed. A fee credit is exported together with its grant, so once."""
    spent = BudgetSpent(
        compensation_id=c.id,
        amount_fen=c.amount_fen,
        rule_id=c.rule_id,
        over_budget=over_budget,
    )
    return [
        CompensationGranted(
            compensation_id=c.id,
            ticket_id=c.ticket_id,
            household_id=c.household_id,
            community=c.community,
            benefit=c.benefit,
            amount_fen=c.amount_fen,
            currency=c.currency,
            month=c.month,
            rule_id=c.rule_id,
            over_budget=over_budget,
        ),
        *_credit(FeeCreditExported, c),
        *clocks.start_fulfilment(c, given),
        _exposed(c, given, pending=False, below_approval=below_approval),
        *spend(given, budget_key_of(c), spent, c.budget_fen),
    ]


def approval_events(
    c: Compensation, requested: CompensationApprovalRequested, given: Given
) -> list[DecidedEvent]:
    """A rule's compensation counts against the caps while it waits."""
    kept = [_exposed(c, given, pending=True, below_approval=False)] if c.is_by_rule else []
    levels = len(requested.approver_roles)
    return [requested, *clocks.start_approval(c, levels, given), *kept]


def _exposed(c: Compensation, given: Given, *, pending: bool, below_approval: bool) -> On:
    added = ExposureAdded(
        compensation_id=c.id,
        ticket_id=c.ticket_id,
        household_id=c.household_id,
        benefit=c.benefit,
        amount_fen=c.amount_fen,
        month=c.month,
        cause=c.cause,
        pending=pending,
        below_approval=below_approval,
        penalty=c.cause.startswith(f"{PROMISE}:"),
        by=None if c.is_by_rule else c.proposed_by,
        rule_id=c.rule_id if c.is_by_rule else None,
    )
    return On(exposure_stream_of(c, given), added)


def _credit(
    event: type[FeeCreditExported] | type[FeeCreditWithdrawn], c: Compensation
) -> list[DecidedEvent]:
    if c.benefit != FEE_CREDIT or c.household_id is None:
        return []
    return [
        event(
            compensation_id=c.id,
            household_id=c.household_id,
            amount_fen=c.amount_fen,
            currency=c.currency,
        )
    ]


def release_events(c: Compensation, given: Given) -> list[DecidedEvent]:
    """It is not granted, or no longer: frees its room under the caps."""
    if c.state not in {GRANTED, FULFILLED} and not (c.state == PENDING and c.is_by_rule):
        return []
    gone = ExposureReleased(compensation_id=c.id, amount_fen=c.amount_fen)
    return [On(exposure_stream_of(c, given), gone)]


def undo_events(c: Compensation, given: Given) -> list[DecidedEvent]:
    """Takes back what was granted: the credit, the exposure and the budget."""
    if c.state not in {GRANTED, FULFILLED}:
        return release_events(c, given)
    back = BudgetReturned(
        compensation_id=c.id,
        amount_fen=c.amount_fen,
        rule_id=c.rule_id,
        over_budget=c.over_budget,
    )
    return [
        *_credit(FeeCreditWithdrawn, c),
        *release_events(c, given),
        On(budget_key_of(c).stream, back),
    ]


def void_events(
    c: Compensation,
    because: str,
    given: Given,
    *,
    by: str | None = None,
    reason: str | None = None,
    exclusion: str | None = None,
) -> list[DecidedEvent]:
    return [
        CompensationVoided(
            because=because,
            granted=c.state == GRANTED,
            amount_fen=c.amount_fen,
            benefit=c.benefit,
            household_id=c.household_id,
            by=by,
            reason=reason,
            exclusion=exclusion,
        ),
        *clocks.cancel(c, "voided", given),
        *undo_events(c, given),
    ]
