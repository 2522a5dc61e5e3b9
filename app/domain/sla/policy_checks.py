"""Checks of a policy before it is recorded."""

import re
from collections.abc import Sequence
from itertools import pairwise

from app.domain.calendars.day_count import check_target
from app.domain.checks import at_most, distinct, identifier, one_of, optional_text, within
from app.domain.errors import Unacceptable
from app.domain.sla.clock import KINDS
from app.domain.sla.clock_plan import day_target
from app.domain.sla.hold_reasons import HOLD_REASONS
from app.events.sla import ClockTarget
from app.events.sla_policy import PolicyClock, PolicyQuietHours, PolicyRow, PolicyStep, Selector

TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
MOST_ROWS = 100
MOST_STEPS = 10
LONGEST_PAUSE = 366 * 86_400
LONGEST_STEP = 366 * 86_400


def checked_rows(rows: Sequence[PolicyRow], pointer: str) -> tuple[PolicyRow, ...]:
    at_most(rows, pointer, MOST_ROWS)
    distinct([row.selector for row in rows], pointer)
    for n, row in enumerate(rows):
        _check_selector(row.selector, f"{pointer}/{n}/selector")
        distinct([one.clock for one in row.clocks], f"{pointer}/{n}/clocks")
        for m, clock in enumerate(row.clocks):
            _check_clock(clock, f"{pointer}/{n}/clocks/{m}")
    return tuple(rows)


def checked_quiet(quiet: PolicyQuietHours | None, pointer: str) -> PolicyQuietHours | None:
    if quiet is None:
        return None
    for end, value in (("start", quiet.start), ("end", quiet.end)):
        if not TIME_OF_DAY.fullmatch(value):
            raise Unacceptable("malformed", pointer=f"{pointer}/{end}")
    if quiet.start == quiet.end:
        raise Unacceptable("empty_interval", pointer=pointer)
    return quiet


def _check_selector(selector: Selector, pointer: str) -> None:
    named = (
        ("kind", selector.kind),
        ("service_class", selector.service_class),
        ("category", selector.category),
        ("community", selector.community),
        ("tier", selector.tier),
    )
    for criterion, value in named:
        optional_text(value, f"{pointer}/{criterion}")


def _check_clock(clock: PolicyClock, pointer: str) -> None:
    one_of(clock.clock, KINDS, f"{pointer}/clock")
    identifier(clock.calendar_id, f"{pointer}/calendar_id", 64)
    optional_text(clock.source, f"{pointer}/source", 200)
    _check_target(clock, pointer)
    if clock.warn_percent is not None:
        within(clock.warn_percent, 1, 99, f"{pointer}/warn_percent")
    for n, reason in enumerate(clock.pausable_reasons):
        one_of(reason, HOLD_REASONS, f"{pointer}/pausable_reasons/{n}")
    distinct(clock.pausable_reasons, f"{pointer}/pausable_reasons")
    within(clock.pause_cap_seconds, 0, LONGEST_PAUSE, f"{pointer}/pause_cap_seconds")
    _check_steps(clock.escalations, f"{pointer}/escalations")


def _check_target(clock: PolicyClock, pointer: str) -> None:
    """No target at all is allowed: then there is no clock."""
    if clock.seconds is None and clock.days is None:
        return
    if clock.seconds is not None and clock.days is not None:
        raise Unacceptable("target_is_twofold", pointer=f"{pointer}/days")
    if clock.seconds is not None:
        within(clock.seconds, 1, 3650 * 86_400, f"{pointer}/seconds")
    check_target(day_target(target_of(clock)), pointer)


def _check_steps(steps: Sequence[PolicyStep], pointer: str) -> None:
    at_most(steps, pointer, MOST_STEPS)
    for n, step in enumerate(steps):
        within(step.level, 1, MOST_STEPS, f"{pointer}/{n}/level")
        within(step.after_seconds, 0, LONGEST_STEP, f"{pointer}/{n}/after_seconds")
        identifier(step.audience, f"{pointer}/{n}/audience", 64)
    for n, (one, following) in enumerate(pairwise(steps), 1):
        if following.level <= one.level or following.after_seconds < one.after_seconds:
            raise Unacceptable("steps_out_of_order", pointer=f"{pointer}/{n}")


def target_of(clock: PolicyClock) -> ClockTarget:
    return ClockTarget(
        seconds=clock.seconds,
        days=clock.days,
        count_rule=clock.count_rule,
        cut_off=clock.cut_off,
    )
