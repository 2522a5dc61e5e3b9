"""The small community with an eye on its clocks: local times, and all that was recorded."""

from datetime import datetime
from typing import Any, TypeVar

from app.domain.calendars.decider import CALENDAR
from app.domain.decider import Evidence
from app.domain.sla.clock import Clock, clock_of, latest
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.sla.policy_pack import BEGINNING, ROWS
from app.domain.ticket.commands import ticket as c
from app.events.base import Fact
from app.events.calendar import CalendarExceptions, CalendarRecorded, Interval
from app.events.sla_policy import PolicyClock, PolicyRow, Selector, SlaPolicyRecorded
from app.views.sla.render import render_clock
from tests.domain.ticket.world import DU, LI, LIN, World, complete, reported
from tests.given_when_then import SHANGHAI

E = TypeVar("E")
PHOTO = Evidence(photo_id="p-on_site")


def local(text: str) -> datetime:
    """`2024-03-05 09:08`, or `09:08:00` of that day, in Shanghai."""
    full = text if len(text) > 8 else f"2024-03-05 {text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def row(*clocks: PolicyClock, **selector: str) -> PolicyRow:
    return PolicyRow(selector=Selector(**selector), clocks=clocks)


class Clocked(World):
    @property
    def history(self) -> list[Fact[Any]]:
        """Of the ticket `t1`, the lapses among it."""
        return [fact for stream_id, fact in self.log if stream_id == "ticket-t1"]

    def at(self, text: str) -> "Clocked":
        self.now = local(text)
        return self

    def policy(self, *rows: PolicyRow, version: int = 2, **changes: Any) -> "Clocked":
        said: dict[str, Any] = {"policy_id": "default", "valid_from": BEGINNING, **changes}
        self.record(POLICY_BOOK, SlaPolicyRecorded(version=version, rows=rows, **said))
        return self

    def add_rows(self, *rows: PolicyRow) -> "Clocked":
        return self.policy(*ROWS, *rows)

    def record_calendar(self, calendar_id: str, opens: str, closes: str) -> None:
        hours = (Interval(start=opens, end=closes),)
        recorded = CalendarRecorded(
            calendar_id=calendar_id,
            version=1,
            zone="Asia/Shanghai",
            week=(hours,) * 5 + ((), ()),
            exceptions=CalendarExceptions(),
            valid_from=BEGINNING,
        )
        self.record(CALENDAR.stream(calendar_id), recorded)

    def report(self, text: str, **changes: Any) -> "Clocked":
        self.at(text).do(reported(**changes), LIN)
        return self

    def clock(self, kind: str, cycle: int | None = None, ticket: str = "t1") -> Clock:
        clocks = self.ticket(ticket).clocks
        found = latest(clocks, kind) if cycle is None else clock_of(clocks, kind, cycle)
        assert found is not None, f"no clock {kind}"
        return found

    def kinds(self, ticket: str = "t1") -> list[str]:
        return [one.kind for one in self.ticket(ticket).clocks]

    def shown(self, kind: str, cycle: int | None = None) -> dict[str, Any]:
        return render_clock(self.clock(kind, cycle), self.now)

    def recorded(self, kind: type[E], **fields: Any) -> list[Fact[E]]:
        """What was recorded of this kind, the lapses among it."""
        return [
            fact
            for fact in self.history
            if isinstance(fact.event, kind)
            and all(getattr(fact.event, name) == value for name, value in fields.items())
        ]

    def dispatched(self) -> "Clocked":
        """Acknowledged and taken by 李师傅, at once."""
        self.do(c.Acknowledge(), LIN)
        self.do(c.Assign(engineer="u-li"), DU)
        self.do(c.Accept(), LI)
        return self

    def depart(self) -> "Clocked":
        self.do(c.Depart(eta=self.eta()), LI)
        return self

    def arrive(self, **said: Any) -> list[Any]:
        """With the evidence that a late fact needs, where it is one."""
        if "occurred_at" in said:
            said = {"evidence": PHOTO, **said}
        return self.do(c.Arrive(photo_ids=("p-on_site",)), LI, **said)

    def complete(self) -> list[Any]:
        return complete(self)
