"""Every list, as every role that has it, with each of its filters, on a first and a deep page."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncConnection

from app.projections.campaigns import Wave, list_campaigns
from app.projections.compensation_flags import FlagFilters, list_flags
from app.projections.compensations import CompensationFilters, list_compensations
from app.projections.compensations import Place as CompensationPlace
from app.projections.engineer_load import list_loads, loads_of
from app.projections.fee_credits import list_fee_credits
from app.projections.follow_up_series_list import list_series
from app.projections.household_directory import list_households
from app.projections.ledger_lists import LedgerFilters, list_entries
from app.projections.problems import Found as FoundProblem
from app.projections.problems import ProblemFilters, list_problems
from app.projections.promise_lists import PromiseFilters, list_promises
from app.projections.sla_clock_lists import ClockFilters, Place, list_breaches, list_clocks
from app.projections.staff_directory import StaffEntry, list_staff
from app.projections.surveys import SurveyFilters, list_surveys
from app.projections.ticket_search import Found, TicketFilters, TicketSort, search_tickets
from app.projections.timelines import streams_beside_tickets, streams_of_household
from app.viewer import Viewer
from bench.full_tenant import NOW, RARE, SPAN, FullTenant

PAGE = 20
NEAR = ("c1", "c-small")
OWNER = Viewer(role="owner", subject="o-1", household_id="h-3")
ENGINEER = Viewer(role="engineer", subject="e-1")
NEAR_ENGINEER = Viewer(role="engineer", subject="e-1", communities=NEAR)
CSR = Viewer(role="csr", subject="csr-1")
MANAGER = Viewer(role="manager", subject="m-1", communities=NEAR)
VIEWERS = {
    "owner": OWNER,
    "engineer": ENGINEER,
    "engineer of two communities": NEAR_ENGINEER,
    "csr": CSR,
    "manager of two communities": MANAGER,
}
STAFF = {who: viewer for who, viewer in VIEWERS.items() if viewer not in (OWNER,)}
FINANCE = Viewer(role="finance", subject="f-1")
AUDITOR = Viewer(role="auditor", subject="a-1")
OFFICE = {"csr": CSR, "manager of two communities": MANAGER}

Find = Callable[[AsyncConnection, UUID], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Listing:
    """`find` reads one page of the list."""

    list: str
    who: str
    filtered: str
    page: str
    find: Find

    @property
    def name(self) -> str:
        return f"{self.list}, {self.who}, {self.filtered or 'all'}, {self.page} page"


def every_list(tenant: FullTenant) -> Iterator[Listing]:
    for of_area in AREAS.values():
        yield from of_area(tenant)


def _reading(find: Callable[..., Awaitable[Any]], *given: Any, **options: Any) -> Find:
    async def read(connection: AsyncConnection, tenant_id: UUID) -> Any:
        return await find(connection, tenant_id, *given, **options)

    return read


def _pages(first: Any, deep: Any) -> tuple[tuple[str, Any], ...]:
    return ("first", first), ("deep", deep)


def _each(filters: Any, **values: Any) -> Iterator[tuple[str, Any]]:
    """The filters with nothing set, and with each of these alone."""
    yield "", filters()
    for name, value in values.items():
        yield f"{name}={value}", filters(**{name: value})


def _tickets(tenant: FullTenant) -> Iterator[Listing]:
    filters = list(
        _each(
            TicketFilters,
            kind="suggestion",
            status="pooled",
            service_class="emergency",
            assignee="e-1",
            household_id="h-3",
            community="c-small",
            on_hold=True,
            breached=True,
            reported_from=NOW - SPAN / 1000,
            reported_to=NOW - SPAN * 999 / 1000,
            q=RARE,
        )
    )
    filters += [
        ("on_hold=False", TicketFilters(on_hold=False)),
        ("breached=False", TicketFilters(breached=False)),
        ("status=closed", TicketFilters(status="closed")),
        ("status=transferred (none)", TicketFilters(status="transferred")),
        ("q=水", TicketFilters(q="水")),
    ]
    middle = tenant.tickets // 2
    by_report = Found(ticket_id=tenant.ticket(middle), reported_at=tenant.reported_at(middle))
    due = NOW + timedelta(seconds=int(tenant.tickets * 0.985))
    sorts: dict[TicketSort, Found] = {
        "-reported_at": by_report,
        "due_at": replace(by_report, due_at=due),
    }
    for who, viewer in VIEWERS.items():
        for filtered, given in filters:
            for sort, deep in sorts.items():
                for page, after in _pages(None, deep):
                    yield Listing(
                        f"tickets by {sort}",
                        who,
                        filtered,
                        page,
                        _reading(
                            search_tickets,
                            viewer,
                            given,
                            now=NOW,
                            sort=sort,
                            after=after,
                            limit=PAGE,
                        ),
                    )
        yield Listing(
            "tickets by due_at",
            who,
            "",
            "page among those not due",
            _reading(
                search_tickets, viewer, TicketFilters(), now=NOW, sort="due_at", after=by_report
            ),
        )


def _clock_filters(tenant: FullTenant) -> dict[str, Any]:
    return {
        "clock": "arrive",
        "ticket_id": tenant.ticket(tenant.tickets - 3),
        "community": "c-small",
        "assignee": "e-1",
    }


def _clocks(tenant: FullTenant) -> Iterator[Listing]:
    last = tenant.tickets
    filters = list(
        _each(
            ClockFilters,
            **_clock_filters(tenant),
            since=NOW + timedelta(seconds=last - last // 1000),
            until=NOW,
        )
    )
    states = ("running", "paused", "breached", "breached_paused")
    filters += [(f"state={state}", ClockFilters(state=state)) for state in states]
    middle = int(last * 0.985)
    deep = Place(at=NOW + timedelta(seconds=middle), ticket_id="", clock="", cycle=0)
    for who, viewer in STAFF.items():
        for filtered, given in filters:
            for page, after in _pages(None, deep):
                yield Listing(
                    "clocks",
                    who,
                    filtered,
                    page,
                    _reading(list_clocks, viewer, given, now=NOW, after=after, limit=PAGE),
                )


def _breaches(tenant: FullTenant) -> Iterator[Listing]:
    filters = _each(
        ClockFilters, **_clock_filters(tenant), since=NOW - SPAN / 1000, until=NOW - SPAN * 0.999
    )
    deep = Place(at=NOW - SPAN / 2, ticket_id="", clock="", cycle=0)
    last = Place(at=NOW, ticket_id="", clock="", cycle=0)
    for filtered, given in filters:
        for who, viewer in STAFF.items():
            for page, after in (*_pages(None, deep), ("last", last)):
                for retracted in (False,) if filtered else (False, True):
                    yield Listing(
                        "breaches" + (" with retracted" if retracted else ""),
                        who,
                        filtered,
                        page,
                        _reading(
                            list_breaches,
                            viewer,
                            given,
                            now=NOW,
                            retracted=retracted,
                            after=after,
                            limit=PAGE,
                        ),
                    )


def _promises(tenant: FullTenant) -> Iterator[Listing]:
    filters = list(
        _each(
            PromiseFilters,
            ticket_id=tenant.ticket(50),
            household_id="h-3",
            community="c-small",
            kind="visit",
            due_before=NOW - SPAN,
        )
    )
    states = ("made", "kept", "broken", "withdrawn", "excused")
    filters += [(f"state={state}", PromiseFilters(state=state)) for state in states]
    deep = (NOW - SPAN + timedelta(minutes=tenant.tickets // 10), "")
    for who, viewer in VIEWERS.items():
        for filtered, given in filters:
            for page, after in _pages(None, deep):
                yield Listing(
                    "promises",
                    who,
                    filtered,
                    page,
                    _reading(list_promises, viewer, given, now=NOW, after=after, limit=PAGE),
                )


def _compensations(tenant: FullTenant) -> Iterator[Listing]:
    viewers: dict[str, dict[str, Any]] = {
        "owner": {"household_id": "h-3", "viewer": OWNER},
        "csr": {"proposed_by": "csr-1", "viewer": CSR},
        "auditor": {"viewer": AUDITOR},
        "manager of two communities": {"viewer": MANAGER},
    }
    values = {
        "ticket_id": tenant.ticket(40),
        "household_id": "h-3",
        "state": "pending_approval",
        "benefit": "gift",
        "rule_id": "rare",
        "community": "c-small",
    }
    deep = CompensationPlace(tenant.tickets * 7 // 8, "")
    for who, narrowed in viewers.items():
        for filtered, given in _each(CompensationFilters, **values):
            for page, after in _pages(None, deep):
                yield Listing(
                    "compensations",
                    who,
                    filtered,
                    page,
                    _reading(
                        list_compensations, replace(given, **narrowed), after=after, limit=PAGE
                    ),
                )


def _flags(tenant: FullTenant) -> Iterator[Listing]:
    filters = _each(
        FlagFilters,
        flag="rare",
        subject="csr-7",
        since=NOW - SPAN / 1000,
        until=NOW - SPAN * 0.999,
    )
    for filtered, given in filters:
        for page, before in _pages(2**62, tenant.tickets // 40):
            yield Listing(
                "flags",
                "auditor",
                filtered,
                page,
                _reading(list_flags, AUDITOR, given, before=before, limit=PAGE),
            )


def _ledger(tenant: FullTenant) -> Iterator[Listing]:
    viewers: dict[str, dict[str, Any]] = {
        "owner": {"household_id": "h-3", "viewer": OWNER},
        "auditor": {"viewer": AUDITOR},
        "manager": {"viewer": MANAGER},
    }
    values = {
        "household_id": "h-3",
        "compensation_id": tenant.ticket(9),
        "ticket_id": tenant.ticket(40),
        "since": NOW - SPAN / 1000,
        "until": NOW - SPAN * 0.999,
    }
    for who, narrowed in viewers.items():
        for filtered, given in _each(LedgerFilters, **values):
            for page, after in _pages(0, tenant.tickets // 8):
                yield Listing(
                    "ledger entries",
                    who,
                    filtered,
                    page,
                    _reading(list_entries, replace(given, **narrowed), after=after, limit=PAGE),
                )


def _fee_credits(tenant: FullTenant) -> Iterator[Listing]:
    for page, after in _pages(0, tenant.tickets // 8):
        yield Listing(
            "fee credits",
            "finance",
            "",
            page,
            _reading(list_fee_credits, FINANCE, after=after, limit=PAGE),
        )


def _problems(tenant: FullTenant) -> Iterator[Listing]:
    values = {
        "state": "acting",
        "source": "manual",
        "community": "c-small",
        "category": "k-1",
        "fingerprint": "f-9",
        "ticket_id": tenant.ticket(47),
    }
    deep = FoundProblem(
        problem_id="", opened_at=NOW - SPAN + timedelta(minutes=tenant.tickets // 40)
    )
    for who, viewer in OFFICE.items():
        for filtered, given in _each(ProblemFilters, **values):
            for page, after in _pages(None, deep):
                yield Listing(
                    "problems",
                    who,
                    filtered,
                    page,
                    _reading(list_problems, viewer, given, after=after, limit=PAGE),
                )


def _surveys(tenant: FullTenant) -> Iterator[Listing]:
    values = {"ticket_id": tenant.ticket(40), "campaign_id": "w-3", "household_id": "h-3"}
    for who, viewer in OFFICE.items():
        for filtered, given in _each(SurveyFilters, **values):
            for page, after in _pages("", tenant.ticket(tenant.tickets // 4)):
                yield Listing(
                    "surveys",
                    who,
                    filtered,
                    page,
                    _reading(list_surveys, replace(given, viewer=viewer), after=after, limit=PAGE),
                )


def _campaigns(tenant: FullTenant) -> Iterator[Listing]:
    deep = Wave(campaign_id="", starts_at=NOW - SPAN + timedelta(hours=tenant.tickets // 80))
    for who, viewer in OFFICE.items():
        for kind in (None, "servqual"):
            for page, after in _pages(None, deep):
                yield Listing(
                    "campaigns",
                    who,
                    f"kind={kind}" if kind else "",
                    page,
                    _reading(
                        list_campaigns, kind=kind, communities=viewer.reach, after=after, limit=PAGE
                    ),
                )


def _series(tenant: FullTenant) -> Iterator[Listing]:
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"household_id": "h-3"},
        {"ticket_id": tenant.ticket(50)},
        {"active": True},
        {"active": False},
    )
    for who, viewer in OFFICE.items():
        for given in filters:
            for page, before in _pages(None, tenant.ticket(tenant.tickets // 20)):
                yield Listing(
                    "follow-up series",
                    who,
                    ", ".join(f"{name}={value}" for name, value in given.items()),
                    page,
                    _reading(list_series, viewer, before=before, limit=PAGE, **given),
                )


def _people(_tenant: FullTenant) -> Iterator[Listing]:
    for near in ((), ("c-small",), NEAR):
        for page, after in _pages("", "h-5"):
            yield Listing(
                "households",
                "csr",
                f"communities={','.join(near)}",
                page,
                _reading(list_households, communities=near, after=after, limit=PAGE),
            )
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"role": "auditor"},
        {"role": "supervisor"},
        {"active": True},
        {"active": False},
    )
    for given in filters:
        for page, last in _pages(None, StaffEntry(subject="", name="张5")):
            yield Listing(
                "staff",
                "csr",
                ", ".join(f"{name}={value}" for name, value in given.items()),
                page,
                _reading(list_staff, after=last, limit=PAGE, **given),
            )
    engineers = [f"e-{n}" for n in range(PAGE)]
    yield Listing(
        "loads of a page of engineers",
        "csr",
        "",
        "first",
        _reading(loads_of, engineers),
    )
    yield Listing(
        "loads",
        "csr",
        "",
        "first",
        _reading(list_loads, limit=PAGE),
    )


def _timelines(tenant: FullTenant) -> Iterator[Listing]:
    tickets = [tenant.ticket(40), tenant.ticket(50)]
    yield Listing(
        "streams of a ticket",
        "auditor",
        "",
        "whole",
        _reading(streams_beside_tickets, tickets),
    )
    yield Listing(
        "streams of a household",
        "auditor",
        "",
        "whole",
        _reading(streams_of_household, "h-3"),
    )


AREAS: dict[str, Callable[[FullTenant], Iterator[Listing]]] = {
    "tickets": _tickets,
    "clocks": _clocks,
    "breaches": _breaches,
    "promises": _promises,
    "compensations": _compensations,
    "flags": _flags,
    "ledger": _ledger,
    "fee credits": _fee_credits,
    "problems": _problems,
    "surveys": _surveys,
    "campaigns": _campaigns,
    "series": _series,
    "people": _people,
    "timelines": _timelines,
}
