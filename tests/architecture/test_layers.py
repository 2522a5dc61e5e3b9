"""The arrows run down, the domain is pure, and there is one write path."""

import ast
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((APP / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_import_contracts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


def test_domain_and_events_import_the_standard_library_msgspec_and_each_other_only() -> None:
    allowed = sys.stdlib_module_names | {"app", "msgspec"}
    for path in modules("domain", "events"):
        for name in imported(path):
            first, *rest = name.split(".")
            assert first in allowed, (path, name)
            assert first != "app" or rest[0] in ("domain", "events", "viewer"), (path, name)


def test_the_domain_has_no_clock_no_id_and_no_await() -> None:
    impure = (
        "datetime.now(",
        "utcnow(",
        "date.today(",
        "uuid4(",
        "uuid7(",
        "random.",
        "time.time(",
    )
    for path in modules("domain", "events"):
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.Await | ast.AsyncFunctionDef)]
        calls = [ast.unparse(n.func) + "(" for n in ast.walk(tree) if isinstance(n, ast.Call)]
        assert not [c for c in calls if any(bad in c for bad in impure)], path


def test_nothing_appends_but_the_command_handler() -> None:
    callers = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "append_to_stream"
    }
    assert callers == {"command_handler.py"}


def test_every_module_says_what_it_is() -> None:
    for path in modules("."):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not tree.body or ast.get_docstring(tree), path


def test_no_file_names_a_package_registry() -> None:
    hosts = ("py" + "pi.org", "python" + "hosted.org", "index-" + "url")
    for path in (*ROOT.glob("requirements/*"), ROOT / "pyproject.toml", ROOT / "Dockerfile"):
        text = path.read_text(encoding="utf-8")
        assert not [host for host in hosts if host in text], path
