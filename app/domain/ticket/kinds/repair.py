"""Repairs 报修 (docs/domain.md §6.1, §7)."""

from app.domain.roles import (
    CSR,
    DISPATCHER,
    ENGINEER,
    FINANCE,
    INTEGRATION,
    OFFICE,
    OWNER,
    SUPERIORS,
    SYSTEM,
)
from app.domain.ticket.commands.ticket import (
    Accept,
    AcceptSolution,
    Acknowledge,
    AddCost,
    Arrive,
    Assign,
    Cancel,
    CheckItem,
    Claim,
    Close,
    CompleteWork,
    DeclareDelay,
    Decline,
    DeclineSolution,
    Depart,
    Dispute,
    Hold,
    OpenToPool,
    ProposeSolution,
    RecordNoAccess,
    Reject,
    Release,
    Reopen,
    ReportTicket,
    SettleBill,
    SignCompletion,
    Transfer,
    UpdateProgress,
    Verify,
    WaiveBill,
)
from app.domain.ticket.kinds.base import Label, Rule, Rules, TicketKind, statuses
from app.domain.ticket.kinds.every import rules_of_every_kind
from app.events.promise import PromiseMade
from app.events.ticket import (
    AssignmentAccepted,
    CommentAdded,
    EngineerArrived,
    OfferedToPool,
    ProgressUpdated,
    SolutionAccepted,
    SolutionProposed,
    TicketAcknowledged,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketMerged,
    TicketRejected,
    TicketReopened,
    TicketReported,
    WorkCompleted,
)

LABELS = {
    "reported": Label("待受理", "Reported"),
    "acknowledged": Label("已受理", "Acknowledged"),
    "rejected": Label("不予受理", "Rejected"),
    "pooled": Label("待抢单", "In the pool"),
    "assigned": Label("已派单", "Assigned"),
    "returned": Label("退单", "Returned"),
    "accepted": Label("已接单", "Accepted"),
    "transferred": Label("转单", "Being transferred"),
    "en_route": Label("已出发", "On the way"),
    "on_site": Label("已到场", "On site"),
    "no_access": Label("未能入户", "No access"),
    "proposed": Label("方案待确认", "Solution proposed"),
    "in_progress": Label("维修中", "In progress"),
    "completed": Label("已完工", "Completed"),
    "verified": Label("已验收", "Verified"),
    "confirmed": Label("业主已确认", "Confirmed by the owner"),
    "disputed": Label("有异议", "Disputed"),
    "closed": Label("已关闭", "Closed"),
    "reopened": Label("重新打开", "Reopened"),
    "merged": Label("已并单", "Merged"),
    "cancelled": Label("已撤销", "Cancelled"),
}
ALL = frozenset(LABELS)
TERMINAL = statuses("rejected", "closed", "merged", "cancelled")
OPEN = ALL - TERMINAL

# The work is done, or claimed to be.
DONE = statuses("completed", "verified", "confirmed", "disputed")
UNFINISHED = OPEN - DONE

# An engineer has accepted the ticket and not finished: it counts against the load cap.
CARRIED = statuses(
    "accepted", "transferred", "en_route", "on_site", "no_access", "proposed", "in_progress"
)

RULES: Rules = {
    **rules_of_every_kind(ALL, terminal=TERMINAL),
    # docs/domain.md §6.1: O, CSR, SYS(iot); staff report on the owner's behalf (§1a row 1)
    ReportTicket: Rule(OWNER | OFFICE | ENGINEER | INTEGRATION | SYSTEM, statuses()),
    # docs/domain.md §6.1: reported → acknowledged; a reopened ticket may be acknowledged again
    Acknowledge: Rule(OFFICE, statuses("reported", "reopened"), statuses("acknowledged")),
    # docs/domain.md §6.1: reported/ack → rejected, by CSR + SUP
    Reject: Rule(CSR, statuses("reported", "acknowledged"), statuses("rejected")),
    # docs/domain.md §6.1: open → cancelled, by O, SUP; not once the work is done
    Cancel: Rule(OWNER | SUPERIORS, UNFINISHED, statuses("cancelled")),
    # docs/domain.md §6.1: ack → pooled, by DSP, SYS round-robin; returned and reopened
    # tickets are dispatched again
    OpenToPool: Rule(
        DISPATCHER | SYSTEM,
        statuses("acknowledged", "returned", "reopened"),
        statuses("pooled"),
    ),
    # docs/domain.md §6.1: ack → assigned, by DSP, SYS; from assigned or disputed: to another
    # engineer instead
    Assign: Rule(
        DISPATCHER | SYSTEM,
        statuses("acknowledged", "returned", "reopened", "pooled", "assigned", "disputed"),
    ),
    Claim: Rule(ENGINEER, statuses("pooled")),  # docs/domain.md §6.1: pooled → accepted
    Accept: Rule(ENGINEER, statuses("assigned", "transferred")),  # docs/domain.md §6.1: → accepted
    Decline: Rule(ENGINEER, statuses("assigned", "transferred")),  # docs/domain.md §6.1: → returned
    # docs/domain.md §6.1: accepted → transferred, by ENG, DSP
    Transfer: Rule(ENGINEER | DISPATCHER, statuses("accepted", "no_access")),
    # docs/domain.md §6.1: accepted → en_route; again after no access or a dispute
    Depart: Rule(ENGINEER, statuses("accepted", "no_access", "disputed"), statuses("en_route")),
    Arrive: Rule(ENGINEER, statuses("en_route"), statuses("on_site")),  # docs/domain.md §6.1
    # docs/domain.md §6.1: on_site → no_access
    RecordNoAccess: Rule(ENGINEER, statuses("on_site"), statuses("no_access")),
    # docs/domain.md §6.1: on_site → proposed; §1a row 35: a plan may be revised during the work
    ProposeSolution: Rule(ENGINEER, statuses("on_site", "in_progress")),
    # docs/domain.md §6.1: proposed → in_progress, by O, MGR(fund), >¥200 approval §7; a no-op
    # later, also when no consent or no solution was needed
    AcceptSolution: Rule(OWNER | SUPERIORS, statuses("proposed"), statuses("in_progress") | DONE),
    # docs/domain.md §6.1: → declined
    DeclineSolution: Rule(OWNER | SUPERIORS, statuses("proposed")),
    # docs/domain.md §6.1: any open ⇄ on_hold, by ENG, DSP; SUP if >24 h
    Hold: Rule(ENGINEER | DISPATCHER, OPEN),
    Release: Rule(ENGINEER | DISPATCHER, OPEN),
    DeclareDelay: Rule(ENGINEER | OFFICE, UNFINISHED | {"disputed"}),  # docs/domain.md §1a row 19
    UpdateProgress: Rule(ENGINEER, CARRIED | {"disputed"}),  # docs/domain.md §1a row 21
    # docs/domain.md §1a rows 17, 35
    AddCost: Rule(ENGINEER, statuses("on_site", "proposed", "in_progress")),
    CheckItem: Rule(ENGINEER, CARRIED - {"transferred"}),  # docs/domain.md §1a row 18
    # docs/domain.md §6.1: in_progress → completed; on_site: without a proposal; disputed: fixed
    CompleteWork: Rule(
        ENGINEER, statuses("on_site", "in_progress", "disputed"), statuses("completed")
    ),
    # docs/domain.md §6.1: completed → verified, by SUP, MGR
    Verify: Rule(SUPERIORS, statuses("completed"), statuses("verified")),
    # docs/domain.md §6.1: completed or verified → confirmed; from disputed: the owner relents
    SignCompletion: Rule(
        OWNER, statuses("completed", "verified", "disputed"), statuses("confirmed")
    ),
    # docs/domain.md §6.1: completed → disputed
    Dispute: Rule(OWNER, statuses("completed", "verified"), statuses("disputed")),
    # docs/domain.md §6.1: confirmed → closed, by CSR, SYS
    Close: Rule(CSR | SYSTEM, statuses("confirmed"), statuses("closed")),
    # docs/domain.md §6.1: completed/closed → reopened, by O, CSR, FollowUp
    Reopen: Rule(OWNER | CSR | SYSTEM, DONE | {"closed"}, statuses("reopened")),
    # docs/domain.md §6.1, guard of Close: billing settled, or waived
    SettleBill: Rule(CSR | FINANCE, OPEN),
    WaiveBill: Rule(SUPERIORS, OPEN),
}

CYCLE_STARTS = (TicketReported, TicketReopened)

REPAIR = TicketKind(
    name="repair",
    number_letter="R",
    title_zh="报修",
    title_en="Repair",
    labels=LABELS,
    initial_status="reported",
    terminal=TERMINAL,
    done=DONE,
    carried=CARRIED,
    rules=RULES,
    starts={
        "acknowledge": CYCLE_STARTS,
        "arrive": CYCLE_STARTS,
        "propose": CYCLE_STARTS,
        "resolve": CYCLE_STARTS,
        "update": (EngineerArrived, SolutionAccepted, PromiseMade),
        "close": (WorkCompleted,),
    },
    stops={
        # A reopened ticket may be dispatched without another acknowledgement: dispatching
        # shows that somebody noticed it.
        "acknowledge": (
            TicketAcknowledged,
            OfferedToPool,
            TicketAssigned,
            TicketClaimed,
            AssignmentAccepted,
        ),
        "arrive": (EngineerArrived,),
        "propose": (SolutionProposed, WorkCompleted),  # completed work needs no proposal
        "resolve": (WorkCompleted,),
        "update": (ProgressUpdated, CommentAdded, WorkCompleted),
        "close": (TicketClosed,),
    },
    ends={
        TicketRejected: "rejected",
        TicketCancelled: "cancelled",
        TicketMerged: "merged",
        TicketClosed: "closed",
    },
    verified_classes=frozenset({"complex"}),
    has_checklist=True,
    follow_ups=("satisfaction", "outcome"),  # docs/domain.md §7
)
