"""The reasons for which lateness is not compensated (docs/domain.md §4.3)."""

# The first and the last follow from the ticket itself; the others are recorded by somebody.
NO_ACCESS, MERGED = "owner_no_access", "duplicate_merged"
RECORDED = (
    "owner_rescheduled",
    "force_majeure_red_alert",
    "municipal_outage",
    "third_party_warranty",
)
EXCLUSIONS = (NO_ACCESS, *RECORDED, MERGED)
