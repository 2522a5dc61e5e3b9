"""Repairs from report to signature, given to the command handler."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.decider import Stream
from app.domain.records.attachment import ATTACHMENT, StoreAttachment
from app.domain.records.staff import STAFF, RecordStaff
from app.domain.ticket.commands.ticket import (
    Accept,
    Acknowledge,
    Arrive,
    Assign,
    CheckItem,
    CompleteWork,
    Depart,
    ReportTicket,
    SignCompletion,
)
from app.domain.ticket.decider import TICKET
from app.events.base import Actor
from app.events.ticket import Location, Reporter
from bench.bodies import CSR

ADMIN = Actor(subject="u-admin", role="admin")
DISPATCHER = Actor(subject="u-dispatcher", role="dispatcher")
OWNER = Actor(subject="u-owner", role="owner")
SKILL = "leak"
BUILDINGS = 40
CHECKLIST = ("shoe_covers", "rubbish_bags", "satisfaction_form")


async def hire(handler: CommandHandler, tenant: UUID, number: int) -> list[Actor]:
    """So many engineers who may take any repair."""
    engineers = [Actor(subject=f"u-engineer-{n:02}", role="engineer") for n in range(number)]
    for engineer in engineers:
        record = RecordStaff(
            subject=engineer.subject,
            name="王师傅",
            roles=("engineer",),
            skills=(SKILL,),
            max_load=100,
        )
        await _give(handler, tenant, ADMIN, STAFF.stream(engineer.subject), record)
    return engineers


async def report(handler: CommandHandler, tenant: UUID, place: int) -> Stream[Any, Any]:
    """A new ticket of the household at that place."""
    ticket_id = str(uuid7())
    unit, building = divmod(place, BUILDINGS)
    command = ReportTicket(
        ticket_id=ticket_id,
        kind="repair",
        category="leak",
        service_class="general",
        description="厨房水槽下面漏水，已经用盆接着，橱柜底板泡了，请尽快派师傅来看一下。",
        channel="app",
        location=Location(
            community="jinxiu",
            building=str(building),
            unit=str(unit),
            component="kitchen.drain",
        ),
        household_id=_household(place),
        reporter=Reporter(name="王师傅", phone="13800138000"),
    )
    stream = TICKET.stream(ticket_id)
    await _give(handler, tenant, CSR, stream, command)
    return stream


async def repair(handler: CommandHandler, tenant: UUID, engineer: Actor, place: int) -> None:
    """From the report to the owner's signature."""
    stream = await report(handler, tenant, place)
    on_site = await _photo(handler, tenant, engineer, "on_site")
    after = await _photo(handler, tenant, engineer, "after")
    completed = CompleteWork(
        photo_ids=(after,), summary="更换角阀", follow_up_ids=(str(uuid7()), str(uuid7()))
    )
    commands: Sequence[tuple[Actor, object]] = (
        (CSR, Acknowledge()),
        (DISPATCHER, Assign(engineer=engineer.subject)),
        (engineer, Accept()),
        (engineer, Depart(eta=datetime.now(UTC) + timedelta(hours=1))),
        (engineer, Arrive(photo_ids=(on_site,))),
        *((engineer, CheckItem(item=item)) for item in CHECKLIST),
        (engineer, completed),
        (OWNER, SignCompletion()),
    )
    for actor, command in commands:
        household = _household(place) if actor is OWNER else None
        await _give(handler, tenant, actor, stream, command, household)


def _household(place: int) -> str:
    return f"h-{place}"


async def _photo(handler: CommandHandler, tenant: UUID, engineer: Actor, stage: str) -> str:
    photo_id = str(uuid7())
    stored = StoreAttachment(
        attachment_id=photo_id,
        sha256="0" * 64,
        content_type="image/png",
        width=640,
        height=480,
        bytes=100_000,
        stage=stage,
    )
    await _give(handler, tenant, engineer, ATTACHMENT.stream(photo_id), stored)
    return photo_id


async def _give(
    handler: CommandHandler,
    tenant: UUID,
    actor: Actor,
    stream: Stream[Any, Any],
    command: object,
    household: str | None = None,
) -> None:
    envelope = Envelope(tenant_id=tenant, actor=actor, household_id=household, channel="app")
    await handler.handle(stream, command, envelope)
