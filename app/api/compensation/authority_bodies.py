"""Request bodies of authority."""

from typing import Annotated

from pydantic import Field

from app.domain.authority.decider import RecordAuthority
from app.domain.authority.matrix import LEVEL_NAMES, AuthorityKind, AuthorityName
from app.events.authority import AuthorityRow, Deputy
from app.http.fields import Body, Count, Fen, Identifier, Instant, Several, text


class AuthorityRowBody(Body):
    """Money has `limit_fen`, `activity_days` have `limit_days`, the others have neither. Limits
    include their figure; one that is left out does not exist."""

    kind: AuthorityKind
    limit_fen: Fen | None = None
    limit_days: Count | None = None
    per_ticket_fen: Fen | None = Field(
        default=None,
        description="All of one ticket together; the limit itself, where none is said.",
    )
    per_household_30d_fen: Fen | None = Field(
        default=None, description="All of one household in 30 days together; likewise."
    )
    per_staff_day_fen: Fen | None = Field(
        default=None, description="All that one person decides on a local day together."
    )
    valid_until: Instant | None = None

    def row(self) -> AuthorityRow:
        return AuthorityRow(
            kind=self.kind,
            limit_fen=self.limit_fen,
            limit_days=self.limit_days,
            per_ticket_fen=self.per_ticket_fen,
            per_household_30d_fen=self.per_household_30d_fen,
            per_staff_day_fen=self.per_staff_day_fen,
            valid_until=self.valid_until,
        )


class DeputyBody(Body):
    """`subject` decides in the place of `delegated_by`, who is absent."""

    subject: Identifier
    delegated_by: Identifier
    valid_from: Instant
    valid_until: Instant

    def deputy(self) -> Deputy:
        return Deputy(
            subject=self.subject,
            delegated_by=self.delegated_by,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
        )


class AuthorityBody(Body):
    """The whole authority of the role, a new version from `valid_from` on (from now, where none is
    said)."""

    rows: Several[AuthorityRowBody]
    deputies: Several[DeputyBody] = ()
    valid_from: Instant | None = None
    source: Annotated[str, text(200)] | None = None

    def command(self, role: AuthorityName) -> RecordAuthority:
        return RecordAuthority(
            role=LEVEL_NAMES.get(role, role),
            rows=tuple(each.row() for each in self.rows),
            deputies=tuple(each.deputy() for each in self.deputies),
            valid_from=self.valid_from,
            source=self.source,
        )
