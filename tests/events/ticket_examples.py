"""One example of every event of a ticket, full in every field."""

from datetime import UTC, datetime
from typing import Any

from app.events.ticket import (
    AccessFailed,
    AssignmentAccepted,
    AssignmentReturned,
    AssignmentTransferred,
    AuthorityExercised,
    BillSettled,
    BillWaived,
    ChecklistItem,
    ChecklistItemChecked,
    CommentAdded,
    CompletionDisputed,
    CompletionForm,
    CompletionFormIssued,
    CompletionSigned,
    CostLineAdded,
    DelayDeclared,
    DuplicateAbsorbed,
    EngineerArrived,
    EngineerDeparted,
    EscalationRaised,
    EvidenceGiven,
    FirstResponsibleHandedOver,
    FirstResponsibleSet,
    FormLine,
    Geo,
    HandOverOffered,
    Location,
    OfferedToPool,
    Photo,
    ProgressUpdated,
    QuietHours,
    Reporter,
    SolutionAccepted,
    SolutionConsentGiven,
    SolutionDeclined,
    SolutionProposed,
    TicketAcknowledged,
    TicketAssigned,
    TicketCancelled,
    TicketClaimed,
    TicketClosed,
    TicketHeld,
    TicketLinked,
    TicketMerged,
    TicketReclassified,
    TicketRejected,
    TicketReopened,
    TicketReported,
    TicketResumed,
    TicketUrged,
    WorkCompleted,
    WorkVerified,
)
from tests.events.sla_examples import SLA_EXAMPLES

TICKET = "01900000-0000-7000-8000-000000000001"
OTHER_TICKET = "01900000-0000-7000-8000-000000000002"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

AT = datetime(2024, 3, 5, 2, 30, tzinfo=UTC)
LATER = datetime(2024, 3, 5, 3, 0, 0, 250_000, tzinfo=UTC)
NOTE = "业主在家"

PHOTO = Photo(id="01900000-0000-7000-8000-0000000000f1", sha256=SHA256, stage="on_site")
JINXIU = Location(
    community="jinxiu",
    building="3",
    unit="1201",
    component="kitchen.drain",
    lat_e6=31_230_416,
    lon_e6=121_473_701,
)
FORM = CompletionForm(
    nonce="0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    number="R240305-0001",
    cycle=1,
    location=JINXIU,
    engineer="u-li",
    engineer_name="李师傅",
    summary="更换密封圈",
    photos=(PHOTO,),
    lines=(FormLine(kind="material", description="密封圈", amount_fen=1500, batch="B-17"),),
    material_fen=1500,
    labour_fen=3000,
    billed_fen=4500,
    completed_at=LATER,
)

INTAKE: tuple[Any, ...] = (
    TicketReported(
        ticket_id=TICKET,
        number="R240305-0001",
        kind="repair",
        category="leak",
        service_class="general",
        triaged=True,
        description="厨房漏水",
        intake_channel="phone",
        location=JINXIU,
        household_id="h-3-1201",
        reporter=Reporter(name="张阿姨", phone="13900000001"),
        photos=(PHOTO,),
        quiet_hours=(QuietHours(start="12:00", end="14:00"),),
        checklist=(ChecklistItem(item="shoe_covers", label="鞋套", required=True),),
        checklist_version=2,
        note=NOTE,
    ),
    TicketAcknowledged(note=NOTE),
    FirstResponsibleSet(subject="u-chen", name="陈客服"),
    TicketRejected(reason="属于市政管道", referred_to="市政热线 12345", note=NOTE),
    TicketReclassified(
        service_class="emergency", previous="general", reason="水漫到楼下", note=NOTE
    ),
    TicketCancelled(reason="已自行解决", note=NOTE),
)

ASSIGNMENT: tuple[Any, ...] = (
    OfferedToPool(note=NOTE),
    TicketAssigned(
        engineer="u-li", engineer_name="李师傅", eta=LATER, offer_expires_at=AT, note=NOTE
    ),
    TicketClaimed(engineer="u-li", engineer_name="李师傅", note=NOTE),
    AssignmentAccepted(engineer="u-li", engineer_name="李师傅", note=NOTE),
    AssignmentReturned(engineer="u-li", reason="没有备件", returned_to="u-zhao", note=NOTE),
    AssignmentTransferred(
        from_engineer="u-li",
        engineer="u-zhao",
        engineer_name="赵师傅",
        offer_expires_at=AT,
        note=NOTE,
    ),
)

FIELD_WORK: tuple[Any, ...] = (
    EngineerDeparted(engineer="u-li", eta=LATER, note=NOTE),
    EngineerArrived(
        engineer="u-li",
        photos=(PHOTO,),
        geo=Geo(lat_e6=31_230_416, lon_e6=121_473_701),
        distance_m=35,
        device_time=LATER,
        note=NOTE,
    ),
    AccessFailed(call_log="10:30 拨打两次未接", photos=(PHOTO,), note=NOTE),
    SolutionProposed(
        plan="更换密封圈",
        material_fen=1500,
        chargeable=True,
        needs=("owner",),
        authority_fen=20_000,
        note=NOTE,
    ),
    SolutionConsentGiven(party="owner", note=NOTE),
    SolutionAccepted(note=NOTE),
    SolutionDeclined(party="owner", reason="太贵", note=NOTE),
    TicketHeld(reason="parts", expected_resume_at=LATER, note=NOTE),
    TicketResumed(auto=True, implicit=True, note=NOTE),
    DelayDeclared(reason="堵车", new_eta=LATER, note=NOTE),
    ProgressUpdated(text="已拆下水管", photos=(PHOTO,), note=NOTE),
    CostLineAdded(
        kind="material",
        description="密封圈",
        amount_fen=1500,
        batch="B-17",
        cycle=1,
        note=NOTE,
    ),
    ChecklistItemChecked(item="shoe_covers", note=NOTE),
)

COMPLETION: tuple[Any, ...] = (
    WorkCompleted(
        engineer="u-li",
        summary="更换密封圈",
        photos=(PHOTO,),
        material_fen=1500,
        labour_fen=3000,
        billed_fen=4500,
        cycle=1,
        note=NOTE,
    ),
    CompletionFormIssued(form_hash=SHA256, form=FORM),
    WorkVerified(note=NOTE),
    CompletionSigned(form_hash=SHA256, auto=True, note=NOTE),
    CompletionDisputed(reason="还在滴水", note=NOTE),
    TicketClosed(note=NOTE),
    TicketReopened(reason="又漏了", cycle=2, note=NOTE),
    BillSettled(amount_fen=4500, method="wechat_pay", reference="4200001234", note=NOTE),
    BillWaived(amount_fen=4500, reason="保修期内", note=NOTE),
)

PEOPLE: tuple[Any, ...] = (
    TicketMerged(into=OTHER_TICKET, into_number="R240305-0002", note=NOTE),
    DuplicateAbsorbed(ticket_id=TICKET, number="R240305-0001"),
    TicketLinked(
        ticket_id=OTHER_TICKET, number="R240305-0002", kind="child", note=NOTE, confidential=True
    ),
    HandOverOffered(to="u-sun", to_name="孙客服", note=NOTE),
    FirstResponsibleHandedOver(to="u-sun", to_name="孙客服", previous="u-chen", note=NOTE),
    TicketUrged(count=3, note=NOTE),
    CommentAdded(text="请从南门进", visibility="public", note=NOTE),
    EvidenceGiven(
        lat_e6=31_230_400,
        lon_e6=121_473_700,
        photo_id="p-1",
        device_time=datetime(2024, 3, 5, 2, 25, tzinfo=UTC),
        measured_skew_ms=-120,
    ),
    AuthorityExercised(
        kind="activity_days",
        amount=2,
        measure="day",
        limit=3,
        role="csr",
        matrix_version=1,
        delegated_by="u-zhao",
        reason="名额调整",
        note=NOTE,
    ),
    EscalationRaised(
        level=1,
        reason="业主第三次催单",
        note=NOTE,
        clock="arrive",
        cycle=1,
        audience="manager",
        due_at=LATER,
    ),
)

TICKET_EXAMPLES = INTAKE + ASSIGNMENT + FIELD_WORK + COMPLETION + PEOPLE + SLA_EXAMPLES
