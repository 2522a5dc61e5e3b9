"""Who looks. One type for every way of looking: a request, a notice, an export, a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """`communities` narrows what staff see; empty means all of the tenant (docs/api.md §1)."""

    role: str
    subject: str
    household_id: str | None = None
    communities: tuple[str, ...] = ()
