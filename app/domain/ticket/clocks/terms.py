"""The policy lines that apply to a ticket, with the calendars they count by."""

from collections.abc import Mapping
from datetime import datetime

from app.domain.calendars.decider import calendar_of
from app.domain.calendars.version import CalendarVersion
from app.domain.decider import Given
from app.domain.records.household import HOUSEHOLD
from app.domain.sla.clock import Clock, latest, running
from app.domain.sla.clock_plan import ClockTerms, Step
from app.domain.sla.policy import Matter, PolicyBook, PolicyLine, lines_for
from app.domain.sla.policy_book import policies_of
from app.domain.sla.policy_checks import target_of
from app.domain.ticket.kinds import KINDS
from app.domain.ticket.state.promise import is_long_work, open_promises
from app.domain.ticket.state.ticket import Ticket
from app.events.sla import QuietWindow

FROM_THE_BEGINNING = frozenset({"acknowledge", "arrive", "propose", "resolve"})


def current_clocks(ticket: Ticket) -> list[Clock]:
    """The clocks of the ticket's cycle. The cycles of update clocks are rounds: of those, the
    latest."""
    update = latest(ticket.clocks, "update")
    return [
        one
        for one in ticket.clocks
        if one is update or (one.kind != "update" and one.cycle == ticket.cycle)
    ]


def cycle_began_at(ticket: Ticket) -> datetime:
    """When the current cycle began, by its clocks."""
    begun = [one.started_at for one in current_clocks(ticket) if one.kind in FROM_THE_BEGINNING]
    return min(begun, default=ticket.reported_at)


def _pinned_at(ticket: Ticket, book: PolicyBook) -> datetime:
    """As of when policies apply: when the cycle began, or its clocks were last migrated."""
    pinned = [
        version.valid_from
        for clock in running(ticket.clocks)
        if (policy := book.policy(clock.policy_id))
        for version in policy.versions
        if version.version == clock.policy_version
    ]
    return max([cycle_began_at(ticket), *pinned])


def policy_lines(ticket: Ticket, given: Given, at: datetime | None) -> dict[str, PolicyLine]:
    """What the policies promise for this ticket at an instant; None means as of its pinned
    versions."""
    book = policies_of(given)
    at = at or _pinned_at(ticket, book)
    matter = Matter(
        kind=ticket.kind,
        service_class=ticket.service_class,
        category=ticket.category,
        community=ticket.location.community,
        tiers=_tiers(ticket, given) if book.asks_for_tiers(at) else (),
        takes_days=any(is_long_work(promise) for promise in open_promises(ticket.promises)),
    )
    return lines_for(book, matter, at)


def _tiers(ticket: Ticket, given: Given) -> tuple[str, ...]:
    """The household's tags: `vip`, `独居老人`."""
    if ticket.household_id is None:
        return ()
    household = given.read(HOUSEHOLD.stream(ticket.household_id))
    return household.tags if household else ()


def terms_at(line: PolicyLine, given: Given, at: datetime) -> ClockTerms:
    clock, quiet = line.clock, line.version.quiet
    return ClockTerms(
        target=target_of(clock),
        policy_id=line.policy_id,
        policy_version=line.version.version,
        calendar_id=clock.calendar_id,
        calendar=calendar_of(given, clock.calendar_id).at(at),
        warn_percent=clock.warn_percent,
        pausable_reasons=clock.pausable_reasons,
        pause_cap_seconds=clock.pause_cap_seconds,
        steps=tuple(
            Step(level=one.level, audience=one.audience, after_seconds=one.after_seconds)
            for one in clock.escalations
        ),
        quiet=QuietWindow(start=quiet.start, end=quiet.end, zone=given.zone.key)
        if quiet and not line.row.urgent
        else None,
    )


def calendar_for(clock: Clock, given: Given) -> CalendarVersion:
    """The calendar version that the clock is pinned to."""
    return calendar_of(given, clock.calendar_id).version(clock.calendar_version)


def missing_clocks(ticket: Ticket, lines: Mapping[str, PolicyLine]) -> list[str]:
    """Clocks that run from the start of a cycle, and that this cycle lacks."""
    if ticket.status not in KINDS[ticket.kind].unfinished:
        return []
    known = {clock.kind for clock in current_clocks(ticket)}
    return [kind for kind in lines if kind in FROM_THE_BEGINNING and kind not in known]
