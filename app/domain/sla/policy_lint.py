"""Lints policies against what was promised to owners in published sources (docs/domain.md §1).

It refuses nothing: it only reports.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from app.domain.service_classes import SERVICE_CLASSES
from app.domain.sla.hold_reasons import INTERNAL_REASONS
from app.domain.sla.policy import Matter, PolicyBook, PolicyLine, has_target, lines_for
from app.events.base import Value
from app.events.sla_policy import Selector

LOOSER, NO_CLOCK, DISAGREE = "looser_than_promise", "promise_without_clock", "sources_disagree"
PromiseWarningCode = Literal["tighter_than_policy"]
TIGHTER: PromiseWarningCode = "tighter_than_policy"  # staff promise more than the policy
BELOW_FLOOR = "below_the_floor"  # a tier gets less than everybody
NEVER_WARNED, NEVER_ESCALATED = "never_warned", "never_escalated"
INTERNAL_PAUSE = "internal_reason_pauses"  # docs/domain.md §6.1: owners do not wait for our parts
DAY = 86_400
ANYTHING = "other"


class Statement(Value, frozen=True, kw_only=True):
    """What was promised, for which matters and in which source. A `published` statement binds the
    company; what staff say in passing does not, but owners remember it."""

    clock: str
    seconds: int
    selector: Selector
    source: str
    published: bool = True


class Finding(Value, frozen=True, kw_only=True):
    """`seconds` is the policy's target for the matters of the selector, `said_seconds` the one
    stated in `source`."""

    code: str
    clock: str
    selector: Selector
    policy_id: str | None = None
    seconds: int | None = None
    said_seconds: int | None = None
    source: str | None = None


REPAIR = Selector(kind="repair")
PUBLISHED = (
    Statement(
        clock="acknowledge", seconds=15 * 60, selector=REPAIR, source="S003 智慧报修APP 15分钟响应"
    ),
    Statement(clock="acknowledge", seconds=DAY, selector=REPAIR, source="S003 24小时响应"),
    Statement(
        clock="acknowledge",
        seconds=DAY,
        selector=Selector(kind="repair", service_class="general"),
        source="S004 一般报修24小时内响应",
    ),
    Statement(clock="arrive", seconds=2 * 3600, selector=REPAIR, source="S003 2小时到场"),
    Statement(
        clock="arrive",
        seconds=30 * 60,
        selector=Selector(kind="repair", service_class="emergency"),
        source="S004 紧急报修半小时内到场",
    ),
    Statement(
        clock="arrive",
        seconds=3600,
        selector=Selector(kind="repair", service_class="simple"),
        source="S003 简单维修1小时内到场",
    ),
    Statement(
        clock="arrive",
        seconds=15 * 60,
        selector=REPAIR,
        source="S003 话术 15分钟内到您家",
        published=False,
    ),
    Statement(
        clock="propose",
        seconds=2 * DAY,
        selector=Selector(kind="repair", service_class="complex"),
        source="S003 复杂问题48小时内给出方案",
    ),
    Statement(
        clock="resolve",
        seconds=DAY,
        selector=Selector(kind="repair", category="leak"),
        source="S003 漏水24小时内修复",
    ),
)


def lint(
    book: PolicyBook, at: datetime, statements: Iterable[Statement] = PUBLISHED
) -> list[Finding]:
    statements = tuple(statements)
    selectors = tuple(dict.fromkeys(row.selector for _, _, row in book.in_force(at)))
    found = [
        *_disagreeing(statements),
        *(one for statement in statements for one in _compare(statement, selectors, book, at)),
        *(one for selector in selectors for one in _below_the_floor(selector, book, at)),
        *_incomplete_clocks(book, at),
    ]
    return list(dict.fromkeys(found))


def _disagreeing(statements: Sequence[Statement]) -> Iterator[Finding]:
    """Published statements for the same matters that contradict each other."""
    for n, one in enumerate(statements):
        for other in statements[n + 1 :]:
            same = (one.clock, one.selector) == (other.clock, other.selector)
            if same and one.published and other.published and one.seconds != other.seconds:
                yield Finding(
                    code=DISAGREE,
                    clock=one.clock,
                    selector=one.selector,
                    seconds=one.seconds,
                    said_seconds=other.seconds,
                    source=f"{one.source} / {other.source}",
                )


def _compare(
    statement: Statement, selectors: Sequence[Selector], book: PolicyBook, at: datetime
) -> Iterator[Finding]:
    for selector in _matters_within(statement.selector, selectors):
        line = lines_for(book, _matter(selector), at).get(statement.clock)
        seconds = _seconds(line)
        if line is None and statement.published:
            yield _finding(NO_CLOCK, statement, selector, None)
        elif seconds is not None and seconds > statement.seconds:
            yield _finding(LOOSER if statement.published else TIGHTER, statement, selector, line)


def _below_the_floor(selector: Selector, book: PolicyBook, at: datetime) -> Iterator[Finding]:
    """A row for a tier or community must give at least what everybody gets
    (docs/domain.md §1a row 67)."""
    if selector.tier is None and selector.community is None:
        return
    for each in _matters_within(selector, ()):
        floor = lines_for(book, _matter(replace(each, tier=None, community=None)), at)
        special = lines_for(book, _matter(each), at)
        for kind, least in floor.items():
            line = special.get(kind)
            if _is_less(line, least):
                yield Finding(
                    code=BELOW_FLOOR,
                    clock=kind,
                    selector=each,
                    policy_id=line.policy_id if line else None,
                    seconds=_seconds(line),
                    said_seconds=_seconds(least),
                    source=least.clock.source,
                )


def _is_less(line: PolicyLine | None, least: PolicyLine) -> bool:
    if line is None:
        return True
    given, floor = _seconds(line), _seconds(least)
    return given is not None and floor is not None and given > floor


def _incomplete_clocks(book: PolicyBook, at: datetime) -> Iterator[Finding]:
    for policy_id, _, row in book.in_force(at):
        for clock in filter(has_target, row.clocks):
            codes = (
                (NEVER_WARNED, clock.warn_percent is None),
                (NEVER_ESCALATED, not clock.escalations),
                (INTERNAL_PAUSE, bool({*clock.pausable_reasons} & {*INTERNAL_REASONS})),
            )
            for code, found in codes:
                if found:
                    yield Finding(
                        code=code, clock=clock.clock, selector=row.selector, policy_id=policy_id
                    )


def _matters_within(wanted: Selector, selectors: Sequence[Selector]) -> Iterator[Selector]:
    """The matters of a statement, split by class and by the selectors of policy rows."""
    for selector in (Selector(), *selectors):
        both = _both(wanted, selector)
        if both is not None:
            one_class = both.service_class
            classes: tuple[str, ...] = SERVICE_CLASSES if one_class is None else (one_class,)
            for service_class in classes if both.kind in (None, "repair") else ("",):
                yield replace(both, service_class=service_class or None)


def _both(one: Selector, other: Selector) -> Selector | None:
    """The intersection of two selectors; None if it is empty."""
    merged = {}
    for criterion in ("kind", "service_class", "category", "community", "tier"):
        a, b = getattr(one, criterion), getattr(other, criterion)
        if None not in (a, b) and a != b:
            return None
        merged[criterion] = a if b is None else b
    return Selector(**merged)


def _matter(selector: Selector) -> Matter:
    return Matter(
        kind=selector.kind or "repair",
        service_class=selector.service_class or ANYTHING,
        category=selector.category or ANYTHING,
        community=selector.community or ANYTHING,
        tiers=(selector.tier,) if selector.tier else (),
    )


def _seconds(line: PolicyLine | None) -> int | None:
    return line.clock.seconds if line else None


def _finding(
    code: str, statement: Statement, selector: Selector, line: PolicyLine | None
) -> Finding:
    return Finding(
        code=code,
        clock=statement.clock,
        selector=selector,
        policy_id=line.policy_id if line else None,
        seconds=_seconds(line),
        said_seconds=statement.seconds,
        source=statement.source,
    )
