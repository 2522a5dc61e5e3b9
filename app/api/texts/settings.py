"""Texts of tenants, API keys and attachments."""

from app.api.texts.text import Text

SETTINGS: dict[str, Text] = {
    "tenant_already_open": Text(
        "企业已开通",
        "该企业已经开通，名称、时区等不能以不同的内容再次开通。",
        "The tenant is open already",
        "This tenant was opened before, with other particulars.",
    ),
    "api_key_already_issued": Text(
        "接口密钥已签发",
        "该接口密钥此前已经签发。",
        "The API key was issued before",
        "An API key of this id exists already.",
    ),
    "api_key_unknown": Text(
        "没有这个接口密钥",
        "接口密钥不存在。",
        "No such API key",
        "There is no API key of this id.",
    ),
    "attachment_already_stored": Text(
        "附件已保存",
        "该附件此前已经保存，附件保存后不能更改。",
        "The attachment is stored already",
        "This attachment was stored before and never changes.",
    ),
}
