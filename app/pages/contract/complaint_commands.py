"""Commands on follow-ups and complaints."""

from app.pages.contract.operation import Operation

LATER = "2030-01-02T10:00:00+08:00"

FOLLOW_UPS_AND_COMPLAINTS = {
    "record_attempt": Operation(
        "登记联系业主",
        "record an attempt to reach the owner",
        "已致电或上门。完成回访前须至少联系一次。同一 `call_id` 只计一次。",
        "The owner was called or visited. A follow-up needs at least one attempt before it is "
        "completed. The same `call_id` counts once.",
        {"call_id": "call-20240306-001"},
    ),
    "complete_follow_up": Operation(
        "完成回访",
        "complete a follow-up",
        "记录业主的答复。“又漏了”重开原工单；“不满意”产生投诉与 24 小时内的回电。",
        "Records the owner's answer. `recurred` reopens the ticket; `dissatisfied` opens a "
        "complaint and a call-back within 24 hours.",
        {"outcome": "satisfied", "score": 5, "text": "师傅很细心"},
    ),
    "mark_follow_up_unreachable": Operation(
        "联系不上",
        "mark the owner unreachable",
        "须在至少两天内共联系三次未果之后。",
        "After at least three attempts on at least two days.",
        {"note": "三次未接"},
    ),
    "reschedule_follow_up": Operation(
        "改约回访",
        "reschedule a follow-up",
        "按业主希望的时间再联系。",
        "To the time at which the owner wants to be called.",
        {"at": LATER},
    ),
    "investigate_complaint": Operation(
        "调查投诉",
        "investigate a complaint",
        "开始调查。不写 `investigator` 则为调用者；被投诉人不能调查。",
        "Begins the investigation, by the caller where no `investigator` is named; never by who is "
        "complained about.",
        {"investigator": "manager"},
    ),
    "propose_answer": Operation(
        "提出答复方案",
        "propose an answer",
        "拟如何答复投诉。",
        "How the complaint is to be answered.",
        {"plan": "更换主管道，并上门致歉"},
    ),
    "remedy_complaint": Operation(
        "整改",
        "start the remedy",
        "开始落实整改。",
        "Starts to put right what was found.",
        {"note": "已安排施工"},
    ),
    "respond_to_complaint": Operation(
        "答复业主",
        "respond to a complaint",
        "写明查明的事实、采取的措施与完成日期。",
        "What was found, what is done about it, and by which day.",
        {"facts": "三次维修只换了垫片", "measure": "更换主管道", "date": "2030-01-12"},
    ),
    "mark_complaint_satisfied": Operation(
        "业主满意",
        "mark a complaint satisfied",
        "业主本人表示满意，或员工听业主表示满意。",
        "The owner is content, by their own word or as staff heard it.",
        {"note": "电话确认"},
    ),
    "withdraw_complaint": Operation(
        "撤诉",
        "withdraw a complaint",
        "业主撤回投诉。须由 `confirmed_by` 电话核实，且不是被投诉人。",
        "The owner withdraws it. `confirmed_by` called to hear that it is meant, and is not who is "
        "complained about.",
        {"confirmed_by": "xiaolin"},
    ),
    "support_complaint": Operation(
        "附议投诉",
        "support a complaint",
        "另一住户附议：业主以自家名义，员工代为写明住户。",
        "Another household joins: an owner their own, staff the one that they name.",
        {"household_id": "h-3-1202"},
    ),
}
