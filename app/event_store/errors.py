"""What the store refuses, for those who only have to name it: imports nothing."""


class UnknownEvent(LookupError):
    """An event of a type or a schema version that this code does not know: newer code wrote it."""

    def __init__(self, name: str, version: int = 1) -> None:
        of = f" of schema version {version}" if version > 1 else ""
        super().__init__(f"unknown event type {name}{of}")
        self.name = name
        self.version = version


class UnknownTenant(Exception):
    """No tenant of this id was ever opened here."""
