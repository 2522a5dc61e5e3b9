"""The secrets as they are set, or as they were made once. Light: `suyuan api` reads them before it
starts a process that would only end with them."""

from app.config import BadSetting, Settings
from app.identity.admin_key import load_or_create_secret
from app.identity.signing_keys import SigningKeys, read_keys

SHORTEST_ADMIN_KEY = 16
MOST_ADMIN_KEYS = 2


def signing_keys(settings: Settings) -> SigningKeys:
    try:
        return read_keys(_secret(settings, "token-secret", settings.token_secret))
    except ValueError as error:
        raise BadSetting(f"SUYUAN_TOKEN_SECRET: {error}") from error


def admin_keys(settings: Settings) -> tuple[str, ...]:
    """One, or two with a comma between while one replaces the other."""
    keys = _secret(settings, "admin-key", settings.admin_key).split(",")
    if len(keys) > MOST_ADMIN_KEYS:
        raise BadSetting(f"SUYUAN_ADMIN_KEY names more than {MOST_ADMIN_KEYS} keys")
    if any(len(key) < SHORTEST_ADMIN_KEY for key in keys):
        raise BadSetting(f"SUYUAN_ADMIN_KEY has fewer than {SHORTEST_ADMIN_KEY} characters")
    return tuple(keys)


def check_secrets(settings: Settings) -> None:
    """Raises `BadSetting` for what cannot be used, and makes what is missing."""
    signing_keys(settings)
    admin_keys(settings)


def _secret(settings: Settings, name: str, given: str | None) -> str:
    if given:
        return given
    if settings.data_dir is None:
        raise BadSetting(f"without a data directory the {name} has to be set")
    try:
        return load_or_create_secret(settings.data_dir, name, None)
    except (OSError, ValueError) as error:
        raise BadSetting(f"the {name} cannot be read or made: {error}") from error
