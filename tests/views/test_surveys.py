"""Who sees a survey, and who is given its link."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from app.domain.survey.content import Content
from app.domain.survey.state import Answer, Subject, Survey
from app.identity.survey_tokens import SurveyLinks, read
from app.viewer import Viewer
from app.views.surveys.render import render_public_survey, render_survey
from app.views.surveys.visible import may_see_survey

NOW = datetime(2024, 3, 5, 9, tzinfo=UTC)
SECRET = b"s" * 32
TENANT = UUID("0192f0c0-0000-7000-8000-000000000001")
SURVEY_ID = "5f2b6c1e-0d3a-5e0c-9a5f-3f6f1b9f7a11"
LINKS = SurveyLinks(SECRET, TENANT)

OWNER = Viewer(role="owner", subject="o-zhang", household_id="h-1")
CSR = Viewer(role="csr", subject="u-lin")
ISSUED = Survey(
    survey_id=SURVEY_ID,
    subject=Subject(
        kind="csat",
        scale_id="csat_1_5",
        ticket_id="t-1",
        cycle=1,
        household_id="h-1",
        community="jinxiu",
    ),
    issued_at=NOW,
    expires_at=NOW + timedelta(days=7),
)
ANSWERED = replace(
    ISSUED,
    answer=Answer(
        content=Content(score=4, text="又漏了"),
        answer_channel="app",
        way="token",
        dissatisfied=False,
        excluded=None,
        answered_at=NOW,
    ),
)
BY_HAND = replace(ANSWERED, issued_at=None, expires_at=None)


@pytest.mark.parametrize("viewer", [OWNER, CSR])
def test_the_household_and_customer_service_get_a_link_that_opens_the_survey(
    viewer: Viewer,
) -> None:
    rendered = render_survey(viewer, ISSUED, NOW, LINKS)
    link = read(SECRET, rendered["token"])
    assert link is not None
    assert (link.tenant_id, str(link.survey_id)) == (TENANT, SURVEY_ID)
    assert rendered["link"] == f"/v1/surveys/answers/{rendered['token']}"


@pytest.mark.parametrize("role", ["manager", "auditor", "engineer", "integration"])
def test_nobody_else_gets_a_link(role: str) -> None:
    rendered = render_survey(Viewer(role=role, subject="u-1"), ISSUED, NOW, LINKS)
    assert (rendered["token"], rendered["link"]) == (None, None)


def test_a_survey_that_takes_no_answer_has_no_link() -> None:
    late = NOW + timedelta(days=8)
    assert render_survey(CSR, ISSUED, late, LINKS)["token"] is None
    assert render_survey(CSR, ANSWERED, NOW, LINKS)["token"] is None
    never_sent = replace(ISSUED, issued_at=None)
    assert render_survey(CSR, never_sent, NOW, LINKS)["token"] is None


def test_the_public_survey_names_neither_household_nor_ticket_nor_what_was_written() -> None:
    text = str(render_public_survey(ANSWERED, NOW))
    assert not any(each in text for each in ("h-1", "t-1", "jinxiu", "又漏了", SURVEY_ID))


@pytest.mark.parametrize(
    ("viewer", "sees"),
    [
        (OWNER, True),
        (replace(OWNER, household_id="h-2"), False),
        (replace(OWNER, household_id=None), False),
        (CSR, True),
        (replace(CSR, communities=("lanting", "jinxiu")), True),
        (replace(CSR, communities=("lanting",)), False),
    ],
)
def test_owners_see_their_household_and_staff_their_communities(
    viewer: Viewer,
    sees: bool,  # noqa: FBT001
) -> None:
    assert may_see_survey(viewer, ISSUED) is sees


def test_a_survey_of_no_household_is_not_that_of_an_owner_without_one() -> None:
    nobodys = replace(BY_HAND, subject=replace(BY_HAND.subject, household_id=None))
    assert not may_see_survey(replace(OWNER, household_id=None), nobodys)


def test_the_secret_is_not_printed() -> None:
    assert "ssss" not in repr(LINKS)
