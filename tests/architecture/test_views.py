"""Answers are made in `app/views`: nothing above them reads streams by itself, and nothing in them
knows of HTTP."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.command_handler import CommandHandler
from tests.architecture.test_layers import APP, imported, modules

ABOVE = ("api", "http", "pages", "cli")
FOLDING = frozenset({"folding", "unfold", "fold_at"})
HTTP = ("app.http", "app.api", "fastapi", "starlette")


def loads(tree: ast.AST) -> Iterator[str]:
    """What of it folds a stream, or loads one past `Reader`."""
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                for alias in names:
                    if {*(node_module(node)), *alias.name.split(".")} & (FOLDING | {"state_of"}):
                        yield f"{node.lineno}: import {alias.name}"
            case ast.Name(id=name) if name in FOLDING | {"state_of"}:
                yield f"{node.lineno}: {name}"
            case ast.Attribute(attr=name) if name in FOLDING:
                yield f"{node.lineno}: {ast.unparse(node)}"
            case ast.Attribute(value=of, attr="state_of") if last_name(of) != "reader":
                yield f"{node.lineno}: {ast.unparse(node)}"
            case ast.Attribute(value=of, attr="load") if last_name(of).endswith("store"):
                yield f"{node.lineno}: {ast.unparse(node)}"


def node_module(node: ast.Import | ast.ImportFrom) -> list[str]:
    module = node.module if isinstance(node, ast.ImportFrom) else None
    return module.split(".") if module else []


def last_name(node: ast.AST) -> str:
    """`reader` of `caller.reader`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_nothing_above_the_views_loads_a_stream_by_itself() -> None:
    found = [
        f"{path.relative_to(APP)}:{each}"
        for path in (*modules(*ABOVE), APP / "web.py")
        for each in loads(parsed(path))
    ]
    assert found == []


def test_the_views_know_nothing_of_http() -> None:
    found = {
        f"{path.relative_to(APP)}: {name}"
        for path in modules("views")
        for name in imported(path)
        if name.startswith(HTTP)
    }
    assert found == set()


def test_the_command_handler_only_writes() -> None:
    public = {name for name in vars(CommandHandler) if not name.startswith("_")}
    assert public == {"handle", "lapse"}


@pytest.mark.parametrize(
    "source",
    [
        "from app.event_store import folding",
        "import app.event_store.folding",
        "from app.event_store.folding import state_of as look",
        "await folding.unfold(store, tenant_id, stream, fold)",
        "await handler.state_of(tenant_id, stream)",
        "await state_of(store, tenant_id, stream)",
        "await caller.services.store.load(tenant_id, [])",
        "await store.load(tenant_id, [])",
        "await self._store.load(tenant_id, [])",
    ],
)
def test_a_load_past_the_reader_would_be_found(source: str) -> None:
    assert list(loads(ast.parse(source, mode="exec")))


@pytest.mark.parametrize(
    "source",
    [
        "await caller.reader.state_of(stream)",
        "await reader.state_of(stream)",
        "await caller.reader.read(stream)",
        "await verify_api_key(services.store, token)",
        "config.load()",
    ],
)
def test_a_read_by_the_reader_is_none(source: str) -> None:
    assert not list(loads(ast.parse(source)))
