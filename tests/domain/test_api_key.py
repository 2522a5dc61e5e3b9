"""Keys of integrations: issued by an administrator, revoked for good."""

from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.records.api_key import API_KEY, ApiKey, IssueApiKey, RevokeApiKey
from app.events.api_key import ApiKeyIssued, ApiKeyRevoked
from app.events.base import Actor, Fact
from tests.given_when_then import Given

ADMIN = Actor(subject="u-admin", role="admin")
HASH = "ab" * 32
ISSUED = ApiKeyIssued(name="ERP", scopes=("tickets:read",), secret_hash=HASH)
REVOKE = RevokeApiKey(key_id="k1")


def issue(**changes: Any) -> IssueApiKey:
    said: dict[str, Any] = {"key_id": "k1", "name": "ERP", "secret_sha256": HASH}
    return IssueApiKey(**{**said, "scopes": ("tickets:read",), **changes})


def test_a_key_is_issued_for_an_integration() -> None:
    Given(API_KEY).when(issue(), by=ADMIN).then(ISSUED)
    assert ISSUED.role == "integration"


def test_the_same_key_again_changes_nothing() -> None:
    Given(API_KEY, ISSUED).when(issue(), by=ADMIN).then_nothing()


@pytest.mark.parametrize("changes", [{"scopes": ("tickets:write",)}, {"secret_sha256": "cd" * 32}])
def test_a_key_does_not_grow(changes: dict[str, Any]) -> None:
    Given(API_KEY, ISSUED).when(issue(**changes), by=ADMIN).then_refused("api_key_already_issued")


def test_a_key_is_revoked() -> None:
    Given(API_KEY, ISSUED).when(REVOKE, by=ADMIN).then(ApiKeyRevoked())


def test_revoking_again_changes_nothing() -> None:
    Given(API_KEY, ISSUED, ApiKeyRevoked()).when(REVOKE, by=ADMIN).then_nothing()


def test_a_revoked_key_is_not_issued_again() -> None:
    Given(API_KEY, ISSUED, ApiKeyRevoked()).when(issue(), by=ADMIN).then_refused(
        "api_key_already_issued"
    )


def test_a_key_that_nobody_issued_is_not_revoked() -> None:
    Given(API_KEY).when(REVOKE, by=ADMIN).then_refused("api_key_unknown")


@pytest.mark.parametrize("role", ["manager", "csr", "auditor", "integration"])
def test_others_may_not_touch_keys(role: str) -> None:
    by = Actor(subject="x", role=role)
    Given(API_KEY).when(issue(), by=by).then_refused("role_not_permitted")
    Given(API_KEY, ISSUED).when(REVOKE, by=by).then_refused("role_not_permitted")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"key_id": ""}, "malformed"),
        ({"name": ""}, "blank"),
        ({"scopes": ()}, "too_few"),
        ({"scopes": ("tickets:read", "everything")}, "not_one_of"),
        ({"secret_sha256": "sk_live_1"}, "malformed"),
    ],
)
def test_a_value_out_of_range_is_refused(changes: dict[str, Any], code: str) -> None:
    Given(API_KEY).when(issue(**changes), by=ADMIN).then_refused(code)


def test_the_fold_keeps_what_the_key_may_do_and_that_it_is_revoked() -> None:
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    state = API_KEY.fold(None, [Fact(ISSUED, at, ADMIN), Fact(ApiKeyRevoked(), at, ADMIN)])
    assert state == ApiKey(
        name="ERP",
        scopes=("tickets:read",),
        role="integration",
        secret_hash=HASH,
        is_revoked=True,
        issued_at=at,
    )


def test_a_revocation_without_a_key_is_nothing() -> None:
    at = datetime(2024, 3, 5, 1, tzinfo=UTC)
    assert API_KEY.fold(None, [Fact(ApiKeyRevoked(), at, ADMIN)]) is None
