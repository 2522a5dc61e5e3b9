"""One example of every event, full in every field: the golden files are these, encoded.

`python -m tests.events.examples` writes the golden files that are missing. It never writes over
one: a golden file is what some tenant has stored.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

from msgspec.structs import replace

from app.event_store.codec import encode_content
from app.events.access import AccessRevoked
from app.events.api_key import ApiKeyIssued, ApiKeyRevoked
from app.events.attachment import AttachmentLinked, AttachmentStored
from app.events.calendar import (
    CalendarExceptions,
    CalendarRecorded,
    Interval,
    MakeUpDay,
    SpecialHours,
)
from app.events.category import CategoryRecorded, ChecklistItem, ChecklistRecorded
from app.events.household import (
    HouseholdRecorded,
    Member,
    PreferenceRecorded,
    QuietHours,
    ReferralRecorded,
)
from app.events.registry import NAME_OF, SCHEMA_VERSION
from app.events.session import SessionEnded, SessionOpened, SessionRefreshed
from app.events.staff import Certification, StaffRecorded
from app.events.tenant import SandboxClockMoved, TenantOpened, TenantResumed, TenantSuspended
from app.events.workload import LoadReleased, LoadTaken
from tests.events.compensation_examples import COMPENSATION_EXAMPLES
from tests.events.complaint_examples import COMPLAINT_EXAMPLES
from tests.events.follow_up_examples import FOLLOW_UP_EXAMPLES
from tests.events.money_examples import MONEY_EXAMPLES
from tests.events.problem_examples import PROBLEM_EXAMPLES
from tests.events.promise_examples import FILED, PROMISE_EXAMPLES
from tests.events.sla_examples import POLICY
from tests.events.survey_examples import SURVEY_EXAMPLES
from tests.events.ticket_examples import PHOTO, SHA256, TICKET, TICKET_EXAMPLES

E = TypeVar("E")

GOLDEN = Path(__file__).parent / "golden"

ALL: tuple[Any, ...] = (
    *TICKET_EXAMPLES,
    *COMPLAINT_EXAMPLES,
    *FOLLOW_UP_EXAMPLES,
    *MONEY_EXAMPLES,
    *COMPENSATION_EXAMPLES,
    *PROMISE_EXAMPLES,
    FILED,
    *PROBLEM_EXAMPLES,
    LoadTaken(ticket_id=TICKET),
    LoadReleased(ticket_id=TICKET),
    StaffRecorded(
        subject="u-li",
        name="李师傅",
        phone="13800000001",
        roles=("engineer",),
        skills=("leak", "drain"),
        certifications=(Certification(code="electrician", expires_on=date(2026, 12, 31)),),
        max_load=5,
        communities=("jinxiu",),
        active=True,
    ),
    HouseholdRecorded(
        household_id="h-3-1201",
        members=(Member(subject="o-zhang", name="张阿姨", phone="13900000001"),),
        phone="02100000001",
        quiet_hours=(QuietHours(start="12:00", end="14:00"),),
        tags=("独居老人",),
        communities=("jinxiu",),
    ),
    PreferenceRecorded(
        household_id="h-3-1201",
        quiet_hours=(QuietHours(start="22:00", end="07:00"),),
        tags=("请先打电话",),
    ),
    ReferralRecorded(
        household_id="h-3-1201",
        referral_id="0190a5d4-7d1c-7f0e-9a55-0c9f6a7f2b42",
        friend="李阿姨",
        note="想搬到三号楼",
    ),
    CategoryRecorded(
        category="electrical",
        label="电气",
        service_class="simple",
        skill="electrical",
        certifications=("electrician",),
    ),
    ChecklistRecorded(
        category="leak",
        version=2,
        items=(ChecklistItem(item="shoe_covers", label="鞋套", required=True),),
    ),
    CalendarRecorded(
        calendar_id="front_desk",
        version=2,
        zone="Asia/Shanghai",
        week=(
            *((Interval(start="08:30", end="12:00"), Interval(start="13:30", end="18:00")),) * 5,
            *((Interval(start="09:00", end="24:00"),),) * 2,
        ),
        exceptions=CalendarExceptions(
            closed=(date(2024, 5, 1),),
            hours=(
                SpecialHours(
                    on=date(2024, 2, 9), intervals=(Interval(start="08:30", end="12:00"),)
                ),
            ),
            make_up=(MakeUpDay(on=date(2024, 4, 28), weekday=0),),
        ),
        valid_from=datetime(2024, 1, 1, tzinfo=UTC),
        provisional_years=(2025,),
    ),
    POLICY,
    AttachmentStored(
        attachment_id=PHOTO.id,
        sha256=SHA256,
        content_type="image/jpeg",
        width=4032,
        height=3024,
        bytes=1_843_201,
        stage="on_site",
        ticket_id=TICKET,
    ),
    AttachmentLinked(ticket_id=TICKET),
    *SURVEY_EXAMPLES,
    TenantOpened(name="锦绣物业", timezone="Asia/Shanghai", sandbox=False),
    SandboxClockMoved(now=datetime(2024, 3, 5, 2, 30, tzinfo=UTC), events=3),
    ApiKeyIssued(
        name="ERP",
        scopes=("tickets:read", "events:read"),
        role="integration",
        secret_hash=SHA256,
    ),
    ApiKeyRevoked(),
    TenantSuspended(reason="合同到期"),
    TenantResumed(reason="已续约"),
    SessionOpened(
        subject="zhang",
        role="owner",
        household_id="h-3-1201",
        communities=("jinxiu",),
        name="张阿姨",
        opened_at=datetime(2024, 3, 5, 2, 30, 0, 125_000, tzinfo=UTC),
    ),
    SessionRefreshed(generation=1, refreshed_at=datetime(2024, 3, 5, 3, 25, tzinfo=UTC)),
    SessionEnded(reason="signed_out"),
    AccessRevoked(
        subject="u-li", issued_until=datetime(2024, 3, 5, 4, tzinfo=UTC), reason="已离职"
    ),
)

EXAMPLES: dict[str, Any] = {NAME_OF[type(event)]: event for event in ALL}


def example(event: type[E], **changes: Any) -> E:
    """The example of this class, with what the test is about said otherwise."""
    found: E = EXAMPLES[NAME_OF[event]]
    return replace(found, **changes)  # type: ignore[type-var]


def golden_file(name: str) -> Path:
    return GOLDEN / f"{name}.v{SCHEMA_VERSION[name]}.json"


def write_missing_golden_files() -> None:
    for name, event in EXAMPLES.items():
        if not golden_file(name).exists():
            golden_file(name).write_text(encode_content(event) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_missing_golden_files()
