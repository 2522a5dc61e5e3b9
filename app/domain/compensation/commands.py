"""Commands of compensations, from people and from reactors."""

from dataclasses import dataclass
from datetime import datetime

from app.events.promise import PromisePenalty

# Why a compensation is no longer owed.
BREACH_RETRACTED = "breach_retracted"
PROMISE_BREAK_RETRACTED = "promise_break_retracted"
EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeCompensation:
    """A person proposes compensation on a ticket."""

    compensation_id: str
    ticket_id: str
    benefit: str
    amount_fen: int
    reason: str
    good_faith: bool = False
    rationale: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveCompensation:
    """Approves a pending compensation, which grants it."""

    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectCompensation:
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilCompensation:
    """The owner has received it; `reference` points to the proof."""

    reference: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFulfilmentFailure:
    """An attempt to fulfil failed; it stays granted and its clock runs on."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidCompensation:
    """Takes it back before it is fulfilled."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseCompensation:
    """Reverses a fulfilled one: only for fraud or a duplicate, with notice to the owner."""

    ground: str
    notice: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateBreach:
    """A clock of a ticket was breached at `happened_at`."""

    compensation_id: str
    rule_id: str
    ticket_id: str
    clock: str
    cycle: int
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensatePromise:
    """A promise on a ticket was broken at `happened_at`, by `rule_id` or by its own penalty."""

    compensation_id: str
    rule_id: str | None
    ticket_id: str
    promise_id: str
    kind: str
    happened_at: datetime
    zone: str
    cycle: int
    penalty: PromisePenalty | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompensateDelay:
    """A delay was declared to the owner; `delay_id` is the id of that event."""

    compensation_id: str
    rule_id: str
    ticket_id: str
    delay_id: str
    cycle: int
    happened_at: datetime
    new_eta: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleAccrual:
    """The promise is done, or the accrued days have reached the cap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconsiderCompensation:
    """Its cause may no longer hold: checks it again."""


CompensationCommand = (
    ProposeCompensation
    | ApproveCompensation
    | RejectCompensation
    | FulfilCompensation
    | RecordFulfilmentFailure
    | VoidCompensation
    | ReverseCompensation
    | CompensateBreach
    | CompensatePromise
    | CompensateDelay
    | SettleAccrual
    | ReconsiderCompensation
)
