"""What a matter may wait for; a policy says which of it lets a clock stand still."""

OWNERS_REASONS = ("owner_unavailable", "owner_decision")
INTERNAL_REASONS = ("parts", "vendor", "fund_approval", "weather", "third_party")
WAITED_FOR = frozenset({*OWNERS_REASONS, *INTERNAL_REASONS})
