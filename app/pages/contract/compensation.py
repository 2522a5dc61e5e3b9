"""Compensation, its rules, the authority to grant it, and the books."""

from app.pages.contract.operation import Operation

RULE = {
    "trigger": {"event": "SlaBreached", "clock": "arrive", "class": ["simple", "general"]},
    "grace": "PT0S",
    "benefit": {"kind": "fee_credit", "amount_fen": 5000, "currency": "CNY"},
    "scope": "household_per_cycle",
    "caps": {
        "per_ticket_fen": 20000,
        "per_household_month_fen": 20000,
        "project_month_budget_fen": 1000000,
    },
    "on_budget_exceeded": "to_approval",
    "exclusions": ["owner_no_access", "duplicate_merged"],
    "stack": "max_of_same_cause",
    "source": "服务承诺 2030 版",
}

GRANTS = {
    "propose_compensation": Operation(
        "提出补偿",
        "propose a compensation",
        "在授权范围内当即生效（同一工单及该住户 30 天内由人决定的合并计算）；超出则等待批准。",
        "Within the caller's authority it is granted at once, counting all that people granted on "
        "the ticket and to the household in 30 days; beyond it, it waits for approval.",
        {"benefit": "fee_credit", "amount_fen": 5000, "reason": "维修迟到两小时"},
    ),
    "get_compensations": Operation(
        "补偿列表",
        "list compensations",
        "待批准的在前，等待最久的最先；其余最新的在前。",
        "First those that wait for approval, the longest first; then the others, the newest first.",
    ),
    "get_compensation": Operation(
        "查看补偿",
        "get a compensation",
        "当前状态。业主可见所得及原因。",
        "As it is now. Owners see what they get and why.",
    ),
    "approve_compensation": Operation(
        "批准补偿",
        "approve a compensation",
        "由授权足够、且既非提出人也非受益人的人批准。",
        "By somebody whose authority suffices, who neither proposed it nor benefits from it.",
        {"note": "同意"},
    ),
    "reject_compensation": Operation(
        "驳回补偿",
        "reject a compensation",
        "由有权批准的人或其上级驳回。须写明理由。",
        "By those who could approve it, or who are asked at a higher level, with a reason.",
        {"reason": "与承诺不符"},
    ),
    "fulfil_compensation": Operation(
        "标记补偿已兑现",
        "mark a compensation fulfilled",
        "业主已实际得到。此后不可作废，只能因欺诈或重复冲销。",
        "The owner has received it. From then on it cannot be voided, only reversed for fraud or a "
        "duplicate.",
        {"reference": "账单 2030-01", "note": "已抵扣物业费"},
    ),
    "fail_fulfilment": Operation(
        "登记兑现失败",
        "record a failed fulfilment",
        "未能交付。仍须兑现，时限继续计时。",
        "It could not be delivered. It stays owed and its clock goes on.",
        {"reason": "收款账户有误"},
    ),
    "void_compensation": Operation(
        "作废补偿",
        "void a compensation",
        "兑现之前撤销。须写明理由。",
        "Before it is fulfilled, with a reason.",
        {"reason": "重复提出"},
    ),
    "reverse_compensation": Operation(
        "冲销补偿",
        "reverse a compensation",
        "兑现之后，因欺诈或重复，并告知业主。以反向分录入账，不删除任何记录。",
        "After it was fulfilled, for fraud or a duplicate, with notice to the owner. Entered as a "
        "counter-entry; nothing is deleted.",
        {"reason": "duplicate", "notice": "因重复发放，已冲销一笔"},
    ),
    "get_flags": Operation(
        "疑点列表",
        "list flags",
        "可疑的补偿，最新的在前。仅提示复核，不阻止任何补偿。",
        "What looks odd about compensations, the latest first. A flag asks for a look and blocks "
        "nothing.",
    ),
}

RULES = {
    "get_rules": Operation(
        "补偿规则列表",
        "list compensation rules",
        "各规则当前生效的版本；尚未生效的为其首个版本。",
        "Each as it is in force now, or as it will be first.",
    ),
    "get_rule": Operation(
        "查看补偿规则",
        "get a compensation rule",
        "当前生效的版本，或指定的版本。",
        "As it is in force now, or the version asked for.",
    ),
    "put_rule": Operation(
        "设定补偿规则",
        "set a compensation rule",
        "新版本，自 `valid_from` 起生效。之前发生的按当时的版本判定，不会重复补偿。",
        "A new version, in force from `valid_from` on. What happened before is judged by the "
        "version of then, and nothing is granted twice.",
        RULE,
    ),
    "try_rule": Operation(
        "试算补偿规则",
        "try a compensation rule",
        "按期间内的超时、违约与延误试算规则或草案会补偿多少。不写入任何内容；"
        "计入不予补偿事由，不计人工补偿。",
        "What the rule, or a draft, would have granted over what was breached, broken or declared "
        "late in the period. Writes nothing. Exclusions count; what people granted is left out.",
        {
            "from": "2024-03-01T00:00:00+08:00",
            "to": "2024-03-31T00:00:00+08:00",
            "draft": RULE,
        },
    ),
}

AUTHORITY = {
    "get_authorities": Operation(
        "授权矩阵",
        "list the authority of all roles",
        "各角色当前的授权。未列出的角色不能独自决定。",
        "Each as it is in force now. A role that is not listed may decide nothing alone.",
    ),
    "get_authority": Operation(
        "查看角色授权",
        "get the authority of a role",
        "当前生效的版本，或指定的版本。`regional` 由 `admin` 行使。",
        "As it is in force now, or the version asked for. `regional` is exercised by `admin`.",
    ),
    "put_authority": Operation(
        "设定角色授权",
        "set the authority of a role",
        "新版本，自 `valid_from` 起生效；之前的决定不变。经理可在自身限额内设定下级角色。",
        "A new version, in force from `valid_from` on; what was decided stays decided. A manager "
        "may set the roles below, within the manager's own limits.",
        {
            "rows": [
                {"kind": "any_benefit", "limit_fen": 50000},
                {"kind": "activity_days", "limit_days": 3},
            ],
            "source": "授权手册 2030 版",
        },
    ),
}

BOOKS = {
    "get_entries": Operation(
        "分录",
        "list journal entries",
        "按入账顺序。每条分录写明借贷两个科目。",
        "In the order in which they were entered. Every entry names both its accounts.",
    ),
    "get_balance": Operation(
        "余额",
        "get balances",
        "全部住户合计，或一户。",
        "Of all households together, or of one.",
    ),
    "get_fee_credits": Operation(
        "物业费减免",
        "list fee credits",
        "供收费系统使用：以 `after` 传回已取的最后位置。撤销会指明先前的减免无效。",
        "For the fee system, which gives the last position that it has taken as `after`. A "
        "withdrawal says that an earlier credit is void.",
    ),
    "get_budgets": Operation(
        "项目月度预算",
        "list the budgets of projects",
        "当月有补偿的项目。规则到预算即停并转审批；超预算批准的计入 `over_fen`。",
        "Projects that granted anything that month. Rules stop at the budget and ask; what was "
        "approved beyond it is in `over_fen`.",
    ),
    "get_exposure": Operation(
        "住户已获补偿",
        "get what a household was granted",
        "最近 400 天的补偿、最近 30 天的合计，以及调用者尚可独自给予的额度。合计为全公司的数，"
        "上限以此为准；其他小区的补偿不逐项列出。",
        "Of the last 400 days, with the sums of the last 30, and what the caller may still grant "
        "alone. Sums are the company's, as caps are; what other communities gave is not listed.",
    ),
    "get_compensation_cost": Operation(
        "补偿成本",
        "get the cost of compensation",
        "期间内补偿的元数，折合每百张报修工单。按 `month` 为当地月份；"
        "`rule` 为空的是人工或承诺的补偿。",
        "Yuan granted in the period per 100 tickets reported in it. `month` is the local month; "
        "where `rule` is null, people granted or promised it.",
    ),
    "get_approval_waits": Operation(
        "审批等待时间",
        "get approval waits",
        "从申请到决定的实际时间：一半的人等待少于 `value`，九成少于 `p90`。",
        "From request to decision by the wall clock: half waited less than `value`, nine of ten "
        "less than `p90`.",
    ),
}

OPERATIONS = GRANTS | RULES | AUTHORITY | BOOKS
