"""`/docs`: Swagger UI on our contract."""

from app.pages.page import Words, page
from app.texts.language import Language

TITLE = Words("溯源 · 接口文档", "Suyuan · API reference")
WITHOUT_SCRIPTS = Words(
    "此页需要 JavaScript；契约原文见 ",
    "This page needs JavaScript; the contract itself is at ",
)


def docs(language: Language) -> str:
    return page(
        language,
        here="docs",
        title=TITLE.of(language),
        body=f"""<noscript><main><p>{WITHOUT_SCRIPTS.of(language)}
<a href="openapi.json">openapi.json</a></p></main></noscript>
<div id="contract"></div>""",
        styles=("swagger-ui.css", "docs.css"),
        scripts=("swagger-ui-bundle.js", "docs.js"),
    )
