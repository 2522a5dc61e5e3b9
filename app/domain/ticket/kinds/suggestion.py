"""Suggestions 建议 (docs/domain.md §1c row 63)."""

from app.domain.roles import CSR, OFFICE, OWNER, SUPERIORS, SYSTEM
from app.domain.ticket.commands.ticket import (
    Accept,
    Acknowledge,
    Cancel,
    Close,
    CompleteWork,
    Decline,
    ReportTicket,
)
from app.domain.ticket.kinds.base import Label, Rule, Rules, TicketKind, statuses
from app.domain.ticket.kinds.every import rules_of_every_kind
from app.events.promise import PromiseTerms
from app.events.ticket import (
    CommentAdded,
    SuggestionAccepted,
    SuggestionCompleted,
    SuggestionDeclined,
    TicketAcknowledged,
    TicketCancelled,
    TicketClosed,
    TicketMerged,
    TicketReported,
)

LABELS = {
    "reported": Label("待受理", "Reported"),
    "acknowledged": Label("已受理", "Acknowledged"),
    "accepted": Label("已采纳", "Accepted"),
    "declined": Label("未采纳", "Not taken up"),
    "completed": Label("已落实", "Carried out"),
    "closed": Label("已关闭", "Closed"),
    "merged": Label("已并单", "Merged"),
    "cancelled": Label("已撤销", "Cancelled"),
}
ALL = frozenset(LABELS)
TERMINAL = statuses("closed", "merged", "cancelled")
DONE = statuses("declined", "completed")

RULES: Rules = {
    **rules_of_every_kind(ALL, terminal=TERMINAL),
    ReportTicket: Rule(OWNER | OFFICE | SYSTEM, statuses()),
    Acknowledge: Rule(OFFICE, statuses("reported"), statuses("acknowledged")),
    Accept: Rule(CSR, statuses("acknowledged"), statuses("accepted")),
    Decline: Rule(CSR, statuses("acknowledged", "accepted"), statuses("declined")),
    CompleteWork: Rule(CSR, statuses("accepted"), statuses("completed")),
    Close: Rule(CSR | SYSTEM, DONE, statuses("closed")),
    Cancel: Rule(OWNER | SUPERIORS, ALL - TERMINAL - DONE, statuses("cancelled")),
}

SUGGESTION = TicketKind(
    name="suggestion",
    number_letter="S",
    title_zh="建议",
    title_en="Suggestion",
    labels=LABELS,
    initial_status="reported",
    terminal=TERMINAL,
    done=DONE,
    rules=RULES,
    promises={"suggestion": PromiseTerms(days=14, count_rule="no_roll")},  # 提建议，两周内落实
    starts={
        "acknowledge": (TicketReported,),
        "propose": (TicketReported,),
        "resolve": (TicketReported,),
        "update": (SuggestionAccepted,),
        "close": (SuggestionDeclined, SuggestionCompleted),
    },
    stops={
        "acknowledge": (TicketAcknowledged,),
        "propose": (SuggestionAccepted, SuggestionDeclined),
        "resolve": (SuggestionCompleted, SuggestionDeclined),
        "update": (CommentAdded, SuggestionCompleted, SuggestionDeclined),
        "close": (TicketClosed,),
    },
    ends={
        TicketCancelled: "cancelled",
        TicketMerged: "merged",
        TicketClosed: "closed",
    },
)
