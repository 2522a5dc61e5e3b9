"""Every refusal code with its texts. One file per theme; each code once."""

from app.texts.authority import AUTHORITY
from app.texts.compensation import COMPENSATION
from app.texts.complaint import COMPLAINT
from app.texts.edge import EDGE
from app.texts.follow_up import FOLLOW_UP
from app.texts.problem import PROBLEM
from app.texts.promises import PROMISES
from app.texts.settings import SETTINGS
from app.texts.sla import SLA
from app.texts.survey import SURVEY
from app.texts.text import Text
from app.texts.ticket import TICKET
from app.texts.values import VALUES

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
