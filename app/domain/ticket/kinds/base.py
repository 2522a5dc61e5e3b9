"""What one kind of ticket has of its own: data, which the rules that all kinds share read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.events.promise import PromiseTerms

Facts = tuple[type[Any], ...]


@dataclass(frozen=True, slots=True)
class Label:
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Rule:
    """`who` may give a command, and from which statuses; `again` is where it has led already, so
    that giving it once more changes nothing."""

    who: frozenset[str]
    when: frozenset[str]
    again: frozenset[str] = frozenset()


Rules = Mapping[type[object], Rule]


def statuses(*names: str) -> frozenset[str]:
    return frozenset(names)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketKind:
    """`labels` are all statuses. In those that are `terminal` nothing is left to decide, in those
    that are `done` the work is done or is said to be, in those that are `carried` the ticket counts
    against an engineer's load cap. `rules` are the commands that this kind knows.

    `starts` and `stops` say by kind of clock which facts do so; `ends` are the facts that end all
    clocks, with the reason why."""

    name: str
    number_letter: str
    title_zh: str
    title_en: str
    labels: Mapping[str, Label]
    begins_as: str
    terminal: frozenset[str]
    done: frozenset[str]
    rules: Rules
    starts: Mapping[str, Facts]
    stops: Mapping[str, Facts]
    ends: Mapping[type[Any], str]
    service_classes: tuple[str, ...] = ("emergency", "simple", "general", "complex")
    verified_classes: frozenset[str] = frozenset()  # these need a second pair of eyes
    carried: frozenset[str] = frozenset()
    has_checklist: bool = False  # of its category, to be checked before the work is done
    promises: Mapping[str, PromiseTerms] = field(default_factory=dict)  # to all, by kind of promise
    follow_ups: tuple[str, ...] = ()  # what the owner is asked for when the work is done, in order

    @property
    def open(self) -> frozenset[str]:
        return frozenset(self.labels) - self.terminal

    @property
    def outcomes(self) -> frozenset[str]:
        """What was asked for has come to something, content or not."""
        return (self.terminal | self.done) - {"disputed"}

    @property
    def unfinished(self) -> frozenset[str]:
        return self.open - self.done
