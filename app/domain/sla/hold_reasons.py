"""The reasons for a hold. A policy says which of them pause a clock."""

OWNER_REASONS = ("owner_unavailable", "owner_decision")
INTERNAL_REASONS = ("parts", "vendor", "fund_approval", "weather", "third_party")
HOLD_REASONS = frozenset({*OWNER_REASONS, *INTERNAL_REASONS})
