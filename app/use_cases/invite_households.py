"""Invites households to a campaign: chosen by name or drawn as a sample."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from uuid import uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from app.command_handler import CommandHandler
from app.commands import Envelope
from app.domain.survey.campaign import CAMPAIGN, Campaign
from app.domain.survey.commands import InviteHousehold
from app.domain.survey.contact import SURVEY_CONTACT
from app.domain.survey.decider import SURVEY
from app.domain.survey.state import key_in_campaign
from app.event_store.tenant_secret import TenantSecret
from app.projections.household_directory import list_households
from app.views.reader import Reader

CANDIDATES_PER_INVITATION = 3  # some households are in their cool-down
PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`survey_id` is None for a household in its cool-down."""

    household_id: str
    survey_id: str | None


async def draw_candidates(
    reader: Reader, connection: AsyncConnection, campaign: Campaign, sample_size: int
) -> Sequence[str]:
    """A random sample of the campaign's community, with spares for households in their cool-down.

    Ordered by a hash of campaign and household: the same draw each time, and verifiable.
    """
    communities = (campaign.community,) if campaign.community else reader.viewer.communities
    households: list[str] = []
    while page := await list_households(
        connection,
        reader.tenant_id,
        communities=communities,
        after=households[-1] if households else "",
        limit=PAGE,
    ):
        households += page
    households.sort(key=lambda one: sha256(f"{campaign.campaign_id}\n{one}".encode()).digest())
    return households[: CANDIDATES_PER_INVITATION * sample_size]


async def invite_households(
    handler: CommandHandler,
    envelope: Envelope,
    campaign_id: str,
    household_ids: Sequence[str],
    *,
    limit: int,
    closed_loop: bool,
    secret: TenantSecret,
) -> list[Invitation]:
    """In this order, until `limit` are invited. One command per household: an interrupted request
    can be repeated and invites nobody twice."""
    attempted: list[Invitation] = []
    invited = 0
    for household_id in dict.fromkeys(household_ids):
        if invited == limit:
            break
        command = InviteHousehold(
            campaign_id=campaign_id, household_id=household_id, closed_loop=closed_loop
        )
        attempted.append(await _invite(handler, envelope, command, secret))
        invited += attempted[-1].survey_id is not None
    return attempted


async def _invite(
    handler: CommandHandler, envelope: Envelope, command: InviteHousehold, secret: TenantSecret
) -> Invitation:
    stream = SURVEY.stream(key_in_campaign(command.campaign_id, command.household_id))
    former_id = uuid5(envelope.former_id or envelope.command_id, command.household_id)
    outcome = await handler.handle(
        stream,
        command,
        replace(
            envelope,
            command_id=secret.command_id(str(envelope.command_id), command.household_id),
            former_id=former_id,
            expected_version=None,
        ),
        also=[CAMPAIGN.stream(command.campaign_id), SURVEY_CONTACT.stream(command.household_id)],
    )
    survey_id = stream.key if outcome.state is not None else None
    return Invitation(household_id=command.household_id, survey_id=survey_id)
