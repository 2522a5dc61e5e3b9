"""One example of every event of complaints and suggestions, full in every field."""

from datetime import date
from typing import Any

from app.events.complaint import (
    AnswerProposed,
    ComplaintDisputed,
    ComplaintLodged,
    ComplaintResponded,
    ComplaintSatisfied,
    ComplaintSupported,
    ComplaintWithdrawn,
    InvestigationStarted,
    RemedyStarted,
)
from app.events.complaint_record import ComplaintFiled
from app.events.ticket import SuggestionAccepted, SuggestionCompleted, SuggestionDeclined
from tests.events.ticket_examples import NOTE, PHOTO, TICKET

COMPLAINT_EXAMPLES: tuple[Any, ...] = (
    ComplaintLodged(subject_of_complaint="u-li", anonymous=True, supporters=10, repeat=3),
    ComplaintSupported(household_id="h-3-1202", supporters=11, note=NOTE),
    InvestigationStarted(investigator="u-sun", investigator_name="孙主管", note=NOTE),
    AnswerProposed(plan="上门致歉并查主管道", cycle=1, note=NOTE),
    RemedyStarted(note=NOTE),
    ComplaintResponded(
        facts="三次维修只换垫片", measure="更换主管道", date=date(2024, 3, 12), note=NOTE
    ),
    ComplaintSatisfied(on_the_spot=True, note=NOTE),
    ComplaintDisputed(reason="还在漏", cycle=2, note=NOTE),
    ComplaintWithdrawn(confirmed_by="u-lin", confirmed_by_name="小林", note=NOTE),
    ComplaintFiled(ticket_id=TICKET, category="leak"),
    SuggestionAccepted(note=NOTE),
    SuggestionDeclined(reason="场地不够", note=NOTE),
    SuggestionCompleted(summary="张阿姨健身角", photos=(PHOTO,), note=NOTE),
)
