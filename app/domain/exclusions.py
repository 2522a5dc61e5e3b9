"""Why what is late need not be made good (docs/domain.md §4.3): the words for it, and who sees
it."""

# The first and the last are seen from the ticket itself, the others somebody records there.
NO_ACCESS, MERGED = "owner_no_access", "duplicate_merged"
RECORDED = (
    "owner_rescheduled",
    "force_majeure_red_alert",
    "municipal_outage",
    "third_party_warranty",
)
EXCLUSIONS = (NO_ACCESS, *RECORDED, MERGED)
