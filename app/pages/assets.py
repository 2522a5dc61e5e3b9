"""The files that pages load: ours, and the viewer's as its makers ship it (see `static/`)."""

from functools import cache
from pathlib import Path

from app.pages.served import Served, served

STATIC = Path(__file__).parent / "static"

# By the name that pages ask for. Nothing else of the folder is served.
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
    """Read when it is first asked for."""
    path, media_type = ASSETS[name]
    return served((STATIC / path).read_bytes(), media_type)


def link(name: str) -> str:
    """Relative to `/` and its neighbours, so that a prefix before them does no harm. The tag makes
    it another address when the file changes, so it may be kept for long."""
    return f"docs/assets/{name}?v={asset(name).etag[1:9]}"
