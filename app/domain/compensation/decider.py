"""The decider of compensations: one stream each."""

from collections.abc import Sequence

from app.domain.compensation.accrual import settle
from app.domain.compensation.approval import approve, reject
from app.domain.compensation.by_hand import propose
from app.domain.compensation.by_rule import (
    compensate_breach,
    compensate_delay,
    compensate_promise,
)
from app.domain.compensation.commands import (
    ApproveCompensation,
    CompensateBreach,
    CompensateDelay,
    CompensatePromise,
    CompensationCommand,
    FulfilCompensation,
    ProposeCompensation,
    ReconsiderCompensation,
    RecordFulfilmentFailure,
    RejectCompensation,
    ReverseCompensation,
    SettleAccrual,
    VoidCompensation,
)
from app.domain.compensation.evolve import evolve
from app.domain.compensation.fulfilment import fail, fulfil, reconsider, reverse, void
from app.domain.compensation.lapse import lapse, next_due
from app.domain.compensation.notices import notices
from app.domain.compensation.state import DEFERRED, Compensation, DecidedEvent
from app.domain.compensation.visibility import may_see
from app.domain.decider import Decider, Given
from app.domain.errors import NotFound
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.decider import TICKET


def decide(
    command: CompensationCommand, state: Compensation | None, given: Given
) -> Sequence[DecidedEvent]:
    events = _decided(command, state, given)
    return [*events, *notices(events)]


def _decided(  # noqa: PLR0911 - one table, to be read downwards
    command: CompensationCommand, state: Compensation | None, given: Given
) -> Sequence[DecidedEvent]:
    match command:
        case ProposeCompensation():
            return propose(command, state, given)
        case CompensateBreach():
            return compensate_breach(command, state, given)
        case CompensatePromise():
            return compensate_promise(command, state, given)
        case CompensateDelay():
            return compensate_delay(command, state, given)
        case SettleAccrual():
            return settle(state, given)
        case ReconsiderCompensation():
            return reconsider(state, given)
        case _:
            return _decide_on(command, _found(state, given), given)


def _found(state: Compensation | None, given: Given) -> Compensation:
    if state is None or state.state == DEFERRED or not may_see(given.viewer, state):
        raise NotFound("compensation_not_found")
    ticket = given.read(TICKET.stream(state.ticket_id))
    check_no_conflict(given, ticket, unseen="compensation_not_found")
    return state


def _decide_on(
    command: CompensationCommand, c: Compensation, given: Given
) -> Sequence[DecidedEvent]:
    match command:
        case ApproveCompensation():
            return approve(command, c, given)
        case RejectCompensation():
            return reject(command, c, given)
        case FulfilCompensation():
            return fulfil(command, c, given)
        case RecordFulfilmentFailure():
            return fail(command, c, given)
        case VoidCompensation():
            return void(command, c, given)
        case ReverseCompensation():
            return reverse(command, c, given)
        case _:
            raise AssertionError(command)


COMPENSATION: Decider[CompensationCommand, Compensation | None] = Decider(
    category="compensation",
    initial=None,
    state_type=Compensation | None,
    decide=decide,
    evolve=evolve,
    next_due=next_due,
    lapse=lapse,
)
