"""What the log takes a stream to belong to. No server: what is withheld is in tests/api."""

from app.domain.deciders import DECIDERS
from app.viewer import Viewer
from app.views.audit.sight import BELONGS, NAMED_BY, OF_THE_COMPANY

SETTINGS = {
    "api_key",
    "authority",
    "calendar",
    "category",
    "compensation_rules",
    "sla_policy",
    "tenant",
}


def test_a_stream_belongs_to_somebody_or_is_a_setting_of_the_company() -> None:
    """A new category is withheld from nobody until it is listed: decide which it is."""
    assert OF_THE_COMPANY == SETTINGS
    assert set(BELONGS) | SETTINGS == set(DECIDERS)
    assert {each.category for each in NAMED_BY.values()} <= set(BELONGS)


def test_only_an_interface_of_the_whole_company_sees_every_event() -> None:
    assert Viewer(role="integration", subject="k").sees_every_event
    assert not Viewer(role="integration", subject="k", communities=("jinxiu",)).sees_every_event
    assert not any(
        Viewer(role=role, subject="u").sees_every_event for role in ("admin", "auditor", "manager")
    )
