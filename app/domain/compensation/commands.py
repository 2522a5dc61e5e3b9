"""Commands of compensations, from people and from reactors."""

from datetime import datetime

from app.events.base import Value
from app.events.promise import PromisePenalty

# Why a compensation is no longer owed.
BREACH_RETRACTED = "breach_retracted"
PROMISE_BREAK_RETRACTED = "promise_break_retracted"
EXCLUDED = "excluded"


class ProposeCompensation(Value, frozen=True, kw_only=True):
    """A person proposes compensation on a ticket."""

    compensation_id: str
    ticket_id: str
    benefit: str
    amount_fen: int
    reason: str
    good_faith: bool = False
    rationale: str | None = None


class ApproveCompensation(Value, frozen=True, kw_only=True):
    """Approves a pending compensation, which grants it."""

    note: str | None = None


class RejectCompensation(Value, frozen=True, kw_only=True):
    reason: str


class FulfilCompensation(Value, frozen=True, kw_only=True):
    """The owner has received it; `reference` points to the proof."""

    reference: str | None = None
    note: str | None = None


class RecordFulfilmentFailure(Value, frozen=True, kw_only=True):
    """An attempt to fulfil failed; it stays granted and its clock runs on."""

    reason: str


class VoidCompensation(Value, frozen=True, kw_only=True):
    """Takes it back before it is fulfilled."""

    reason: str


class ReverseCompensation(Value, frozen=True, kw_only=True):
    """Reverses a fulfilled one: only for fraud or a duplicate, with notice to the owner."""

    ground: str
    notice: str | None = None


class CompensateBreach(Value, frozen=True, kw_only=True):
    """A clock of a ticket was breached at `happened_at`."""

    compensation_id: str
    rule_id: str
    ticket_id: str
    clock: str
    cycle: int
    happened_at: datetime


class CompensatePromise(Value, frozen=True, kw_only=True):
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


class CompensateDelay(Value, frozen=True, kw_only=True):
    """A delay was declared to the owner; `delay_id` is the id of that event."""

    compensation_id: str
    rule_id: str
    ticket_id: str
    delay_id: str
    cycle: int
    happened_at: datetime
    new_eta: datetime


class SettleAccrual(Value, frozen=True, kw_only=True):
    """The promise is done, or the accrued days have reached the cap."""


class ReconsiderCompensation(Value, frozen=True, kw_only=True):
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
