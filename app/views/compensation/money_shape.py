"""Shapes of authority, the ledger and figures of compensation."""

from datetime import datetime

from pydantic import Field

from app.domain.authority.staff_exposure import FlagName
from app.projections.fee_credits import FeeCreditKind
from app.projections.ledger import EntryKind
from app.views.shape import Shape


class AuthorityRowAnswer(Shape):
    """授权. Limits include their figure; null is no limit of that sort."""

    kind: str
    limit_fen: int | None
    limit_days: int | None
    per_ticket_fen: int | None
    per_household_30d_fen: int | None
    per_staff_day_fen: int | None
    valid_until: datetime | None


class DeputyAnswer(Shape):
    subject: str
    delegated_by: str
    valid_from: datetime
    valid_until: datetime


class AuthorityVersion(Shape):
    version: int
    valid_from: datetime


class AuthorityAnswer(Shape):
    role: str
    version: int = Field(description="Of the matrix; decisions store it.")
    valid_from: datetime
    source: str | None
    rows: list[AuthorityRowAnswer]
    deputies: list[DeputyAnswer]
    versions: list[AuthorityVersion]


class AuthorityList(Shape):
    version: int = Field(description="How often the matrix was changed, from 1.")
    items: list[AuthorityAnswer]


class LedgerEntry(Shape):
    """分录. What is debited is credited. It stays as it is: a later entry goes against it."""

    position: int = Field(description="Of the event that was entered.")
    entry: EntryKind
    compensation_id: str
    ticket_id: str
    household_id: str | None
    community: str
    benefit: str
    rule_id: str | None
    month: str = Field(description="The local month that the grant counts in: `2024-03`.")
    decided_by: str
    debit: str = Field(examples=["expense:fee_credit"])
    credit: str = Field(examples=["liability:h-3-1201"])
    amount_fen: int
    currency: str
    occurred_at: datetime
    recorded_at: datetime


class LedgerPage(Shape):
    items: list[LedgerEntry]
    next_cursor: str | None


class AccountBalance(Shape):
    """`balance_fen` is debit less credit for `expense:` accounts, credit less debit for others."""

    account: str
    debit_fen: int
    credit_fen: int
    balance_fen: int


class LedgerBalance(Shape):
    """granted - voided - reversed = liability + settled, always."""

    household_id: str | None
    currency: str
    granted_fen: int
    voided_fen: int
    reversed_fen: int
    fulfilled_fen: int
    balance_fen: int = Field(description="What is owed and not fulfilled yet: the liability.")
    liability_fen: int
    settled_fen: int = Field(description="What was fulfilled, less what was reversed.")
    accounts: list[AccountBalance]


class FeeCreditEntry(Shape):
    """物业费减免. `compensation_id` is the reference: it is credited once, and once more only after
    a withdrawal."""

    position: int
    kind: FeeCreditKind
    compensation_id: str
    household_id: str
    amount_fen: int
    currency: str
    occurred_at: datetime


class FeeCreditPage(Shape):
    items: list[FeeCreditEntry]
    next_after: int = Field(description="`after` of the next pull, also where nothing came.")


class CostFigures(Shape):
    """补偿成本. What was granted in the period, and what became of it since."""

    n: int = Field(description="Tickets reported in the period.")
    value: float | None = Field(description="Yuan per 100 tickets, net of voids and reversals.")
    ci95: list[float] | None = Field(description="Of the value, as the cost varies by ticket.")
    sufficient: bool = Field(description="Whether n is 30 at least.")
    grants: int
    granted_fen: int
    voided_fen: int
    reversed_fen: int
    fulfilled_fen: int
    net_fen: int
    no_fault_fen: int = Field(
        description="Of what was granted, what was given in good faith: by `decided_by`, it is not"
        " held against anybody."
    )


class CostGroup(CostFigures):
    key: str | None


class CostAnswer(CostFigures):
    currency: str
    group_by: str | None
    groups: list[CostGroup] | None


class ExposedAnswer(Shape):
    compensation_id: str
    ticket_id: str
    benefit: str
    amount_fen: int
    month: str
    rule_id: str | None
    by: str | None
    pending: bool
    below_approval: bool
    at: datetime


class OwnRoom(Shape):
    """How much the caller may still give this household alone."""

    benefit: str
    role: str
    limit_fen: int
    remaining_fen: int


class ExposureAnswer(Shape):
    """住户已获补偿. What caps and authority are judged by."""

    household_id: str
    currency: str
    given_30d_fen: int
    by_rules_30d_fen: int
    by_people_30d_fen: int
    below_approval_30d_fen: int = Field(description="What people gave without asking anybody.")
    pending_fen: int
    room: list[OwnRoom]
    entries: list[ExposedAnswer]


class FlaggedCompensation(Shape):
    """疑点. It hinders nobody; `detail` is a figure or an id."""

    position: int
    flag: FlagName
    detail: str
    subject: str = Field(description="Who decided it, or proposed it.")
    occurred_at: datetime
    compensation_id: str
    ticket_id: str
    household_id: str | None
    benefit: str
    amount_fen: int
    currency: str
    state: str


class FrequentClaimant(Shape):
    household_id: str
    claims: int
    amount_fen: int
    p99: int


class FlagPage(Shape):
    items: list[FlaggedCompensation]
    claimants: list[FrequentClaimant] = Field(
        description="Households that people gave more often to in 90 days than to 99 of 100 others;"
        " with the first page."
    )
    next_cursor: str | None


class KeptFigures(Shape):
    """承诺兑现率."""

    n: int = Field(description="Kept and broken together.")
    value: float | None = Field(description="Per cent kept.")
    ci95: list[float] | None = Field(description="Wilson, [low, high], per cent.")
    sufficient: bool = Field(description="Whether n is 30 at least.")
    kept: int
    broken: int
    withdrawn: int
    running: int = Field(description="Still to be kept: counted nowhere so far.")
    owed_fen: int = Field(description="What was owed for those that are settled.")


class KeptGroup(KeptFigures):
    key: str | None


class KeptAnswer(KeptFigures):
    group_by: str | None
    groups: list[KeptGroup] | None


class WaitingAnswer(Shape):
    role: str
    n: int
    amount_fen: int
    longest: str = Field(description="ISO 8601: how long the first of them waits.")


class ApprovalAnswer(Shape):
    """审批等待. By when it was asked for; what waits is of now, whenever it was asked for."""

    n: int = Field(description="Decided: approved, rejected or expired.")
    value: float | None = Field(description="Median wait, minutes.")
    ci95: list[float] | None = Field(description="Of the median, by order statistics, minutes.")
    sufficient: bool = Field(description="Whether n is 30 at least.")
    p90: float | None = Field(description="Minutes.")
    approved: int
    rejected: int
    expired: int
    voided: int
    escalated: int = Field(description="Went one level up at least.")
    waiting: int
    longest_waiting: str | None = Field(description="ISO 8601")
    waiting_for: list[WaitingAnswer]


class RuleBudget(Shape):
    rule_id: str
    budget_fen: int
    used_percent: float | None


class BudgetAlarm(Shape):
    percent: int
    budget_fen: int


class ProjectBudget(Shape):
    """项目月度预算."""

    community: str
    spent_fen: int
    over_fen: int = Field(description="Approved beyond a budget.")
    budgets: list[RuleBudget]
    alarms: list[BudgetAlarm]


class BudgetList(Shape):
    month: str
    currency: str
    items: list[ProjectBudget]
