"""A good body for every command of a ticket: what the tests of refusals start from."""

from typing import Any

LATER = "2030-01-01T00:00:00Z"
NOBODY = "01a1ff9b-0000-7000-8000-000000000000"

GOOD_BODIES: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "reject": {"reason": "不属于物业范围", "referred_to": "自来水公司"},
    "reclassify": {"service_class": "simple", "reason": "比看起来简单"},
    "cancel": {"reason": "已自行解决"},
    "open-to-pool": {},
    "assign": {"engineer": "laowang"},
    "claim": {},
    "accept": {},
    "decline": {"reason": "太远"},
    "transfer": {"engineer": "laowang"},
    "depart": {"eta": LATER},
    "arrive": {"photo_ids": []},
    "record-no-access": {"call_log": "打了三次电话"},
    "propose-solution": {"plan": "换管", "material_fen": 100, "chargeable": False},
    "accept-solution": {},
    "decline-solution": {"reason": "太贵"},
    "hold": {"reason": "parts"},
    "release": {},
    "declare-delay": {"reason": "下雨", "new_eta": LATER},
    "update-progress": {"text": "正在施工"},
    "add-cost": {"kind": "material", "description": "角阀", "amount_fen": 100},
    "check-item": {"item": "shoe_covers"},
    "complete-work": {"photo_ids": [], "summary": "修好了"},
    "verify": {},
    "sign-completion": {},
    "dispute": {"reason": "还在漏"},
    "settle-bill": {"method": "wechat_pay"},
    "waive-bill": {"reason": "老客户"},
    "close": {},
    "reopen": {"reason": "又漏了"},
    "merge": {"into": NOBODY},
    "link": {"ticket_id": NOBODY, "kind": "related"},
    "hand-over": {"to": "laowang"},
    "accept-hand-over": {},
    "urge": {},
    "comment": {"text": "请尽快"},
    "escalate": {"reason": "业主很着急"},
    "waive-breach": {"clock": "arrive", "cycle": 1, "reason": "市政停水"},
}
