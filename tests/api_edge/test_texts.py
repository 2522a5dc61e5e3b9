"""Every refusal code has texts in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import app
from app.http.problem_json import FRAMEWORK
from app.http.validation import CODES
from app.texts.catalogue import CATALOGUE, THEMES

ROOT = Path(app.__file__).parent
FAMILY = {
    "DomainError",
    "IllegalTransition",
    "NotPermitted",
    "Withdrawn",
    "NotFound",
    "Unacceptable",
    "Refusal",
    "InvalidInput",
    "Overloaded",
    "Unauthenticated",
    "InvalidToken",
}
CHINESE = re.compile("[\u4e00-\u9fff]")


def name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def families(trees: list[ast.Module]) -> set[str]:
    """FAMILY, and every subclass that is constructed with a code."""
    classes = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and not any(isinstance(s, ast.FunctionDef) and s.name == "__init__" for s in node.body)
    ]
    known = set(FAMILY)
    while True:
        below = {c.name for c in classes if any(name_of(base) in known for base in c.bases)}
        if below <= known:
            return known
        known |= below


def constants(node: ast.expr) -> Iterator[str]:
    """The strings that an expression can evaluate to: a constant, or either branch of a
    conditional."""
    match node:
        case ast.Constant(value=str() as code):
            yield code
        case ast.IfExp(body=one, orelse=other):
            yield from constants(one)
            yield from constants(other)


def codes_in(tree: ast.Module, known: set[str]) -> Iterator[tuple[str, set[str]]]:
    """Each code, with the names of the details it is raised with."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=func, args=[first, *_], keywords=keywords) if name_of(func) in known:
                given = {keyword.arg or "*" for keyword in keywords} - {"pointer"}
                for code in constants(first):
                    yield code, given
            case ast.ClassDef(bases=bases, body=body) if {name_of(b) for b in bases} & known:
                for call in (n for s in body for n in ast.walk(s)):
                    match call:
                        case ast.Call(func=ast.Attribute(attr="__init__"), args=[first, *_]):
                            given = {keyword.arg or "*" for keyword in call.keywords}
                            for code in constants(first):
                                yield code, given - {"pointer"}


def raised() -> list[tuple[str, str, set[str]]]:
    paths = sorted(ROOT.rglob("*.py"))
    trees = [ast.parse(path.read_text()) for path in paths]
    known = families(trees)
    return [
        (str(path.relative_to(ROOT)), code, details)
        for path, tree in zip(paths, trees, strict=True)
        for code, details in codes_in(tree, known)
    ]


RAISED = raised()


def test_every_code_that_is_raised_has_its_texts() -> None:
    missing = {(code, path) for path, code, _ in RAISED if code not in CATALOGUE}
    assert missing == set()


def test_every_text_finds_its_details() -> None:
    """A text with a missing detail would fall back to its title."""
    lacking = [
        (path, code, wanted - details)
        for path, code, details in RAISED
        if code in CATALOGUE and "*" not in details
        for text in [CATALOGUE[code]]
        for wanted in [placeholders(text.zh_detail) | placeholders(text.en_detail)]
        if not wanted <= details | {"request_id"}
    ]
    assert lacking == []


def test_codes_of_the_framework_and_of_schemas_have_texts() -> None:
    assert {code for _, code in FRAMEWORK.values()} <= set(CATALOGUE)
    assert set(CODES.values()) <= set(CATALOGUE)


def test_no_code_stands_in_two_themes() -> None:
    assert sum(len(theme) for theme in THEMES) == len(CATALOGUE)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_a_status_is_called_what_its_kind_calls_it() -> None:
    text = CATALOGUE["illegal_transition"]
    told = {"command": "Verify", "status": "proposed"}
    for kind, word in (("repair", "方案待确认"), ("complaint", "答复方案")):
        assert word in text.detail("zh-CN", told | {"kind": kind})
    assert "Answer proposed" in text.detail("en", told | {"kind": "complaint"})


@pytest.mark.parametrize("code", CATALOGUE)
def test_both_languages_say_it_whole(code: str) -> None:
    text = CATALOGUE[code]
    assert re.fullmatch(r"[a-z][a-z0-9_]*", code)
    assert CHINESE.search(text.zh_title)
    assert CHINESE.search(text.zh_detail)
    assert text.zh_detail.endswith(("。", "？"))
    assert not re.search("[\u4e00-\u9fff][,;:!?()]", text.zh_title + text.zh_detail)
    assert not CHINESE.search(text.en_title + text.en_detail)
    assert text.en_detail.endswith(".")


def test_the_search_finds_what_it_looks_for() -> None:
    tree = ast.parse("""
class Odd(Unacceptable):
    def __init__(self):
        super().__init__("odd_one", max=1)
def f(code):
    raise errors.NotFound("gone", pointer="/a")
    raise NotPermitted("left" if code else "right", role=1)
    raise NotPermitted(code)
""")
    assert list(codes_in(tree, families([tree]))) == [
        ("odd_one", {"max"}),
        ("gone", set()),
        ("left", {"role"}),
        ("right", {"role"}),
    ]
