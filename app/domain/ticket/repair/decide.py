"""Which rule decides which command of a repair (docs/domain.md §6.1)."""

from typing import assert_never

from app.domain.decider import Given
from app.domain.ticket.commands.ticket import (
    Accept,
    AcceptSolution,
    AddCost,
    Arrive,
    Assign,
    CheckItem,
    Claim,
    CompleteWork,
    DeclareDelay,
    Decline,
    DeclineSolution,
    Depart,
    Dispute,
    OpenToPool,
    ProposeSolution,
    RecordNoAccess,
    Reopen,
    SettleBill,
    SignCompletion,
    Transfer,
    UpdateProgress,
    Verify,
    WaiveBill,
)
from app.domain.ticket.decision import Decision
from app.domain.ticket.every_kind import conversation
from app.domain.ticket.every_kind.siblings import TicketStreams
from app.domain.ticket.repair import billing, completion, dispatch, field_work, solution
from app.domain.ticket.state.ticket import Ticket

RepairCommand = (
    OpenToPool
    | Assign
    | Claim
    | Accept
    | Decline
    | Transfer
    | Depart
    | Arrive
    | RecordNoAccess
    | AddCost
    | CheckItem
    | ProposeSolution
    | AcceptSolution
    | DeclineSolution
    | DeclareDelay
    | UpdateProgress
    | CompleteWork
    | Verify
    | SignCompletion
    | Dispute
    | Reopen
    | SettleBill
    | WaiveBill
)


def decide(  # noqa: C901, PLR0911, PLR0912 - one table, a command a line
    command: RepairCommand, ticket: Ticket, given: Given, streams: TicketStreams
) -> Decision:
    match command:
        case OpenToPool():
            return dispatch.open_to_pool(command)
        case Assign():
            return dispatch.assign(command, ticket, given)
        case Claim():
            return dispatch.claim(command, ticket, given)
        case Accept():
            return dispatch.accept(command, ticket, given)
        case Decline():
            return dispatch.decline(command, ticket, given)
        case Transfer():
            return dispatch.transfer(command, ticket, given)
        case Depart():
            return field_work.depart(command, ticket, given)
        case Arrive():
            return field_work.arrive(command, ticket, given)
        case RecordNoAccess():
            return field_work.record_no_access(command, ticket, given)
        case AddCost():
            return field_work.add_cost(command, ticket, given)
        case CheckItem():
            return field_work.check_item(command, ticket)
        case ProposeSolution():
            return solution.propose_solution(command, ticket, given)
        case AcceptSolution():
            return solution.accept_solution(command, ticket, given)
        case DeclineSolution():
            return solution.decline_solution(command, ticket, given)
        case DeclareDelay():
            return conversation.declare_delay(command, given)
        case UpdateProgress():
            return conversation.update_progress(command, ticket, given)
        case CompleteWork():
            return completion.complete_work(command, ticket, given, streams)
        case Verify():
            return completion.verify(command, ticket, given)
        case SignCompletion():
            return completion.sign_completion(command, ticket)
        case Dispute():
            return completion.dispute(command)
        case Reopen():
            return completion.reopen(command, ticket, given, streams)
        case SettleBill():
            return billing.settle_bill(command, ticket)
        case WaiveBill():
            return billing.waive_bill(command, ticket)
        case _:
            assert_never(command)
