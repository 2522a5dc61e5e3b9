"""What parameters, headers, statuses and problems say of themselves, by what the code says.

A text alone is the Chinese of what the code says; `Words` put that differently, too.
"""

from app.pages.page import Words

STATUSES: dict[str, str | Words] = {
    "Successful Response": Words("成功", "Success"),
    "OK": "成功",
    "Not Modified": "未改变",
    "Unauthorized": "未提供有效身份",
    "Forbidden": "没有权限",
    "Not Found": "没有找到",
    "Conflict": "与当前状态冲突",
    "Precondition Failed": "版本条件不满足",
    "Request Entity Too Large": "内容过大",
    "Unsupported Media Type": "不支持的内容类型",
    "Unprocessable Entity": "内容不符合要求",
    "Too Many Requests": "请求过于频繁",
    "Service Unavailable": "服务暂时不可用",
}

HEADERS: dict[str, str | Words] = {
    "The same key and body give back the stored answer.": Words(
        "同一标识与内容重发，得到同一应答。",
        "The same key with the same body gets the same answer.",
    ),
    "zh-CN or en.": "zh-CN 或 en。",
    '`"v<version>"`': '`"v版本号"`',
    '`"v<version>"`: 304 if it is still at this version.': '`"v版本号"`：仍为该版本则 304。',
    '`"v<version>"`: only if the resource is still at this version.': (
        '`"v版本号"`：仅当仍为该版本时执行。'
    ),
    "`<position>:<leaf>` of the last event: keep it, it proves what was said.": Words(
        "最后一个事件的 `<位置>:<摘要>`：存证收据，请保存。",
        "`<position>:<leaf>` of the last event: keep it as proof of what was recorded.",
    ),
    "A token of ours or of your OIDC issuer, or an API key (`sk_…`).": (
        "本系统令牌、贵司 OIDC 令牌，或接口密钥（`sk_…`）。"
    ),
}

PARAMETERS: dict[str, str | Words] = {
    "How many items a page has at most.": "每页最多条数。",
    "`next_cursor` of the page before this one.": "上一页的 `next_cursor`。",
    "In the number or the description.": "在单号或描述中查找。",
    "Absent: the latest.": "不写为最新一轮。",
    "JPEG, PNG or WebP, at most 20 MB and 50 MP.": "JPEG、PNG 或 WebP，最大 20 MB、5000 万像素。",
    "With those that late evidence has disproved.": Words(
        "包括已被迟到证据推翻的。", "Includes those that late evidence has disproved."
    ),
    "Due at that time or later.": "到期时间不早于此。",
    "And before that time.": Words("且早于此。", "Before that time."),
    "Before that time.": "早于此。",
    "Entered for then, or later.": Words("入账时间不早于此。", "Entered at that time or later."),
    "And before then.": Words("且早于此。", "Before that time."),
    "A position.": Words("从此位置之后。", "After this position."),
    "`2024-03`; this local month, else.": Words(
        "如 `2024-03`；不写为当地本月。", "Such as `2024-03`; the present local month if absent."
    ),
    "Clocks that started since then.": "起算时间不早于此。",
    "Granted at that time or later.": "补偿时间不早于此。",
    "Asked for then, or later.": Words("申请时间不早于此。", "Requested at that time or later."),
    "Of the link that the household was sent.": "住户收到的链接中的标识。",
    "An earlier campaign, to see whether it has changed.": Words(
        "与之比较的先前一轮调查。", "An earlier campaign to compare with."
    ),
    "Answered then.": Words("答复时间不早于此。", "Answered at that time or later."),
    "Who did the work that was asked about.": "施工的师傅。",
    "Complaints alone, or what the dissatisfied wrote in surveys.": (
        "仅投诉，或不满意者在问卷中所写。"
    ),
    "Completed since then.": "完工时间不早于此。",
    "Of a root, or of the trouble.": Words(
        "根因的类别，或问题的类别。", "The category of a root, or of the problem."
    ),
    "Confirmed since then.": "确认时间不早于此。",
    "Stored names, with commas between.": "事件名，以逗号分隔。",
}

PROBLEMS: dict[str, str | Words] = {
    "RFC 9457. `code` never changes; the texts follow Accept-Language.": (
        "RFC 9457。`code` 不变；文字按 Accept-Language。"
    ),
    "Whether the same request may succeed a little later.": "同一请求稍后是否可能成功。",
    "What the code is about, for machines: who has it, which limit.": Words(
        "与代码相关的数据，供程序使用：由谁持有、何种上限等。",
        "Data that belongs to the code, for programs: who holds it, which limit.",
    ),
    "On 412: the version that the resource is at.": "412 时：当前版本。",
    "A JSON pointer into the body, or `query:limit`, `path:id`, `header:if-match`.": (
        "请求体中的 JSON 指针，或 `query:limit`、`path:id`、`header:if-match`。"
    ),
}

SHARED = STATUSES | HEADERS | PARAMETERS | PROBLEMS
