"""`docs/refusals.md`: every code that a caller may meet, its status, its texts, who raises it."""

import ast
import inspect
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import app
from app.http import problem_json, validation
from app.http.problem_json import BELOW, FRAMEWORK, RETRYABLE, STATUS
from app.texts import catalogue
from app.texts.catalogue import CATALOGUE, THEMES
from tests.architecture.page_of_kinds import table

ROOT = Path(app.__file__).parents[1]
TEXTS = Path(catalogue.__file__).parent
HEAD = """\
# Refusals
<!-- Written by `python -m tests.architecture.generated_pages`. Edit the texts and the rules. -->

Every code that an answer may carry: as `code` of a problem (docs/api.md §1), as `code` of one of
its `errors[]`, or as a finding of a check. Placeholders in braces are filled from `details`.
*Retry*: the same request may succeed a little later. Without a status the code is only named
inside an answer.
"""


class Raised(NamedTuple):
    by: str
    status: int | None
    module: str


Found = dict[str, set[Raised]]
Refusing = Mapping[str, int]
"""Class name -> status, of every class that is made with a code."""


def page() -> str:
    found = raised()
    return "\n".join([HEAD, *(_theme(name, found) for name in _themes())])


def _themes() -> list[str]:
    """In their order, by the names that the catalogue imports them under."""
    names = {id(value): name for name, value in vars(catalogue).items()}
    return [names[id(theme)] for theme in THEMES]


def _theme(name: str, found: Found) -> str:
    codes: Mapping[str, object] = vars(catalogue)[name]
    rows = (_row(code, sorted(found[code], key=str)) for code in codes)
    head = ("code", "status", "retry", "texts", "raised by", "in")
    return f"## {name.replace('_', ' ').capitalize()}\n\n{table(head, rows)}\n"


def _row(code: str, those: list[Raised]) -> tuple[str, ...]:
    text = CATALOGUE[code]
    statuses = sorted({one.status for one in those if one.status})
    texts = f"{text.zh_title}：{text.zh_detail}<br>{text.en_title}: {text.en_detail}"
    return (
        f"`{code}`",
        ", ".join(map(str, statuses)),
        "yes" if code in RETRYABLE or {429, 503} & set(statuses) else "",
        texts.replace("|", "\\|"),
        ", ".join(dict.fromkeys(one.by for one in those)) or "nothing",
        ", ".join(dict.fromkeys(f"`{one.module}`" for one in those)),
    )


def raised() -> Found:
    """By code. A code that no call names is looked for as a plain constant."""
    trees = {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted((ROOT / "app").rglob("*.py"))
        if TEXTS not in path.parents
    }
    refusing = _refusing(trees.values())
    found: Found = {code: set() for code in CATALOGUE}
    for module, tree in trees.items():
        for code, by, status in _raised_in(tree, refusing):
            found[code].add(Raised(by, status, module))
    for code, one in _of_tables():
        found[code].add(one)
    unnamed = {code for code, those in found.items() if not those}
    for module, tree in trees.items():
        constants = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
        for code in unnamed & constants:
            found[code].add(Raised("named as a value", None, module))
    return found


def _of_tables() -> Iterator[tuple[str, Raised]]:
    edge = _module(problem_json)
    for kind, (status, code) in BELOW.items():
        yield code, Raised(kind.__name__, int(status), edge)
    for status, code in FRAMEWORK.values():
        yield code, Raised("the framework", int(status), edge)
    for code in validation.CODES.values():
        yield code, Raised("a schema, in `errors[]`", None, _module(validation))
    mismatch = next(kind for kind in STATUS if kind.__name__ == "VersionMismatch")
    yield "version_mismatch", Raised(mismatch.__name__, int(STATUS[mismatch]), edge)


def _module(module: object) -> str:
    return str(Path(inspect.getfile(module)).relative_to(ROOT))  # type: ignore[arg-type]


def _refusing(trees: Iterable[ast.Module]) -> Refusing:
    """The classes of `STATUS` that are made with a code, and all below them."""
    known = {kind.__name__: int(status) for kind, status in STATUS.items()}
    known |= {"Refusal": 500, "InvalidToken": int(HTTPStatus.UNAUTHORIZED)}  # see `authenticate`
    classes = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    while True:
        below = {
            c.name: known[name]
            for c in classes
            for name in map(_name, c.bases)
            if name in known and c.name not in known
        }
        if not below:
            return known
        known |= below


def _raised_in(tree: ast.Module, refusing: Refusing) -> Iterator[tuple[str, str, int]]:
    named = dict(_named_constants(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=func, args=[first, *_]) if _name(func) in refusing:
                for code in _codes(first, named):
                    yield code, _name(func), refusing[_name(func)]
            case ast.Call(func=ast.Name(id="problem_response"), args=[_, status, told, *_]):
                for code in _codes(told, named):
                    yield code, "the edge", _literal_status(status)
            case ast.ClassDef(name=name) if name in refusing:
                for code in _built_in(node, named):
                    yield code, name, refusing[name]


def _named_constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """`INVALID = "token_claims_invalid"` at the top of a module."""
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str() as text)):
                yield name, text


def _built_in(node: ast.ClassDef, named: Mapping[str, str]) -> Iterator[str]:
    """What a class is made with when nobody names a code: a default, or the only one there is."""
    for one in ast.walk(node):
        match one:
            case ast.FunctionDef(name="__init__", args=ast.arguments(defaults=[first, *_])):
                yield from _codes(first, named)
            case ast.Call(func=ast.Attribute(attr="__init__"), args=[first, *_]):
                yield from _codes(first, named)


def _codes(node: ast.expr, named: Mapping[str, str]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as code) if code in CATALOGUE:
            yield code
        case ast.Name(id=name) if named.get(name) in CATALOGUE:
            yield named[name]
        case ast.IfExp(body=one, orelse=other):
            yield from _codes(one, named)
            yield from _codes(other, named)


def _literal_status(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int() as status):
            return status
        case ast.Attribute(attr=name):
            return int(HTTPStatus[name])
        case _:
            raise AssertionError(f"a status that cannot be read: {ast.dump(node)}")


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
