"""A small community in memory: people, photos and tickets. Time stands still until it is moved."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest
from msgspec.structs import replace

from app.domain.decider import On
from app.domain.errors import DomainError
from app.domain.records.attachment import ATTACHMENT
from app.domain.records.staff import STAFF, Certification
from app.domain.records.workload import WORKLOAD
from app.domain.sla.policy_book import POLICY_BOOK
from app.domain.sla.policy_pack import BEGINNING
from app.domain.ticket.commands import ticket as c
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.ticket import Ticket
from app.events.attachment import AttachmentStored
from app.events.base import SYSTEM, Actor, Fact
from app.events.sla import SlaEvent
from app.events.sla_policy import SlaPolicyRecorded
from app.events.staff import StaffRecorded
from app.events.ticket import (
    EscalationRaised,
    EvidenceGiven,
    FirstTimeFixConfirmed,
    FirstTimeFixRefuted,
    Location,
    Reporter,
    TicketReported,
)
from tests.given_when_then import SHANGHAI
from tests.in_memory import InMemory

OWNER = Actor(subject="o-zhang", role="owner")
LIN = Actor(subject="u-lin", role="csr")
DU = Actor(subject="u-du", role="dispatcher")
LI = Actor(subject="u-li", role="engineer")
WANG = Actor(subject="u-wang", role="engineer")
CHEN = Actor(subject="u-chen", role="engineer")
GUARD = Actor(subject="u-bao", role="security")
SUPERVISOR = Actor(subject="u-sun", role="supervisor")
MANAGER = Actor(subject="u-ma", role="manager")
FINANCE = Actor(subject="u-fei", role="finance")
AUDITOR = Actor(subject="u-shen", role="auditor")
ADMIN = Actor(subject="u-guan", role="admin")
DEVICE = Actor(subject="k-sensor", role="integration")

EVERYBODY = (
    OWNER,
    LIN,
    DU,
    LI,
    GUARD,
    SUPERVISOR,
    MANAGER,
    FINANCE,
    AUDITOR,
    ADMIN,
    DEVICE,
    SYSTEM,
)
NAMES = {"u-lin": "小林", "u-li": "李师傅", "u-wang": "王师傅", "u-chen": "陈师傅"}
HOUSEHOLD = "h-3-1201"
AT_HOME = Location(
    community="jinxiu",
    building="3",
    unit="1201",
    component="kitchen.drain",
    lat_e6=31_230_000,
    lon_e6=121_470_000,
)
ITEMS = ("shoe_covers", "rubbish_bags", "satisfaction_form")


def reported(ticket_id: str = "t1", **changes: Any) -> c.ReportTicket:
    return replace(
        c.ReportTicket(
            ticket_id=ticket_id,
            kind="repair",
            category="leak",
            service_class="general",
            description="厨房漏水",
            channel="phone",
            location=AT_HOME,
            household_id=HOUSEHOLD,
            reporter=Reporter(name="张阿姨", phone="13900000001"),
        ),
        **changes,
    )


CLOCKWORK = get_args(SlaEvent)
FIRST_TIME_FIX = (FirstTimeFixConfirmed, FirstTimeFixRefuted)


def about_the_ticket(events: Iterable[Any]) -> list[Any]:
    """Without the clocks' events, the notices, what was shown for a time and whether it was mended
    at once: these have tests of their own."""
    return [event for event in events if not _is_clockwork(event)]


def _is_clockwork(event: Any) -> bool:
    what = event.event if isinstance(event, On | Fact) else event
    of_a_clock = isinstance(what, EscalationRaised) and what.clock is not None
    return of_a_clock or isinstance(what, (*CLOCKWORK, EvidenceGiven, *FIRST_TIME_FIX))


class World(InMemory):
    """`do` and `lapse` tell what became of the ticket itself; `clockwork` what its clocks made of
    that, and who is to be told."""

    def __init__(self) -> None:
        super().__init__()
        self.clockwork: list[Any] = []
        self.lapsed: list[Fact[Any]] = []
        self.numbers: dict[str, int] = {}
        self.beside: list[On] = []
        for actor in (LIN, DU, LI, WANG, CHEN, GUARD, SUPERVISOR, MANAGER, FINANCE):
            self.staff(actor)
        for stage in ("report", "on_site", "before", "after", "progress"):
            self.photo(f"p-{stage}", stage)

    def without_clocks(self) -> "World":
        """A company that promises nothing (docs/domain.md §3.6: no policy is legal)."""
        nothing = SlaPolicyRecorded(policy_id="default", version=2, valid_from=BEGINNING, rows=())
        self.record(POLICY_BOOK, nothing)
        return self

    def staff(
        self, actor: Actor, *certifications: Certification, max_load: int = 5, **changes: Any
    ) -> None:
        recorded = StaffRecorded(
            subject=actor.subject,
            name=NAMES.get(actor.subject, actor.subject),
            roles=(actor.role,),
            skills=("leak",),
            certifications=certifications,
            max_load=max_load,
        )
        self.record(STAFF.stream(actor.subject), replace(recorded, **changes))

    def photo(self, photo_id: str, stage: str, by: Actor = LI, ticket_id: str | None = None) -> str:
        stored = AttachmentStored(
            attachment_id=photo_id,
            sha256=photo_id.encode().hex().zfill(64),
            content_type="image/jpeg",
            width=400,
            height=300,
            bytes=1000,
            stage=stage,
            ticket_id=ticket_id,
        )
        self.record(ATTACHMENT.stream(photo_id), stored, by)
        return photo_id

    def wait(self, **time: float) -> "World":
        self.now += timedelta(**time)
        return self

    def lapse(self, ticket: str = "t1") -> list[Fact[Any]]:
        self.lapsed = self.record_lapses(TICKET.stream(ticket))
        self.clockwork = [fact for fact in self.lapsed if _is_clockwork(fact)]
        return about_the_ticket(self.lapsed)

    def do(self, command: Any, by: Actor = SYSTEM, *, ticket: str = "t1", **said: Any) -> list[Any]:
        """The events on the ticket's own stream; those beside it are in `beside`."""
        said = {"household_id": _household(by), "numbers": self._next_numbers(), **said}
        ticket = getattr(command, "ticket_id", ticket) if is_report(command) else ticket
        self.lapse(ticket)
        events = self.decide(TICKET.stream(ticket), command, by, **said)
        self.clockwork = [event for event in events if _is_clockwork(event)]
        told = about_the_ticket(events)
        self.beside = [event for event in told if isinstance(event, On)]
        self._remember_numbers(events)
        return [event for event in told if not isinstance(event, On)]

    def _remember_numbers(self, events: Iterable[Any]) -> None:
        for event in events:
            what = event.event if isinstance(event, On) else event
            if isinstance(what, TicketReported):
                series, _, drawn = what.number.partition("-")
                self.numbers[series] = int(drawn)

    def _next_numbers(self) -> dict[str, str]:
        """Those that one decision may draw, of every kind of tickets."""
        numbers = {}
        for kind in KINDS.values():
            series = f"{kind.number_letter}{self.now.astimezone(SHANGHAI):%y%m%d}"
            for nth in range(1, 10):
                key = series if nth == 1 else f"{series}+{nth}"
                numbers[key] = f"{series}-{self.numbers.get(series, 0) + nth:04}"
        return numbers

    def refuses(
        self,
        command: Any,
        by: Actor,
        code: str,
        error: type[DomainError] = DomainError,
        **said: Any,
    ) -> DomainError:
        with pytest.raises(error) as caught:
            self.do(command, by, **said)
        assert caught.value.code == code, repr(caught.value)
        return caught.value

    def ticket(self, ticket: str = "t1") -> Ticket:
        found: Ticket = self.states[TICKET.stream(ticket).id]
        return found

    def status(self, ticket: str = "t1") -> str:
        return self.ticket(ticket).status

    def load(self, actor: Actor) -> tuple[str, ...]:
        stream = WORKLOAD.stream(actor.subject)
        workload = self.states.get(stream.id, WORKLOAD.initial)
        carried: tuple[str, ...] = workload.tickets
        return carried

    def eta(self) -> datetime:
        return self.now + timedelta(minutes=20)


def is_report(command: Any) -> bool:
    return isinstance(command, c.ReportTicket)


def _household(by: Actor) -> str | None:
    return HOUSEHOLD if by.role == "owner" else None


def check_all(world: World, by: Actor = LI, ticket: str = "t1") -> None:
    for item in ITEMS:
        world.do(c.CheckItem(item=item), by, ticket=ticket)


def complete(world: World, by: Actor = LI, ticket: str = "t1") -> list[Any]:
    check_all(world, by, ticket)
    after = world.photo(f"p-after-{ticket}", "after", by)
    return world.do(c.CompleteWork(photo_ids=(after,), summary="换了水管"), by, ticket=ticket)


def reach(status: str, by: Actor = LIN, world: World | None = None, ticket: str = "t1") -> World:
    """A world whose ticket has come to this status by the shortest way, in the hands of 李师傅."""
    world = world or World()
    world.do(reported(ticket), by)
    for command, actor in _way_to(status, world, ticket):
        if command is c.CompleteWork:
            complete(world, actor, ticket)
        else:
            world.do(command, actor, ticket=ticket)
    assert world.status(ticket) == status
    return world


def _way_to(status: str, world: World, ticket: str) -> list[tuple[Any, Actor]]:
    acknowledged = [(c.Acknowledge(), LIN)]
    assigned = [*acknowledged, (c.Assign(engineer="u-li"), DU)]
    accepted = [*assigned, (c.Accept(), LI)]
    en_route = [*accepted, (c.Depart(eta=world.eta()), LI)]
    here = world.photo(f"p-here-{ticket}", "on_site")
    on_site = [*en_route, (c.Arrive(photo_ids=(here,)), LI)]
    plan = c.ProposeSolution(plan="换水管", material_fen=100, chargeable=True)
    proposed = [*on_site, (plan, LI)]
    completed: list[tuple[Any, Actor]] = [*on_site, (c.CompleteWork, LI)]
    confirmed = [*completed, (c.SignCompletion(), OWNER)]
    ways: dict[str, list[tuple[Any, Actor]]] = {
        "reported": [],
        "acknowledged": acknowledged,
        "rejected": [(c.Reject(reason="不归物业管", referred_to="燃气公司"), LIN)],
        "pooled": [*acknowledged, (c.OpenToPool(), DU)],
        "assigned": assigned,
        "returned": [*assigned, (c.Decline(reason="在忙"), LI)],
        "accepted": accepted,
        "transferred": [*accepted, (c.Transfer(engineer="u-wang"), LI)],
        "en_route": en_route,
        "on_site": on_site,
        "no_access": [*on_site, (c.RecordNoAccess(call_log="三次无人接听"), LI)],
        "proposed": proposed,
        "in_progress": [*proposed, (c.AcceptSolution(), OWNER)],
        "completed": completed,
        "verified": [
            (c.Reclassify(service_class="complex", reason="主管道"), LIN),
            *completed,
            (c.Verify(), SUPERVISOR),
        ],
        "confirmed": confirmed,
        "disputed": [*completed, (c.Dispute(reason="还在滴水"), OWNER)],
        "closed": [*confirmed, (c.Close(), LIN)],
        "reopened": [*completed, (c.Reopen(reason="又漏了", new_ticket_id="t-new"), OWNER)],
        "cancelled": [(c.Cancel(reason="自己修好了"), OWNER)],
        "merged": [(c.MergeInto(into="t-root"), LIN)],
    }
    if status == "merged":
        world.do(reported("t-root"), LIN)
    return ways[status]
