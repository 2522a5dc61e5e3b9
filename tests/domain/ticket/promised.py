"""The small community, with promises: five days from 2024-03-07 11:00, ¥500 for each day late."""

from datetime import date, datetime
from typing import Any

from app.domain.ticket.commands import ticket as c
from app.domain.ticket.state.promise import Promise
from app.events.base import Actor
from app.events.promise import PromisePenalty, PromiseTerms
from app.views.promises.render import render_promise
from tests.domain.ticket.clocked import Clocked, local
from tests.domain.ticket.world import LI, LIN, MANAGER, complete

FIVE_DAYS = PromiseTerms(days=5, count_rule="civil_code_201_203")
DUE = local("2024-03-13 00:00")
PENALTY = PromisePenalty(
    amount_fen=50_000, per="started_day", cap_fen=500_000, benefit="fee_credit"
)


def at(text: str) -> PromiseTerms:
    return PromiseTerms(at=local(text))


class Promised(Clocked):
    """`promised()` is at the time of the promise; the engineer is on site."""

    def promise(
        self,
        terms: PromiseTerms = FIVE_DAYS,
        by: Actor = MANAGER,
        *,
        promise_id: str = "p1",
        kind: str = "completion",
        penalty: PromisePenalty | None = None,
        **said: Any,
    ) -> list[Any]:
        command = c.MakePromise(promise_id=promise_id, kind=kind, terms=terms, penalty=penalty)
        return self.do(command, by, **said)

    def keep(self, by: Actor = LIN, promise_id: str = "p1", **said: Any) -> list[Any]:
        return self.do(c.KeepPromise(promise_id=promise_id), by, **said)

    def excuse(
        self, first: str, last: str, reason: str = "owner_absent", by: Actor = LIN
    ) -> list[Any]:
        command = c.ExcusePromise(
            promise_id="p1",
            reason=reason,
            since=date.fromisoformat(first),
            until=date.fromisoformat(last),
        )
        return self.do(command, by)

    def revise(self, terms: PromiseTerms, consent_by: str = "张阿姨", **said: Any) -> list[Any]:
        command = c.RevisePromise(promise_id="p1", terms=terms, consent_by=consent_by)
        return self.do(command, LIN, **said)

    def withdraw(self, by: Actor = MANAGER, reason: str = "业主改为自修") -> list[Any]:
        return self.do(c.WithdrawPromise(promise_id="p1", reason=reason), by)

    def the_promise(self, promise_id: str = "p1") -> Promise:
        [found] = [one for one in self.ticket().promises if one.id == promise_id]
        return found

    def seen(self, promise_id: str = "p1", at: datetime | None = None) -> dict[str, Any]:
        return render_promise(self.ticket(), self.the_promise(promise_id), at or self.now)

    def completes(self, text: str) -> list[Any]:
        self.at(text)
        return complete(self, LI)


def on_site(world: Promised | None = None) -> Promised:
    """A complex matter, reported, inspected and with a plan on the morning of 03-07."""
    world = world or Promised()
    world.report("2024-03-07 08:00", service_class="complex").dispatched().depart()
    world.at("2024-03-07 09:30").arrive()
    world.at("2024-03-07 11:00")
    world.do(c.ProposeSolution(plan="更换主管道", material_fen=0, chargeable=False), LI)
    return world


def promised(world: Promised | None = None, **said: Any) -> Promised:
    world = on_site(world)
    world.promise(**said)
    return world


def without_clocks() -> Promised:
    """Nothing but the promise comes about by itself."""
    world = Promised()
    world.without_clocks()
    return world
