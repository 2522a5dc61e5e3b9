"""Tenants, API keys and the sandbox."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "open_tenant": Operation(
        "开通租户",
        "open a tenant",
        "使用运营方密钥。新租户自带默认配置；管理员令牌在应答中给出。`clock` 仅用于沙箱。",
        "With the operator's key. A new tenant has the default settings; its administrator's token "
        "is in the answer. `clock` is for sandboxes alone.",
        {
            "name": "试点物业",
            "timezone": "Asia/Shanghai",
            "sandbox": True,
            "clock": "2024-03-05T09:00:00+08:00",
        },
    ),
    "get_tenants": Operation(
        "查看租户列表",
        "list tenants",
        "使用运营方密钥，按开通顺序。",
        "With the operator's key, in the order of their opening.",
    ),
    "suspend_tenant": Operation(
        "暂停租户",
        "suspend a tenant",
        "使用运营方密钥。该租户的令牌、密钥和评价链接一律被拒（`tenant_suspended`）；"
        "时限继续计算，对业主的承诺继续履行计量。",
        "With the operator's key. The tenant's tokens, keys and survey links are refused "
        "(`tenant_suspended`); its clocks go on, and so do its promises to owners.",
        {"reason": "合同到期"},
    ),
    "resume_tenant": Operation(
        "恢复租户",
        "resume a tenant",
        "使用运营方密钥。暂停前的令牌和密钥恢复有效。",
        "With the operator's key. Tokens and keys from before work again.",
        {"reason": "已续约"},
    ),
    "refresh_session": Operation(
        "刷新登录",
        "refresh a session",
        "用刷新凭证换取新的一对凭证，无需其他凭证。刷新凭证只能用一次；"
        "未收到应答时，一分钟内可用同一凭证重试；其他情况下再次使用旧凭证会终止会话。",
        "A new pair for a refresh token; no other credentials. A refresh token is used once. "
        "Whoever lost the answer may send it again within a minute; any other use of an earlier "
        "one ends the session.",
        {"refresh_token": "rt_…"},
    ),
    "revoke_session": Operation(
        "退出登录",
        "revoke a session",
        "不写 `subject`：结束当前会话。写 `subject`：吊销该人员的全部会话与令牌；"
        "本人可吊销自己的，管理员和经理可吊销他人的（经理不能吊销管理员）。",
        "Without a `subject`: ends the session of the token that is sent. With one: revokes every "
        "session and token of that person; everybody may revoke their own, managers and admins "
        "those of others (managers not an administrator's).",
        {"subject": "former-employee", "reason": "已离职"},
    ),
    "get_api_keys": Operation(
        "查看接口密钥列表",
        "list API keys",
        "包括已吊销的；不含密钥本身。",
        "Those revoked too; not the keys themselves.",
    ),
    "issue_api_key": Operation(
        "发放接口密钥",
        "issue an API key",
        "密钥只在此时显示一次。",
        "The key itself is shown this once.",
        {"name": "收费系统", "scopes": ["tickets:read", "money:read"]},
    ),
    "get_api_key": Operation(
        "查看接口密钥",
        "get an API key's record",
        "名称、授权范围与是否吊销；不含密钥本身。",
        "Its name, scopes and whether it was revoked; not the key itself.",
    ),
    "revoke_api_key": Operation(
        "吊销接口密钥",
        "revoke an API key",
        "立即生效，不可恢复。",
        "At once and for good.",
    ),
    "make_sandbox_token": Operation(
        "沙箱令牌",
        "make a sandbox token",
        "仅沙箱。任何角色的令牌；没有员工或住户记录则一并建立"
        "（调用者限于若干小区时为 404），师傅具备全部技能、负荷上限为 5。",
        "Sandboxes only. A token of any role; makes the staff or household record if there is "
        "none (404 if the caller is limited to communities). An engineer made so has every skill "
        "and a load cap of 5.",
        {"role": "owner", "subject": "zhang", "name": "张阿姨", "household_id": "h-3-1201"},
    ),
    "get_sandbox_clock": Operation(
        "查看沙箱时钟",
        "get the sandbox clock",
        "仅沙箱。",
        "Sandboxes only.",
    ),
    "move_sandbox_clock": Operation(
        "拨动沙箱时钟",
        "move the sandbox clock",
        "仅沙箱，只能向前。途中到期的一切按顺序发生，随之产生的也完成后才应答，"
        "并给出记录了多少事件。路程太长时分多次完成：`complete` 为 false 时换一个幂等键再次请求。",
        "Sandboxes only, forward only. Everything due on the way happens in order, with all that "
        "follows from it; then it answers with how many events were recorded. A long way takes "
        "several requests: repeat it, with a new idempotency key, until `complete`.",
        {"now": "2024-03-05T11:00:00+08:00"},
    ),
}
