"""张阿姨's problem as far as a test needs it: who works on it, and the chain of
docs/domain.md §5.2."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.domain.problem import commands as c
from app.domain.problem.decider import PROBLEM
from app.domain.ticket.decider import TICKET
from app.events.base import Actor, Fact
from app.events.problem import (
    ActionPlanned,
    Evidence,
    Measured,
    PdcaCycleChecked,
    PdcaCycleStarted,
    Place,
    ProblemOpened,
    RootCauseConfirmed,
    WhyAdded,
    WhyVerified,
)
from tests.given_when_then import NOW, Given

MANAGER = Actor(subject="u-wang", role="manager")
SUPERVISOR = Actor(subject="u-sun", role="supervisor")
ENGINEER = Actor(subject="u-li", role="engineer")
CSR = Actor(subject="u-lin", role="csr")
OWNER = Actor(subject="o-zhang", role="owner")
AUDITOR = Actor(subject="u-shen", role="auditor")

DAY = timedelta(days=1)
SHOWN = (Evidence(type="ticket", ref="R2"),)
OPENED = ProblemOpened(
    problem_id="p1",
    number="PRB-3",
    source="recurrence",
    statement="厨房漏水报修3次未根治",
    ticket_ids=("r1", "r2", "r3"),
    place=Place(community="jinxiu"),
    fingerprint="f1" * 16,
    occurrences=3,
    within_days=24,
)

NO_TICKETS = {
    TICKET.stream(each).id: None for each in (*OPENED.ticket_ids, *(f"r{n}" for n in range(10)))
}
"""Those of the problem, and those that it recurs by."""


def why(why_id: str, *parents: str, answer: str = "未查主管道", **said: Any) -> WhyAdded:
    fields: dict[str, Any] = {"category": "machine", "version": 1, "evidence": SHOWN} | said
    return WhyAdded(why_id=why_id, parents=parents or ("ph",), answer=answer, **fields)


def by(actor: Actor, *events: Any, at: datetime = NOW) -> list[Fact[Any]]:
    return [Fact(event, at, actor) for event in events]


def verified(*why_ids: str, ok: bool = True, version: int = 1) -> list[Fact[Any]]:
    events = [WhyVerified(why_id=each, version=version, therefore_ok=ok) for each in why_ids]
    return by(MANAGER, *events)


CHAIN = by(
    ENGINEER,
    why("n1", "ph", answer="每次只换垫片", category="method"),
    why("n2", "n1", answer="未查主管道(老化)"),
    why("n3", "n2", answer="师傅未受系统培训", category="people_skill", systemic=True),
    why("n4", "n3", answer="无维修技能认证体系", category="process"),
    why("n5", "n4", answer="管理重成本轻培训", category="management"),
)
SOUND = [*CHAIN, *verified("n1", "n2", "n3", "n4", "n5")]
CONFIRMED = [
    *SOUND,
    *by(
        MANAGER,
        RootCauseConfirmed(rca_id="RCA-3", version=1, roots=("n5",), categories=("management",)),
    ),
]
CORRECTIVE = ActionPlanned(
    action_id="A1",
    type="corrective",
    root="n5",
    owner="工程部",
    description=None,
    due=date(2024, 5, 31),
    overdue_at=datetime(2024, 5, 31, 16, tzinfo=UTC),
    metric="ftf_rate",
    baseline_e6=820_000,
    target_e6=950_000,
)
ACTING = [*CONFIRMED, *by(MANAGER, CORRECTIVE)]
STARTED = PdcaCycleStarted(
    cycle=1,
    hypothesis="培训+追溯 → CES 4→2",
    actions=("A1",),
    pilot_scope=("B1", "B2"),
    begins_on=date(2024, 4, 1),
    ends_on=date(2024, 6, 30),
    ends_at=datetime(2024, 6, 30, 16, tzinfo=UTC),
)
RUNNING = [*ACTING, *by(MANAGER, STARTED)]
FOUR = Measured(mean_e6=4_000_000, n=41)
TWO = Measured(mean_e6=2_000_000, n=38)
CHECKED_AT = datetime(2024, 7, 1, 1, tzinfo=UTC)
IMPROVED = PdcaCycleChecked(
    cycle=1, metric="ces", better="low", before=FOUR, after=TWO, verdict="improved"
)
CHECKED = [*RUNNING, *by(MANAGER, IMPROVED, at=CHECKED_AT)]


def problem(*events: Any) -> Given:
    return Given(PROBLEM, Fact(OPENED, NOW, ENGINEER), *events)


def adding(why_id: str, *parents: str, **said: Any) -> c.AddWhy:
    fields: dict[str, Any] = {"answer": "未查主管道", "category": "machine"} | said
    return c.AddWhy(why_id=why_id, parents=parents or ("ph",), **fields)


def acting(**said: Any) -> c.PlanAction:
    fields: dict[str, Any] = {
        "type": "corrective",
        "root": "n5",
        "owner": "工程部",
        "due": date(2024, 5, 31),
        "metric": "ftf_rate",
        "baseline_e6": 820_000,
        "target_e6": 950_000,
    } | said
    return c.PlanAction(**fields)
