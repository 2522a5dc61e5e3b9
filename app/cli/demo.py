"""The demo: a tenant with tokens, and a scripted repair whose events are printed."""

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import typer
from PIL import Image, ImageDraw

from app.attachments.images import ImageLimits, clean_image
from app.attachments.storage import object_key
from app.bootstrap import Services, open_services, run_wakeups, run_worker
from app.cli.database import database
from app.cli.output import Json, print_json, say, with_error_messages
from app.cli.upgrade import bring_up_to_date
from app.commands import Envelope, Outcome
from app.config import read_settings
from app.domain.decider import Stream
from app.domain.records.attachment import ATTACHMENT, StoreAttachment
from app.domain.records.tenant import OpenTenant
from app.domain.ticket.commands import ticket as commands
from app.domain.ticket.commands.follow_up import Attempt, CompleteFollowUp
from app.domain.ticket.decider import TICKET
from app.domain.ticket.kinds import LABELS
from app.events.base import Actor
from app.events.ticket import Location, Reporter
from app.telemetry import configure_logging
from app.use_cases.move_clock import move_clock
from app.use_cases.open_tenant import OPERATOR, open_tenant
from app.use_cases.provision_person import ensure_person

DEMO = uuid5(UUID(int=0), "suyuan demo tenant")
TOKEN_LIFETIME = timedelta(days=30)
HOUSEHOLD = "h-3-1201"
SHANGHAI = ZoneInfo("Asia/Shanghai")

# subject -> (role, name); the owner lives in HOUSEHOLD
PEOPLE = {
    "zhang": ("owner", "张阿姨"),
    "xiaolin": ("csr", "小林"),
    "xiaozhou": ("dispatcher", "小周"),
    "laowang": ("engineer", "王师傅"),
    "manager": ("manager", "王经理"),
    "auditor": ("auditor", "审计小陈"),
}
TOKENS_OF = ("zhang", "xiaolin")


@dataclass(frozen=True, slots=True)
class DemoTenant:
    tenant_id: UUID
    tokens: dict[str, str]
    owner_token: str

    def curl(self, base: str) -> str:
        body = (
            '{"category": "leak", "description": "厨房漏水", "channel": "app", "location": '
            '{"community": "jinxiu", "building": "3", "unit": "1201", '
            '"component": "kitchen.drain"}}'
        )
        return (
            f"curl -sS {base}/v1/tickets -H 'Content-Type: application/json' \\\n"
            f"  -H 'Authorization: Bearer {self.owner_token}' \\\n"
            f"  -d '{body}'"
        )


async def _open(services: Services, tenant_id: UUID, name: str, clock: datetime | None) -> None:
    await open_tenant(
        services.store,
        services.handler,
        tenant_id,
        OpenTenant(name=name, timezone="Asia/Shanghai", sandbox=clock is not None),
        clock=clock,
    )
    for subject, (role, person) in PEOPLE.items():
        await ensure_person(
            services.store,
            services.handler,
            Envelope(tenant_id=tenant_id, actor=OPERATOR),
            role=role,
            subject=subject,
            name=person,
            household_id=HOUSEHOLD if role == "owner" else None,
            communities=(),
        )


async def ensure_demo_tenant(services: Services) -> DemoTenant:
    """The same tenant at every start, with new tokens."""
    await _open(services, DEMO, "锦绣物业（演示）", None)
    tokens = {subject: _token(services, DEMO, subject) for subject in PEOPLE}
    return DemoTenant(
        DEMO,
        {f"{PEOPLE[subject][1]} ({PEOPLE[subject][0]})": tokens[subject] for subject in TOKENS_OF},
        tokens["zhang"],
    )


def _token(services: Services, tenant_id: UUID, subject: str) -> str:
    role, name = PEOPLE[subject]
    return services.tokens.issue(
        subject=subject,
        tenant_id=tenant_id,
        role=role,
        name=name,
        household_id=HOUSEHOLD if role == "owner" else None,
        lifetime=TOKEN_LIFETIME,
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass(slots=True)
class Story:
    """Gives commands on a sandbox tenant and prints the events that follow."""

    services: Services
    tenant_id: UUID
    ticket_id: str
    quiet: bool
    position: int = 0

    async def at(self, instant: str) -> None:
        store, handler = self.services.store, self.services.handler
        await move_clock(store, handler, self.services.settle, self.tenant_id, _at(instant))
        await self._print_new_events()

    async def handle(self, subject: str, command: object, stream: Stream[Any, Any]) -> Outcome:
        role, _name = PEOPLE[subject]
        envelope = Envelope(
            tenant_id=self.tenant_id,
            actor=Actor(subject=subject, role=role),
            household_id=HOUSEHOLD if role == "owner" else None,
            channel="app",
        )
        outcome = await self.services.handler.handle(stream, command, envelope)
        await self._print_new_events()
        return outcome

    async def ticket(self, subject: str, command: object) -> Outcome:
        return await self.handle(subject, command, TICKET.stream(self.ticket_id))

    async def photo(self, subject: str, stage: str, colour: str) -> str:
        image = clean_image(_picture(stage, colour), ImageLimits())
        await self.services.objects.put(object_key(self.tenant_id, image.sha256), image.data)
        photo_id = str(self.services.new_id())
        stored = StoreAttachment(
            attachment_id=photo_id,
            sha256=image.sha256,
            content_type=image.content_type,
            width=image.width,
            height=image.height,
            bytes=len(image.data),
            stage=stage,
        )
        await self.handle(subject, stored, ATTACHMENT.stream(photo_id))
        return photo_id

    async def _print_new_events(self) -> None:
        store = self.services.store
        for event in await store.read_all(self.tenant_id, after=self.position, limit=100):
            self.position = event.position
            if not self.quiet:
                when = event.occurred_at.astimezone(SHANGHAI)
                who = PEOPLE.get(event.actor.subject, ("", event.actor.subject))[1]
                say(
                    f"{event.position:4}  {when:%m-%d %H:%M:%S}  {event.type:28} {who:8}"
                    f"  {event.leaf.hex()[:12]}"
                )


def _picture(text: str, colour: str) -> bytes:
    picture = Image.new("RGB", (320, 240), colour)
    ImageDraw.Draw(picture).text((120, 110), text, fill="black")
    data = io.BytesIO()
    picture.save(data, "JPEG")
    return data.getvalue()


async def _play_repair(story: Story) -> Outcome:
    """A repair, from the report to the follow-up call a day later."""
    before = await story.photo("zhang", "report", "lightblue")
    reported = _report(story.ticket_id, "厨房水槽下方漏水", "kitchen.drain", (before,))
    await story.ticket("zhang", reported)
    await story.at("2024-03-05T09:08:00")
    await story.ticket("xiaolin", commands.Acknowledge())
    await story.at("2024-03-05T09:10:00")
    eta = _at("2024-03-05T10:30:00")
    await story.ticket("xiaozhou", commands.Assign(engineer="laowang", eta=eta))
    await story.ticket("laowang", commands.Accept())
    await story.at("2024-03-05T10:05:00")
    await story.ticket("laowang", commands.Depart(eta=eta))
    await story.at("2024-03-05T10:25:00")
    on_site = await story.photo("laowang", "on_site", "lightgrey")
    await story.ticket("laowang", commands.Arrive(photo_ids=(on_site,)))
    for item in ("shoe_covers", "rubbish_bags", "satisfaction_form"):
        await story.ticket("laowang", commands.CheckItem(item=item))
    await story.ticket(
        "laowang",
        commands.AddCost(
            kind="material", description="角阀与软管", amount_fen=8650, batch="JF-0217"
        ),
    )
    await story.at("2024-03-05T11:40:00")
    after = await story.photo("laowang", "after", "lightgreen")
    satisfaction_id, outcome_id = (str(story.services.new_id()) for _ in range(2))
    await story.ticket(
        "laowang",
        commands.CompleteWork(
            photo_ids=(after,),
            summary="更换角阀与软管，试水无渗漏",
            follow_up_ids=(satisfaction_id, outcome_id),
        ),
    )
    await story.at("2024-03-05T12:02:00")
    await story.ticket("zhang", commands.SignCompletion())
    await story.at("2024-03-06T10:00:00")
    await _follow_up(story, satisfaction_id)
    return await story.ticket("xiaolin", commands.Close())


async def _follow_up(story: Story, follow_up_id: str) -> None:
    """The follow-up call: the owner is satisfied."""
    follow_up = TICKET.stream(follow_up_id)
    await story.handle("xiaolin", Attempt(), follow_up)
    new_id = story.services.new_id
    answered = CompleteFollowUp(
        outcome="satisfied",
        score=5,
        text="师傅态度好，一次修好",
        new_ticket_id=str(new_id()),
        complaint_id=str(new_id()),
        callback_id=str(new_id()),
    )
    await story.handle("xiaolin", answered, follow_up)


async def _play_late_arrival(story: Story) -> None:
    """Nobody arrives within two hours: the breach is compensated automatically."""
    ticket_id = str(story.services.new_id())
    reported = _report(ticket_id, "卫生间水管漏水", "bathroom.pipe")
    await story.handle("zhang", reported, TICKET.stream(ticket_id))
    await story.handle("xiaolin", commands.Acknowledge(), TICKET.stream(ticket_id))
    await story.at("2024-03-06T12:01:00")


def _report(
    ticket_id: str, description: str, component: str, photo_ids: tuple[str, ...] = ()
) -> commands.ReportTicket:
    return commands.ReportTicket(
        ticket_id=ticket_id,
        kind="repair",
        category="leak",
        service_class="general",
        description=description,
        channel="app",
        location=Location(community="jinxiu", building="3", unit="1201", component=component),
        reporter=Reporter(name="张阿姨"),
        photo_ids=photo_ids,
    )


@with_error_messages
def demo(
    json: Json = False,  # noqa: FBT002
    name: Annotated[str, typer.Option(help="What the sandbox tenant is called.")] = "演示沙箱",
) -> None:
    """A sandbox tenant with a repair from report to follow-up, and one that nobody came for in
    time, printed as it unfolds."""
    configured = read_settings()
    configure_logging(configured.log_format, level=30)

    async def run() -> dict[str, object]:
        async with open_services(settings) as services, run_worker(services), run_wakeups(services):
            return await _run(services, name, quiet=json)

    with database(configured) as (settings, server):
        bring_up_to_date(settings, server.superuser_url if server else None)
        made = asyncio.run(run())
    if json:
        print_json(made)
    else:
        say()
        for key, value in made.items():
            say(f"{key}: {value}")


async def _run(services: Services, name: str, *, quiet: bool) -> dict[str, object]:
    tenant_id = services.new_id()
    await _open(services, tenant_id, name, _at("2024-03-05T09:00:00"))
    story = Story(services, tenant_id, str(services.new_id()), quiet)
    closed = await _play_repair(story)
    await _play_late_arrival(story)
    ticket = closed.state
    return {
        "tenant_id": str(tenant_id),
        "ticket": ticket.number,
        "status": LABELS[ticket.status].zh,
        "events": story.position,
        "receipt": closed.receipt,
        "admin_token": services.admin_token(tenant_id),
    }
