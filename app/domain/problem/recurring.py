"""Opens a problem automatically and records its recurrences (docs/domain.md §5.1, §5.3). In the
same append as the stream that counts, so two concurrent reports cannot open it twice."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid5

from app.domain.decider import Given, On
from app.domain.problem.decider import PROBLEM
from app.domain.problem.opening import next_number
from app.domain.problem.state import ProblemSource
from app.domain.records.category import category_of
from app.events.problem import Place, ProblemOpened, ProblemRecurred, ProblemReopened

REOPENS_WITHIN = timedelta(days=365)  # of the closing (cfg); later it is a new problem

# The UUID namespace of problems that are opened automatically; an arbitrary constant.
PROBLEMS = UUID("a0c4be7e-38a5-5a0c-9d5e-0f0b6f0b2c11")


def open_automatically(  # noqa: PLR0913 - what is known of it
    given: Given,
    *,
    source: ProblemSource,
    statement: str,
    ticket_ids: tuple[str, ...],
    place: Place,
    fingerprint: str | None = None,
    rollup: str | None = None,
    occurrences: int | None = None,
    within_days: int | None = None,
) -> On:
    """The id is derived from the number, so a decision that is repeated names the same one. Not
    from the fingerprint: who sees the id could work out the place."""
    number = next_number(given)
    problem_id = str(uuid5(PROBLEMS, number))
    opened = ProblemOpened(
        problem_id=problem_id,
        number=number,
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


def describe_place(place: Place, given: Given) -> str:
    """For the statement, such as 漏水（kitchen.drain）."""
    label = category_of(given, place.category or "").label
    return f"{label}（{place.component}）" if place.component else label


def record_recurrence(
    given: Given, problem_id: str, ticket_id: str, occurrences: int, *, however_old: bool = False
) -> Sequence[On]:
    """Reopens a closed or verifying problem; else only records the recurrence. A no-op long after
    the closing, unless `however_old`."""
    stream = PROBLEM.stream(problem_id)
    problem = given.read(stream)
    if problem is None:
        return []
    closed_at = problem.closed_at
    if closed_at is not None and not however_old and given.occurred_at - closed_at > REOPENS_WITHIN:
        return []
    if problem.state in {"closed", "verifying"}:
        return [On(stream, ProblemReopened(ticket_id=ticket_id, occurrences=occurrences))]
    return [On(stream, ProblemRecurred(ticket_id=ticket_id, occurrences=occurrences))]
