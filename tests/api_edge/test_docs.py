"""The contract documents our problems, and `/problems/{code}` explains each."""

from typing import Any

import httpx

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
    assert list(reading) == ["200", "401", "403", "404", "422", "429", "503"]
    assert list(writing) == ["201", "404", "409", "413", "415", "422", "503"]
    assert list(paths["/healthz"]["get"]["responses"]) == ["200", "422"]


async def test_the_shapes_of_the_framework_are_gone(client: httpx.AsyncClient) -> None:
    contract = await contract_of(client)
    assert "ValidationError" not in str(contract)
    assert set(contract["components"]["schemas"]["Problem"]["required"]) == set(
        (await client.get("/nowhere")).json()
    )


async def test_the_type_of_a_problem_leads_somewhere(client: httpx.AsyncClient) -> None:
    problem = (await client.get("/nowhere")).json()
    explained = await client.get(problem["type"], headers={"accept-language": "en"})
    assert explained.json()["code"] == "unknown_route"
    assert explained.headers["content-language"] == "en"
    assert (await client.get("/problems/none")).status_code == 404
