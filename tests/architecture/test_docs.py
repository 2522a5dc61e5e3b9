"""What the pages name exists: paths, file names, classes, make targets, commands, settings."""

import re
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from app.cli.commands import COMMANDS, Deferred
from app.cli.main import app as cli
from app.config import Settings, read_settings

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "tests", "migrations", "ops", "bench", "docs", "requirements")
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
MADE_BY_A_BUILD = {"app/migrations", "app/_build.json"}
IN_EXAMPLES = {"append_batch_v2.sql", "suyuan.sql"}
NOT_OURS = {"ClassVar", "PostgreSQL"}  # names in code that are no classes of ours

FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
SPAN = re.compile(r"`([^`]+)`")
PATH = re.compile(rf"(?<![\w./-])((?:{'|'.join(FOLDERS)})/[\w./-]*)(?![\w<*])")
FILE = re.compile(r"(?<![\w./<>-])\w+\.(?:py|sql|sh)(?![\w.])")
CLASS = re.compile(r"(?<![\w.])_?(?:[A-Z][a-z0-9]+){2,}(?![\w/])")
TARGET = re.compile(r"(?<![\w.-])make ([a-z][\w-]*)")
COMMAND = re.compile(r"(?<![\w./=-])suyuan ([a-z-][^`|#;]*)")
VARIABLE = re.compile(r"`((?:SUYUAN_|OTEL_)[A-Z_]+|DATABASE_URL)`")

EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def code_in(page: str) -> Iterator[str]:
    """Spans with line breaks as spaces, and the lines of fenced blocks."""
    for block in FENCE.findall(page):
        yield from block.splitlines()[1:-1]
    yield from (" ".join(span.split()) for span in SPAN.findall(FENCE.sub("", page)))


def named(pattern: re.Pattern[str], text: str) -> set[str]:
    return {found for code in code_in(text) for found in pattern.findall(code)}


@cache
def sources() -> str:
    kinds = (".py", ".sql", ".sh", ".toml")
    files = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    return "\n".join(f.read_text(encoding="utf-8") for f in files if f.suffix in kinds)


@cache
def file_names() -> set[str]:
    return {path.name for folder in FOLDERS for path in (ROOT / folder).rglob("*")} | {"setup.py"}


@EACH_PAGE
def test_every_path_exists(page: Path) -> None:
    paths = {path.rstrip("/.") for path in named(PATH, page.read_text(encoding="utf-8"))}
    missing = {path for path in paths - MADE_BY_A_BUILD if not (ROOT / path).exists()}
    assert missing == set()


@EACH_PAGE
def test_every_file_name_is_that_of_a_file(page: Path) -> None:
    names = named(FILE, page.read_text(encoding="utf-8"))
    assert {name for name in names if name not in file_names() | IN_EXAMPLES} == set()


@EACH_PAGE
def test_every_class_is_in_the_code(page: Path) -> None:
    names = named(CLASS, page.read_text(encoding="utf-8")) - NOT_OURS
    assert {name for name in names if not re.search(rf"\b{name}\b", sources())} == set()


@EACH_PAGE
def test_every_make_target_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    assert named(TARGET, page.read_text(encoding="utf-8")) <= targets


@EACH_PAGE
def test_every_command_of_suyuan_exists(page: Path) -> None:
    for line in named(COMMAND, page.read_text(encoding="utf-8")):
        check_command(line)


def check_command(line: str) -> None:
    """Names and options, as far as the line says them."""
    command: Any = typer.main.get_command(cli)
    for word in re.findall(r"[\w-]+", line):
        known = getattr(command, "commands", {})
        if word.startswith("--"):
            options = {each for param in command.params for each in param.opts}
            assert word in options | {"--help"}, f"suyuan {line}: no {word}"
        elif known and word.islower():
            assert word in known, f"suyuan {line}: no {word}"
            found = known[word]
            command = found.load() if isinstance(found, Deferred) else found


@pytest.mark.parametrize("line", ["serv", "db dumpp FILE", "serve --demmo", "projections build"])
def test_a_command_that_is_not_there_would_be_found(line: str) -> None:
    with pytest.raises(AssertionError, match=f"suyuan {line}"):
        check_command(line)


def test_what_is_searched_for_is_found() -> None:
    page = (
        "run `make\ntest`, see `app/x.py` or `a.py`\n"
        "```sh\nsuyuan db dump F  # x\n```\n`RouteTable`"
    )
    assert named(TARGET, page) == {"test"}
    assert named(PATH, page) == {"app/x.py"}
    assert named(FILE, page) == {"a.py"}
    assert named(COMMAND, page) == {"db dump F  "}
    assert named(CLASS, page) == {"RouteTable"}


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {line.split()[0] for line in named(COMMAND, readme)} >= set(COMMANDS)


def test_the_house_has_the_layers_of_the_contract() -> None:
    contract = ConfigParser()
    contract.read(ROOT / ".importlinter", encoding="utf-8")
    layers = contract["importlinter:contract:layers"]["layers"].split("\n")
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    house = FENCE.findall(page.partition("## The house")[2])[0].splitlines()[1:-1]
    said = [line.split("  ")[0].split(" · ") for line in house]
    assert said == [layer.strip().split(" | ") for layer in layers if layer.strip()]


class Recorder(Mapping[str, str]):
    """An empty environment that remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def settings_table() -> dict[str, str]:
    """Variable -> default, from the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("## Settings")[2].partition("\n## ")[0]
    found = {}
    for line in table.splitlines():
        variables, default, *_ = (*line.strip("|").split(" | "), "", "")
        names, defaults = VARIABLE.findall(variables), SPAN.findall(default)
        for n, name in enumerate(names):
            found[name] = defaults[n] if len(defaults) == len(names) else default.strip()
    return found


def test_the_table_of_settings_is_complete() -> None:
    environment = Recorder()
    read_settings(environment)
    elsewhere = {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert set(settings_table()) == environment.asked | elsewhere
    assert all(name in (ROOT / "app/telemetry.py").read_text("utf-8") for name in elsewhere)


def test_the_table_of_settings_has_the_defaults() -> None:
    table, settings = settings_table(), read_settings({})
    for field in Settings.__dataclass_fields__:
        name = "DATABASE_URL" if field == "database_url" else f"SUYUAN_{field.upper()}"
        default = getattr(settings, field)
        if default is not None:
            said = {True: "on", False: "off"}.get(default, str(default))
            assert table[name] == said, name
