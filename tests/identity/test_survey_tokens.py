"""Links to surveys: made again at will, made up by nobody."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.identity.survey_tokens import LENGTH, SurveyLink, mint, read

SECRET = b"s" * 32
LINK = SurveyLink(
    UUID("0192f0c0-0000-7000-8000-000000000001"), UUID("5f2b6c1e-0d3a-5e0c-9a5f-3f6f1b9f7a11")
)


def test_a_link_is_read_back_and_made_again() -> None:
    token = mint(SECRET, LINK)
    assert len(token) == LENGTH
    assert read(SECRET, token) == LINK
    assert mint(SECRET, LINK) == token


@given(tenant=st.uuids(), survey=st.uuids())
def test_every_survey_of_every_tenant_has_a_link(tenant: UUID, survey: UUID) -> None:
    link = SurveyLink(tenant, survey)
    assert read(SECRET, mint(SECRET, link)) == link


@given(place=st.integers(0, 47), flip=st.integers(1, 255))
def test_a_single_changed_bit_opens_nothing(place: int, flip: int) -> None:
    sealed = bytearray(urlsafe_b64decode(mint(SECRET, LINK)))
    sealed[place] ^= flip
    assert read(SECRET, urlsafe_b64encode(sealed).decode()) is None


@pytest.mark.parametrize(
    "token", ["", "x", "A" * LENGTH, "A" * (LENGTH + 4), "=" * LENGTH, "链" * LENGTH, "!" * LENGTH]
)
def test_what_we_never_made_opens_nothing(token: str) -> None:
    assert read(SECRET, token) is None


def test_another_installation_opens_nothing() -> None:
    assert read(b"t" * 32, mint(SECRET, LINK)) is None


@given(token=st.text(min_size=LENGTH, max_size=LENGTH))
def test_no_text_breaks_the_reader(token: str) -> None:
    assert read(SECRET, token) is None
