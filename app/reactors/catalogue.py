"""All reactors."""

from app.reactors.ask_for_ratings import ASK_FOR_RATINGS
from app.reactors.base import Reactor
from app.reactors.call_back_the_dissatisfied import CALL_BACK_THE_DISSATISFIED
from app.reactors.compensate_owners import COMPENSATE_OWNERS
from app.reactors.notice_recurrences import NOTICE_RECURRENCES
from app.reactors.schedule_visits import SCHEDULE_VISITS
from app.reactors.take_follow_up_scores import TAKE_FOLLOW_UP_SCORES

REACTORS: tuple[Reactor, ...] = (
    COMPENSATE_OWNERS,
    ASK_FOR_RATINGS,
    TAKE_FOLLOW_UP_SCORES,
    CALL_BACK_THE_DISSATISFIED,
    NOTICE_RECURRENCES,
    SCHEDULE_VISITS,
)
