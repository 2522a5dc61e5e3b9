"""The commands that every kind of ticket accepts: who may give them, and when."""

from app.domain.roles import (
    ADMINISTRATORS,
    ENGINEER,
    MANAGER,
    OFFICE,
    OWNER,
    STAFF,
    SUPERIORS,
    SYSTEM,
)
from app.domain.ticket.commands.ticket import (
    AcceptHandOver,
    Comment,
    Escalate,
    ExcusePromise,
    ExerciseAuthority,
    HandOver,
    KeepPromise,
    Link,
    MakePromise,
    MergeInto,
    MigratePolicy,
    Reclassify,
    RecordExclusion,
    RevisePromise,
    Urge,
    WaiveBreach,
    WithdrawPromise,
)
from app.domain.ticket.kinds.base import Rule, Rules


def rules_of_every_kind(every: frozenset[str], *, terminal: frozenset[str]) -> Rules:
    open_ = every - terminal
    return {
        # docs/domain.md §3.4 class change mid-ticket, by those who triage: CSR, DSP
        Reclassify: Rule(OFFICE, open_),
        MergeInto: Rule(OFFICE, open_),  # docs/domain.md §6.1: CSR, DSP; open → merged
        Link: Rule(OFFICE | SYSTEM, open_),  # docs/domain.md §1a row 66
        # docs/domain.md §1a row 27; only the first responsible or a superior
        HandOver: Rule(STAFF, open_),
        AcceptHandOver: Rule(STAFF, open_),  # docs/domain.md §1a row 27; only the one who was asked
        Urge: Rule(OWNER, open_),  # docs/domain.md §6.1: O, any
        # docs/api.md §1: an auditor changes nothing. On a merged ticket the comment would be
        # lost: the refusal names the ticket it was merged into
        Comment: Rule(OWNER | STAFF, every - {"merged"}),
        Escalate: Rule(STAFF | SYSTEM, open_),  # docs/domain.md §1b row 37
        # docs/domain.md §1b rows 34, 36; the authority matrix says what each role may decide
        ExerciseAuthority: Rule(STAFF, open_),
        # docs/domain.md §4.3: owners lose by it, so the late engineer may not decide it
        RecordExclusion: Rule(SUPERIORS, every),
        # docs/domain.md §3.2: manager + reason; in every status: breaches outlive the ticket
        WaiveBreach: Rule(MANAGER, every),
        # docs/domain.md §3.4: an explicit bulk command; a no-op if no clock runs
        MigratePolicy: Rule(SYSTEM | ADMINISTRATORS, every),
        # docs/domain.md §1a rows 20, 22: anybody who talks to the owner; the penalty is limited
        # separately (§4.4)
        MakePromise: Rule(OFFICE | ENGINEER, open_),
        # docs/domain.md §6.4: in every status: each promise has its own state
        KeepPromise: Rule(OWNER | OFFICE | ENGINEER, every),
        RevisePromise: Rule(OFFICE, every),
        ExcusePromise: Rule(OFFICE, every),
        WithdrawPromise: Rule(SUPERIORS, every),
    }
