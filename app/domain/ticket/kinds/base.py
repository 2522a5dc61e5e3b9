"""What differs between kinds of tickets: data only, read by the rules that all kinds share."""

from collections.abc import Mapping
from typing import Any

from msgspec import field

from app.domain.service_classes import SERVICE_CLASSES, ServiceClass
from app.domain.ticket.kinds.words import Kind, Status
from app.events.base import Value
from app.events.promise import PromiseTerms

Facts = tuple[type[Any], ...]


class Label(Value, frozen=True):
    zh: str
    en: str


class Rule(Value, frozen=True):
    """`who` may give a command, and from which statuses (`when`); in the statuses of `no_op` the
    command is a no-op, because it has already led there."""

    who: frozenset[str]
    when: frozenset[str]
    no_op: frozenset[str] = frozenset()


Rules = Mapping[type[object], Rule]


def statuses(*names: str) -> frozenset[str]:
    return frozenset(names)


class TicketKind(Value, frozen=True, kw_only=True):
    """Statuses are the keys of `labels`: in `terminal` ones nothing is left to decide, in `done`
    ones the work is done or claimed to be, in `carried` ones the ticket counts against an
    engineer's load cap. `rules` lists the commands that this kind accepts.

    `starts` and `stops` say which events start and stop each kind of clock; `ends` are the
    events that cancel all clocks, with the reason.
    """

    name: Kind
    number_letter: str
    title_zh: str
    title_en: str
    labels: Mapping[str, Label]
    initial_status: Status
    terminal: frozenset[str]
    done: frozenset[str]
    rules: Rules
    starts: Mapping[str, Facts]
    stops: Mapping[str, Facts]
    ends: Mapping[type[Any], str]
    service_classes: tuple[ServiceClass, ...] = SERVICE_CLASSES
    verified_classes: frozenset[str] = frozenset()  # whose work another person verifies
    carried: frozenset[str] = frozenset()
    has_checklist: bool = False  # its category's checklist must be checked off before completion
    promises: Mapping[str, PromiseTerms] = field(default_factory=dict)  # to every reporter
    follow_ups: tuple[str, ...] = ()  # purposes, scheduled at completion in this order

    @property
    def open(self) -> frozenset[str]:
        return frozenset(self.labels) - self.terminal

    @property
    def outcomes(self) -> frozenset[str]:
        """The statuses in which the ticket has come to a result, whether the owner is satisfied
        or not."""
        return (self.terminal | self.done) - {"disputed"}

    @property
    def unfinished(self) -> frozenset[str]:
        return self.open - self.done
