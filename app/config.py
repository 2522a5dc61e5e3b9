"""Settings: environment variables, read once when a process starts, never on import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

SHORTEST_METRICS_TOKEN = 16


class BadSetting(Exception):
    """A setting has an invalid value; the message says which one and what is valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Documented in the table of README.md."""

    database_url: str | None
    data_dir: Path | None
    host: str = "127.0.0.1"
    port: int = 8000
    metrics_port: int | None = None
    metrics_token: str | None = None
    admin_key: str | None = None
    token_secret: str | None = None
    oidc_issuer: str | None = None
    oidc_jwks_url: str | None = None
    oidc_audience: str | None = None
    log_format: str = "console"
    log_origin: str = "suyuan"
    attachments_url: str | None = None
    attachments_endpoint: str | None = None
    pool_size: int = 6
    engine_pool_size: int = 6
    wake_ups: bool = True
    body_limit: int = 256 * 1024
    header_timeout: int = 20
    body_timeout: int = 30
    response_timeout: int = 30
    keep_alive: int = 75
    connections: int = 1000
    trusted_proxies: tuple[str, ...] | None = None
    upload_quota_mb: int = 20_000


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises `BadSetting`."""

    def number(name: str, default: int, least: int, most: int) -> int:
        text = environment.get(name) or str(default)
        if not text.isdecimal() or not least <= int(text) <= most:
            raise BadSetting(f"{name} is a number from {least} to {most}, not {text!r}")
        return int(text)

    def choice(name: str, default: str, choices: tuple[str, ...]) -> str:
        text = environment.get(name) or default
        if text not in choices:
            raise BadSetting(f"{name} is one of {', '.join(choices)}, not {text!r}")
        return text

    data_dir = environment.get("SUYUAN_DATA_DIR")
    settings = Settings(
        database_url=environment.get("DATABASE_URL") or None,
        data_dir=Path(data_dir).absolute() if data_dir else None,
        host=environment.get("SUYUAN_HOST") or "127.0.0.1",
        port=number("SUYUAN_PORT", 8000, 0, 65535),
        metrics_port=number("SUYUAN_METRICS_PORT", 0, 0, 65535) or None,
        metrics_token=environment.get("SUYUAN_METRICS_TOKEN") or None,
        admin_key=environment.get("SUYUAN_ADMIN_KEY") or None,
        token_secret=environment.get("SUYUAN_TOKEN_SECRET") or None,
        oidc_issuer=environment.get("SUYUAN_OIDC_ISSUER") or None,
        oidc_jwks_url=environment.get("SUYUAN_OIDC_JWKS_URL") or None,
        oidc_audience=environment.get("SUYUAN_OIDC_AUDIENCE") or None,
        log_format=choice("SUYUAN_LOG_FORMAT", "console", ("console", "json")),
        log_origin=environment.get("SUYUAN_LOG_ORIGIN") or "suyuan",
        attachments_url=environment.get("SUYUAN_ATTACHMENTS_URL") or None,
        attachments_endpoint=environment.get("SUYUAN_ATTACHMENTS_ENDPOINT") or None,
        pool_size=number("SUYUAN_POOL_SIZE", 6, 1, 100),
        engine_pool_size=number("SUYUAN_ENGINE_POOL_SIZE", 6, 2, 100),
        wake_ups=choice("SUYUAN_WAKE_UPS", "on", ("on", "off")) == "on",
        body_limit=number("SUYUAN_BODY_LIMIT", 256 * 1024, 1024, 64 * 1024 * 1024),
        header_timeout=number("SUYUAN_HEADER_TIMEOUT", 20, 1, 3600),
        body_timeout=number("SUYUAN_BODY_TIMEOUT", 30, 1, 3600),
        response_timeout=number("SUYUAN_RESPONSE_TIMEOUT", 30, 1, 3600),
        keep_alive=number("SUYUAN_KEEP_ALIVE", 75, 1, 3600),
        connections=number("SUYUAN_CONNECTIONS", 1000, 10, 100_000),
        trusted_proxies=_networks(environment.get("SUYUAN_TRUSTED_PROXIES")),
        upload_quota_mb=number("SUYUAN_UPLOAD_QUOTA_MB", 20_000, 1, 10_000_000),
    )
    if bool(settings.oidc_issuer) != bool(settings.oidc_jwks_url):
        raise BadSetting("SUYUAN_OIDC_ISSUER and SUYUAN_OIDC_JWKS_URL go together")
    if settings.metrics_token and len(settings.metrics_token) < SHORTEST_METRICS_TOKEN:
        least = SHORTEST_METRICS_TOKEN
        raise BadSetting(f"SUYUAN_METRICS_TOKEN has fewer than {least} characters")
    return settings


def _networks(text: str | None) -> tuple[str, ...] | None:
    """Addresses and networks (`10.0.0.0/8`) with commas between."""
    names = tuple(name.strip() for name in (text or "").split(",") if name.strip())
    for name in names:
        try:
            ip_network(name)
        except ValueError as error:
            raise BadSetting(
                f"SUYUAN_TRUSTED_PROXIES has addresses and networks with commas between: {error}"
            ) from error
    return names or None
