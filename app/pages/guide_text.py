"""The text of the guide, for developers of clients."""

from typing import NamedTuple

from app.pages.page import Words


class Code(NamedTuple):
    text: str


class Section(NamedTuple):
    id: str
    title: Words
    parts: tuple[Words | Code, ...]


WHAT = Section(
    "what",
    Words("这是什么", "What this is"),
    (
        Words(
            "物业服务工单的后端：报修、投诉、建议、回访，时限与承诺，补偿与授权，满意度，问题与根因。"
            "每次变更都是只增不改的事件；列表与指标都由事件算出。",
            "The back end of service tickets for property companies: repairs, complaints, "
            "suggestions and follow-ups; clocks and promises; compensation and authority; surveys; "
            "problems and their root causes. Every change is an event that is only ever added; "
            "lists and figures are derived from events.",
        ),
    ),
)

STEPS = Section(
    "first-steps",
    Words("第一步", "First steps"),
    (
        Words(
            "`make run` 打印演示租户的令牌。放入 `TOKEN` 后报修，应答为 201，`Location` 是新工单：",
            "`make run` prints tokens of a demo tenant. With one of them in `TOKEN`, report a "
            "repair; the answer is 201 and `Location` is the new ticket:",
        ),
        Code(
            "curl -sS {base}v1/tickets \\\n"
            "  -H 'Content-Type: application/json' \\\n"
            '  -H "Authorization: Bearer $TOKEN" \\\n'
            '  -H "Idempotency-Key: $(uuidgen)" \\\n'
            '  -d \'{"category": "leak", "description": "厨房漏水", '
            '"location": {"community": "jinxiu", "building": "3", "unit": "1201"}}\''
        ),
        Words(
            "在接口文档中：点 Authorize 填入令牌，展开任一接口，按 Execute 发送示例。",
            "In the API reference: press Authorize and enter the token, open an operation, press "
            "Execute to send its example.",
        ),
    ),
)

IDENTITY = Section(
    "identity",
    Words("身份", "Identity"),
    (
        Words(
            "请求头 `Authorization: Bearer …`，可以是本系统令牌、贵司 OIDC 令牌，或接口密钥 "
            "`sk_…`。令牌写明租户、人员与角色；角色决定能做什么、"
            "能看到什么。接口密钥按授权范围（scope）使用。",
            "`Authorization: Bearer …` with a token of ours, a token of your OIDC issuer, or an "
            "API key `sk_…`. A token names tenant, person and role; the role decides what one may "
            "do and see. API keys are limited to their scopes.",
        ),
        Words(
            "登录得到一小时的令牌和一个刷新凭证。遇到 401 `token_expired`，用 "
            "`POST /v1/auth/refresh` 换取新的一对，再重发原请求；未收到应答，一分钟内可用同一"
            "刷新凭证重试。其他 401 由 `code` 说明原因，需要重新登录。",
            "A log-in gives a token of an hour and a refresh token. On 401 `token_expired`, "
            "exchange it for a new pair with `POST /v1/auth/refresh` and send the request again; "
            "whoever lost the answer may send the same refresh token again within a minute. The "
            "`code` of any other 401 says why to sign in again.",
        ),
        Words(
            "开通租户（`POST /v1/tenants`）用运营方密钥。无需身份的只有六个接口：`/healthz`、"
            "`/readyz`、`/metrics`（运营方可另设令牌）、`/v1/auth/refresh`，"
            "以及按链接打开和提交问卷（`/v1/surveys/answers/{token}`）。",
            "The operator's key opens tenants (`POST /v1/tenants`). Six operations need no "
            "identity: `/healthz`, `/readyz`, `/metrics` (the operator may set a token), "
            "`/v1/auth/refresh`, and reading and answering a survey by its link "
            "(`/v1/surveys/answers/{token}`).",
        ),
    ),
)

IDEMPOTENCY = Section(
    "idempotency",
    Words("幂等与版本", "Idempotency and versions"),
    (
        Words(
            "写请求请带 `Idempotency-Key`（建议 UUID）。同一标识、同一内容重发，得到同一应答，"
            "并有 `Idempotency-Replayed: true`；内容不同则为 422。标识不过期。",
            "Send an `Idempotency-Key` with every write (a UUID is best). The same key with the "
            "same body gets the same answer, marked `Idempotency-Replayed: true`; with another "
            "body it is 422. Keys do not expire.",
        ),
        Words(
            '应答的 `ETag` 是版本，如 `"v3"`。写时带 `If-Match`，他人已更新则为 412；'
            "读时带 `If-None-Match`，未变则为 304。`Suyuan-Receipt` 是存证收据，请保存。",
            '`ETag` is the version, like `"v3"`. With `If-Match` a write is refused (412) if '
            "somebody else was first; with `If-None-Match` a read of what has not changed is 304. "
            "Keep `Suyuan-Receipt`: it proves what was recorded.",
        ),
    ),
)

ERRORS = Section(
    "errors",
    Words("错误", "Errors"),
    (
        Words(
            "错误均为 `application/problem+json`（RFC 9457）。程序请看 `code`，它不会变；"
            "`title` 与 `detail` 按 `Accept-Language` 给出中文或英文。",
            "Every refusal is `application/problem+json` (RFC 9457). Programs go by `code`, which "
            "does not change; `title` and `detail` follow `Accept-Language`, zh-CN or en.",
        ),
        Words(
            "`errors[]` 指出每一处错误的字段；`retryable` 为真时，用同一幂等标识稍后重试。"
            "反馈问题时请提供 `request_id`。`/problems/{code}` 解释每个代码。",
            "`errors[]` points at each wrong value; where `retryable` is true, try again a little "
            "later with the same idempotency key. Quote `request_id` when you report trouble. "
            "`/problems/{code}` explains each code.",
        ),
        Words(
            "429（请求过多）和 503（暂时不可用）带 `Retry-After`：等待这些秒数后，"
            "用同一幂等标识重试。",
            "429 (too many) and 503 (not available now) have `Retry-After`: wait that many "
            "seconds, then send the request again with the same idempotency key.",
        ),
    ),
)

LISTS = Section(
    "lists",
    Words("列表", "Lists"),
    (
        Words(
            "`limit` 为每页条数（最多 100），下一页把 `next_cursor` 作为 `cursor` 传回，"
            "筛选条件不变；为 `null` 即到末页。列表包含请求到达前已写入的内容；"
            "应答有 `Suyuan-Read-Models: behind` 时，可能还缺少一些。",
            "`limit` is the size of a page (at most 100). For the next page give `next_cursor` "
            "back as `cursor`, with the same filters; `null` is the end. A list has what was "
            "written before it was asked for; if the answer has `Suyuan-Read-Models: behind`, "
            "something may be missing yet.",
        ),
    ),
)

VALUES = Section(
    "values",
    Words("数据格式", "Values"),
    (
        Words(
            "时间为带时区的 RFC 3339，应答用 UTC；时长为 ISO 8601，如 `PT2H`；金额为整数分。"
            "请求中的未知字段会被拒绝；应答以后可能增加字段，请忽略不认识的。",
            "Instants are RFC 3339 with an offset, UTC in answers; durations are ISO 8601 like "
            "`PT2H`; money is whole fen. Unknown fields in a request are refused. Answers may gain "
            "fields: ignore those that you do not know.",
        ),
    ),
)

SANDBOX = Section(
    "sandbox",
    Words("沙箱", "Sandbox"),
    (
        Words(
            '开通租户时设 `"sandbox": true`，该租户的时钟静止，由 `POST /v1/sandbox/clock` 拨动；'
            "途中到期的一切依次发生。`POST /v1/sandbox/tokens` 给出任何角色的令牌。",
            'A tenant opened with `"sandbox": true` has a clock that stands until '
            "`POST /v1/sandbox/clock` moves it; whatever becomes due on the way happens, in order. "
            "`POST /v1/sandbox/tokens` gives tokens of any role.",
        ),
    ),
)

SECTIONS = (WHAT, STEPS, IDENTITY, IDEMPOTENCY, ERRORS, LISTS, VALUES, SANDBOX)
