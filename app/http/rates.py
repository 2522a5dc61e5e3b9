"""Rate limits of requests: as whom one is counted, and the refusal. Limits: app/rates/limits.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.requests import HTTPConnection

from app.domain.roles import INTEGRATION, OWNER
from app.http.refusals import TooManyRequests
from app.identity.principal import Principal
from app.rates.limiter import LimitReached
from app.rates.limits import (
    HOUSEHOLD_BYTES,
    HOUSEHOLD_PHOTOS,
    KEY_BYTES,
    KEY_PHOTOS,
    STAFF_BYTES,
    STAFF_PHOTOS,
    TENANT_PHOTOS,
    CallerLimit,
    Limit,
    at_most_half,
    tenant_bytes,
)

UNKNOWN = "unknown"  # the server listens on a socket that has no addresses


def address_of(request: HTTPConnection) -> str:
    """By which the sender is counted: an IPv4 address, or the /64 of an IPv6 address, which one
    subscriber has as a whole. `X-Forwarded-For` counts only from a proxy that
    `SUYUAN_TRUSTED_PROXIES` names; the server has then put it in the scope."""
    host = request.client.host if request.client else UNKNOWN
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, 64), strict=False))


def limit_of(limits: CallerLimit, principal: Principal) -> Limit | None:
    """An API key has the role `integration`; a person's token may have scopes too."""
    if principal.role in INTEGRATION:
        return limits.key
    return limits.owner if principal.role in OWNER else limits.staff


def counted_as(principal: Principal) -> tuple[str, ...]:
    """A household shares one count; anybody else is counted alone."""
    if principal.role == "owner" and principal.household_id is not None:
        return str(principal.tenant_id), "household", principal.household_id
    return str(principal.tenant_id), "subject", principal.subject


@contextmanager
def refusing(refusal: type[TooManyRequests] = TooManyRequests) -> Iterator[None]:
    """Raises `refusal` for `LimitReached`."""
    try:
        yield
    except LimitReached as reached:
        limit = reached.limit
        raise refusal(
            reached.retry_after, limit=limit.name, amount=limit.amount, seconds=limit.seconds
        ) from reached


@dataclass(frozen=True, slots=True)
class Quota:
    limit: Limit
    who: tuple[str, ...]
    cost: int


def upload_quotas(principal: Principal, size: int, *, tenant_mb: int) -> list[Quota]:
    """What a stored photo of `size` bytes counts against."""
    tenant, who = (str(principal.tenant_id),), counted_as(principal)
    in_all = tenant_bytes(tenant_mb)
    photos, volume = _own_quotas(principal)
    return [
        Quota(photos, who, 1),
        Quota(at_most_half(volume, in_all), who, size),
        Quota(TENANT_PHOTOS, tenant, 1),
        Quota(in_all, tenant, size),
    ]


def _own_quotas(principal: Principal) -> tuple[Limit, Limit]:
    """Photos and bytes. An owner without a household has no more than a household."""
    if principal.role in OWNER:
        return HOUSEHOLD_PHOTOS, HOUSEHOLD_BYTES
    return (KEY_PHOTOS, KEY_BYTES) if principal.role in INTEGRATION else (STAFF_PHOTOS, STAFF_BYTES)
