"""Which rule decides which command of a repair (docs/domain.md §6.1)."""

from collections.abc import Mapping
from typing import Any

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
from app.domain.ticket.decided_by import Decides, decided_by
from app.domain.ticket.every_kind import conversation
from app.domain.ticket.repair import billing, completion, dispatch, field_work, solution
from app.events.by_type import by_type

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


DECIDES: Mapping[type[Any], Decides] = by_type(
    RepairCommand,
    {
        OpenToPool: decided_by(dispatch.open_to_pool),
        Assign: decided_by(dispatch.assign),
        Claim: decided_by(dispatch.claim),
        Accept: decided_by(dispatch.accept),
        Decline: decided_by(dispatch.decline),
        Transfer: decided_by(dispatch.transfer),
        Depart: decided_by(field_work.depart),
        Arrive: decided_by(field_work.arrive),
        RecordNoAccess: decided_by(field_work.record_no_access),
        AddCost: decided_by(field_work.add_cost),
        CheckItem: decided_by(field_work.check_item),
        ProposeSolution: decided_by(solution.propose_solution),
        AcceptSolution: decided_by(solution.accept_solution),
        DeclineSolution: decided_by(solution.decline_solution),
        DeclareDelay: decided_by(conversation.declare_delay),
        UpdateProgress: decided_by(conversation.update_progress),
        CompleteWork: decided_by(completion.complete_work),
        Verify: decided_by(completion.verify),
        SignCompletion: decided_by(completion.sign_completion),
        Dispute: decided_by(completion.dispute),
        Reopen: decided_by(completion.reopen),
        SettleBill: decided_by(billing.settle_bill),
        WaiveBill: decided_by(billing.waive_bill),
    },
)
