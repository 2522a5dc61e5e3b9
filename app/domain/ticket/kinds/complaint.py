"""Complaints 投诉 (docs/domain.md §6.2, §7)."""

from app.domain.roles import CSR, ENGINEER, OFFICE, OWNER, SYSTEM
from app.domain.ticket.commands.complaint import (
    Investigate,
    ProposeAnswer,
    Remedy,
    Respond,
    Satisfy,
    Support,
    Withdraw,
)
from app.domain.ticket.commands.ticket import (
    Acknowledge,
    Close,
    Dispute,
    Hold,
    Reject,
    Release,
    ReportTicket,
)
from app.domain.ticket.kinds.base import Label, Rule, Rules, TicketKind, statuses
from app.domain.ticket.kinds.every import rules_of_every_kind
from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintWithdrawn,
    InvestigationStarted,
)
from app.events.ticket import (
    CommentAdded,
    TicketAcknowledged,
    TicketClosed,
    TicketMerged,
    TicketRejected,
    TicketReported,
)

LABELS = {
    "received": Label("已接收", "Received"),
    "acknowledged": Label("已受理", "Acknowledged"),
    "rejected": Label("不予受理", "Rejected"),
    "investigating": Label("调查中", "Being investigated"),
    "proposed": Label("答复方案", "Answer proposed"),
    "remedying": Label("整改中", "Being put right"),
    "responded": Label("已答复", "Answered"),
    "satisfied": Label("业主满意", "Owner satisfied"),
    "disputed": Label("不满意", "Owner not satisfied"),
    "closed": Label("已关闭", "Closed"),
    "withdrawn": Label("已撤诉", "Withdrawn"),
    "merged": Label("已并单", "Merged"),
}
ALL = frozenset(LABELS)
TERMINAL = statuses("rejected", "closed", "withdrawn", "merged")
OPEN = ALL - TERMINAL
DONE = statuses("responded", "satisfied")
IN_HAND = statuses("acknowledged", "investigating", "proposed", "remedying", "disputed")

RULES: Rules = {
    **rules_of_every_kind(ALL, terminal=TERMINAL),
    # docs/domain.md §1a row 1: the owner, or staff on the owner's behalf; follow-ups open some
    # (§6.3)
    ReportTicket: Rule(OWNER | OFFICE | ENGINEER | SYSTEM, statuses()),
    # docs/domain.md §6.2: received → acknowledged
    Acknowledge: Rule(OFFICE, statuses("received"), statuses("acknowledged")),
    # docs/domain.md §6.1, 首问负责: not ours; the owner is told whom to contact
    Reject: Rule(CSR, statuses("received", "acknowledged"), statuses("rejected")),
    # docs/domain.md §6.2: acknowledged → investigating; another investigator; again after a dispute
    Investigate: Rule(OFFICE, statuses("acknowledged", "investigating", "disputed")),
    # docs/domain.md §6.2: investigating → proposed; another answer after a dispute
    ProposeAnswer: Rule(OFFICE, statuses("investigating", "disputed"), statuses("proposed")),
    Remedy: Rule(OFFICE, statuses("proposed"), statuses("remedying")),  # docs/domain.md §6.2
    # docs/domain.md §6.2: remedying → responded; from proposed if no remedy is needed
    Respond: Rule(OFFICE, statuses("proposed", "remedying"), statuses("responded")),
    # docs/domain.md §6.2: responded → satisfied; earlier if settled on the spot
    Satisfy: Rule(OWNER | CSR, IN_HAND | {"responded"}, statuses("satisfied")),
    Dispute: Rule(OWNER, statuses("responded"), statuses("disputed")),  # docs/domain.md §6.2
    # docs/domain.md §6.2: → closed; if the owner is not satisfied, by a superior
    Close: Rule(CSR | SYSTEM, statuses("satisfied", "responded", "disputed"), statuses("closed")),
    # docs/domain.md §6.2: owner only
    Withdraw: Rule(OWNER, OPEN - {"satisfied"}, statuses("withdrawn")),
    # docs/domain.md §1c row 65: owners of other households, or staff on their behalf
    Support: Rule(OWNER | OFFICE, OPEN),
    # docs/domain.md §6.1: any open ⇄ on_hold; by the office: no engineer has it
    Hold: Rule(OFFICE, OPEN),
    Release: Rule(OFFICE, OPEN),
}

COMPLAINT = TicketKind(
    name="complaint",
    number_letter="C",
    title_zh="投诉",
    title_en="Complaint",
    labels=LABELS,
    initial_status="received",
    terminal=TERMINAL,
    done=DONE,
    rules=RULES,
    starts={
        "acknowledge": (TicketReported,),
        "propose": (TicketReported, ComplaintDisputed),
        "resolve": (TicketReported, ComplaintDisputed),
        "update": (TicketAcknowledged,),
        "close": (ComplaintResponded,),
    },
    stops={
        "acknowledge": (TicketAcknowledged,),
        "propose": (AnswerProposed, ComplaintSatisfied),  # a satisfied owner needs no plan
        "resolve": (ComplaintResponded, ComplaintSatisfied),
        "update": (InvestigationStarted, AnswerProposed, CommentAdded, ComplaintResponded),
        "close": (TicketClosed,),
    },
    ends={
        TicketRejected: "rejected",
        ComplaintWithdrawn: "withdrawn",
        TicketMerged: "merged",
        TicketClosed: "closed",
    },
)
