"""Problems, root causes, actions and PDCA cycles."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "get_problems": Operation(
        "问题列表",
        "list problems",
        "自动立项与人工立项的问题，最新的在前。",
        "Those that opened by themselves and those opened by hand, the newest first.",
    ),
    "open_problem": Operation(
        "立项",
        "open a problem",
        "由工单或指标人工立项。同一处已有未结问题的不重复立项，409 会指出它。",
        "By hand, from tickets or from a figure. There is one open problem for one trouble: 409 "
        "names it.",
        {"phenomenon": "3 栋厨房排水反复漏水，三次报修未根治", "community": "jinxiu"},
    ),
    "get_problem": Operation(
        "查看问题",
        "get a problem",
        "现象、分析、根因、措施与 PDCA 轮次。",
        "The phenomenon, its analysis, roots, actions and PDCA cycles.",
    ),
    "add_why": Operation(
        "追问为什么",
        "add a why",
        "回答一个“为什么”。`parents` 为它所解释的上一层，`ph` 为现象。"
        "分析确认后再答，即开始下一版。",
        "Answers a why. `parents` are what it explains; `ph` is the phenomenon. After an analysis "
        "was confirmed, a further answer begins its next version.",
        {
            "id": "n2",
            "parents": ["ph"],
            "answer": "主管道老化",
            "category": "machine",
            "evidence": [{"type": "ticket", "ref": "R240305-0001"}],
        },
    ),
    "revise_why": Operation(
        "修订回答",
        "revise a why",
        "重写整个回答；已验证的须重新验证。",
        "The whole answer anew; it has to be verified again.",
        {
            "parents": ["ph"],
            "answer": "主管道接口老化，未列入巡检",
            "category": "management",
            "evidence": [{"type": "ticket", "ref": "R240305-0001"}],
        },
    ),
    "verify_why": Operation(
        "验证回答",
        "verify a why",
        "倒读是否成立：因为这样，所以那样。由作者以外的人验证。",
        "Whether it holds read backwards: this is so, therefore that is so. By anybody but its "
        "authors.",
        {"therefore_ok": True},
    ),
    "confirm_root_causes": Operation(
        "确认根因",
        "confirm root causes",
        "每个根因须有证据、经验证、推理链成立、追问三层或说明理由，且不单归咎于个人。"
        "确认后不再改变，由后续版本取代。",
        "Each with evidence, verified, reached by a chain that holds, three whys deep or "
        "justified, and no person's fault alone. It never changes again; a later version "
        "supersedes it.",
        {"roots": ["n1"], "justification": "已开挖查验"},
    ),
    "plan_action": Operation(
        "制定改进措施",
        "plan an action",
        "纠正措施针对已确认的根因，写明要改善的指标与目标；临时措施只须负责人与日期。",
        "A corrective action is for a confirmed root and names the figure that is to change; a "
        "containment needs its owner and its day alone.",
        {
            "type": "containment",
            "description": "加装漏水感应器",
            "owner": "laowang",
            "due": "2030-05-31",
        },
    ),
    "complete_action": Operation(
        "完成措施",
        "complete an action",
        "措施已落实。",
        "The action is done.",
        {"note": "已更换 6 户"},
    ),
    "verify_action": Operation(
        "验证措施",
        "verify an action",
        "由完成者以外的人验证。",
        "By anybody but who completed it.",
        {"note": "现场抽查合格"},
    ),
    "start_cycle": Operation(
        "开始 PDCA 轮次",
        "start a PDCA cycle",
        "新的一轮，或由上一轮遗留问题计划的一轮。",
        "The next one, or the one planned from what the last left over.",
        {
            "hypothesis": "更换主管道后漏水不再复发",
            "actions": ["A1"],
            "pilot_scope": ["3栋"],
            "from": "2030-04-01",
            "to": "2030-06-30",
        },
    ),
    "check_cycle": Operation(
        "检查轮次",
        "check a cycle",
        "按指标方向判定改善、变差或不变；任一侧不足 30 的不作结论。",
        "Improved, worse or unchanged by the direction of the figure; inconclusive where either "
        "side has fewer than 30.",
        {
            "metric": "ftf_rate",
            "before": {"mean": 0.82, "n": 60},
            "after": {"mean": 0.95, "n": 58},
            "better": "high",
        },
    ),
    "act_on_cycle": Operation(
        "处置轮次",
        "act on a cycle",
        "有效的才能标准化，并写明标准文件；其余调整或放弃。",
        "Only what has helped becomes a standard, which is written down somewhere; the rest is "
        "adapted or abandoned.",
        {"decision": "adapt", "residual": "高层水压波动仍需处理"},
    ),
    "close_problem": Operation(
        "关闭问题",
        "close a problem",
        "检查通过，且此后九十天未复发。",
        "After a check that was passed, and ninety days without recurrence since.",
        {"note": "未复发"},
    ),
    "get_root_causes": Operation(
        "根因清单",
        "list confirmed root causes",
        "最近确认的在前。",
        "The last confirmed first.",
    ),
    "get_first_time_fix_rate": Operation(
        "一次修复率",
        "get the first-time fix rate",
        "完工满三十天的维修中：一次上门完成，且三十天内无重开、异议、复发或投诉的比例。",
        "Of the completed repairs whose thirty days have passed: done in one visit, and neither "
        "reopened, disputed, repeated nor complained about within them.",
    ),
}
