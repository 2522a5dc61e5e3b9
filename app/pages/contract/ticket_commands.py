"""Commands on tickets."""

from app.pages.contract.complaint_commands import FOLLOW_UPS_AND_COMPLAINTS
from app.pages.contract.operation import Operation
from app.pages.contract.parameters import EXAMPLES

LATER = "2030-01-02T10:00:00+08:00"
A_TICKET = EXAMPLES["ticket_id"]

HANDLING = {
    "acknowledge_ticket": Operation(
        "受理",
        "acknowledge a ticket",
        "确认收到，受理时限停止计时。代业主报修的客服为首问责任人，否则为受理人。",
        "Confirms receipt and stops the acknowledgement clock. First responsible (首问负责) is who "
        "took the owner's report down, or else who acknowledges it.",
        {"note": "已联系业主"},
    ),
    "reject_ticket": Operation(
        "不予受理",
        "reject a ticket",
        "不属于物业范围。须写明理由，以及转介给谁。",
        "Not within the company's duties. A reason is needed, and who takes care of it instead.",
        {"reason": "不属于物业维修范围", "referred_to": "自来水公司"},
    ),
    "reclassify_ticket": Operation(
        "改服务等级",
        "change the service class",
        "改变服务等级，相应时限重新计算。",
        "Changes the service class; the clocks are set anew by it.",
        {"service_class": "simple", "reason": "现场比描述简单"},
    ),
    "cancel_ticket": Operation(
        "撤销",
        "cancel a ticket",
        "不再需要处理。须写明理由。",
        "Ends a ticket that is no longer needed, with a reason.",
        {"reason": "业主已自行解决"},
    ),
    "open_ticket_to_pool": Operation(
        "放入抢单池",
        "offer a ticket to the pool",
        "符合技能与证书要求的师傅均可抢单。",
        "Any engineer with the skills and certificates may claim it.",
        {"note": "附近师傅优先"},
    ),
    "assign_ticket": Operation(
        "派单",
        "assign a ticket",
        "指派给一名师傅。技能、证书与负荷上限在写入时一并检查；师傅未在限期内接单则退回。",
        "Offers it to one engineer. Skills, certificates and the load cap are checked in the same "
        "append; an offer that is not accepted in time lapses.",
        {"engineer": "laowang", "eta": LATER},
    ),
    "claim_ticket": Operation(
        "抢单",
        "claim a ticket",
        "从抢单池接走。先到先得。",
        "Takes a ticket from the pool, first come first served.",
        {"note": "十分钟内出发"},
    ),
    "accept_ticket": Operation(
        "接单",
        "accept a ticket",
        "接受派单或转单。",
        "Accepts an offer or a transfer.",
        {"note": "收到"},
    ),
    "decline_ticket": Operation(
        "退单",
        "decline a ticket",
        "退回派单或转单。须写明理由。",
        "Declines an offer or a transfer, with a reason.",
        {"reason": "距离太远"},
    ),
    "transfer_ticket": Operation(
        "转单",
        "transfer a ticket",
        "转给另一名师傅，对方接单后生效。时限不因转单重新起算。",
        "Hands it to another engineer, who has to accept. Clocks do not start again.",
        {"engineer": "laowang"},
    ),
    "hand_over_ticket": Operation(
        "移交首问责任",
        "hand over first responsibility",
        "请另一名员工接手首问责任，对方接受后生效。",
        "Asks another member of staff to become the first responsible; it takes effect when they "
        "accept.",
        {"to": "xiaozhou"},
    ),
    "accept_hand_over": Operation(
        "接受首问责任",
        "accept first responsibility",
        "由被请求的员工接受。",
        "By the member of staff who was asked.",
        {"note": "由我跟进"},
    ),
    "depart_for_ticket": Operation(
        "出发",
        "set out",
        "师傅已出发，并告知预计到达时间。",
        "The engineer is on the way and gives the expected time of arrival.",
        {"eta": LATER},
    ),
    "arrive_at_ticket": Operation(
        "到场",
        "arrive on site",
        "须有现场照片，或工单位置 300 米内的定位。到场时限停止计时。",
        "Needs a photo, or a position within 300 m of the ticket's. Stops the arrival clock.",
        {"geo": {"lat": 31.2304, "lon": 121.4737}, "photo_ids": []},
    ),
    "record_no_access": Operation(
        "未能入户",
        "record no access",
        "到场后无人应门。须有联系经过或照片。",
        "Nobody opened the door. Needs a log of the calls or a photo.",
        {"call_log": "敲门三次，电话两次未接"},
    ),
}

WORK = {
    "propose_solution": Operation(
        "提出方案",
        "propose a solution",
        "写明做法、材料费（分）与是否收费。收费须业主同意；超出师傅权限的材料须批准。",
        "The plan, its material in fen, and whether the owner pays. What is charged needs the "
        "owner's consent; material beyond the engineer's authority needs approval.",
        {"plan": "更换角阀与软管", "material_fen": 8000, "chargeable": False},
    ),
    "accept_solution": Operation(
        "同意方案",
        "accept a solution",
        "业主同意付费，或上级批准材料。",
        "The owner consents to pay, or a superior approves the material.",
        {"note": "同意"},
    ),
    "decline_solution": Operation(
        "不同意方案",
        "decline a solution",
        "业主不同意付费，或上级不批准材料。",
        "The owner does not consent, or a superior does not approve.",
        {"reason": "费用偏高"},
    ),
    "hold_ticket": Operation(
        "挂起",
        "put a ticket on hold",
        "等待业主、配件、外部单位等。政策允许的原因会暂停时限，有上限；对业主的承诺不因此顺延。",
        "Waits for the owner, parts, a vendor and the like. Reasons that the policy names pause "
        "clocks, up to a cap; promises to the owner are not moved by it.",
        {"reason": "parts", "expected_resume_at": LATER},
    ),
    "release_ticket": Operation(
        "解除挂起",
        "release a ticket from hold",
        "继续处理，时限继续计时。",
        "Work goes on, and so do the clocks.",
        {"note": "配件已到"},
    ),
    "declare_delay": Operation(
        "说明延误",
        "declare a delay",
        "告知业主原因与新的预计时间。时限不变；规则可能据此补偿。",
        "Tells the owner why and the new expected time. Clocks stay as they are; a rule may "
        "compensate for it.",
        {"reason": "暴雨，室外无法施工", "new_eta": LATER},
    ),
    "update_progress": Operation(
        "更新进度",
        "update progress",
        "告知业主进展。承诺多日完工的工程须每日更新。",
        "Tells the owner how it goes. Works that were promised within days owe a daily update.",
        {"text": "已拆除旧管，明日安装", "photo_ids": []},
    ),
    "add_cost": Operation(
        "登记费用",
        "add a cost",
        "材料或人工，以分计。",
        "Material or labour, in fen.",
        {"kind": "material", "description": "角阀 DN15", "amount_fen": 4500, "batch": "20240301"},
    ),
    "check_item": Operation(
        "勾选清单",
        "check an item",
        "清单中的一项已完成。必做项未勾完不能完工。",
        "An item of the checklist is done. Work cannot be completed before the required ones are.",
        {"item": "shoe_covers"},
    ),
    "complete_work": Operation(
        "完工",
        "complete the work",
        "须有完工照片。生成《维修完成确认单》，并安排回访。",
        "Needs photos of the finished work. Makes the completion form and schedules the "
        "follow-ups.",
        {"summary": "更换角阀，试水一小时无渗漏", "photo_ids": []},
    ),
    "verify_ticket": Operation(
        "验收",
        "verify the work",
        "由未施工的人检查完成的工作；仅复杂（complex）工单需要。",
        "Somebody who did not do the work checks it; of complex repairs only.",
        {"note": "现场复查无渗漏"},
    ),
    "sign_completion": Operation(
        "签字确认",
        "sign the completion",
        "业主签字。带上所见确认单的 `form_hash`，确保签的就是所见的。",
        "The owner signs. Send the `form_hash` of the form that was shown, so that what is signed "
        "is what was seen.",
        {"note": "已确认"},
    ),
    "dispute_ticket": Operation(
        "提出异议",
        "dispute the result",
        "业主不认可结果。须写明理由。",
        "The owner does not agree with the result, and says why.",
        {"reason": "还在漏"},
    ),
    "settle_bill": Operation(
        "结清费用",
        "settle the bill",
        "业主已支付。写明方式与凭证号。",
        "The owner has paid: by what means, and the reference.",
        {"method": "wechat_pay", "reference": "WX20240305001"},
    ),
    "waive_bill": Operation(
        "免收费用",
        "waive the bill",
        "费用不再收取。须写明理由。",
        "The bill need not be paid, for a reason.",
        {"reason": "返修免收"},
    ),
}

COURSE = {
    "close_ticket": Operation(
        "关闭",
        "close a ticket",
        "费用已清、回访已完成、子单均已结束的工单可以关闭。",
        "Ends a ticket whose bill is settled, whose follow-up is done and whose child tickets are "
        "over.",
        {"note": "归档"},
    ),
    "reopen_ticket": Operation(
        "重新打开",
        "reopen a ticket",
        "完工七天内开始新的一轮；过期则新建工单，应答与 `Location` 为新工单。",
        "Within seven days of completion it begins a new cycle; later it opens a new ticket, which "
        "is then the answer and `Location`.",
        {"reason": "又漏了"},
    ),
    "merge_ticket": Operation(
        "并单",
        "merge into another ticket",
        "同一件事报了两次。此单结束，留言与催单转到目标工单。匿名投诉只与针对同一人的匿名投诉并单。",
        "The same matter was reported twice. This ticket ends; comments and urges go on at the "
        "other. An anonymous complaint merges only with another one about the same person.",
        {"into": A_TICKET},
    ),
    "link_ticket": Operation(
        "关联",
        "link another ticket",
        "`ticket_id` 与此单的关系：子单、相关、复发于、引用。与匿名投诉关联，须从该投诉一侧发起。",
        "What `ticket_id` is to this ticket: `child`, `related`, `recurs_of` or `quotes`. An "
        "anonymous complaint is linked from its own side: give the command on it.",
        {"ticket_id": A_TICKET, "kind": "related"},
    ),
    "urge_ticket": Operation(
        "催单",
        "urge",
        "业主催办，记录次数；第三次催办自动升级。",
        "The owner asks for haste. It is counted; the third urge escalates the ticket.",
        {"note": "家里有老人，请尽快"},
    ),
    "comment_on_ticket": Operation(
        "留言",
        "comment",
        "`public` 业主可见；`internal` 仅员工可见。",
        "`public` is seen by the owner; `internal` by staff alone.",
        {"text": "请走货梯", "visibility": "public"},
    ),
    "escalate_ticket": Operation(
        "升级",
        "escalate a ticket",
        "提请上级关注。须写明理由。",
        "Brings it to the attention of superiors, with a reason.",
        {"reason": "业主三次来电"},
    ),
    "record_exclusion": Operation(
        "登记不予补偿事由",
        "record an exclusion",
        "本轮延误并非我方责任（如市政停水）：规则不再据此补偿。",
        "This cycle's delay was not ours to prevent (a municipal outage, say): no rule compensates "
        "for it.",
        {"reason": "municipal_outage"},
    ),
    "exercise_authority": Operation(
        "行使授权",
        "exercise authority",
        "在授权矩阵范围内当场决定：活动天数、临时通行、调解。",
        "Decides on the spot what the authority matrix lets the role decide: activity days, a "
        "temporary pass, a mediation.",
        {"kind": "activity_days", "amount": 2, "unit": "day", "reason": "赠送游泳券两天"},
    ),
    "waive_breach": Operation(
        "豁免超时",
        "waive a breach",
        "超时记录保留，注明豁免及理由；及时率分列。",
        "The breach stays on record, marked as waived with the reason; on-time rates count it "
        "apart.",
        {"clock": "arrive", "cycle": 1, "reason": "市政停水"},
    ),
}

OPERATIONS = HANDLING | WORK | COURSE | FOLLOW_UPS_AND_COMPLAINTS
