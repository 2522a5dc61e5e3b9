"""The contract names our problems, and the page to read it on needs nobody else's server."""

import re
from typing import Any

import httpx
import pytest

from app.http.openapi_3_0 import in_openapi_3_0

REFERENCE = "#/components/schemas/Problem"


async def contract_of(client: httpx.AsyncClient) -> dict[str, Any]:
    contract: dict[str, Any] = (await client.get("/openapi.json")).json()
    return contract


async def test_every_operation_names_its_problems(client: httpx.AsyncClient) -> None:
    contract = await contract_of(client)
    for path, operations in contract["paths"].items():
        for operation in operations.values():
            refused = {s: a for s, a in operation["responses"].items() if int(s) >= 400}
            assert "422" in refused, path
            for answer in refused.values():
                content = answer["content"]["application/problem+json"]
                assert content["schema"] == {"$ref": REFERENCE}


async def test_problems_are_those_that_may_happen(client: httpx.AsyncClient) -> None:
    paths = (await contract_of(client))["paths"]
    reading = paths["/v1/reports/{report_id}"]["get"]["responses"]
    writing = paths["/v1/reports/{report_id}"]["post"]["responses"]
    assert list(reading) == ["200", "401", "403", "404", "422", "503"]
    assert list(writing) == ["201", "404", "409", "413", "415", "422", "503"]
    assert list(paths["/healthz"]["get"]["responses"]) == ["200", "422"]


async def test_the_shapes_of_the_framework_are_gone(client: httpx.AsyncClient) -> None:
    contract = await contract_of(client)
    assert "ValidationError" not in str(contract)
    assert set(contract["components"]["schemas"]["Problem"]["required"]) == set(
        (await client.get("/nowhere")).json()
    )


async def test_the_page_loads_from_us_alone(client: httpx.AsyncClient) -> None:
    page = await client.get("/docs")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert len(links) == 4
    for link in links:
        assert "//" not in link
        asset = await client.get(f"/{link}")
        assert asset.status_code == 200
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert len(asset.content) > 100
    assert "<script>" not in page.text
    contract = await client.get("/docs/contract.json")
    assert contract.json()["openapi"] == "3.0.3"


@pytest.mark.parametrize("name", ["swagger-ui.js", "__init__.py", "..%2f__init__.py", "x"])
async def test_no_other_file_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/docs/assets/{name}")).status_code == 404


async def test_the_type_of_a_problem_leads_somewhere(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/nowhere")).json()
    explained = await client.get(problem["type"], headers={"accept-language": "en"})
    assert explained.json()["code"] == "unknown_route"
    assert explained.headers["content-language"] == "en"
    assert (await client.get("/problems/none")).status_code == 404


def test_the_words_of_3_1_in_those_of_3_0() -> None:
    contract = {
        "openapi": "3.1.0",
        "properties": {
            "a": {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "A"},
            "b": {"anyOf": [{"$ref": "#/x"}, {"type": "null"}]},
            "c": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            "d": {"const": "x", "examples": ["x", "y"]},
            "e": {"exclusiveMinimum": 0, "type": "integer"},
            "f": {"prefixItems": [{"const": 1}], "type": "array"},
        },
    }
    assert in_openapi_3_0(contract) == {
        "openapi": "3.0.3",
        "properties": {
            "a": {"type": "string", "nullable": True, "title": "A"},
            "b": {"allOf": [{"$ref": "#/x"}], "nullable": True},
            "c": {"anyOf": [{"type": "string"}, {"type": "integer"}], "nullable": True},
            "d": {"enum": ["x"], "example": "x"},
            "e": {"minimum": 0, "exclusiveMinimum": True, "type": "integer"},
            "f": {"items": {"anyOf": [{"enum": [1]}]}, "type": "array"},
        },
    }
