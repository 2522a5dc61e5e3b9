"""Scopes hold for every operation, whoever has them."""

from tests.api.expecting import problem
from tests.rates.house import House
from tests.rates.operations import operations, token_of

OPEN = {
    "check_health": "answers a load balancer",
    "check_readiness": "answers a load balancer",
    "get_metrics": "has a token of its own, SUYUAN_METRICS_TOKEN",
    "refresh_session": "the refresh token is the credential",
    "open_survey_link": "the link is the credential",
    "answer_survey": "the link is the credential",
}


async def test_only_what_needs_no_credentials_is_open(house: House) -> None:
    free = {each.id for each in operations(house) if not each.needs_credentials}
    assert free == OPEN.keys()


async def test_a_token_without_any_scope_may_do_nothing(house: House) -> None:
    asked = [each for each in operations(house) if each.id not in OPEN]
    assert len(asked) > 150
    for each in asked:
        role = each.role or "admin"
        answer = await each.sent(house, token_of(house, role, scopes=[]))
        assert (each.id, answer.status_code) == (each.id, 403), answer.text
        problem(answer, 403, "role_not_permitted")


async def test_a_scope_allows_what_the_contract_says_it_does(house: House) -> None:
    """And what has no scope is for people alone: their tokens have none."""
    for each in operations(house):
        if each.id in OPEN or each.role is None:
            continue
        granted = [each.scope] if each.scope else None
        answer = await each.sent(house, token_of(house, each.role, scopes=granted))
        assert answer.status_code not in (401, 429), (each.id, answer.text)
        may = answer.status_code != 403 or answer.json()["code"] != "role_not_permitted"
        assert may, (each.id, answer.text)
