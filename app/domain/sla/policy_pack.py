"""The default policies of every tenant (docs/domain.md §7), each as version 1."""

from datetime import UTC, datetime

from app.domain.calendars.day_count import NO_ROLL
from app.domain.roles import ESCALATION_LADDER
from app.domain.sla.hold_reasons import OWNER_REASONS
from app.domain.sla.policy import Policy, PolicyBook, PolicyVersion
from app.events.sla_policy import (
    PolicyClock,
    PolicyQuietHours,
    PolicyRow,
    PolicyStep,
    Selector,
)

DEFAULT = "default"
COMPENSATION = "compensation"
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE, HOUR = 60, 3600
STEPS = tuple(
    PolicyStep(level=level, audience=audience, after_seconds=after)
    for level, (audience, after) in enumerate(
        zip(ESCALATION_LADDER, (0, 30 * MINUTE, 2 * HOUR), strict=True), 1
    )
)
PROMISE = "S003 智慧报修APP"


def clock(kind: str, seconds: int, source: str, calendar_id: str = "always") -> PolicyClock:
    return PolicyClock(
        clock=kind,
        seconds=seconds,
        calendar_id=calendar_id,
        warn_percent=80,
        pausable_reasons=OWNER_REASONS,
        escalations=STEPS,
        source=source,
    )


def repair(service_class: str, *clocks: PolicyClock, urgent: bool = False) -> PolicyRow:
    return PolicyRow(
        selector=Selector(kind="repair", service_class=service_class),
        clocks=(clock("acknowledge", 15 * MINUTE, PROMISE), *clocks),
        urgent=urgent,
    )


ROWS = (
    repair("emergency", clock("arrive", 30 * MINUTE, "S004 紧急报修半小时内到场"), urgent=True),
    repair(
        "simple",
        clock("arrive", HOUR, "S003 简单维修1小时内到场"),
        clock("resolve", 24 * HOUR, "S003 24小时内修复"),
    ),
    repair("general", clock("arrive", 2 * HOUR, PROMISE)),
    repair(
        "complex",
        clock("arrive", 2 * HOUR, PROMISE),
        clock("propose", 48 * HOUR, "S003 复杂问题48小时内给出方案"),
    ),
    PolicyRow(
        selector=Selector(kind="repair"),
        clocks=(
            PolicyClock(
                clock="update",
                days=1,
                count_rule=NO_ROLL,
                warn_percent=80,
                escalations=STEPS[:1],
                source="S003 每天发送施工进度视频",
                only_long_works=True,
            ),
        ),
    ),
    PolicyRow(
        selector=Selector(kind="complaint"),
        clocks=(
            clock("acknowledge", 15 * MINUTE, PROMISE),
            clock("propose", 8 * HOUR, "cfg", "office"),
        ),
    ),
    PolicyRow(
        selector=Selector(kind="follow_up"),
        clocks=(clock("follow_up", 24 * HOUR, "S003 客服24小时内回访满意度"),),
    ),
    PolicyRow(  # the category is the purpose
        selector=Selector(kind="follow_up", category="outcome"),
        clocks=(clock("follow_up", 72 * HOUR, "S003 3天后客服回访是否还有渗漏"),),
    ),
)

# Each step asks the next level for approval, up to the highest (docs/domain.md §4.4, §7).
ASK_HIGHER = tuple(
    PolicyStep(level=n + 1, audience="approver", after_seconds=n * 30 * MINUTE)
    for n in range(len(ESCALATION_LADDER))
)
APPROVAL = PolicyClock(
    clock="approval", seconds=30 * MINUTE, warn_percent=80, escalations=ASK_HIGHER, source="cfg"
)


def fulfilment(benefit: str | None, seconds: int) -> PolicyRow:
    """The time to fulfil what was granted (docs/domain.md §4.2)."""
    clock = PolicyClock(clock="fulfilment", seconds=seconds, warn_percent=80, source="cfg")
    clocks = (clock, APPROVAL) if benefit is None else (clock,)
    return PolicyRow(selector=Selector(kind=COMPENSATION, category=benefit), clocks=clocks)


COMPENSATION_ROWS = (
    fulfilment(None, 24 * HOUR),
    fulfilment("fee_credit", 30 * 24 * HOUR),
    fulfilment("cash", 7 * 24 * HOUR),
    fulfilment("housekeeping", 7 * 24 * HOUR),
)

DEFAULT_BOOK = PolicyBook(
    policies=(
        Policy(
            policy_id=DEFAULT,
            versions=(
                PolicyVersion(
                    version=1,
                    valid_from=BEGINNING,
                    rows=ROWS,
                    quiet=PolicyQuietHours(start="22:00", end="07:00"),
                    source="S003, S004",
                ),
            ),
        ),
        Policy(
            policy_id=COMPENSATION,
            versions=(
                PolicyVersion(
                    version=1, valid_from=BEGINNING, rows=COMPENSATION_ROWS, source="cfg"
                ),
            ),
        ),
    )
)
