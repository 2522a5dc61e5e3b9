"""The static files of the pages: ours, and Swagger UI's unmodified (see `static/`)."""

from functools import cache
from pathlib import Path

from app.pages.served import Served, serve_bytes

STATIC = Path(__file__).parent / "static"

# By URL name. Nothing else in the directory is served.
ASSETS = {
    "swagger-ui.css": ("swagger-ui/swagger-ui.css", "text/css"),
    "swagger-ui-bundle.js": ("swagger-ui/swagger-ui-bundle.js", "text/javascript"),
    "icon.svg": ("icon.svg", "image/svg+xml"),
    "pages.css": ("pages.css", "text/css"),
    "docs.css": ("docs.css", "text/css"),
    "docs.js": ("docs.js", "text/javascript"),
}


@cache
def asset(name: str) -> Served:
    """Read on first use."""
    path, media_type = ASSETS[name]
    return serve_bytes((STATIC / path).read_bytes(), media_type)


def link(name: str) -> str:
    """Relative, so that it works under a path prefix. The tag changes the URL with the file, so
    clients may cache it for long."""
    return f"docs/assets/{name}?v={asset(name).etag[1:9]}"
