"""Follow-ups 回访: the owner is asked afterwards (docs/domain.md §6.3, §7)."""

from datetime import timedelta

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
TO_BE_CALLED = statuses("scheduled", "attempting", "rescheduled")

# When the policies say nothing of it, a follow-up is due so long after it was scheduled; then no
# clock runs for it (docs/domain.md §7).
DUE_AFTER = {
    "satisfaction": timedelta(hours=24),
    "outcome": timedelta(hours=72),
    "callback": timedelta(hours=24),
    "care": timedelta(hours=24),
    "inspection": timedelta(hours=24),
}

# Never an engineer: nobody asks about the own work, and engineers see their own tickets alone.

EVERY = rules_of_every_kind(ALL, terminal=TERMINAL)

RULES: Rules = {
    # Neither dispatched nor merged, and of no class of its own.
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
    Attempt: Rule(MAKES_FOLLOW_UP_CALLS, TO_BE_CALLED),
    # docs/domain.md §6.3: attempting → completed; that it was tried before is a guard
    CompleteFollowUp: Rule(MAKES_FOLLOW_UP_CALLS, TO_BE_CALLED),
    # docs/domain.md §6.3: attempting → unreachable
    MarkUnreachable: Rule(MAKES_FOLLOW_UP_CALLS, TO_BE_CALLED, statuses("unreachable")),
    # docs/domain.md §6.3: unreachable → rescheduled; or before, as the owner wishes
    Reschedule: Rule(MAKES_FOLLOW_UP_CALLS, OPEN),
    # docs/domain.md §6.3: → cancelled; an owner need not be asked
    Cancel: Rule(OWNER | SUPERIORS, OPEN, statuses("cancelled")),
}

FOLLOW_UP = TicketKind(
    name="follow_up",
    number_letter="F",
    title_zh="回访",
    title_en="Follow-up",
    labels=LABELS,
    begins_as="scheduled",
    terminal=TERMINAL,
    done=statuses("unreachable"),
    rules=RULES,
    starts={"follow_up": (FollowUpScheduled, FollowUpRescheduled)},
    stops={"follow_up": (FollowUpCompleted, FollowUpUnreachable)},
    ends={TicketCancelled: "cancelled"},
)
