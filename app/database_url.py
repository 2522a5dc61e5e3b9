"""URLs of the database, in the forms that libpq takes: one server or several, TCP or a socket.

Imports nothing of the product.
"""

import os
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit, urlunsplit

SCHEMES = ("postgresql", "postgres")
_ATTRIBUTES = "target_session_attrs"

Place = tuple[str, int | None]


def driver_url(url: str) -> str:
    """The URL as asyncpg and libpq take it: `postgresql://`, without SQLAlchemy's driver name. Of
    several servers the one that takes writes is meant, unless the URL says otherwise.

    Raises `ValueError`.
    """
    scheme, found, rest = url.partition("://")
    if not found or scheme.partition("+")[0] not in SCHEMES:
        raise ValueError("not a URL of PostgreSQL")
    parts = urlsplit(f"postgresql://{rest}")
    query = parse_qs(parts.query, keep_blank_values=True)
    merged = {name: ",".join(values) for name, values in query.items()}
    if len(places(url)) > 1 and "PGTARGETSESSIONATTRS" not in os.environ:
        merged.setdefault(_ATTRIBUTES, "read-write")
    if merged == {name: values[-1] for name, values in query.items()}:
        return urlunsplit(parts)
    return urlunsplit(parts._replace(query=urlencode(merged, quote_via=quote, safe="/:,")))


def places(url: str) -> list[Place]:
    """The servers that the URL names, in its order; none where it leaves that to the environment.

    Raises `ValueError`.
    """
    parts = urlsplit(url)
    authority = parts.netloc.rpartition("@")[2]
    query = parse_qs(parts.query)
    if authority:
        return [_place(unquote(each)) for each in authority.split(",")]
    hosts = [_place(each) for each in ",".join(query.get("host", [])).split(",") if each]
    ports = [int(port) for port in ",".join(query.get("port", [])).split(",") if port]
    if len(ports) > 1 and len(ports) != len(hosts):
        raise ValueError(f"{len(hosts)} hosts and {len(ports)} ports")
    if not ports:
        return hosts
    each_port = ports if len(ports) > 1 else ports * len(hosts)
    return [(host, port) for (host, _), port in zip(hosts, each_port, strict=True)]


def _place(text: str) -> Place:
    if text.startswith("/"):
        return text, None
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    else:
        host, _, port = text.partition(":")
    if not host:
        raise ValueError("a host has no name")
    return host, int(port) if port else None


def without_password(url: str) -> tuple[str, str | None]:
    """The URL without its password, and the password: arguments show in the list of processes."""
    parts = urlsplit(driver_url(url))
    login, at, hosts = parts.netloc.rpartition("@")
    user, colon, password = login.partition(":")
    bare = urlunsplit(parts._replace(netloc=f"{user}{at}{hosts}"))
    return bare, unquote(password) if colon else None


def database_name(url: str) -> str:
    """For messages: name of the database and its servers, without the password."""
    hosts = ", ".join(host for host, _ in places(url)) or "?"
    return f"{urlsplit(url).path.lstrip('/') or 'postgres'} at {hosts}"
