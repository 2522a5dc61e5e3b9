"""Texts of invalid values, found by a schema or by a rule."""

from app.texts.text import Text

VALUES: dict[str, Text] = {
    "required": Text("缺少必填内容", "此项必填。", "A value is missing", "This is required."),
    "blank": Text("内容为空", "此项不能为空。", "The value is blank", "This must not be blank."),
    "unknown_field": Text(
        "无法识别的字段", "没有这个字段。", "Unknown field", "There is no such field."
    ),
    "too_long": Text(
        "内容过长",
        "最多 {max} 个字符。",
        "The value is too long",
        "At most {max} characters.",
    ),
    "too_short": Text(
        "内容过短",
        "至少 {min} 个字符。",
        "The value is too short",
        "At least {min} characters.",
    ),
    "too_many": Text("数量过多", "最多 {max} 项。", "Too many", "At most {max} of them."),
    "too_few": Text("数量不足", "至少 {min} 项。", "Too few", "At least {min} of them."),
    "not_one_of": Text(
        "不在可选范围内",
        "只能是以下之一：{allowed}。",
        "Not one of the choices",
        "Must be one of: {allowed}.",
    ),
    "out_of_range": Text(
        "超出允许范围",
        "应在 {min} 至 {max} 之间。",
        "Out of range",
        "Must be from {min} to {max}.",
    ),
    "too_small": Text(
        "数值过小", "不能小于 {min}。", "The value is too small", "Must not be less than {min}."
    ),
    "too_great": Text(
        "数值过大", "不能大于 {max}。", "The value is too large", "Must not be more than {max}."
    ),
    "malformed": Text(
        "格式不正确", "格式不正确，请检查。", "Malformed", "The format is not valid."
    ),
    "duplicate_entry": Text(
        "内容重复",
        "同一项出现了不止一次。",
        "Duplicate entry",
        "The same entry appears more than once.",
    ),
    "duplicate_key": Text(
        "字段重复",
        "请求体中同一个字段出现了不止一次。",
        "Duplicate field",
        "The body names the same field more than once.",
    ),
    "invalid_text": Text(
        "含有无法处理的字符",
        "文字中含有控制字符、改变书写方向的字符、残缺的字符，或在名称中含有换行或不可见的字符。",
        "Unusable characters",
        "The text holds control characters, characters that change the direction of writing, "
        "half a surrogate pair, or, in a name, a line break or invisible characters.",
    ),
    "unsafe_integer": Text(
        "数值过大",
        "整数的绝对值不能超过 9007199254740991。",
        "The number is too large",
        "Integers must not exceed 9007199254740991 in size.",
    ),
    "not_text": Text("应为文字", "此项应为文字。", "Not a text", "This must be a string."),
    "not_an_integer": Text(
        "应为整数",
        "此项应为整数（不加引号，不带小数）。",
        "Not an integer",
        "This must be an integer, without quotes or decimals.",
    ),
    "not_a_number": Text("应为数字", "此项应为数字。", "Not a number", "This must be a number."),
    "not_a_boolean": Text(
        "应为是或否",
        "此项应为 true 或 false。",
        "Not a boolean",
        "This must be true or false.",
    ),
    "not_a_list": Text("应为列表", "此项应为列表。", "Not a list", "This must be a list."),
    "not_an_object": Text(
        "应为对象", "此项应为 JSON 对象。", "Not an object", "This must be a JSON object."
    ),
    "not_null": Text("应为空", "此项应为 null。", "Not null", "This must be null."),
    "not_an_instant": Text(
        "时间格式不正确",
        "应为带时区的时间，例如 2024-03-05T10:00:00+08:00，年份在 1970 至 2199 之间。",
        "Not an instant",
        "Must be a time with an offset, like 2024-03-05T10:00:00+08:00, from 1970 to 2199.",
    ),
    "not_a_date": Text(
        "日期格式不正确",
        "应为真实存在的日期，例如 2024-03-05，年份在 1970 至 2199 之间。",
        "Not a date",
        "Must be a date of the calendar, like 2024-03-05, from 1970 to 2199.",
    ),
    "not_a_duration": Text(
        "时长格式不正确",
        "应为 ISO 8601 时长，例如 PT15M、PT2H、P1D。",
        "Not a duration",
        "Must be an ISO 8601 duration, like PT15M, PT2H or P1D.",
    ),
    "not_an_id": Text(
        "编号格式不正确",
        "应为标准的 UUID 编号。",
        "Not an id",
        "Must be a UUID in its canonical form.",
    ),
    "invalid": Text(
        "内容无效", "此项内容无效，请检查。", "Not valid", "This value is not acceptable."
    ),
    "timezone_unknown": Text(
        "时区不存在",
        "没有这个时区，请使用 Asia/Shanghai 这样的名称。",
        "Unknown time zone",
        "There is no such time zone; use a name like Asia/Shanghai.",
    ),
    "empty_interval": Text(
        "时段为空",
        "时段的开始和结束不能相同。",
        "Empty interval",
        "An interval must not end where it starts.",
    ),
    "ends_before_start": Text(
        "终点早于起点",
        "终点不能早于起点，请对调后再查询。",
        "It ends before it starts",
        "The end is before the start: swap them.",
    ),
    "contradictory": Text(
        "条件互相矛盾",
        "这两个条件只能选用其中一个。",
        "Contradictory",
        "Give one of the two, not both.",
    ),
    "not_a_point_in_time": Text(
        "时间点不正确",
        "应为版本号，或带时区的时间，例如 2024-03-05T10:00:00+08:00。",
        "Not a point in time",
        "Must be a version, or a time with an offset like 2024-03-05T10:00:00+08:00.",
    ),
}
