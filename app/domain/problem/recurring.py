"""A problem that opens by itself, and one that comes back (docs/domain.md §5.1, §5.3). Written
beside the stream that counts, in the same append: two that count at once cannot open it twice."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid5

from app.domain.decider import Given, On
from app.domain.problem.decider import PROBLEM
from app.domain.problem.opening import next_number
from app.domain.records.category import category_of
from app.events.problem import Place, ProblemOpened, ProblemRecurred, ProblemReopened

REOPENS_WITHIN = timedelta(days=365)  # of the closing (cfg); later it is trouble of its own

# Ids of problems that open by themselves, in the space of UUIDs; any constant would do.
PROBLEMS = UUID("a0c4be7e-38a5-5a0c-9d5e-0f0b6f0b2c11")


def opened_by_itself(  # noqa: PLR0913 - what is known of it
    given: Given,
    *,
    source: str,
    statement: str,
    ticket_ids: tuple[str, ...],
    place: Place,
    fingerprint: str | None = None,
    rollup: str | None = None,
    occurrences: int | None = None,
    within_days: int | None = None,
) -> On:
    """The id follows from what it is about: the one problem that this can be."""
    problem_id = str(uuid5(PROBLEMS, f"{fingerprint or rollup}"))
    opened = ProblemOpened(
        problem_id=problem_id,
        number=next_number(given),
        source=source,
        statement=statement,
        ticket_ids=ticket_ids,
        place=place,
        fingerprint=fingerprint,
        rollup=rollup,
        occurrences=occurrences,
        within_days=within_days,
    )
    return On(PROBLEM.stream(problem_id), opened)


def what_it_is(place: Place, given: Given) -> str:
    """漏水（kitchen.drain）"""
    label = category_of(given, place.category or "").label
    return f"{label}（{place.component}）" if place.component else label


def came_again(
    given: Given, problem_id: str, ticket_id: str, occurrences: int, *, anyhow: bool = False
) -> Sequence[On]:
    """Reopened where the measures were thought to have worked; noted where they are under way.
    Long after the closing only what would open a problem `anyhow`."""
    stream = PROBLEM.stream(problem_id)
    problem = given.read(stream)
    if problem is None:
        return []
    closed_at = problem.closed_at
    if closed_at is not None and not anyhow and given.occurred_at - closed_at > REOPENS_WITHIN:
        return []
    if problem.state in {"closed", "verifying"}:
        return [On(stream, ProblemReopened(ticket_id=ticket_id, occurrences=occurrences))]
    return [On(stream, ProblemRecurred(ticket_id=ticket_id, occurrences=occurrences))]
