"""What is written: an event of a ticket's size as the store encodes it, its ids filled in each time.

The bytes are made once, so that a row of ours and a plain INSERT both send text that is ready.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from app.domain.staff import STAFF
from app.event_store.codec import Encoded, Origin, encode, encode_state
from app.event_store.store import Append, Move
from app.events.base import Actor, Fact
from app.events.staff import Certification, StaffRecorded

CSR = Actor(subject="u-0190a1b2", role="manager")
EVENTS_A_STREAM = 8

_DECIDER = STAFF
_REPORTED = StaffRecorded(
    subject="u-0190a1b2-engineer-007",
    name="王建国",
    phone="13800138000",
    roles=("engineer", "dispatcher"),
    skills=("leak", "drain", "pipe", "valve", "boiler", "电路检修", "门禁维护", "电梯困人救援"),
    certifications=(
        Certification(code="low-voltage-electrician"),
        Certification(code="working-at-height"),
    ),
    max_load=5,
    communities=("jinxiu", "huating", "yangguang", "cuiyuan", "binjiang", "longhu", "zhonghai"),
)

_TENANT, _COMMAND, _EVENT = (UUID(int=number) for number in (1, 2, 3))
_VERSION = 987_654_321
_FACT = Fact(_REPORTED, datetime(2026, 11, 20, 2, 30, tzinfo=UTC), CSR)
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
    f"{_DECIDER.category}-{_EVENT}",
    _VERSION,
    _EVENT,
    _FACT,
)

TYPE = _ENCODED.type
CONTENT = _ENCODED.content
STATE = encode_state(_DECIDER.fold(_DECIDER.initial, [_FACT]))
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
    stream_id = f"{_DECIDER.category}-{key}"
    moved = Move(
        stream_id=stream_id,
        expected=version - 1,
        version=version,
        fold_version=_DECIDER.fold_version,
        state=STATE,
    )
    event = Encoded(stream_id, version, TYPE, header(tenant_id, command_id, key, version), CONTENT)
    return Append(
        command_id=command_id,
        fingerprint=FINGERPRINT,
        result=f'{{"stream":"{stream_id}","version":{version},"status":200}}',
        moves=[moved],
        events=[event],
    )
