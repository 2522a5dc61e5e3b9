"""What is strange about policies, beside what was ever promised to owners (docs/domain.md §1).

It refuses nothing: a promise that contradicts another is shown, not hidden.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.sla.hold_reasons import INTERNAL_REASONS
from app.domain.sla.policy import Line, Matter, PolicyBook, has_target, lines_for
from app.events.sla_policy import Selector

LOOSER, NO_CLOCK, DISAGREE = "looser_than_promise", "promise_without_clock", "sources_disagree"
TIGHTER = "tighter_than_policy"  # somebody says more than the policy has
BELOW_FLOOR = "below_the_floor"  # a tier gets less than everybody
NEVER_WARNED, NEVER_ESCALATED = "never_warned", "never_escalated"
INTERNAL_PAUSE = "internal_reason_pauses"  # docs/domain.md §6.1: owners do not wait for our parts
DAY = 86_400
CLASSES = ("emergency", "simple", "general", "complex")
ANYTHING = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What somebody said, to whom it was said, and where it stands. `published` binds the company;
    what else staff say in passing does not, but owners remember it."""

    clock: str
    seconds: int
    selector: Selector
    source: str
    published: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`seconds` is what the policy gives to the matters of the selector, `said_seconds` what was
    said beside it, in `source`."""

    code: str
    clock: str
    selector: Selector
    policy_id: str | None = None
    seconds: int | None = None
    said_seconds: int | None = None
    source: str | None = None


REPAIR = Selector(kind="repair")
PUBLISHED = (
    Promise(
        clock="acknowledge", seconds=15 * 60, selector=REPAIR, source="S003 智慧报修APP 15分钟响应"
    ),
    Promise(clock="acknowledge", seconds=DAY, selector=REPAIR, source="S003 24小时响应"),
    Promise(
        clock="acknowledge",
        seconds=DAY,
        selector=Selector(kind="repair", service_class="general"),
        source="S004 一般报修24小时内响应",
    ),
    Promise(clock="arrive", seconds=2 * 3600, selector=REPAIR, source="S003 2小时到场"),
    Promise(
        clock="arrive",
        seconds=30 * 60,
        selector=Selector(kind="repair", service_class="emergency"),
        source="S004 紧急报修半小时内到场",
    ),
    Promise(
        clock="arrive",
        seconds=3600,
        selector=Selector(kind="repair", service_class="simple"),
        source="S003 简单维修1小时内到场",
    ),
    Promise(
        clock="arrive",
        seconds=15 * 60,
        selector=REPAIR,
        source="S003 话术 15分钟内到您家",
        published=False,
    ),
    Promise(
        clock="propose",
        seconds=2 * DAY,
        selector=Selector(kind="repair", service_class="complex"),
        source="S003 复杂问题48小时内给出方案",
    ),
    Promise(
        clock="resolve",
        seconds=DAY,
        selector=Selector(kind="repair", category="leak"),
        source="S003 漏水24小时内修复",
    ),
)


def lint(book: PolicyBook, at: datetime, promises: Iterable[Promise] = PUBLISHED) -> list[Finding]:
    said = tuple(promises)
    selectors = tuple(dict.fromkeys(row.selector for _, _, row in book.in_force(at)))
    found = [
        *_disagreeing(said),
        *(one for promise in said for one in _beside(promise, selectors, book, at)),
        *(one for selector in selectors for one in _below_the_floor(selector, book, at)),
        *_careless(book, at),
    ]
    return list(dict.fromkeys(found))


def _disagreeing(promises: Sequence[Promise]) -> Iterator[Finding]:
    """Two that are published for the very same matters."""
    for n, one in enumerate(promises):
        for other in promises[n + 1 :]:
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


def _beside(
    promise: Promise, selectors: Sequence[Selector], book: PolicyBook, at: datetime
) -> Iterator[Finding]:
    for selector in _matters_within(promise.selector, selectors):
        line = lines_for(book, _matter(selector), at).get(promise.clock)
        seconds = _seconds(line)
        if line is None and promise.published:
            yield _said(NO_CLOCK, promise, selector, None)
        elif seconds is not None and seconds > promise.seconds:
            yield _said(LOOSER if promise.published else TIGHTER, promise, selector, line)


def _below_the_floor(selector: Selector, book: PolicyBook, at: datetime) -> Iterator[Finding]:
    """Who has a row of their own gets at least what everybody gets (docs/domain.md §1a row 67)."""
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


def _is_less(line: Line | None, least: Line) -> bool:
    if line is None:
        return True
    given, floor = _seconds(line), _seconds(least)
    return given is not None and floor is not None and given > floor


def _careless(book: PolicyBook, at: datetime) -> Iterator[Finding]:
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
    """The matters of a promise, class by class, and those of them that have rows of their own."""
    for selector in (Selector(), *selectors):
        both = _both(wanted, selector)
        if both is not None:
            classes = CLASSES if both.service_class is None else (both.service_class,)
            for service_class in classes if both.kind in (None, "repair") else ("",):
                yield replace(both, service_class=service_class or None)


def _both(one: Selector, other: Selector) -> Selector | None:
    """The matters of both, if there are any."""
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


def _seconds(line: Line | None) -> int | None:
    return line.clock.seconds if line else None


def _said(code: str, promise: Promise, selector: Selector, line: Line | None) -> Finding:
    return Finding(
        code=code,
        clock=promise.clock,
        selector=selector,
        policy_id=line.policy_id if line else None,
        seconds=_seconds(line),
        said_seconds=promise.seconds,
        source=promise.source,
    )
