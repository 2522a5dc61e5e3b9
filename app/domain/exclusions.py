"""The reasons for which lateness is not compensated (docs/domain.md §4.3)."""

from typing import Literal, get_args

RecordedExclusion = Literal[
    "owner_rescheduled",
    "force_majeure_red_alert",
    "municipal_outage",
    "third_party_warranty",
]
# The first and the last follow from the ticket itself; the others are recorded by somebody.
Exclusion = Literal["owner_no_access", RecordedExclusion, "duplicate_merged"]

NO_ACCESS: Exclusion = "owner_no_access"
MERGED: Exclusion = "duplicate_merged"
RECORDED: tuple[RecordedExclusion, ...] = get_args(RecordedExclusion)
EXCLUSIONS: tuple[Exclusion, ...] = get_args(Exclusion)
