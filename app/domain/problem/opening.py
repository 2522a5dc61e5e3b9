"""Opening a problem by hand (docs/domain.md §5.1), from tickets or from a metric."""

from collections.abc import Sequence

from app.domain.checks import at_most, distinct, identifier, optional_text, text, within
from app.domain.decider import Given
from app.domain.errors import IllegalTransition, NotPermitted, Unacceptable
from app.domain.problem.commands import OpenProblem
from app.domain.problem.figures import check_figure
from app.domain.problem.state import TICKETS, ProblemSource
from app.domain.ticket.access.conflict import check_no_conflict
from app.domain.ticket.access.visibility import knows_reporter, may_see
from app.domain.ticket.decider import TICKET
from app.domain.ticket.state.ticket import Ticket
from app.events.problem import MetricSeen, Place, ProblemOpened

SERIES = "PRB"
STATEMENT = 500


def opened_by_hand(
    command: OpenProblem, given: Given, fingerprint: str | None = None
) -> ProblemOpened:
    statement = text(command.statement, "/phenomenon", STATEMENT)
    if command.community is not None and not given.viewer.reaches(command.community):
        raise NotPermitted("community_not_permitted", community=command.community)
    tickets = _tickets(command.ticket_ids, given)
    metric = _metric(command.metric)
    source: ProblemSource = "metric" if metric else "manual"
    return ProblemOpened(
        problem_id=command.problem_id,
        source=source,
        statement=statement,
        ticket_ids=command.ticket_ids,
        place=place_of(tickets, command.community),
        metric=metric,
        fingerprint=fingerprint,
        number=next_number(given),
    )


def next_number(given: Given) -> str:
    """`PRB-1`, `PRB-2` … Call it last: a number drawn for a refused command leaves a gap."""
    _, _, count = given.number(SERIES).rpartition("-")
    return f"{SERIES}-{int(count)}"


def _tickets(ticket_ids: Sequence[str], given: Given) -> list[Ticket]:
    at_most(ticket_ids, "/ticket_ids", TICKETS)
    distinct(ticket_ids, "/ticket_ids")
    found = []
    for n, ticket_id in enumerate(ticket_ids):
        ticket = given.read(TICKET.stream(identifier(ticket_id, f"/ticket_ids/{n}")))
        if ticket is None or not may_see(given.viewer, ticket):
            raise Unacceptable("unknown_ticket", pointer=f"/ticket_ids/{n}")
        check_no_conflict(given, ticket)
        if not knows_reporter(given.viewer, ticket):
            raise IllegalTransition("would_reveal_reporter")
        found.append(ticket)
    return found


def place_of(tickets: Sequence[Ticket], community: str | None = None) -> Place:
    """What all tickets have in common."""

    def common(values: set[str | None]) -> str | None:
        return next(iter(values)) if len(values) == 1 else None

    return Place(
        community=optional_text(community, "/community", 128)
        or common({ticket.location.community for ticket in tickets}),
        building=common({ticket.location.building for ticket in tickets}),
        component=common({ticket.location.component for ticket in tickets}),
        category=common({ticket.category for ticket in tickets}),
    )


def _metric(seen: MetricSeen | None) -> MetricSeen | None:
    if seen is None:
        return None
    check_figure(seen.value_e6, "/metric/value")
    check_figure(seen.threshold_e6, "/metric/threshold")
    if seen.n is not None:
        within(seen.n, 0, 2**31 - 1, "/metric/n")
    return MetricSeen(
        metric=text(seen.metric, "/metric/name"),
        value_e6=seen.value_e6,
        threshold_e6=seen.threshold_e6,
        n=seen.n,
    )
