"""What the store refuses, for those who only have to name it: imports nothing."""


class UnknownTenant(Exception):
    """No tenant of this id was ever opened here."""
