"""The tables of docs/domain.md §6: statuses, commands and clocks of each kind of tickets."""

from collections.abc import Iterator
from typing import Any

from app.domain.ticket.access.permissions import HOLDER_ONLY
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.kinds.base import Rule, TicketKind
from app.domain.ticket.kinds.every import rules_of_every_kind
from app.events.registry import NAME_OF

ROLES = (
    "owner",
    "csr",
    "dispatcher",
    "engineer",
    "security",
    "supervisor",
    "manager",
    "finance",
    "admin",
    "integration",
    "system",
)


def blocks() -> dict[str, str]:
    """By the name of the marker that each stands at."""
    return {f"kind:{name}": "\n\n".join(_tables(kind)) for name, kind in KINDS.items()}


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _tables(kind: TicketKind) -> Iterator[str]:
    yield f"Statuses of {kind.title_en.lower()} {kind.title_zh}, numbers `{kind.number_letter}…`:"
    yield table(("status", "中文", "English", ""), _statuses(kind))
    yield "Commands: who may give them, from which statuses, and in which they are a no-op."
    yield table(("command", "who", "from", "no-op in"), _commands(kind))
    yield "Clocks, if the policy has them: the facts that start and stop them."
    yield table(("clock", "starts on", "stops on"), _clocks(kind))
    ends = ", ".join(f"`{NAME_OF[event]}`" for event in kind.ends)
    yield f"Running clocks are cancelled by {ends}."


def _statuses(kind: TicketKind) -> Iterator[tuple[str, ...]]:
    for status, label in kind.labels.items():
        marks = [
            word
            for word, those in (
                ("initial", {kind.initial_status}),
                ("counts as load", kind.carried),
                ("done", kind.done),
                ("terminal", kind.terminal),
            )
            if status in those
        ]
        yield f"`{status}`", label.zh, label.en, ", ".join(marks)


def _commands(kind: TicketKind) -> Iterator[tuple[str, ...]]:
    common = rules_of_every_kind(frozenset(), terminal=frozenset())
    for command, rule in sorted(kind.rules.items(), key=lambda each: each[0] in common):
        no_op = _listed(kind, rule.no_op) if rule.no_op else ""
        yield f"`{command.__name__}`", _who(command, rule), _from(kind, rule.when), no_op


def _who(command: type[Any], rule: Rule) -> str:
    unknown = rule.who - set(ROLES)
    assert not unknown, f"a role without a place in the page: {unknown}"
    holder = rule.who & {"engineer"} and command in HOLDER_ONLY
    names = [role for role in ROLES if role in rule.who]
    return ", ".join("engineer who has it" if holder and n == "engineer" else n for n in names)


def _from(kind: TicketKind, statuses: frozenset[str]) -> str:
    every = frozenset(kind.labels)
    named = {
        frozenset[str](): "a new ticket",
        every: "any",
        kind.open: "any open",
        kind.unfinished: "any open that is not done",
    }
    if statuses in named:
        return named[statuses]
    for words, whole in (("any open", kind.open), ("any", every)):
        left = whole - statuses
        if statuses < whole and len(left) <= 2:
            return f"{words} but {_listed(kind, left)}"
    return _listed(kind, statuses)


def _listed(kind: TicketKind, statuses: frozenset[str]) -> str:
    return ", ".join(f"`{status}`" for status in kind.labels if status in statuses)


def _clocks(kind: TicketKind) -> Iterator[tuple[str, ...]]:
    for clock, facts in kind.starts.items():
        yield f"`{clock}`", _facts(facts), _facts(kind.stops[clock])


def _facts(facts: tuple[type[Any], ...]) -> str:
    return ", ".join(f"`{NAME_OF[fact]}`" for fact in facts)
