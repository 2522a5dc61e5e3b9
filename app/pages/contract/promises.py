"""Promises to owners."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "make_promise": Operation(
        "作出承诺",
        "make a promise",
        "向业主承诺日期，可约定逾期每日赔付与上限。挂起不会顺延承诺。约定赔付须有相应授权。"
        "`warnings` 提示比时限更紧的承诺。版本为工单的版本。",
        "Gives the owner a date, with a penalty per started day up to a cap if agreed. Holds do "
        "not move it. A penalty needs the authority to grant its cap. `warnings` tell where the "
        "promise is tighter than a clock. The version is the ticket's.",
        {
            "kind": "completion",
            "due": {"days": 5, "count_rule": "civil_code_201_203"},
            "penalty": {"amount_fen": 10000, "cap_fen": 30000},
        },
    ),
    "get_promise": Operation(
        "查看承诺",
        "get a promise",
        "当前状态；已逾期的金额随每个开始的日子增加。版本为工单的版本。",
        "As it is now; what has accrued grows with every started day. The version is the ticket's.",
    ),
    "get_promises": Operation(
        "承诺列表",
        "list promises",
        "可见工单的承诺，最先到期的在前。",
        "Of the tickets that the caller may see, the next due first.",
    ),
    "keep_promise": Operation(
        "标记承诺已兑现",
        "mark a promise kept",
        "用于工单上没有其他事实可证明的承诺。逾期才做到的，记为结清而非兑现。",
        "For what no other fact of the ticket shows. Done late, it is settled, not kept.",
        {"note": "已按约完成"},
    ),
    "revise_promise": Operation(
        "改期",
        "revise a promise",
        "经业主同意，且在违约之前。",
        "With the owner's consent, and before it is broken.",
        {"due": {"days": 7}, "consent_by": "张阿姨，电话"},
    ),
    "excuse_promise": Operation(
        "免责",
        "excuse days of a promise",
        "业主不在或不可抗力的整日不计，到期相应顺延；同一天只扣一次。",
        "Whole days on which the owner was absent or force majeure ruled do not count and move the "
        "due time; no day counts twice.",
        {"reason": "force_majeure", "from": "2030-01-03", "to": "2030-01-04"},
    ),
    "withdraw_promise": Operation(
        "撤回承诺",
        "withdraw a promise",
        "在违约之前撤回。须写明理由。",
        "Before it is broken, with a reason.",
        {"reason": "业主改为自行装修"},
    ),
    "get_kept_rate": Operation(
        "承诺兑现率",
        "get the share of promises kept",
        "按到期时间统计：兑现 ÷（兑现 + 违约）。已逾期即为违约；撤回的分列。",
        "By due time: kept ÷ (kept + broken). One that is overdue is broken at once; withdrawn "
        "ones stand apart.",
    ),
}
