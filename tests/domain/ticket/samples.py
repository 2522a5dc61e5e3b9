"""One example of every command, and somebody who may give it."""

from datetime import date, timedelta
from typing import Any, get_args

from app.domain.ticket.commands import complaint as complaints
from app.domain.ticket.commands import follow_up as f
from app.domain.ticket.commands import ticket as c
from app.events.base import Actor
from app.events.promise import PromiseTerms
from tests.domain.ticket.world import DU, LIN, OWNER, SUPERVISOR, reported
from tests.given_when_then import NOW

SAMPLES: dict[type[Any], Any] = {
    c.ReportTicket: reported(),
    c.Reject: c.Reject(reason="不归物业管", referred_to="燃气公司"),
    c.Reclassify: c.Reclassify(service_class="simple", reason="只是垫片"),
    c.Cancel: c.Cancel(reason="自己修好了"),
    c.Assign: c.Assign(engineer="u-wang"),
    c.Decline: c.Decline(reason="在忙"),
    c.Transfer: c.Transfer(engineer="u-chen"),
    c.Depart: c.Depart(eta=NOW),
    c.Arrive: c.Arrive(photo_ids=("p-on_site",)),
    c.RecordNoAccess: c.RecordNoAccess(call_log="无人接听"),
    c.ProposeSolution: c.ProposeSolution(plan="换水管", material_fen=0, chargeable=False),
    c.Hold: c.Hold(reason="parts"),
    c.DeclareDelay: c.DeclareDelay(reason="堵车", new_eta=NOW),
    c.UpdateProgress: c.UpdateProgress(text="正在更换"),
    c.AddCost: c.AddCost(kind="material", description="垫片", amount_fen=100),
    c.CheckItem: c.CheckItem(item="shoe_covers"),
    c.CompleteWork: c.CompleteWork(photo_ids=("p-after",), summary="换了垫片"),
    c.Dispute: c.Dispute(reason="还在滴水"),
    c.Reopen: c.Reopen(reason="又漏了", new_ticket_id="t-new"),
    c.SettleBill: c.SettleBill(method="wechat"),
    c.WaiveBill: c.WaiveBill(reason="质量问题"),
    c.MergeInto: c.MergeInto(into="t-unknown"),
    c.Link: c.Link(ticket_id="t-unknown", kind="related"),
    c.HandOver: c.HandOver(to="u-sun"),
    c.Comment: c.Comment(text="谢谢"),
    c.Escalate: c.Escalate(reason="没人来"),
    c.ExerciseAuthority: c.ExerciseAuthority(kind="mediation", reason="邻里口角"),
    complaints.Respond: complaints.Respond(
        facts="三次只换垫片", measure="更换主管道", date=date(2024, 3, 12)
    ),
    complaints.Withdraw: complaints.Withdraw(confirmed_by="u-sun"),
    complaints.Support: complaints.Support(household_id="h-3-1202"),
    c.RecordExclusion: c.RecordExclusion(reason="municipal_outage"),
    c.WaiveBreach: c.WaiveBreach(clock="arrive", cycle=1, reason="暴雨红色预警"),
}
SAMPLES |= {
    f.ScheduleFollowUp: f.ScheduleFollowUp(
        ticket_id="t-call", purpose="satisfaction", parent_id="t1"
    ),
    f.CompleteFollowUp: f.CompleteFollowUp(
        outcome="satisfied", new_ticket_id="t-new", complaint_id="t-c", callback_id="t-f"
    ),
    f.Reschedule: f.Reschedule(at=NOW + timedelta(days=3)),
}
SAMPLES |= {
    c.MakePromise: c.MakePromise(
        promise_id="p1", kind="completion", terms=PromiseTerms(days=5, count_rule="no_roll")
    ),
    c.KeepPromise: c.KeepPromise(promise_id="p1"),
    c.RevisePromise: c.RevisePromise(
        promise_id="p1", terms=PromiseTerms(days=9, count_rule="no_roll"), consent_by="张阿姨"
    ),
    c.ExcusePromise: c.ExcusePromise(
        promise_id="p1", reason="force_majeure", since=NOW.date(), until=NOW.date()
    ),
    c.WithdrawPromise: c.WithdrawPromise(promise_id="p1", reason="业主改为自修"),
}
SAMPLES |= {one: one() for one in get_args(c.TicketCommand) if one not in SAMPLES}

GIVEN_BY: dict[type[Any], Actor] = {
    **dict.fromkeys([c.Acknowledge, c.Reject, c.Reclassify, c.MergeInto, c.Link, c.HandOver], LIN),
    **dict.fromkeys([c.Close, c.Reopen, c.SettleBill, c.Escalate, c.Comment], LIN),
    **dict.fromkeys([c.OpenToPool, c.Assign], DU),
    **dict.fromkeys([c.Cancel, c.AcceptSolution, c.DeclineSolution], OWNER),
    **dict.fromkeys([c.SignCompletion, c.Dispute, c.Urge], OWNER),
    **dict.fromkeys([c.Verify, c.WaiveBill, c.AcceptHandOver], SUPERVISOR),
    **dict.fromkeys([c.MakePromise, c.KeepPromise, c.RevisePromise, c.ExcusePromise], LIN),
    c.WithdrawPromise: SUPERVISOR,
}
