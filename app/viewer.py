"""The viewer that something is rendered for, be it a request, a notice, an export or a page."""

from collections.abc import Collection, Iterable

from app.events.base import Actor, Value

NARROWED_BY_ROLE = frozenset({"owner", "engineer"})  # to a household; to their tickets

IN_THE_FIELD = frozenset({"engineer", "security"})


class Viewer(Value, frozen=True, kw_only=True):
    """`communities` limits what staff see; empty means the whole tenant (docs/api.md §1)."""

    role: str
    subject: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()

    @classmethod
    def of(cls, actor: Actor, household_id: str | None, communities: tuple[str, ...]) -> "Viewer":
        return cls(
            role=actor.role,
            subject=actor.subject,
            household_id=household_id,
            communities=communities,
        )

    @property
    def reach(self) -> tuple[str, ...]:
        """The communities that staff are limited to; empty means the whole tenant. Owners are
        limited to their household instead."""
        return () if self.role == "owner" else self.communities

    def reaches(self, *communities: str | None) -> bool:
        """Whether one of these is within reach."""
        return not self.reach or any(each in self.reach for each in communities)

    def touches(self, communities: Collection[str] | None) -> bool:
        """Whether one of these is within reach, or there is none."""
        return not communities or self.reaches(*communities)

    def among_theirs(self, communities: Iterable[str]) -> list[str]:
        """Those within reach."""
        return [each for each in communities if self.reaches(each)]

    @property
    def is_in_the_field(self) -> bool:
        return self.role in IN_THE_FIELD

    @property
    def sees_every_event(self) -> bool:
        """An interface is never complained about."""
        return self.role == "integration" and not self.communities

    @property
    def sees_whole_tenant(self) -> bool:
        return self.role not in NARROWED_BY_ROLE and not self.communities
