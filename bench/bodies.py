"""What is written: an event of a ticket's size as the store encodes it, with ids of its own.

The bytes are made once, so that a row of ours and a plain INSERT both send text that is ready.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.ticket.decider import TICKET
from app.event_store.codec import Encoded, Origin, encode, encode_state
from app.event_store.store import Append, Move
from app.events.base import Actor, Fact
from app.events.ticket import ChecklistItem, Location, Reporter, TicketReported

CSR = Actor(subject="u-0190a1b2", role="csr")
EVENTS_A_STREAM = 8

REPORTED = TicketReported(
    ticket_id="01a1ff96-0a07-750c-a58e-f8b065e1855e",
    number="R261120-0042",
    kind="repair",
    category="leak",
    service_class="general",
    triaged=True,
    description="厨房水槽下面漏水，已经用盆接着，橱柜底板泡了，请尽快派师傅来看一下。",
    intake_channel="app",
    location=Location(community="jinxiu", building="3", unit="1201", component="kitchen.drain"),
    household_id="h-3-1201",
    reporter=Reporter(name="王师傅", phone="13800138000"),
    checklist=(
        ChecklistItem(item="shoe_covers", label="鞋套", required=True),
        ChecklistItem(item="site_cleared", label="清理现场", required=True),
    ),
)

_TENANT, _COMMAND, _EVENT = (UUID(int=number) for number in (1, 2, 3))
_VERSION = 987_654_321
_FACT = Fact(REPORTED, datetime(2026, 11, 20, 2, 30, tzinfo=UTC), CSR)
_ENCODED = encode(
    Origin(
        tenant_id=_TENANT,
        log="suyuan",
        build="0.1.0",
        command_id=_COMMAND,
        correlation_id=str(_COMMAND),
        causation_id=None,
        channel="app",
    ),
    f"{TICKET.category}-{_EVENT}",
    _VERSION,
    _EVENT,
    _FACT,
)

TYPE = _ENCODED.type
CONTENT = _ENCODED.content
_FOLDED = TICKET.fold(TICKET.initial, [_FACT])
STATE = encode_state(_FOLDED)
DUE = TICKET.next_due(_FOLDED)
FINGERPRINT = bytes(32)


# The header of this event with its ids left open. What it says of the content stays true: that
# does not change.
_HEADER = (
    _ENCODED.header.replace("%", "%%")
    .replace(str(_TENANT), "%(tenant)s")
    .replace(str(_COMMAND), "%(command)s")
    .replace(str(_EVENT), "%(key)s")
    .replace(str(_VERSION), "%(version)d")
)


def header(tenant_id: UUID, command_id: UUID, key: str, version: int) -> str:
    ids = {"tenant": tenant_id, "command": str(command_id), "key": key, "version": version}
    return _HEADER % ids


def appends(tenant_id: UUID) -> Iterator[Append]:
    """One writer's commands, one event each: a new stream, some events on it, the next stream."""
    while True:
        key = str(uuid7())
        for version in range(1, EVENTS_A_STREAM + 1):
            yield _append(tenant_id, key, version)


def _append(tenant_id: UUID, key: str, version: int) -> Append:
    command_id = uuid7()
    stream_id = f"{TICKET.category}-{key}"
    moved = Move(
        stream_id=stream_id,
        expected=version - 1,
        version=version,
        fold_version=TICKET.fold_version,
        state=STATE,
        next_due_at=DUE,
    )
    event = Encoded(stream_id, version, TYPE, header(tenant_id, command_id, key, version), CONTENT)
    return Append(
        command_id=command_id,
        fingerprint=FINGERPRINT,
        result=f'{{"stream":"{stream_id}","version":{version},"status":200}}',
        moves=[moved],
        events=[event],
    )
