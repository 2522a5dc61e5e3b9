"""What may be asked of a ticket of any kind: who may, and when."""

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
        # docs/domain.md §3.4 class change mid-ticket, by who triages: CSR, DSP
        Reclassify: Rule(OFFICE, open_),
        MergeInto: Rule(OFFICE, open_),  # docs/domain.md §6.1: CSR, DSP; open → merged
        Link: Rule(OFFICE | SYSTEM, open_),  # docs/domain.md §1a row 66
        # docs/domain.md §1a row 27; only the first responsible or a superior
        HandOver: Rule(STAFF, open_),
        AcceptHandOver: Rule(STAFF, open_),  # docs/domain.md §1a row 27; only the one who was asked
        Urge: Rule(OWNER, open_),  # docs/domain.md §6.1: O, any
        # docs/api.md §1: an auditor changes nothing. On a merged one it would be lost: say
        # where the ticket went
        Comment: Rule(OWNER | STAFF, every - {"merged"}),
        Escalate: Rule(STAFF | SYSTEM, open_),  # docs/domain.md §1b row 37
        # docs/domain.md §1b rows 34, 36; what each role may is in the authority matrix
        ExerciseAuthority: Rule(STAFF, open_),
        # docs/domain.md §4.3: owners lose by it, so nobody decides it who was late
        RecordExclusion: Rule(SUPERIORS, every),
        # docs/domain.md §3.2: manager + reason; a breach stays, whatever became of the ticket
        WaiveBreach: Rule(MANAGER, every),
        # docs/domain.md §3.4: an explicit bulk command; where no clock runs, nothing changes
        MigratePolicy: Rule(SYSTEM | ADMINISTRATORS, every),
        # docs/domain.md §1a rows 20, 22: whoever speaks with the owner; what it may cost is another
        # question (§4.4)
        MakePromise: Rule(OFFICE | ENGINEER, open_),
        # docs/domain.md §6.4: each promise knows by itself whether it is over
        KeepPromise: Rule(OWNER | OFFICE | ENGINEER, every),
        RevisePromise: Rule(OFFICE, every),
        ExcusePromise: Rule(OFFICE, every),
        WithdrawPromise: Rule(SUPERIORS, every),
    }
