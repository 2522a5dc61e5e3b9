"""Secrets with ids: the first signs, all verify, and a plain one works as before."""

from datetime import timedelta
from uuid import UUID

import jwt
import pytest

from app.http.paging import Cursors
from app.identity import refresh_tokens, survey_tokens
from app.identity.errors import InvalidToken
from app.identity.refresh_tokens import RefreshLink
from app.identity.signing_keys import SigningKey, SigningKeys, fingerprint, in_a_file, read_keys
from app.identity.survey_tokens import SurveyLink
from app.identity.tokens import TokenIssuer

TENANT = UUID("0192f0c0-0000-7000-8000-000000000001")
PLAIN = "a secret that is long enough to sign"
OLD, NEW = "old-" * 8, "new-" * 8


def issued(keys: SigningKeys) -> str:
    return TokenIssuer(keys).issue(
        subject="li", tenant_id=TENANT, role="csr", lifetime=timedelta(hours=1)
    )


def is_accepted(token: str, keys: SigningKeys) -> bool:
    try:
        return TokenIssuer(keys).verify(token).subject == "li"
    except InvalidToken:
        return False


@pytest.mark.parametrize(
    ("before", "after", "accepted"),
    [
        (PLAIN, PLAIN, True),
        (PLAIN, f"k2:{NEW},{PLAIN}", True),
        (PLAIN, f"k2:{NEW}\nk1:{PLAIN}\n", True),  # given an id only now
        (f"k1:{OLD}", f"k2:{NEW},k1:{OLD}", True),
        (f"k1:{OLD},k2:{NEW}", f"k2:{NEW},k1:{OLD}", True),
        (f"k1:{OLD}", f"k2:{NEW}", False),
        (f"k1:{OLD}", f"k1:{NEW}", False),
        (PLAIN, f"k2:{NEW}", False),
    ],
)
def test_what_one_secret_signed_works_while_it_is_listed(
    before: str,
    after: str,
    accepted: bool,  # noqa: FBT001
) -> None:
    """Tokens, refresh tokens, survey links and cursors alike."""
    one, other = read_keys(before), read_keys(after)
    assert is_accepted(issued(one), other) is accepted
    link = RefreshLink(tenant_id=TENANT, session_id=TENANT, generation=7)
    refresh = refresh_tokens.mint(one.derived(b"refresh")[0], link)
    assert refresh_tokens.read(other.derived(b"refresh"), refresh) == (link if accepted else None)
    survey = SurveyLink(tenant_id=TENANT, survey_id=TENANT)
    token = survey_tokens.mint(one.derived(b"survey")[0], survey)
    assert (survey_tokens.read(other.derived(b"survey"), token) == survey) is accepted
    cursor = Cursors(*one.derived(b"cursor")).write([1], "list")
    if accepted:
        assert Cursors(*other.derived(b"cursor")).read(cursor, "list") == [1]


def test_a_token_names_the_secret_that_signed_it() -> None:
    assert jwt.get_unverified_header(issued(read_keys(f"k2:{NEW},k1:{OLD}")))["kid"] == "k2"
    named = jwt.get_unverified_header(issued(read_keys(PLAIN)))["kid"]
    assert named == fingerprint(PLAIN.encode())
    assert PLAIN[:8] not in named


def test_a_token_from_before_there_were_ids_works() -> None:
    claims = jwt.decode(issued(read_keys(OLD)), options={"verify_signature": False})
    old = jwt.encode(claims, OLD.encode(), algorithm="HS256")
    assert is_accepted(old, read_keys(f"k2:{NEW},k1:{OLD}"))
    assert not is_accepted(old, read_keys(f"k2:{NEW}"))


@pytest.mark.parametrize(
    "text",
    [
        *("", "short", "k1:short", f"k1:{OLD},k1:{NEW}", f"k1:{OLD},short", f"k1:{OLD},k2:short"),
        *("plain=", "plain=short", f"k1:{OLD},plain=short"),
        ",".join(f"k{n}:{OLD}" for n in range(9)),
    ],
)
def test_a_list_that_would_weaken_or_lose_something_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        read_keys(text)


def test_a_plain_secret_may_hold_commas() -> None:
    for text in (f"{PLAIN},{PLAIN}", f"{PLAIN},plain={PLAIN}"):
        assert [each.secret.decode() for each in read_keys(text).keys] == [text]


LOOKS_KEYED = f"acme:{OLD}"  # from before secrets had ids


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LOOKS_KEYED, f"k1:{LOOKS_KEYED}"),
        (LOOKS_KEYED, f"plain={LOOKS_KEYED}"),
        (LOOKS_KEYED, f"k2:{NEW},k1:{LOOKS_KEYED}"),
        (LOOKS_KEYED, f"k2:{NEW},plain={LOOKS_KEYED}"),
        (f"{LOOKS_KEYED},{OLD}", f"plain={LOOKS_KEYED},{OLD}"),
        (f"{LOOKS_KEYED},{OLD}", f"k2:{NEW}\nplain={LOOKS_KEYED},{OLD}"),
    ],
)
def test_an_old_secret_that_looks_like_a_keyed_one_can_be_kept(before: str, after: str) -> None:
    old = SigningKeys((SigningKey.of(before.encode()),))
    assert is_accepted(issued(old), read_keys(after))
    assert old.derived(b"refresh")[0] in read_keys(after).derived(b"refresh")
    assert not is_accepted(issued(old), read_keys(before)), "as it is, it is read as a keyed one"


def test_no_secret_is_shown() -> None:
    assert OLD not in repr(read_keys(f"k1:{OLD}"))


def test_what_is_written_to_the_file_is_read_again() -> None:
    keys = SigningKeys((SigningKey.of(NEW.encode(), "k2"), SigningKey.of(PLAIN.encode())))
    assert read_keys(in_a_file(keys)) == keys


def test_what_would_be_read_as_another_secret_is_not_written() -> None:
    keys = SigningKeys((SigningKey.of(f"{OLD},{NEW}".encode()),))
    with pytest.raises(ValueError, match="comma"):
        in_a_file(keys)


def test_a_refresh_token_that_was_changed_is_nobodys() -> None:
    secret = b"s" * 32
    link = RefreshLink(tenant_id=TENANT, session_id=TENANT, generation=1)
    token = refresh_tokens.mint(secret, link)
    assert refresh_tokens.read([secret], token) == link
    for n in range(len(token)):
        other = "A" if token[n] != "A" else "B"
        assert refresh_tokens.read([secret], token[:n] + other + token[n + 1 :]) is None
    for changed in (token[:-1], token[3:], token + "A", token[:-1] + "é", "rt_" + "A" * 92):
        assert refresh_tokens.read([secret], changed) is None
