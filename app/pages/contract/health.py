"""Whether the service lives and works."""

from app.pages.contract.operation import Operation

OPERATIONS = {
    "check_health": Operation(
        "进程状态",
        "check the process",
        "进程是否应答。无需身份。",
        "Whether the process answers. No identity needed.",
    ),
    "check_readiness": Operation(
        "就绪状态",
        "check readiness",
        "数据库、表结构、后台任务与时钟是否就绪；未就绪为 503。无需身份。",
        "Whether database, schema and worker are there and the clocks agree; 503 where they do "
        "not. No identity needed.",
    ),
    "get_metrics": Operation(
        "运行指标",
        "get metrics",
        "整个系统的 Prometheus 指标。设置了 SUYUAN_METRICS_TOKEN 时须出示，否则无需身份。",
        "Of the whole installation, in the text format of Prometheus. Needs SUYUAN_METRICS_TOKEN "
        "if it is set, otherwise no identity.",
    ),
}
