"""What set-up installs, and that uv looks where pip is told to look."""

import re
import tomllib
from collections.abc import Mapping

import pytest

from ops.set_up import read_config, uv_settings, without_index
from tests.packaging.sources import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OF_ITS_OWN = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_PYTHON_DOWNLOADS": "never"}


def pinned(name: str) -> Mapping[str, str]:
    """Package and system -> version."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([a-z0-9-]+)==([^ ]+)( ; .*?)? \\$", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\S", text, re.MULTILINE)), "each is pinned, with hashes"
    return {package + system: version for package, version, system in found}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=; ]", each)[0].lower() for each in requirements}


def test_tests_run_on_what_the_product_runs_on() -> None:
    assert pinned("run").items() <= pinned("dev").items()
    assert pinned("set-up").items() & pinned("dev").items()


def test_every_dependency_is_locked() -> None:
    groups = PROJECT["dependency-groups"]
    assert names(PROJECT["project"]["dependencies"]) <= {p.split()[0] for p in pinned("run")}
    assert names(groups["dev"]) <= {p.split()[0] for p in pinned("dev")}
    assert names(groups["set-up"]) == {p.split()[0] for p in pinned("set-up")}


def test_running_needs_no_test_tool() -> None:
    tools = names(PROJECT["dependency-groups"]["dev"])
    assert not tools & {p.split()[0] for p in pinned("run")}


def test_what_is_nearer_wins() -> None:
    listed = [
        ":env:.timeout='30'",
        "freeze.timeout='5'",
        "global.index-url='https://everywhere.example/simple'",
        "global.timeout='10'",
        "install.index-url='https://installing.example/simple'",
    ]
    config = {"timeout": "30", "index-url": "https://installing.example/simple"}
    assert read_config(listed) == config


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({}, {}),
        (
            {"index-url": "https://a.example/simple"},
            {"UV_DEFAULT_INDEX": "https://a.example/simple"},
        ),
        ({"extra-index-url": "\nfile:///a\nfile:///b"}, {"UV_INDEX": "file:///a file:///b"}),
        ({"find-links": "/a /b"}, {"UV_FIND_LINKS": "/a,/b"}),
        ({"trusted-host": "a.example"}, {"UV_INSECURE_HOST": "a.example"}),
        ({"cert": "/ca.pem"}, {"SSL_CERT_FILE": "/ca.pem"}),
        ({"default-timeout": "60"}, {"UV_HTTP_TIMEOUT": "60"}),
        ({"proxy": "http://p"}, {"HTTP_PROXY": "http://p", "HTTPS_PROXY": "http://p"}),
        ({"no-color": "1"}, {}),
    ],
)
def test_uv_is_told_what_pip_is_told(config: dict[str, str], told: dict[str, str]) -> None:
    assert uv_settings(config, {}) == OF_ITS_OWN | told


def test_what_uv_has_been_told_itself_stays() -> None:
    given = {"UV_DEFAULT_INDEX": "https://mine.example", "SSL_CERT_FILE": "/mine.pem"}
    config = {"index-url": "https://a.example/simple", "cert": "/ca.pem"}
    assert uv_settings(config, given) == OF_ITS_OWN


@pytest.mark.parametrize(("value", "options"), [("true", ("--no-index",)), ("0", ()), ("", ())])
def test_no_index_is_an_option(value: str, options: tuple[str, ...]) -> None:
    assert without_index({"no-index": value}) == options
