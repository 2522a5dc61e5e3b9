"""The pages: in two languages, from us alone, under any prefix, and not sent twice."""

import ast
import hashlib
import re
from pathlib import Path

import httpx
import pytest

import app
from app.config import Settings
from app.pages.assets import ASSETS, STATIC
from app.pages.home import home
from app.pages.served import accepts_gzip
from app.web import create_app

PAGES = ("/", "/guide", "/docs")
APP = Path(app.__file__).parent


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_is_in_the_language_of_its_reader(pages: httpx.AsyncClient, path: str) -> None:
    for asked, accepted, spoken in (
        ("", None, "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=zh-CN", "en", "zh-CN"),
    ):
        headers = {"accept-language": accepted} if accepted else {}
        page = await pages.get(path + asked, headers=headers)
        assert page.status_code == 200
        assert page.headers["content-language"] == spoken
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{spoken}">' in page.text
        assert "Accept-Language" in page.headers["vary"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_loads_from_us_alone(pages: httpx.AsyncClient, path: str) -> None:
    page = await pages.get(path)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page.text
    assert "style=" not in page.text
    links = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(links) > 5
    for link in links:
        assert not link.startswith("/"), "relative, for the sake of prefixes"
        assert "//" not in link
        if link not in ("healthz", "readyz"):  # they need the life of the application
            assert (await pages.get(f"/{link.removeprefix('.')}")).status_code == 200, link


async def test_home_says_what_this_is_and_where_to_go(pages: httpx.AsyncClient) -> None:
    shown = (await pages.get("/", params={"lang": "en"})).text
    for place in ("guide", "docs", "openapi.json", "healthz", "readyz"):
        assert re.search(rf'<a href="{place}[?"]', shown), place
    assert "curl -sS http://suyuan/readyz" in shown


async def test_the_guide_names_what_needs_no_identity(pages: httpx.AsyncClient) -> None:
    paths = (await pages.get("/openapi.json")).json()["paths"]
    public = {
        f"<code>{path}</code>"
        for path, operations in paths.items()
        for operation in operations.values()
        if operation.get("security") == []
    }
    shown = (await pages.get("/guide", params={"lang": "en"})).text
    (told,) = re.findall(r"Six operations need no identity:(.*?)</p>", shown, re.DOTALL)
    assert set(re.findall(r"<code>.*?</code>", told)) == public


def test_the_name_that_a_page_was_asked_by_is_no_markup() -> None:
    assert "<script" not in home("en", base="http://<script>x</script>/", version="<script>")


@pytest.mark.parametrize("path", [*PAGES, "/openapi.json", "/docs/assets/docs.js"])
async def test_what_a_reader_has_is_not_sent_again(pages: httpx.AsyncClient, path: str) -> None:
    first = await pages.get(path)
    again = await pages.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert (await pages.get(path, headers={"if-none-match": "*"})).status_code == 304
    other = f'"x{first.headers["etag"].strip("W/")[1:]}'
    assert (await pages.get(path, headers={"if-none-match": other})).status_code == 200
    head = await pages.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, first.headers["etag"])


async def test_whoever_cannot_unpack_gets_it_plain(pages: httpx.AsyncClient) -> None:
    packed = await pages.get("/openapi.json")
    plain = await pages.get("/openapi.json", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 5


@pytest.mark.parametrize(
    ("accept_encoding", "accepted"),
    [
        *(("gzip", True), ("br, GZIP;q=0.5", True), ("*", True), ("identity, *;q=0.1", True)),
        *(("", False), ("gzip;q=0", False), ("gzip; q=0.000", False), ("*, gzip;q=0", False)),
        *(("*;q=0, gzip", True), ("gzipped", False), ("br", False), (";;q=,,", False)),
    ],
)
def test_who_can_unpack_says_so(accept_encoding: str, accepted: bool) -> None:  # noqa: FBT001
    """RFC 9110 §12.5.3."""
    assert accepts_gzip(accept_encoding) is accepted


@pytest.mark.parametrize("name", ["x", "README.md", "..%2f..%2froutes.py", "swagger-ui%2fLICENSE"])
async def test_no_other_file_is_served(pages: httpx.AsyncClient, name: str) -> None:
    assert (await pages.get(f"/docs/assets/{name}")).status_code == 404


async def test_under_a_prefix_the_contract_says_so() -> None:
    transport = httpx.ASGITransport(
        create_app(Settings(database_url=None, data_dir=None)), root_path="/suyuan"
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://h") as pages:
        contract = (await pages.get("/suyuan/openapi.json")).json()
    assert contract["servers"] == [{"url": "/suyuan"}]


def test_the_viewer_is_as_its_makers_ship_it() -> None:
    told = (STATIC / "swagger-ui" / "README.md").read_text(encoding="utf-8")
    sums = dict(re.findall(r"\| `([^`]+)` \| `([0-9a-f]{64})` \|", told))
    files = {path.name for path in (STATIC / "swagger-ui").iterdir()} - {"README.md"}
    assert files == set(sums)
    for name, sha256 in sums.items():
        content = (STATIC / "swagger-ui" / name).read_bytes()
        assert hashlib.sha256(content).hexdigest() == sha256, name


def test_what_is_served_is_there() -> None:
    assert all((STATIC / path).is_file() for path, _ in ASSETS.values())


def test_only_who_puts_the_application_together_knows_the_pages() -> None:
    known = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        if "pages" not in path.relative_to(APP).parts
        and any(
            isinstance(node, ast.ImportFrom) and (node.module or "").startswith("app.pages")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert len(known) == 1, known
