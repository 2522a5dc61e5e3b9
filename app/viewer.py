"""Who looks. One type for every way of looking: a request, a notice, an export, a page."""

from dataclasses import dataclass

NARROWED_BY_ROLE = frozenset({"owner", "engineer"})  # to a household, to what they work on


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """`communities` narrows what staff see; empty means all of the tenant (docs/api.md §1)."""

    role: str
    subject: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()

    @property
    def sees_whole_tenant(self) -> bool:
        return self.role not in NARROWED_BY_ROLE and not self.communities
