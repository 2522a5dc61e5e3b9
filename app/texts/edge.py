"""Texts of refusals by the edge, apart from the rules of the domain."""

from app.texts.text import Text

EDGE: dict[str, Text] = {
    "validation_failed": Text(
        "提交的内容有误",
        "有 {count} 处内容不符合要求，请按提示逐一修改后重新提交。",
        "The request is not valid",
        "{count} value(s) are not acceptable; errors[] names each of them.",
    ),
    "malformed_json": Text(
        "请求内容无法解析",
        "请求体不是合法的 JSON（须为 UTF-8 编码，不含 NaN 或无穷大，嵌套不过深）。",
        "The body cannot be read",
        "The body is not JSON in UTF-8, holds a number JSON does not know, or nests too deeply.",
    ),
    "malformed_body": Text(
        "请求内容无法解析",
        "上传的表单不完整或格式有误，请重新提交。",
        "The body cannot be read",
        "The form is incomplete or badly formed.",
    ),
    "bad_request": Text(
        "请求无法识别",
        "服务器无法理解这个请求。",
        "The request cannot be understood",
        "The server cannot make sense of this request.",
    ),
    "unauthenticated": Text(
        "请先登录",
        "请求未携带登录凭证，请登录后再试。",
        "Sign in first",
        "The request carries no credentials: send an Authorization header with a bearer token.",
    ),
    "token_malformed": Text(
        "登录凭证无效",
        "登录凭证格式有误，请重新登录。",
        "The token is malformed",
        "The bearer token is not a token of ours.",
    ),
    "token_signature_invalid": Text(
        "登录凭证无效",
        "登录凭证无法通过校验，请重新登录。",
        "The token is not genuine",
        "The signature of the bearer token does not hold.",
    ),
    "token_claims_invalid": Text(
        "登录凭证无效",
        "登录凭证的内容不完整或尚未生效，请重新登录。",
        "The token's claims are not valid",
        "A claim of the bearer token is missing, malformed or not yet valid.",
    ),
    "token_expired": Text(
        "登录已过期",
        "登录状态已过期，请重新登录。",
        "The token has expired",
        "The bearer token has expired: get a new one.",
    ),
    "api_key_invalid": Text(
        "接口密钥无效",
        "接口密钥不存在或已被停用。",
        "The API key is not valid",
        "The API key is unknown or was revoked.",
    ),
    "not_permitted": Text(
        "没有操作权限",
        "您当前的身份不能进行此操作。",
        "Not permitted",
        "Your role may not do this.",
    ),
    "role_not_permitted": Text(
        "没有操作权限",
        "您当前的身份（{role:role}）不能进行此操作，或接口密钥缺少相应权限；可办理的身份：{roles:role}。",
        "Your role may not do this",
        "The role {role:role} may not do this, or the API key lacks the scope for it."
        " Roles that may: {roles:role}.",
    ),
    "not_found": Text(
        "没有找到",
        "您要找的内容不存在，或您无权查看。",
        "Not found",
        "There is no such thing, or you may not see it.",
    ),
    "unknown_route": Text(
        "地址不存在",
        "服务器上没有这个地址，请核对接口文档。",
        "No such address",
        "Nothing answers at this path.",
    ),
    "method_not_allowed": Text(
        "不支持的请求方法",
        "此地址不支持该请求方法，允许的方法见响应头 Allow。",
        "Method not allowed",
        "This address does not take that method; the Allow header says which it takes.",
    ),
    "not_acceptable": Text(
        "无法按要求的格式返回",
        "服务器不能以您要求的格式返回结果。",
        "Not acceptable",
        "The server cannot answer in the form asked for.",
    ),
    "too_large": Text(
        "提交的内容过大",
        "提交的内容超过 {max_bytes} 字节的上限。",
        "The body is too large",
        "The body is larger than {max_bytes} bytes.",
    ),
    "headers_too_large": Text(
        "请求头过大",
        "请求头合计超过 {max_bytes} 字节的上限。",
        "The headers are too large",
        "The headers are larger than {max_bytes} bytes in all.",
    ),
    "request_timeout": Text(
        "请求超时",
        "请求没有在规定时间内发送完，请检查网络后重试。",
        "The request took too long",
        "The rest of the request did not arrive in time. Check the connection and send it again.",
    ),
    "foreign_charset": Text(
        "不支持的字符编码",
        "此接口只接收 UTF-8 编码的内容。",
        "Unsupported character encoding",
        "This address takes text in UTF-8.",
    ),
    "unsupported_media_type": Text(
        "不支持的内容类型",
        "此接口只接收未压缩的 {expected} 内容。",
        "Unsupported media type",
        "This address takes {expected}, uncompressed.",
    ),
    "too_many_requests": Text(
        "操作过于频繁",
        "操作过于频繁，请稍后再试。",
        "Too many requests",
        "Too many requests: try again later.",
    ),
    "version_mismatch": Text(
        "内容已被他人更新",
        "您看到的不是最新版本（当前为第 {actual_version} 版），请刷新后再操作。",
        "It has changed since",
        "It is now at version {actual_version}: read it again before you change it.",
    ),
    "invalid_if_match": Text(
        "版本条件格式有误",
        '请求头 If-Match 应写作 "v版本号"，例如 "v3"。',
        "The precondition cannot be read",
        'If-Match must be written like "v3".',
    ),
    "contended": Text(
        "同时操作的人较多",
        "同时有多人在操作同一内容，本次未能提交，请稍后重试。",
        "Too many at once",
        "Others kept changing this at the same time; nothing was recorded. Try again.",
    ),
    "idempotency_key_reused": Text(
        "重复使用了请求标识",
        "同一个 Idempotency-Key 已用于另一项不同的请求，请换一个新的标识。",
        "The idempotency key was used before",
        "This Idempotency-Key belongs to a different request: use a new one.",
    ),
    "idempotency_in_flight": Text(
        "请求正在处理中",
        "相同的请求正在处理，请稍候再查询结果，无需重复提交。",
        "Still in progress",
        "The same request is still being worked on; ask again in a moment.",
    ),
    "invalid_idempotency_key": Text(
        "请求标识格式有误",
        "Idempotency-Key 须为 1 至 255 个可见的英文字符。",
        "The idempotency key is malformed",
        "Idempotency-Key must be 1 to 255 visible ASCII characters.",
    ),
    "invalid_cursor": Text(
        "分页位置无效",
        "翻页标识无效，或不属于当前的查询条件，请从第一页重新查询。",
        "The cursor is not valid",
        "The cursor is damaged or belongs to another query: start from the first page.",
    ),
    "tenant_unknown": Text(
        "找不到所属企业",
        "凭证所属的物业企业在本系统中不存在。",
        "No such tenant",
        "The tenant that the token names does not exist here.",
    ),
    "internal_error": Text(
        "服务器内部错误",
        "服务器出了点问题，我们已记录。请稍后再试；如仍有问题，请提供请求编号 {request_id}。",
        "Something went wrong",
        "An unforeseen error was recorded. When you report it, quote {request_id}.",
    ),
    "store_unavailable": Text(
        "服务暂时不可用",
        "数据服务暂时不可用，请稍后重试；请使用同一请求标识，以免重复提交。",
        "Temporarily unavailable",
        "The database does not answer. Try again with the same Idempotency-Key.",
    ),
    "clock": Text(
        "时钟不一致，暂不受理",
        "数据库与服务器的时钟相差超过一分钟，未作任何记录。时钟校正后请用同一请求标识重试。",
        "The clocks disagree",
        "The clocks of the database and of this server differ by more than a minute; nothing was "
        "recorded. Try again with the same Idempotency-Key when they are right.",
    ),
    "storage_unavailable": Text(
        "附件服务暂时不可用",
        "附件暂时无法存取，请稍后重试。",
        "Attachments are unavailable",
        "The store of attachments does not answer. Try again in a moment.",
    ),
    "worker_silent": Text(
        "后台处理暂时停滞",
        "后台处理没有及时完成，请稍后重试。",
        "The worker is silent",
        "No worker has caught up in time. Try again in a moment.",
    ),
    "newer_release_needed": Text(
        "系统正在升级",
        "这里有新版本写入的内容，本进程还是旧版本，请稍后重试。",
        "The system is being upgraded",
        "A newer release has written here, and this process is of an older one. "
        "Try again in a moment.",
    ),
    "identity_unavailable": Text(
        "暂时无法验证身份",
        "身份验证服务暂时不可用，请稍后重试。",
        "Identity cannot be checked now",
        "The keys of the token's issuer are out of reach. Try again in a moment.",
    ),
    "overloaded": Text(
        "服务繁忙",
        "当前访问量较大，请稍后重试。",
        "The server is busy",
        "Too much is going on at once. Try again in a moment.",
    ),
}
