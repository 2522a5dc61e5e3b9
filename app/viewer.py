"""The viewer that something is rendered for, be it a request, a notice, an export or a page."""

from dataclasses import dataclass

NARROWED_BY_ROLE = frozenset({"owner", "engineer"})  # to a household; to their tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """`communities` limits what staff see; empty means the whole tenant (docs/api.md §1)."""

    role: str
    subject: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()

    @property
    def sees_whole_tenant(self) -> bool:
        return self.role not in NARROWED_BY_ROLE and not self.communities
