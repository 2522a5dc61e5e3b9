"""`/`: what this is, links, and a first request."""

from html import escape

from app.pages.page import Words, page
from app.texts.language import Language

TITLE = Words("溯源 · 物业服务工单", "Suyuan · service tickets for property companies")
CLAIM = Words(
    "物业服务工单系统：每个承诺可衡量，每句话可证明。",
    "Service tickets for property companies: every promise measured, every word proved.",
)
ABOUT = Words(
    "业主报修、投诉、建议，客服与工程处理，超时与补偿按规则自动记录。"
    "每一步都是只增不改的事件，随时可查当时是什么样、谁在何时做了什么。",
    "Owners report repairs, complaints and suggestions; the office and engineers work them; "
    "breaches and compensation follow from dated rules. Every step is an event that is never "
    "changed, so it can be shown at any time what was so, and who did what when.",
)

# Address, name, what it is.
LINKS = (
    (
        "guide",
        Words("入门", "Guide"),
        Words(
            "身份、幂等、错误、分页、沙箱，十分钟读完。",
            "Identity, idempotency, errors, lists, the sandbox: ten minutes.",
        ),
    ),
    (
        "docs",
        Words("接口文档", "API reference"),
        Words(
            "全部接口，示例可直接发送。", "Every operation, with examples to send as they stand."
        ),
    ),
    (
        "openapi.json",
        Words("OpenAPI 3.1", "OpenAPI 3.1"),
        Words("接口契约，供生成客户端。", "The contract, to generate clients from."),
    ),
    (
        "healthz",
        Words("进程状态", "Liveness"),
        Words("进程是否应答。", "Whether the process answers."),
    ),
    (
        "readyz",
        Words("就绪状态", "Readiness"),
        Words(
            "数据库、表结构与后台任务是否就绪。",
            "Whether database, schema and worker are there.",
        ),
    ),
)
FIRST = Words("第一条命令", "A first line")
THEN = Words(
    "就绪后，用令牌报修（令牌由 make run 打印，或用 suyuan tokens create 生成）：",
    "Once it is ready, report a repair with a token (make run prints some; suyuan tokens create "
    "makes others):",
)
VERSION = Words("版本", "Version")

REPAIR = (
    '{"category": "leak", "description": "厨房漏水", '
    '"location": {"community": "jinxiu", "building": "3", "unit": "1201"}}'
)


def home(language: Language, *, base: str, version: str) -> str:
    links = "".join(
        f'<li><a href="{path}{_language_query(path, language)}">'
        f"<strong>{escape(name.of(language))}</strong><span>{escape(what.of(language))}</span>"
        f"<code>/{path}</code></a></li>"
        for path, name, what in LINKS
    )
    ready = f"curl -sS {base}readyz"
    report = (
        f"curl -sS {base}v1/tickets \\\n  -H 'Content-Type: application/json' \\\n"
        f"  -H \"Authorization: Bearer $TOKEN\" \\\n  -d '{REPAIR}'"
    )
    return page(
        language,
        here=".",
        title=TITLE.of(language),
        body=f"""<main>
<h1>{escape(CLAIM.of(language))}</h1>
<p class="about">{escape(ABOUT.of(language))}</p>
<ul class="links">{links}</ul>
<h2>{escape(FIRST.of(language))}</h2>
<pre><code>{escape(ready)}</code></pre>
<p>{escape(THEN.of(language))}</p>
<pre><code>{escape(report)}</code></pre>
</main>
<footer>{escape(VERSION.of(language))} {escape(version)} · Apache-2.0</footer>""",
    )


def _language_query(path: str, language: Language) -> str:
    return f"?lang={language}" if path in ("guide", "docs") else ""
