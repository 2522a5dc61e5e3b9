"""The authority matrix, all roles on one stream: what a role may decide alone, and who approves
what is beyond its limit (docs/domain.md §4.4).

Authority is checked as of now, not as of `occurred_at`. A decision stores the matrix version it
used, so a later change does not affect it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import assert_never

from msgspec.structs import replace

from app.domain import roles
from app.domain.authority.checks import checked_deputies, checked_rows
from app.domain.authority.matrix import (
    AUTHORITY_ROLES,
    DEFAULT_MATRIX,
    MONEY_KINDS,
    Matrix,
    RoleAuthority,
    RoleVersion,
)
from app.domain.calendars.version import FIRST_YEAR, LAST_YEAR
from app.domain.checks import one_of, optional_text, require, within
from app.domain.decider import Decider, Given, Stream
from app.domain.errors import NotPermitted
from app.domain.versions import same_settings
from app.events.authority import AuthorityEvent, AuthorityRecorded, AuthorityRow, Deputy
from app.events.base import Fact, Value

__all__ = [
    "AUTHORITY",
    "AUTHORITY_BOOK",
    "Authority",
    "AuthorityCommand",
    "RecordAuthority",
    "approver_roles",
    "authority_for",
    "counts_as",
    "matrix_of",
]

KEPT_VERSIONS = 50  # of a role; earlier ones stay in the events


class Authority(Value, frozen=True, kw_only=True):
    """What the actor may decide alone of one kind, now. Limits are inclusive; `None` is no limit.
    `limit_fen` is 0 for kinds that are not measured in money."""

    role: str
    limit_fen: int
    per_ticket_fen: int | None
    per_household_30d_fen: int | None
    per_staff_day_fen: int | None
    matrix_version: int
    delegated_by: str | None = None
    is_held: bool = False
    limit_days: int | None = None


class RecordAuthority(Value, frozen=True, kw_only=True):
    """Replaces the authority of a role from `valid_from` on (default: now). Without rows the role
    may decide nothing."""

    role: str
    rows: tuple[AuthorityRow, ...]
    deputies: tuple[Deputy, ...] = ()
    valid_from: datetime | None = None
    source: str | None = None


AuthorityCommand = RecordAuthority


def matrix_of(given: Given) -> Matrix:
    return given.read(AUTHORITY_BOOK) or DEFAULT_MATRIX


def authority_for(given: Given, kind: str) -> Authority:
    """The actor's greatest authority, of the own role or of one that the actor is deputy for."""
    return max(
        _authorities(given, kind), key=lambda one: (one.is_held, one.limit_fen, one.limit_days or 0)
    )


def _authorities(given: Given, kind: str) -> list[Authority]:
    matrix, role = matrix_of(given), given.actor.role
    own = matrix.in_force(role, given.now)
    held = [_authority(role, own, kind, given.now, matrix.version)]
    for other in matrix.roles:
        version = other.at(given.now)
        if version is not None:
            held += (
                replace(
                    _authority(other.role, version, kind, given.now, matrix.version),
                    delegated_by=deputy.delegated_by,
                )
                for deputy in version.standing_in(given.actor.subject, given.now)
            )
    return held


def _authority(
    role: str, version: RoleVersion | None, kind: str, at: datetime, latest: int
) -> Authority:
    row = version.row(kind, at) if version else None
    return Authority(
        role=role,
        limit_fen=(row.limit_fen or 0) if row else 0,
        per_ticket_fen=row.per_ticket_fen if row else None,
        per_household_30d_fen=row.per_household_30d_fen if row else None,
        per_staff_day_fen=row.per_staff_day_fen if row else None,
        matrix_version=version.version if version else latest,
        is_held=row is not None,
        limit_days=row.limit_days if row else None,
    )


def counts_as(given: Given) -> frozenset[str]:
    """The actor and everyone the actor is deputy for: a deputy counts as the absent person."""
    matrix = matrix_of(given)
    absent = (
        deputy.delegated_by
        for role in matrix.roles
        if (version := role.at(given.now)) is not None
        for deputy in version.standing_in(given.actor.subject, given.now)
    )
    return frozenset({given.actor.subject, *absent})


def approver_roles(given: Given, kind: str, amount_fen: int) -> tuple[str, ...]:
    """The roles that may approve it: those whose limit suffices, lowest first. The top role always
    may."""
    matrix = matrix_of(given)
    enough = [
        role
        for role in roles.ESCALATION_LADDER[:-1]
        if (version := matrix.in_force(role, given.now)) is not None
        and (row := version.row(kind, given.now)) is not None
        and amount_fen <= (row.limit_fen or 0)
    ]
    return (*enough, roles.ESCALATION_LADDER[-1])


def decide(
    command: AuthorityCommand, state: Matrix | None, given: Given
) -> Sequence[AuthorityEvent]:
    match command:
        case RecordAuthority():
            return record_authority(command, state or DEFAULT_MATRIX, given)
        case _:
            assert_never(command)


def record_authority(
    command: RecordAuthority, matrix: Matrix, given: Given
) -> Sequence[AuthorityEvent]:
    require(given, roles.EDIT_POLICIES)
    role = one_of(command.role, AUTHORITY_ROLES, "/role")
    valid_from = command.valid_from or given.now
    within(valid_from.year, FIRST_YEAR, LAST_YEAR, "/valid_from")
    recorded = AuthorityRecorded(
        role=role,
        version=matrix.version + 1,
        valid_from=valid_from,
        rows=checked_rows(command.rows),
        deputies=checked_deputies(command.deputies),
        source=optional_text(command.source, "/source", 200),
    )
    _require_above(recorded, matrix, given)
    found = matrix.role(role)
    return (
        []
        if found and same_settings(_version(recorded), found.at(recorded.valid_from))
        else [recorded]
    )


def _require_above(recorded: AuthorityRecorded, matrix: Matrix, given: Given) -> None:
    """A manager may not set the authority of a manager or admin, nor grant more than the own."""
    if given.actor.role in roles.MACHINERY | roles.TENANT_ADMIN:
        return
    if recorded.role in roles.ADMINISTRATORS:
        raise NotPermitted("authority_of_superiors", role=recorded.role)
    own = matrix.in_force(given.actor.role, given.now)
    for row in recorded.rows:
        if row.kind in MONEY_KINDS:
            held = own.row(row.kind, given.now) if own else None
            _require_within(row, held)


def _require_within(row: AuthorityRow, held: AuthorityRow | None) -> None:
    """A role without a row for materials approves them without limit."""
    if row.kind == "material" and held is None:
        return
    limit = (held.limit_fen or 0) if held else 0
    if (row.limit_fen or 0) > limit:
        raise NotPermitted("beyond_authority", limit_fen=limit)


def evolve(state: Matrix | None, fact: Fact[AuthorityEvent]) -> Matrix:
    match fact.event:
        case AuthorityRecorded() as recorded:
            return _with(state or DEFAULT_MATRIX, recorded)


def _with(matrix: Matrix, recorded: AuthorityRecorded) -> Matrix:
    before = matrix.role(recorded.role)
    versions = (*(before.versions if before else ()), _version(recorded))
    role = RoleAuthority(role=recorded.role, versions=versions[-KEPT_VERSIONS:])
    others = [one for one in matrix.roles if one.role != recorded.role]
    in_order = sorted([*others, role], key=lambda one: one.role)
    return Matrix(version=recorded.version, roles=tuple(in_order))


def _version(recorded: AuthorityRecorded) -> RoleVersion:
    return RoleVersion(
        version=recorded.version,
        valid_from=recorded.valid_from,
        rows=recorded.rows,
        deputies=recorded.deputies,
        source=recorded.source,
    )


AUTHORITY: Decider[AuthorityCommand, Matrix | None] = Decider(
    category="authority",
    initial=None,
    state_type=Matrix | None,
    decide=decide,
    evolve=evolve,
)
AUTHORITY_BOOK: Stream[AuthorityCommand, Matrix | None] = AUTHORITY.stream("book")
