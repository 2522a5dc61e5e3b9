"""The rules and the dashboard of `ops/monitoring` name metrics that a running server shows."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.architecture.generated_pages import ROOT
from tests.running import Sandbox

FOLDER = ROOT / "ops" / "monitoring"
OF_PROMETHEUS = {"up"}
NAME = re.compile(r"\b(?:suyuan_\w+|up)\b(?=[\s{)\[]|$)")
LABELS = re.compile(r"\b(suyuan_\w+)\{([^}]*)\}")


@pytest.fixture(scope="module")
def shown(base_url: str) -> str:
    return httpx.get(f"{base_url}/metrics").text


def names_of(text: str) -> Iterator[str]:
    for name, kind in re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE):
        yield from (
            (f"{name}_{end}" for end in ("bucket", "sum", "count"))
            if kind == ("histogram")
            else (name,)
        )


def expressions(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".json":
        panels = json.loads(text)["panels"]
        return [target["expr"] for panel in panels for target in panel["targets"]]
    found = re.findall(r"^ +expr: (?:>\n((?: {10}.*\n)+)|(.+))$", text, re.MULTILINE)
    return [folded or line for folded, line in found]


@pytest.mark.parametrize(("name", "least"), [("alerts.yml", 16), ("dashboard.json", 16)])
def test_every_metric_that_is_named_is_shown(shown: str, name: str, least: int) -> None:
    found = expressions(FOLDER / name)
    assert len(found) >= least
    named = {metric for each in found for metric in NAME.findall(each)}
    assert len(named) > 10
    assert named - set(names_of(shown)) - OF_PROMETHEUS == set()


def test_what_only_goes_wrong_raises_an_alert() -> None:
    """Counters that stand still while all is well."""
    watched = " ".join(expressions(FOLDER / "alerts.yml"))
    wrong = {"suyuan_commits_not_answered_total", "suyuan_subscription_parked_streams"}
    assert {name for name in wrong if name not in watched} == set()


def test_every_metric_has_its_line_in_the_documentation(shown: str) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    names = re.findall(r"^# TYPE (suyuan_\w+) ", shown, re.MULTILINE)
    ours = [name for name in names if not name.endswith("_created")]
    assert len(ours) > 20
    assert [name for name in ours if f"`{name}`" not in page] == []


def test_no_tenant_and_no_person_is_named(sandbox: Sandbox) -> None:
    ticket = sandbox.report(sandbox.owner("zhang-of-the-metrics"))
    while 'suyuan_tenants{kind="sandbox"}' not in (text := sandbox.client.get("/metrics").text):
        time.sleep(0.1)  # figures are kept for some seconds
    for secret in (sandbox.tenant_id, ticket["id"], "zhang-of-the-metrics", "h-3-1201"):
        assert secret not in text
