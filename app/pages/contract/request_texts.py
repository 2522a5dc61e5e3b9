"""What the fields of requests say of themselves, by what the code says.

A text alone is the Chinese of what the code says; `Words` put that differently, too.
"""

from app.pages.page import Words

TICKETS: dict[str, str | Words] = {
    "What every command may say: when it was so, what speaks for that, "
    "and a word beside it.": Words(
        "每个操作都可附：实际发生时间、依据与备注。",
        "What every command may add: when it happened, the evidence for that, and a note.",
    ),
    "When it was so, if that was not now (late facts).": Words(
        "实际发生时间；不写为现在（用于补录）。", "When it happened, if not now (late facts)."
    ),
    "What speaks for a time that lies back.": Words(
        "补录时间的依据。", "Evidence for a time in the past."
    ),
    "A place by the device, WGS 84, in degrees.": Words(
        "设备定位，WGS 84，单位为度。", "The device's position, WGS 84, in degrees."
    ),
    "Local times in which nobody should come. Over midnight where `start` is after `end`.": Words(
        "免打扰的当地时段；`start` 晚于 `end` 即跨午夜。",
        "Local times in which nobody should come. Across midnight where `start` is after `end`.",
    ),
    "A new ticket. Words or a photo, one of them is enough. A follow-up says `parent_id`, the "
    "ticket that is asked about, and for the rest goes by that.": Words(
        "新工单。描述与照片至少一项。回访写 `parent_id`，其余随原工单。",
        "A new ticket, with a description or a photo. A follow-up names `parent_id` and takes the "
        "rest from that ticket.",
    ),
    "Of a repair; a complaint or a suggestion may leave it open.": Words(
        "报修须写；投诉、建议可不写。",
        "Required for repairs; optional for complaints and suggestions.",
    ),
    "Absent: triage by the category.": "不写则按类别分级。",
    "Of every ticket but a follow-up.": Words(
        "除回访外须写。", "Required for every ticket but a follow-up."
    ),
    "The ticket that this one belongs to.": "所属的工单。",
    "Of a follow-up; absent: how content the owner is.": Words(
        "用于回访；不写为满意度。", "Of a follow-up; `satisfaction` if absent."
    ),
    "Of a follow-up; absent: when the policy says.": Words(
        "用于回访；不写则按政策。", "Of a follow-up; by the policy if absent."
    ),
    "Of a complaint: who of the staff is complained about.": "投诉：被投诉的员工。",
    "Of a complaint: neither who is complained about nor any engineer learns whose it is.": (
        "投诉：被投诉人与师傅均不知道投诉人。"
    ),
    "Of a complaint: how many stood by it where it was made.": Words(
        "投诉：当场附议的人数。", "Of a complaint: how many supported it on the spot."
    ),
    "Of a complaint: each becomes a ticket of its own.": "投诉：每个痛点成为一张子单。",
    "Of a complaint: earlier tickets that it speaks of.": "投诉：所提及的先前工单。",
    "Who takes care of it instead (首问负责).": "由谁处理（首问负责）。",
    "Of the call, by the telephone system; told twice it counts once.": Words(
        "电话系统的通话编号；重复提交只计一次。",
        "The telephone system's id of the call; sent twice, it counts once.",
    ),
    "Stars, one to five: the more the better.": "一至五星，越多越好。",
    "What the owner said.": "业主原话。",
    "When the owner wants to be called.": "业主希望的时间。",
    "The hash of the form that the owner was shown.": "业主所见确认单的摘要。",
    "Days, of `activity_days`; the others are not measured.": Words(
        "`activity_days` 的天数；其余不计量。",
        "Days, for `activity_days`; the others have no amount.",
    ),
    "Absent: who gives the command. Never who is complained about.": Words(
        "不写为调用者。不能是被投诉人。", "The caller if absent. Never who is complained about."
    ),
    "What was found.": "查明的事实。",
    "What is done about it.": "采取的措施。",
    "By which day.": "完成日期。",
    "Staff say whose; owners support in their own name.": Words(
        "员工须写；业主为自家附议。", "Named by staff; owners support in their own name."
    ),
    "Who called the owner to hear that it is meant; not who is complained about.": Words(
        "致电业主核实的人；不能是被投诉人。",
        "Who called the owner to confirm it; not who is complained about.",
    ),
}

PROMISES: dict[str, str | Words] = {
    "Days by a rule, a fixed time, or so long from now: one of the three.": (
        "按规则计的天数、固定时间或时长，三选一。"
    ),
    "Of days; without it `civil_code_201_203`: the day of the promise does not count, the last "
    "one ends at 24:00, and rolls on if it is no workday.": Words(
        "天数的算法；不写为 `civil_code_201_203`：当天不计，末日 24:00 截止，非工作日顺延。",
        "How days are counted; `civil_code_201_203` if absent: the day of the promise does not "
        "count, the last one ends at 24:00 and moves on to the next workday.",
    ),
    "What the owner gets for each started day of lateness; at most `cap_fen` of it.": Words(
        "逾期每个开始的日子的赔付，合计不超过 `cap_fen`。",
        "What the owner gets for each started day of lateness, `cap_fen` at most in total.",
    ),
    "Dates are excused as whole days, both included; of instants the whole days between count.": (
        "日期按整日，首尾均含；时刻则计其间的整日。"
    ),
    "Who of the household consented, and how.": "住户中谁同意、如何同意。",
}

CLOCKS: dict[str, str | Words] = {
    "The whole policy, a new version from `valid_from` on (from now, where none is said).": Words(
        "整份政策，新版本自 `valid_from` 起生效（不写为现在）。",
        "The whole policy: a new version in force from `valid_from` on (from now if absent).",
    ),
    "A clock without a target is legal: it says that there is none.": Words(
        "可不设目标，表示无此时限。", "A clock may have no target: then there is no such limit."
    ),
    "`PT2H` is open time of the calendar; `P5D` are days by `count_rule`, which are "
    "not 120 hours.": (
        "`PT2H` 为日历上的服务时间；`P5D` 为按 `count_rule` 计的日数，不等于 120 小时。"
    ),
    "Local time on the last workday; days are workdays then.": Words(
        "末个工作日的当地截止时刻；此时按工作日计。",
        "Local time on the last workday; days are then workdays.",
    ),
    "For `update`: owed once the work has been promised within so many days.": Words(
        "用于 `update`：承诺多日完工后才须更新。",
        "For `update`: owed only once the work has been promised within some days.",
    ),
    "Wakes people at night.": Words("夜间也通知。", "Notifies at night, too."),
    "The matters of which all this is true; what is left out may be anything.": Words(
        "须全部符合；未写的不限。", "All of these have to match; what is left out matches anything."
    ),
    "A tag of the household.": "住户标签。",
    "Open time after the due time.": "到期后的服务时间。",
    "The whole calendar, a new version. `week` has seven days, Monday first.": (
        "整份日历，新版本。`week` 为七天，周一在前。"
    ),
    "Local time, from `start` until before `end`; `24:00` ends the day.": (
        "当地时间，含 `start` 不含 `end`；`24:00` 为一天结束。"
    ),
    "调休: a date worked as another weekday; 0 is Monday.": Words(
        "调休：当天按另一个星期几上班；0 为周一。",
        "A make-up day (调休): a date worked as another weekday; 0 is Monday.",
    ),
    "`start` and `duration` ask for the due; `from` and `to` for the elapsed time.": Words(
        "`start` 与 `duration` 求到期；`from` 与 `to` 求经过时间。",
        "`start` and `duration` give the due time; `from` and `to` the elapsed time.",
    ),
    "Say what would change, and change nothing.": Words(
        "只列出变化，不执行。", "Only shows what would change."
    ),
    "`retro` counts the new target from the start, `restart` from now; `retro_with_floor` "
    "breaches nothing in the past and gives nobody more time than before.": Words(
        "`retro` 从起点按新目标计，`restart` 从现在计；`retro_with_floor` 不追溯超时，也不放宽。",
        "`retro` counts the new target from the start, `restart` from now; `retro_with_floor` "
        "breaches nothing in the past and gives no more time than before.",
    ),
    "One draft or both.": "政策草案、日历草案，或两者。",
    "Tickets reported from the one until before the other.": Words(
        "报修时间含起点、不含终点。", "Tickets reported from `from` until before `to`."
    ),
}

MONEY: dict[str, str | Words] = {
    "Things are valued at what they cost.": "实物按成本计价。",
    "A small loss by a decision in good faith is nobody's fault.": Words(
        "善意决定造成的小额损失不追责。",
        "A decision in good faith: a small loss is not held against anybody.",
    ),
    "A cap that is left out does not exist.": "未写的上限即没有。",
    "Where it can be seen: the bill, the voucher.": Words(
        "凭证：账单、券号等。", "The reference: a bill, a voucher."
    ),
    "What the owner was told beside the notice that is queued.": Words(
        "除系统通知外告知业主的内容。", "What the owner was told besides the notice that is sent."
    ),
    "The whole rule, a new version from `valid_from` on (from now, where none is said). Versions "
    "are counted by the server, and the idempotency key is made by it: both may be left "
    "out.": Words(
        "整条规则，新版本自 `valid_from` 起生效（不写为现在）。版本号与幂等标识"
        "由服务器给出，可不写。",
        "The whole rule: a new version in force from `valid_from` on (from now if absent). The "
        "server numbers versions and makes the idempotency key: both may be left out.",
    ),
    "As in the path.": "与路径一致。",
    "Time beyond the due time.": "到期后的宽限。",
    "`clock` of `SlaBreached`, `kind` of `PromiseBroken`, `delay` of `DelayDeclared`.": Words(
        "`SlaBreached` 写 `clock`，`PromiseBroken` 写 `kind`，`DelayDeclared` 写 `delay`。",
        "`clock` for `SlaBreached`, `kind` for `PromiseBroken`, `delay` for `DelayDeclared`.",
    ),
    "Declared delays of at least that.": Words("至少延误这么久。", "Delays of at least this long."),
    "Of all service classes, where none is named.": Words(
        "不写为全部服务等级。", "All service classes if empty."
    ),
    "The clocks that were breached from `from` until before `to`, by the draft or else by the rule "
    "as it is in force.": Words(
        "含 `from` 不含 `to` 期间的超时，按草案，否则按现行规则。",
        "What was breached from `from` until before `to`, by the draft or else by the rule "
        "in force.",
    ),
    "The whole authority of the role, a new version from `valid_from` on (from now, where none is "
    "said).": Words(
        "该角色的全部授权，新版本自 `valid_from` 起生效（不写为现在）。",
        "The whole authority of the role: a new version in force from `valid_from` on (from now if "
        "absent).",
    ),
    "Money has `limit_fen`, `activity_days` have `limit_days`, the others have neither. Limits "
    "include their figure; one that is left out does not exist.": Words(
        "金额写 `limit_fen`，`activity_days` 写 `limit_days`，其余不写。限额含本数；"
        "未写即无此限额。",
        "Money has `limit_fen`, `activity_days` has `limit_days`, the others neither. A limit "
        "includes its figure; one that is left out does not exist.",
    ),
    "All of one ticket together; the limit itself, where none is said.": Words(
        "同一工单合计；不写为限额本身。", "In total for one ticket; the limit itself if absent."
    ),
    "All of one household in 30 days together; likewise.": Words(
        "同一住户 30 天合计；不写为限额本身。",
        "In total for one household in 30 days; the limit itself if absent.",
    ),
    "All that one person decides on a local day together.": Words(
        "一人一天（当地）合计。", "In total for one person on a local day."
    ),
    "`subject` decides in the place of `delegated_by`, who is absent.": (
        "`delegated_by` 不在时，由 `subject` 代为决定。"
    ),
}

SURVEYS: dict[str, str | Words] = {
    "One wave of one question. A `to` that is a day lasts until its midnight there.": Words(
        "一轮调查一种问题。`to` 为日期时，到当地当天结束。",
        "One wave of one question. A `to` that is a date includes that local day.",
    ),
    "How many are asked, by whatever way.": Words(
        "各渠道合计发放数。", "How many are asked, over all channels."
    ),
    "The same by channel; the parts make up the whole.": Words(
        "按渠道，合计须相等。", "The same by channel; they have to add up."
    ),
    "How many households can be reached online and how many cannot: their weights.": (
        "可线上触达与不可触达的户数，用作权重。"
    ),
    "What came back so far, altogether; not those that were reported one by one.": (
        "至今退回的累计数，不含逐份登记的。"
    ),
    "Households by name, or so many of the campaign's community drawn by lot.": Words(
        "指定住户，或在小区内抽签的户数。",
        "Named households, or so many drawn by lot in the campaign's community.",
    ),
    "The same lot each time: who was drawn stays drawn.": Words(
        "抽签结果固定：抽中的不变。", "The lot is fixed: who was drawn stays drawn."
    ),
    "Also such as were dissatisfied and asked a short while ago.": Words(
        "包括不久前询问过的不满意住户。",
        "Includes households that were dissatisfied and asked a short while ago.",
    ),
    "One of the 22 items of SERVQUAL, in their order: what was expected and what was found.": (
        "SERVQUAL 二十二项之一，按顺序：期望与感知。"
    ),
    "A hundred points, shared out between the dimensions.": "一百分，在各维度间分配。",
    "What somebody of the household said, taken down by hand.": Words(
        "住户的答复，由员工代录。", "What somebody of the household said, recorded by staff."
    ),
    "Absent: the ticket's or the caller's own; or nobody's, on paper.": Words(
        "不写为工单的住户或调用者自家；纸质问卷可无。",
        "The ticket's or the caller's own if absent; none for paper forms.",
    ),
    "Of the ticket; absent: its present one.": Words(
        "工单的轮次；不写为当前轮。", "The cycle of the ticket; the present one if absent."
    ),
    "From 1 to 10.": "1 至 10 分。",
}

PROBLEMS: dict[str, str | Words] = {
    "A figure that fell below what it should be.": "低于应有水平的指标。",
    "Absent: that of the tickets, if they are all of one.": Words(
        "不写为各工单共同的小区。", "The tickets' community if absent and they share one."
    ),
    "The whole answer. `parents` are the answers that it explains; `ph` is the phenomenon.": (
        "整个回答。`parents` 为它所解释的上一层，`ph` 为现象。"
    ),
    "Absent: by the category; process and management are.": Words(
        "不写则按类别：流程与管理为系统性。",
        "By the category if absent: process and management are systemic.",
    ),
    "Read backwards: this is so, therefore that is so.": "倒读成立：因为这样，所以那样。",
    "Needed of a root that is less than three whys deep.": Words(
        "根因不足三层追问时须写。", "Required for a root that is less than three whys deep."
    ),
    "A corrective action says everything; a containment at least its owner and its day.": Words(
        "纠正措施须写全；临时措施至少写负责人与日期。",
        "A corrective action needs every field; a containment at least its owner and due date.",
    ),
    "Absent: A1, A2 …": "不写为 A1、A2……",
    "Needed of a figure of which it is not known.": Words(
        "指标方向未知时须写。", "Required for a figure whose direction is not known."
    ),
    "Needed for a standard.": Words("标准化时须写。", "Required to standardize."),
    "What is left over begins the next cycle.": Words(
        "遗留问题，进入下一轮。", "What remains; it begins the next cycle."
    ),
}

PEOPLE: dict[str, str | Words] = {
    "The whole record: what it leaves out is gone.": "整条记录：未写的即清空。",
    "Categories; `*` is every one.": "类别；`*` 为全部。",
    "The whole record. An owner of the household may change `preferences` alone.": (
        "整条记录。业主只能改 `preferences`。"
    ),
    "关怀回访、巡查: whom or what, how often, how long, and by whom.": Words(
        "关怀回访、巡查：对谁或哪里、多久一次、到哪天、由谁。",
        "Care visits or inspections: whom or where, how often, until when, and by whom.",
    ),
    "Absent: where the ticket is, or where the household lives.": Words(
        "不写为工单位置或住户所在。", "The ticket's or the household's if absent."
    ),
    "Absent: one step from now. The time of day is that of them all.": Words(
        "不写为从现在起一个周期。各次均在同一时刻。",
        "One step from now if absent. All visits are at that time of day.",
    ),
    "The last day on which there may be a visit.": "可安排回访的最后一天。",
    "Where a sandbox's clock stands.": "沙箱时钟的起始时间。",
    "A session: a short token, and a refresh token.": "建立会话：短期令牌和刷新凭证。",
}

REQUESTS = TICKETS | PROMISES | CLOCKS | MONEY | SURVEYS | PROBLEMS | PEOPLE
