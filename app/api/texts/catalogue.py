"""Every code that a caller may meet, with its texts. One theme, one file; no code twice."""

from app.api.texts.authority import AUTHORITY
from app.api.texts.compensation import COMPENSATION
from app.api.texts.complaint import COMPLAINT
from app.api.texts.edge import EDGE
from app.api.texts.follow_up import FOLLOW_UP
from app.api.texts.problem import PROBLEM
from app.api.texts.promises import PROMISES
from app.api.texts.settings import SETTINGS
from app.api.texts.sla import SLA
from app.api.texts.survey import SURVEY
from app.api.texts.text import Text
from app.api.texts.ticket import TICKET
from app.api.texts.values import VALUES

THEMES: tuple[dict[str, Text], ...] = (
    EDGE,
    VALUES,
    SETTINGS,
    TICKET,
    SLA,
    AUTHORITY,
    COMPENSATION,
    PROMISES,
    PROBLEM,
    SURVEY,
    FOLLOW_UP,
    COMPLAINT,
)
CATALOGUE: dict[str, Text] = {code: text for theme in THEMES for code, text in theme.items()}

_GENERIC = Text(
    "操作未被接受", "操作未被接受。", "The request was refused", "The request was refused."
)


def text_of(code: str) -> Text:
    return CATALOGUE.get(code, _GENERIC)
