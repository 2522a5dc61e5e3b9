"""Lists of tickets: filters, sorting, pages, and who sees what."""

from datetime import UTC, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as any_of
from hypothesis import settings
from hypothesis import strategies as st

from app.domain.decider import Given
from app.domain.ticket.access.visibility import may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Complaint
from app.events.base import Actor, Fact, Recorded
from app.events.complaint import ComplaintLodged, ComplaintSupported, InvestigationStarted
from app.events.registry import EVENTS
from app.events.ticket import (
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    FirstResponsibleSet,
    HandOverOffered,
    Location,
    OfferedToPool,
    TicketAcknowledged,
    TicketAssigned,
    TicketClaimed,
    TicketClosed,
    TicketHeld,
    TicketReopened,
)
from app.projections.ticket_row import TYPES, Row, evolve
from app.projections.ticket_row import reported as first_row
from app.projections.ticket_search import Found, TicketFilters, search_tickets
from app.viewer import Viewer
from tests.given_when_then import SHANGHAI
from tests.projections.telling import LIN, MORNING, Teller, reported

CSR = Viewer(role="csr", subject="u-lin")


async def listed(
    teller: Teller, viewer: Viewer = CSR, after: Found | None = None, **options: Any
) -> list[str]:
    paging = {name: options.pop(name) for name in ("sort", "limit") if name in options}
    async with teller.looking() as connection:
        found = await search_tickets(
            connection, teller.tenant_id, viewer, TicketFilters(**options), after=after, **paging
        )
    return [each.ticket_id for each in found]


def assigned(engineer: str) -> TicketAssigned:
    return TicketAssigned(engineer=engineer, engineer_name="李", offer_expires_at=MORNING)


async def test_each_filter_keeps_what_it_names(teller: Teller) -> None:
    await teller.tell("ticket-1", reported("1"), at=MORNING)
    await teller.tell(
        "ticket-2",
        reported("2", kind="complaint", household_id="h-9", service_class="simple"),
        TicketAcknowledged(),
        at=MORNING + timedelta(hours=1),
    )
    await teller.tell(
        "ticket-3",
        reported("3", location=Location(community="lanting")),
        assigned("u-li"),
        AssignmentAccepted(engineer="u-li", engineer_name="李"),
        TicketHeld(reason="parts"),
        at=MORNING + timedelta(hours=2),
    )
    await teller.project()
    assert await listed(teller) == ["3", "2", "1"]
    assert await listed(teller, kind="complaint") == ["2"]
    assert await listed(teller, status="acknowledged") == ["2"]
    assert await listed(teller, status="accepted") == ["3"]
    assert await listed(teller, service_class="general") == ["3", "1"]
    assert await listed(teller, assignee="u-li") == ["3"]
    assert await listed(teller, household_id="h-3-1201") == ["3", "1"]
    assert await listed(teller, community="lanting") == ["3"]
    assert await listed(teller, on_hold=True) == ["3"]
    assert await listed(teller, on_hold=False, community="jinxiu") == ["2", "1"]
    assert await listed(teller, reported_from=MORNING + timedelta(hours=1)) == ["3", "2"]
    assert await listed(teller, reported_to=MORNING + timedelta(hours=1)) == ["1"]


@pytest.mark.parametrize("sort", ["-reported_at", "due_at"])
async def test_pages_follow_each_other_without_gap_or_repeat(teller: Teller, sort: Any) -> None:
    for n in range(23):
        at = MORNING + timedelta(minutes=n // 3)
        await teller.tell(f"ticket-{n:02}", reported(f"{n:02}"), at=at)
    await teller.project()
    seen: list[str] = []
    last: Found | None = None
    while True:
        async with teller.looking() as connection:
            page = await search_tickets(
                connection, teller.tenant_id, CSR, TicketFilters(), sort=sort, after=last, limit=5
            )
        if not page:
            break
        seen += [found.ticket_id for found in page]
        last = page[-1]
    whole = [f"{n:02}" for n in range(23)]
    assert seen == (whole[::-1] if sort == "-reported_at" else whole)


async def test_owners_see_their_household_and_no_other(teller: Teller) -> None:
    await teller.tell("ticket-1", reported("1"))
    await teller.tell("ticket-2", reported("2", household_id="h-9"))
    await teller.tell("ticket-3", reported("3", household_id=None))
    await teller.project()
    owner = Viewer(role="owner", subject="o-zhang", household_id="h-3-1201")
    assert await listed(teller, owner) == ["1"]
    assert await listed(teller, Viewer(role="owner", subject="o-zhang")) == []


async def test_engineers_see_what_concerns_them_and_the_pool(teller: Teller) -> None:
    await teller.tell("ticket-1", reported("1"), assigned("u-li"))
    await teller.tell("ticket-2", reported("2"), OfferedToPool())
    await teller.tell("ticket-3", reported("3"), assigned("u-wang"))
    claimed = TicketClaimed(engineer="u-li", engineer_name="李")
    await teller.tell("ticket-4", reported("4"), OfferedToPool(), claimed, OfferedToPool())
    elsewhere = reported("5", location=Location(community="lanting"))
    await teller.tell("ticket-5", elsewhere, OfferedToPool())
    await teller.project()
    near = Viewer(role="engineer", subject="u-li", communities=("jinxiu",))
    assert sorted(await listed(teller, near)) == ["1", "2", "4"]
    other = Viewer(role="engineer", subject="u-chen")
    assert sorted(await listed(teller, other)) == ["2", "4", "5"]


async def test_a_list_shows_whom_what_the_domain_lets_them_see(teller: Teller) -> None:
    chance = Random(7)
    people = ["u-li", "u-wang", "u-lin"]
    names = {"engineer": "u-li", "engineer_name": "李"}
    events = [
        OfferedToPool(),
        *(assigned(who) for who in people),
        *(TicketClaimed(engineer=who, engineer_name=who) for who in people),
        AssignmentReturned(engineer="u-li", reason="忙"),
        AssignmentTransferred(from_engineer="u-wang", offer_expires_at=MORNING, **names),
        FirstResponsibleSet(subject="u-li", name="李"),
        HandOverOffered(to="u-wang", to_name="王"),
        TicketReopened(reason="还在漏", cycle=2),
        TicketClosed(),
        *(ComplaintLodged(subject_of_complaint=who, anonymous=True) for who in people),
        ComplaintSupported(household_id="h-1", supporters=1),
        InvestigationStarted(investigator="u-wang", investigator_name="王"),
    ]
    tickets = []
    for n in range(60):
        community = chance.choice(["jinxiu", "lanting"])
        household = chance.choice(["h-1", "h-2", None])
        first = reported(f"{n:02}", household_id=household, location=Location(community=community))
        by = Actor(subject=chance.choice(people), role="engineer")
        history = [first, *chance.choices(events, k=chance.randrange(7))]
        await teller.tell(f"ticket-{n:02}", *history, by=by)
        tickets.append(TICKET.fold(None, [Fact(event, MORNING, by) for event in history]))
    await teller.project()
    for role in ("owner", "engineer", "dispatcher", "auditor"):
        for subject, household, communities in product(
            people, (None, "h-1"), ((), ("lanting",), ("jinxiu", "lanting"))
        ):
            given = Given(
                actor=Actor(subject=subject, role=role),
                now=MORNING,
                occurred_at=MORNING,
                zone=SHANGHAI,
                household_id=household,
                communities=communities,
            )
            viewer = Viewer(
                role=role, subject=subject, household_id=household, communities=communities
            )
            shown = set(await listed(teller, viewer, limit=100))
            assert shown == {one.id for one in tickets if one and may_see(given.viewer, one)}


async def test_whose_an_anonymous_complaint_is_no_filter_tells(teller: Teller) -> None:
    about_sun = ComplaintLodged(subject_of_complaint="u-sun", anonymous=True)
    chen = InvestigationStarted(investigator="u-chen", investigator_name="陈")
    supported = ComplaintSupported(household_id="h-2", supporters=1)
    await teller.tell("ticket-1", reported("1", kind="complaint"), about_sun, chen, supported)
    await teller.tell("ticket-2", reported("2", kind="complaint"), ComplaintLodged(), supported)
    await teller.project()
    for role, subject, household_id, all_of_them, by_household in (
        ("csr", "u-lin", None, ["2", "1"], ["2", "1"]),
        ("supervisor", "u-sun", None, ["2", "1"], ["2"]),
        ("engineer", "u-chen", None, ["1"], []),
        ("owner", "o-wang", "h-2", ["2", "1"], []),
        ("owner", "o-zhang", "h-3-1201", ["2", "1"], ["2", "1"]),
    ):
        viewer = Viewer(role=role, subject=subject, household_id=household_id)
        assert await listed(teller, viewer) == all_of_them, role
        assert await listed(teller, viewer, household_id="h-3-1201") == by_household, role


async def test_another_tenant_is_not_seen(teller: Teller) -> None:
    await teller.tell("ticket-1", reported("1"))
    other = Teller(teller.store, teller.engine, UUID(int=7))
    await teller.store.open_tenant(
        other.tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None
    )
    await other.tell("ticket-1", reported("1", "电梯困人"))
    await teller.project()
    await other.project()
    assert await listed(teller, q="电梯") == []
    assert await listed(other, q="电梯") == ["1"]
    assert len(await teller.rows("ticket_search")) == 1


async def test_a_batch_of_many_and_batches_of_one_make_the_same_rows(teller: Teller) -> None:
    events = [reported("1"), assigned("u-li"), AssignmentReturned(engineer="u-li", reason="忙")]
    events += [assigned("u-wang"), AssignmentAccepted(engineer="u-wang", engineer_name="王")]
    other = Teller(teller.store, teller.engine, UUID(int=8))
    await teller.store.open_tenant(
        other.tenant_id, timezone="Asia/Shanghai", sandbox=False, clock=None
    )
    for each, batch in ((teller, 500), (other, 1)):
        await each.tell("ticket-1", *events)
        await each.project(batch=batch)
    for view in ("ticket_search", "ticket_text"):
        one, two = await teller.rows(view), await other.rows(view)
        assert len(one) == 1
        for row in (*one, *two):
            del row["tenant_id"]
            row.pop("grams", None)
        assert one == two


# ------------------------------------------------------------------- the same as the domain's fold


def rows_of(facts: list[Fact[Any]]) -> Row:
    row = first_row(UUID(int=1), _recorded(facts[0]))
    for fact in facts[1:]:
        row = evolve(row, fact.event)
    return row


def _recorded(fact: Fact[Any]) -> Recorded[Any]:
    return Recorded(
        position=1,
        stream_id="ticket-t",
        version=1,
        event_id="",
        type="ticket_reported",
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


# A follow-up's own facts are of follow-ups alone.
ELSEWHERE = {"ticket_reported", *(name for name in TYPES if name.startswith("follow_up"))}
ANY_FACT = st.builds(
    Fact,
    event=st.one_of([st.from_type(EVENTS[name]) for name in sorted(TYPES - ELSEWHERE)]),
    occurred_at=st.datetimes(timezones=st.just(UTC)),
    actor=st.sampled_from([LIN, Actor(subject="u-li", role="engineer")]),
)


@settings(max_examples=200, deadline=None)
@any_of(st.lists(ANY_FACT, max_size=12))
def test_a_row_says_what_the_fold_of_the_ticket_says(facts: list[Fact[Any]]) -> None:
    history = [Fact(reported("t"), datetime(2024, 3, 5, tzinfo=UTC), LIN), *facts]
    ticket = TICKET.fold(None, history)
    assert ticket is not None
    row = rows_of(history)
    offer, assignee = ticket.assignment.offer, ticket.assignment.assignee
    assert row.status == ticket.status
    assert row.service_class == ticket.service_class
    assert row.on_hold == (ticket.hold is not None)
    assert row.assignee == (assignee.subject if assignee else None)
    assert row.offered_to == (offer.engineer.subject if offer else None)
    assert row.past == ticket.assignment.past
    responsible = ticket.first_responsible
    assert row.first_responsible == (responsible.subject if responsible else None)
    assert row.hand_over_to == (ticket.hand_over.subject if ticket.hand_over else None)
    complaint = ticket.complaint or Complaint()
    assert (row.complained_about, row.anonymous) == (complaint.subject, complaint.anonymous)
    assert row.supporting == complaint.supporting
    assert row.investigator == (complaint.investigator and complaint.investigator.subject)
    assert (row.reported_at, row.reported_by) == (ticket.reported_at, ticket.reported_by)
