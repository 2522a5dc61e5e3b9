"""Who may give which command: decided by the tables of the kinds alone."""

import re
from typing import get_args

from app.domain.checks import role_not_permitted
from app.domain.decider import Given
from app.domain.errors import NotPermitted
from app.domain.roles import Permission
from app.domain.ticket.commands.ticket import (
    AddCost,
    Arrive,
    CheckItem,
    CompleteWork,
    DeclareDelay,
    Depart,
    Hold,
    KeepPromise,
    MakePromise,
    ProposeSolution,
    RecordNoAccess,
    Release,
    TicketCommand,
    Transfer,
    UpdateProgress,
)
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.ticket import Ticket

NOBODY: frozenset[str] = frozenset()

# The roles that may give a command to at least one kind of ticket.
PERMITTED: dict[type[object], frozenset[str]] = {
    command: NOBODY.union(
        *(kind.rules[command].who for kind in KINDS.values() if command in kind.rules)
    )
    for command in get_args(TicketCommand)
}

COMMAND_PERMISSIONS: dict[type[object], Permission] = {
    command: Permission(
        re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower(),
        who,
        "",
        "",
        "docs/domain.md §6",
        "tickets:write",
    )
    for command, who in PERMITTED.items()
}

# Engineers may give these only for tickets assigned to them.
HOLDER_ONLY = frozenset(
    {
        Transfer,
        Depart,
        Arrive,
        RecordNoAccess,
        ProposeSolution,
        Hold,
        Release,
        DeclareDelay,
        UpdateProgress,
        AddCost,
        CheckItem,
        CompleteWork,
        MakePromise,
        KeepPromise,
    }
)


def check_permitted(command: object, kind: str, given: Given) -> None:
    """For a command that the kind does not accept, asks whether any kind permits it to the role;
    `check_transition` then refuses it as not of this kind."""
    rule = KINDS[kind].rules.get(type(command)) if kind in KINDS else None
    who = rule.who if rule else PERMITTED[type(command)]
    if given.actor.role not in who:
        raise role_not_permitted(given.actor.role, who)


def check_holder(command: object, ticket: Ticket, given: Given) -> None:
    if given.actor.role != "engineer" or type(command) not in HOLDER_ONLY:
        return
    if not ticket.is_held_by(given.actor.subject):
        raise NotPermitted("not_assigned_to_you")
