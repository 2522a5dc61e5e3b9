"""What the monitoring is told of the clocks."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from app.build import build_version
from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.deciders import DECIDERS
from app.domain.ticket.commands.ticket import ReportTicket
from app.domain.ticket.decider import TICKET
from app.event_store.numbering import Numbering
from app.event_store.store import EventStore
from app.events.base import Actor
from app.events.ticket import Location, Reporter
from app.telemetry import render_metrics
from app.use_cases.installation import Installation
from tests.projections.clockwork import at, breached, met, started
from tests.projections.telling import Teller, reported

ZHU = Actor(subject="u-zhu", role="supervisor")


async def test_gauges_count_clocks_in_real_time_and_not_sandboxes(teller: Teller) -> None:
    long_ago, day = -1e6, 24 * 60
    now = datetime.now(tz=at(0).tzinfo)
    passed = (now - at(0)) / timedelta(minutes=1)
    await teller.tell("ticket-1", reported("1"), started(since=long_ago), breached())
    await teller.tell("ticket-2", reported("2"), started(since=passed, minutes=day))
    soon = replace(started(since=passed, minutes=10), warn_at=None)
    await teller.tell("ticket-3", reported("3"), soon)
    warned = started(since=passed, minutes=day)
    await teller.tell("ticket-4", reported("4"), replace(warned, warn_at=now))
    sandbox = Teller(teller.store, teller.engine, UUID(int=9))
    await teller.store.open_tenant(
        sandbox.tenant_id, timezone="Asia/Shanghai", sandbox=True, clock=at(0)
    )
    await sandbox.tell("ticket-1", reported("1"), started(), breached())
    for each in (teller, sandbox):
        await each.project()
    installation = Installation(teller.engine, None, kept=0)
    assert await shown(installation) == {"open": 4, "due_soon": 2, "breached": 1}
    await teller.tell("ticket-1", met(stopped=1, due=0, over=1))
    await teller.project()
    assert await shown(installation) == {"open": 3, "due_soon": 2, "breached": 0}


async def shown(installation: Installation) -> dict[str, int]:
    lines = render_metrics(await installation.figures()).decode().splitlines()
    found = {}
    for condition in ("open", "due_soon", "breached"):
        start = f'suyuan_sla_clocks{{clock="arrive",condition="{condition}"}} '
        [value] = [line.removeprefix(start) for line in lines if line.startswith(start)]
        found[condition] = int(float(value))
    return found


async def test_how_late_a_breach_was_detected_is_measured_once(
    store: EventStore, tenant: UUID
) -> None:
    handler = CommandHandler(
        store, Numbering(store), deciders=DECIDERS, log_origin="test", build=build_version()
    )
    now = (await store.load(tenant, [])).now
    before = detected()
    report = ReportTicket(
        ticket_id="t",
        kind="repair",
        category="leak",
        service_class="general",
        description="厨房漏水",
        channel="phone",
        location=Location(community="jinxiu"),
        reporter=Reporter(name="张阿姨"),
    )
    told = Envelope(tenant_id=tenant, actor=ZHU, occurred_at=now - timedelta(minutes=20))
    await handler.handle(TICKET.stream("t"), report, told)
    for _ in range(2):
        await handler.lapse(tenant, "ticket-t")
    count, seconds = (after - b for after, b in zip(detected(), before, strict=True))
    assert count == 1, "the acknowledgement was due five minutes ago"
    assert 299 < seconds < 330


def detected() -> tuple[float, float]:
    """How many breaches, and by how many seconds together."""
    values = {}
    for part in ("count", "sum"):
        start = f'suyuan_lapse_detection_seconds_{part}{{event="sla_breached"}} '
        lines = render_metrics().decode().splitlines()
        values[part] = sum(float(x.removeprefix(start)) for x in lines if x.startswith(start))
    return values["count"], values["sum"]
