"""Follow-ups 回访: asking the owner afterwards (docs/domain.md §6.3, §7)."""

from datetime import timedelta
from typing import Literal, get_args

from app.domain.roles import MAKES_FOLLOW_UP_CALLS, OFFICE, OWNER, SUPERIORS, SYSTEM
from app.domain.ticket.commands.follow_up import (
    Attempt,
    CompleteFollowUp,
    MarkUnreachable,
    Reschedule,
    ScheduleFollowUp,
)
from app.domain.ticket.commands.ticket import (
    AcceptHandOver,
    Cancel,
    Comment,
    Escalate,
    HandOver,
    MigratePolicy,
    WaiveBreach,
)
from app.domain.ticket.kinds.base import Label, Rule, Rules, TicketKind, statuses
from app.domain.ticket.kinds.every import rules_of_every_kind
from app.events.follow_up import (
    FollowUpCompleted,
    FollowUpRescheduled,
    FollowUpScheduled,
    FollowUpUnreachable,
)
from app.events.ticket import TicketCancelled

LABELS = {
    "scheduled": Label("待回访", "Scheduled"),
    "attempting": Label("回访中", "Being called"),
    "completed": Label("已回访", "Answered"),
    "unreachable": Label("联系不上", "Not reached"),
    "rescheduled": Label("已改约", "Put off"),
    "cancelled": Label("已取消", "Cancelled"),
}
ALL = frozenset(LABELS)
TERMINAL = statuses("completed", "cancelled")
OPEN = ALL - TERMINAL
PENDING = statuses("scheduled", "attempting", "rescheduled")

VisitPurpose = Literal["care", "inspection"]
Purpose = Literal["satisfaction", "outcome", "callback", VisitPurpose]
VISIT_PURPOSES: tuple[VisitPurpose, ...] = get_args(VisitPurpose)

# How long after scheduling a follow-up is due if no policy covers it; then it has no clock
# (docs/domain.md §7).
DUE_AFTER = {
    "satisfaction": timedelta(hours=24),
    "outcome": timedelta(hours=72),
    "callback": timedelta(hours=24),
    "care": timedelta(hours=24),
    "inspection": timedelta(hours=24),
}

# Never an engineer: nobody follows up their own work, and engineers see only their own tickets.

EVERY = rules_of_every_kind(ALL, terminal=TERMINAL)

RULES: Rules = {
    # A follow-up is not dispatched, merged or reclassified.
    **{
        command: EVERY[command]
        for command in (
            HandOver,
            AcceptHandOver,
            Comment,
            Escalate,
            WaiveBreach,
            MigratePolicy,
        )
    },
    ScheduleFollowUp: Rule(OFFICE | SYSTEM, statuses()),  # docs/domain.md §6.3: — → scheduled
    # docs/domain.md §6.3: scheduled → attempting (n)
    Attempt: Rule(MAKES_FOLLOW_UP_CALLS, PENDING),
    # docs/domain.md §6.3: attempting → completed; a guard requires an attempt first
    CompleteFollowUp: Rule(MAKES_FOLLOW_UP_CALLS, PENDING),
    # docs/domain.md §6.3: attempting → unreachable
    MarkUnreachable: Rule(MAKES_FOLLOW_UP_CALLS, PENDING, statuses("unreachable")),
    # docs/domain.md §6.3: unreachable → rescheduled; or earlier, at the owner's wish
    Reschedule: Rule(MAKES_FOLLOW_UP_CALLS, OPEN),
    # docs/domain.md §6.3: → cancelled; the owner may decline to be asked
    Cancel: Rule(OWNER | SUPERIORS, OPEN, statuses("cancelled")),
}

FOLLOW_UP = TicketKind(
    name="follow_up",
    number_letter="F",
    title_zh="回访",
    title_en="Follow-up",
    labels=LABELS,
    initial_status="scheduled",
    terminal=TERMINAL,
    done=statuses("unreachable"),
    rules=RULES,
    starts={"follow_up": (FollowUpScheduled, FollowUpRescheduled)},
    stops={"follow_up": (FollowUpCompleted, FollowUpUnreachable)},
    ends={TicketCancelled: "cancelled"},
)
