"""The authority matrix as values, and the default matrix of every tenant."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal, get_args

from msgspec.structs import replace

from app.domain.benefits import BENEFITS, Benefit
from app.domain.versions import in_force
from app.events.authority import AuthorityRow, Deputy
from app.events.base import Value

MoneyKind = Literal["any_benefit", Benefit, "material"]
UnmeasuredKind = Literal["temporary_pass", "mediation"]
ExercisedKind = Literal["activity_days", UnmeasuredKind]
AuthorityKind = Literal[MoneyKind, ExercisedKind]

ANY_BENEFIT: MoneyKind = "any_benefit"
MATERIAL: MoneyKind = "material"
ACTIVITY_DAYS: ExercisedKind = "activity_days"
MONEY_KINDS: frozenset[MoneyKind] = frozenset(get_args(MoneyKind))
UNMEASURED_KINDS: frozenset[UnmeasuredKind] = frozenset(get_args(UnmeasuredKind))
EXERCISED_KINDS: frozenset[ExercisedKind] = frozenset(get_args(ExercisedKind))
KINDS: frozenset[AuthorityKind] = frozenset(get_args(AuthorityKind))

# The roles that approve, in the order of escalation. A company's regional management acts as admin.
LEVEL_NAMES = {"regional": "admin"}
AuthorityRole = Literal[
    "csr", "dispatcher", "engineer", "security", "finance", "supervisor", "manager", "admin"
]
AUTHORITY_ROLES: tuple[AuthorityRole, ...] = get_args(AuthorityRole)
AuthorityName = Literal[AuthorityRole, "regional"]
"""As people say it: `LEVEL_NAMES` has what it stands for."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class RoleVersion(Value, frozen=True, kw_only=True):
    version: int
    valid_from: datetime
    rows: tuple[AuthorityRow, ...]
    deputies: tuple[Deputy, ...] = ()
    source: str | None = None

    def row(self, kind: str, at: datetime) -> AuthorityRow | None:
        """The row of the kind itself takes precedence over that of any benefit."""
        valid = {
            row.kind: row for row in self.rows if row.valid_until is None or at < row.valid_until
        }
        return valid.get(kind) or (valid.get(ANY_BENEFIT) if kind in BENEFITS else None)

    def standing_in(self, subject: str, at: datetime) -> Iterator[Deputy]:
        return (
            one
            for one in self.deputies
            if one.subject == subject and one.valid_from <= at < one.valid_until
        )


class RoleAuthority(Value, frozen=True, kw_only=True):
    """The kept versions of one role, in the order of recording."""

    role: str
    versions: tuple[RoleVersion, ...]

    @property
    def latest(self) -> RoleVersion:
        return self.versions[-1]

    def at(self, instant: datetime) -> RoleVersion | None:
        """The version in force; of two valid from the same instant, the later one."""
        return in_force(self.versions, instant)


class Matrix(Value, frozen=True, kw_only=True):
    """The authority of every role. `version` counts the changes of all roles."""

    version: int
    roles: tuple[RoleAuthority, ...]

    def role(self, role: str) -> RoleAuthority | None:
        return next((one for one in self.roles if one.role == role), None)

    def in_force(self, role: str, at: datetime) -> RoleVersion | None:
        found = self.role(role)
        return found.at(at) if found else None


def with_default_caps(row: AuthorityRow) -> AuthorityRow:
    """Without caps of its own, the limit also caps the sums per ticket and household: otherwise
    five times 100 would be within a limit of 100."""
    if row.limit_fen is None:
        return row
    of_ticket, of_household = row.per_ticket_fen, row.per_household_30d_fen
    return replace(
        row,
        per_ticket_fen=row.limit_fen if of_ticket is None else of_ticket,
        per_household_30d_fen=row.limit_fen if of_household is None else of_household,
    )


def money(kind: str, limit_fen: int) -> AuthorityRow:
    return with_default_caps(AuthorityRow(kind=kind, limit_fen=limit_fen))


def _from_the_start(role: str, *rows: AuthorityRow, source: str | None = None) -> RoleAuthority:
    first = RoleVersion(version=1, valid_from=BEGINNING, rows=rows, source=source)
    return RoleAuthority(role=role, versions=(first,))


# docs/domain.md §4.4 and §7. They name no cap per day: a company sets its own.
DEFAULT_MATRIX = Matrix(
    version=1,
    roles=(
        _from_the_start("admin", money(ANY_BENEFIT, 5_000_000)),
        _from_the_start(
            "csr",
            AuthorityRow(kind=ACTIVITY_DAYS, limit_days=3),
            money(ANY_BENEFIT, 50_000),
            source="S003 客服前台",
        ),
        _from_the_start(
            "engineer",
            money(MATERIAL, 20_000),
            source="S003 工程师傅",
        ),
        _from_the_start("manager", money(ANY_BENEFIT, 500_000)),
        _from_the_start(
            "security",
            AuthorityRow(kind="mediation"),
            AuthorityRow(kind="temporary_pass"),
            source="S003 安保",
        ),
        _from_the_start("supervisor", money(ANY_BENEFIT, 200_000)),
    ),
)
