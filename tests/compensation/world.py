"""The small community, compensated: what happens on a ticket reaches the rules at once, and time
passes for every stream in the order in which things become due."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from app.domain.authority.exposure import EXPOSURE, Exposure
from app.domain.compensation import commands as k
from app.domain.compensation.decider import COMPENSATION
from app.domain.compensation.reactions import (
    Reaction,
    after_compensation_event,
    after_ticket_event,
)
from app.domain.compensation.rule_book import RULE_BOOK, RecordRule
from app.domain.compensation.rules import DEFAULT_RULES, RuleBook
from app.domain.compensation.state import Compensation
from app.domain.decider import Stream
from app.domain.errors import DomainError
from app.domain.ticket.decider import TICKET
from app.events.base import SYSTEM, Actor, Fact, Recorded
from tests.domain.ticket.clocked import local
from tests.domain.ticket.promised import Promised
from tests.domain.ticket.world import ADMIN, HOUSEHOLD, LIN, reported
from tests.given_when_then import SHANGHAI


class Compensated(Promised):
    """While `deaf`, nothing is compensated: the reactor is behind."""

    def __init__(self) -> None:
        self.heard = 0
        self.deaf = False
        super().__init__()

    def do(self, command: Any, by: Actor = SYSTEM, *, ticket: str = "t1", **said: Any) -> list[Any]:
        told = super().do(command, by, ticket=ticket, **said)
        self.react()
        return told

    def react(self) -> None:
        while self.heard < len(self.log) and not self.deaf:
            self.heard += 1
            self.hear(self.heard - 1)

    def again(self) -> None:
        """Everything that ever happened is heard once more."""
        for number in range(len(self.log)):
            self.hear(number)

    def hear(self, number: int) -> None:
        stream_id, fact = self.log[number]
        category, _, key = stream_id.partition("-")
        found: list[Reaction] = []
        if category == COMPENSATION.category:
            found = after_compensation_event(key, fact.event)
        elif category == TICKET.category:
            event = recorded(stream_id, fact, number)
            found = after_ticket_event(event, self.ticket(key), self.book)
        for one in found:
            stream = COMPENSATION.stream(one.compensation_id)
            self.order(stream, one.command, occurred_at=fact.occurred_at)

    def order(
        self, stream: Stream[Any, Any], command: object, by: Actor = SYSTEM, **said: Any
    ) -> list[Any]:
        self.record_lapses(stream)
        return self.decide(stream, command, by, **said)

    def until(self, text: str) -> "Compensated":
        """Time passes as a sandbox's clock does."""
        for _ in self.pass_time(local(text)):
            self.react()
        return self

    # What people ask of a compensation.

    def gives(
        self, amount_fen: int, by: Actor = LIN, *, benefit: str = "gift", **said: Any
    ) -> list[Any]:
        one = f"c{sum(1 for each in self.states if each.startswith('compensation-')) + 1}"
        command = k.ProposeCompensation(
            compensation_id=one,
            ticket_id=said.pop("ticket", "t1"),
            benefit=benefit,
            amount_fen=amount_fen,
            reason="全屋保洁",
            good_faith=said.pop("good_faith", False),
        )
        events = self.order(COMPENSATION.stream(one), command, by, **said)
        self.react()
        return events

    def asks(self, command: object, by: Actor, one: str = "c1", **said: Any) -> list[Any]:
        events = self.order(COMPENSATION.stream(one), command, by, **said)
        self.react()
        return events

    def refused(self, code: str, command: object, by: Actor, one: str = "c1", **said: Any) -> None:
        with pytest.raises(DomainError) as caught:
            self.asks(command, by, one, **said)
        assert caught.value.code == code, repr(caught.value)

    def rule(self, rule_id: str = "R-ARRIVE-LATE", **changes: Any) -> None:
        present = self.book.rule(rule_id) or DEFAULT_RULES.rules[0]
        said = {
            name: getattr(present.latest, name)
            for name in RecordRule.__struct_fields__
            if name not in {"rule_id", "valid_from"}
        }
        self.order(RULE_BOOK, RecordRule(rule_id=rule_id, **{**said, **changes}), ADMIN)

    # What there is.

    @property
    def book(self) -> RuleBook:
        return self.states.get(RULE_BOOK.id) or DEFAULT_RULES

    def all(self) -> list[Compensation]:
        return [
            state
            for stream_id, state in self.states.items()
            if stream_id.startswith("compensation-") and state is not None
        ]

    def the(self, one: str = "c1") -> Compensation:
        found: Compensation = self.states[f"compensation-{one}"]
        return found

    @property
    def only(self) -> Compensation:
        [found] = self.all()
        return found

    def exposure(self, key: str = HOUSEHOLD) -> Exposure:
        found: Exposure = self.states.get(EXPOSURE.stream(key).id, EXPOSURE.initial)
        return found

    def told(self, kind: type[Any]) -> list[Fact[Any]]:
        return [fact for _, fact in self.log if isinstance(fact.event, kind)]

    def late(self, ticket: str = "t1", **changes: Any) -> "Compensated":
        """A general matter of now to which nobody comes for two hours."""
        self.do(reported(ticket, **changes), LIN)
        return self.until(
            f"{(self.now + timedelta(hours=2, seconds=1)).astimezone(SHANGHAI):%F %T}"
        )


def recorded(stream_id: str, fact: Fact[Any], number: int) -> Recorded[Any]:
    """As the store would answer it; the number tells events apart."""
    return Recorded(
        position=number,
        stream_id=stream_id,
        version=number,
        event_id=f"e{number}",
        type="",
        schema_version=1,
        event=fact.event,
        content="{}",
        occurred_at=fact.occurred_at,
        recorded_at=fact.occurred_at,
        actor=fact.actor,
        channel=None,
        command_id="",
        correlation_id="",
        causation_id=None,
        leaf=b"",
    )


def amounts(found: Sequence[Compensation], state: str = "granted") -> list[int]:
    return [one.amount_fen for one in found if one.state == state]
