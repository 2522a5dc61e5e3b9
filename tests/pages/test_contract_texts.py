"""The contract as a reader and a generator see it: names, languages, examples, open and closed."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.pages.contract.areas import AREA_OF, AREAS
from app.pages.contract.described import TEXTS, VALUES, in_one_line
from app.pages.contract.published import JSON, METHODS

Contract = dict[str, Any]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SIGNATURE = re.compile(r"^\w+\((\*, )?\w+: ")
VERB_NOUN = re.compile(r"[a-z]+(_[a-z]+)+")
OPEN = {
    "open_survey_link",
    "answer_survey",
    "refresh_session",
    "check_health",
    "check_readiness",
    "get_metrics",
}


def operations(contract: Contract) -> Iterator[dict[str, Any]]:
    for methods in contract["paths"].values():
        yield from (each for method, each in methods.items() if method in METHODS)


def named(node: Any) -> Iterator[str]:
    """The schemas that something refers to."""
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for each in node.values():
            yield from named(each)
    elif isinstance(node, list):
        for each in node:
            yield from named(each)


def reached(contract: Contract, *parts: Any) -> set[str]:
    schemas, found, todo = contract["components"]["schemas"], set[str](), [*named([*parts])]
    while todo:
        name = todo.pop()
        if name not in found:
            found.add(name)
            todo += named(schemas[name])
    return found


def descriptions(node: Any) -> Iterator[str]:
    match node:
        case dict():
            if isinstance(node.get("description"), str):
                yield node["description"]
            for name, value in node.items():
                nodes = value.values() if name in ("properties", "schemas") else (value,)
                for each in nodes if name not in VALUES else ():
                    yield from descriptions(each)
        case list():
            for each in node:
                yield from descriptions(each)


def test_every_operation_has_its_texts_and_no_text_is_stale(contract: Contract) -> None:
    ids = [each["operationId"] for each in operations(contract)]
    assert set(ids) == set(AREA_OF)
    assert len(ids) == len(set(ids)) == sum(len(area.operations) for area in AREAS)


def test_operation_ids_are_a_verb_and_a_noun(contract: Contract) -> None:
    assert not [
        o for each in operations(contract) if not VERB_NOUN.fullmatch(o := each["operationId"])
    ]


def test_summaries_and_descriptions_are_in_both_languages(contract: Contract) -> None:
    for operation in operations(contract):
        zh, _, en = operation["summary"].partition(" · ")
        assert CHINESE.search(zh) or zh == "SERVQUAL", operation
        assert en, operation["operationId"]
        assert not CHINESE.search(en), operation["operationId"]
        zh, _, en = operation["description"].partition("\n\n")
        assert CHINESE.search(zh), operation["operationId"]
        assert len(en) > 10, operation["operationId"]
    for tag in contract["tags"]:
        assert CHINESE.search(tag["description"])
        assert re.fullmatch(r"[a-z-]+", tag["name"])
    assert "### 身份" in contract["info"]["description"]
    assert "### Identity" in contract["info"]["description"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_one_language_alone(pages: httpx.AsyncClient, language: str) -> None:
    contract = (await pages.get("/openapi.json", params={"lang": language})).json()
    is_chinese = language == "zh-CN"
    for operation in operations(contract):
        assert " · " not in operation["summary"]
        assert bool(CHINESE.search(operation["summary"])) == is_chinese, operation["summary"]
        about, _, access = operation["description"].partition("\n\n")
        assert bool(CHINESE.search(about)) == is_chinese or "首问" in about, about
        assert access == "" or access.startswith("**谁可以**" if is_chinese else "**Who may**")
        assert "\n\n" not in access
    for each in descriptions(contract["components"]):
        assert bool(CHINESE.search(each)) == is_chinese or "首问" in each or "调休" in each, each
    both = (await pages.get("/openapi.json")).json()
    assert len(both["info"]["description"]) > len(contract["info"]["description"])


def test_every_operation_is_in_an_area_that_is_described(contract: Contract) -> None:
    used = Counter(tag for each in operations(contract) for tag in each["tags"])
    assert set(used) == {tag["name"] for tag in contract["tags"]}
    assert sum(used.values()) == len(AREA_OF)


def test_whatever_is_described_is_described_in_both_languages(contract: Contract) -> None:
    """A new description needs its text in `app/pages/contract/`; a text nobody needs goes."""
    told = {in_one_line(each) for each in descriptions(contract)}
    both = {f"{words.zh} {words.en}" for words in TEXTS.values()}
    assert not {each for each in told if not CHINESE.search(each)}
    assert not both - told
    assert len(both) > 200


def test_no_description_is_a_signature(contract: Contract) -> None:
    assert not [each for each in descriptions(contract) if SIGNATURE.match(each)]


def test_names_of_schemas_are_unique_identifiers(contract: Contract) -> None:
    schemas = contract["components"]["schemas"]
    for name, schema in schemas.items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name), name
        assert schema["title"] == name, "generators go by the title"


def test_requests_are_closed_and_answers_are_open(contract: Contract) -> None:
    schemas = contract["components"]["schemas"]
    asked = reached(
        contract, *[o["requestBody"] for o in operations(contract) if "requestBody" in o]
    )
    told = reached(contract, *[o["responses"] for o in operations(contract)])
    assert len(asked) > 100
    assert len(told) > 150
    assert not asked & told
    for name in asked:
        if "properties" in schemas[name]:
            assert schemas[name]["additionalProperties"] is False, name
    for name in told:
        assert schemas[name].get("additionalProperties") is not False, name


def test_whoever_needs_no_identity_is_told_so(contract: Contract) -> None:
    assert {o["operationId"] for o in operations(contract) if o["security"] == []} == OPEN
    assert contract["servers"] == [{"url": "/"}]


def test_every_body_and_every_required_parameter_has_an_example(contract: Contract) -> None:
    for operation in operations(contract):
        content = operation.get("requestBody", {}).get("content", {})
        if JSON in content:
            assert content[JSON].get("example"), operation["operationId"]
        for parameter in operation.get("parameters", ()):
            assert "example" in parameter or not parameter.get("required"), parameter
