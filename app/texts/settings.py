"""Texts of tenants, API keys and attachments."""

from app.texts.text import Text

SETTINGS: dict[str, Text] = {
    "tenant_already_open": Text(
        "企业已开通",
        "该企业已经开通，名称、时区等不能以不同的内容再次开通。",
        "The tenant is open already",
        "This tenant was opened before, with other data.",
    ),
    "tenant_not_found": Text(
        "没有这个企业",
        "该企业不存在。",
        "No such tenant",
        "There is no tenant of this id.",
    ),
    "session_already_open": Text(
        "会话已存在",
        "该会话此前已经建立。",
        "The session is open already",
        "A session of this id exists already.",
    ),
    "session_unknown": Text(
        "没有这个会话",
        "会话不存在。",
        "No such session",
        "There is no session of this id.",
    ),
    "not_your_session": Text(
        "不是您的会话",
        "只能操作您自己的会话。",
        "Not your session",
        "The session belongs to somebody else.",
    ),
    "no_session": Text(
        "没有可退出的会话",
        "该登录凭证不属于任何会话；如需使您的全部凭证失效，请在 subject 中写明您自己。",
        "The token has no session",
        "The token belongs to no session. To revoke all of yours, name yourself as subject.",
    ),
    "not_a_person": Text(
        "不是人员",
        "接口密钥请按密钥编号吊销。",
        "Not a person",
        "An API key is revoked by its id.",
    ),
    "not_your_staff": Text(
        "不是您负责的员工",
        "只能吊销您负责的小区内员工的登录。",
        "Not your staff",
        "You may revoke the access of staff of your communities.",
    ),
    "own_administration": Text(
        "不能取消自己的管理员身份",
        "管理员不能停用自己或取消自己的管理员身份，请由另一位管理员办理。",
        "Not your own administration",
        "Administrators do not take the role from themselves: another one does.",
    ),
    "beyond_your_communities": Text(
        "超出您负责的小区",
        "您只负责这些小区：{communities}；住户、员工和令牌的小区须在其中。",
        "Beyond your communities",
        "You are limited to the communities {communities}: records and tokens that you keep must"
        " name some of these, and no others.",
    ),
    "whole_company_only": Text(
        "须负责全公司",
        "接口密钥可查看全公司数据，须由不限小区的管理员管理。",
        "Only for the whole company",
        "An API key sees the whole company, so who is limited to communities may not manage keys.",
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
    "attachment_not_found": Text(
        "没有找到附件",
        "附件不存在，或您无权查看。",
        "No such attachment",
        "There is no such attachment, or you may not see it.",
    ),
    "corrupt_image": Text(
        "图片无法读取",
        "图片已损坏或不完整，请重新拍摄或上传。",
        "The image cannot be read",
        "The file is damaged or incomplete.",
    ),
    "unsupported_image": Text(
        "不支持的图片格式",
        "不支持这种文件，请上传 JPEG、PNG 或 WebP 图片。",
        "Unsupported image format",
        "Send one of {allowed}.",
    ),
    "image_too_large": Text(
        "图片过大",
        "图片超过 {max_bytes} 字节的上限，请压缩后再上传。",
        "The image is too large",
        "An image may have at most {max_bytes} bytes.",
    ),
    "image_too_many_pixels": Text(
        "图片尺寸过大",
        "图片超过 {max_pixels} 像素的上限，请缩小后再上传。",
        "The image has too many pixels",
        "An image may have at most {max_pixels} pixels.",
    ),
    "staff_unknown": Text(
        "没有这位员工",
        "没有这位员工的记录。",
        "No such member of staff",
        "There is no record of this member of staff.",
    ),
    "household_unknown": Text(
        "没有这个住户",
        "没有这个住户的记录，或您无权查看。",
        "No such household",
        "There is no record of this household, or you may not see it.",
    ),
    "not_a_sandbox": Text(
        "不是沙箱环境",
        "只有沙箱企业才有测试时钟和测试凭证。",
        "Not a sandbox",
        "Only a sandbox tenant has a test clock and test tokens.",
    ),
    "clock_goes_back": Text(
        "时钟不能倒拨",
        "测试时钟只能向前拨，目前为 {now}。",
        "The clock does not go back",
        "A test clock only moves forward; it is at {now}.",
    ),
    "clock_of_a_real_tenant": Text(
        "正式企业没有测试时钟",
        "只有沙箱企业才能设定时钟。",
        "Only sandboxes have a test clock",
        "Only a sandbox tenant can have a test clock.",
    ),
}
