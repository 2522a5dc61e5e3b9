"""What the bench answers: rows of one figure of ours beside one of somebody else's."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULT = Path("build/bench.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`ratio` is ours by the baseline's. Of a rate more is better, of a time and a size less."""

    name: str
    unit: str
    ours: float
    baseline: float
    baseline_name: str
    ratio: float


def row(name: str, unit: str, ours: float, baseline: float, baseline_name: str) -> Row:
    return Row(
        name=name,
        unit=unit,
        ours=round(ours, 1),
        baseline=round(baseline, 1),
        baseline_name=baseline_name,
        ratio=round(ours / baseline, 2),
    )


def show(rows: Sequence[Row]) -> None:
    table = Table("what", "unit", "ours", "baseline", "ratio", "of what")
    for one in rows:
        table.add_row(
            one.name,
            one.unit,
            f"{one.ours:,.0f}",
            f"{one.baseline:,.0f}",
            f"{one.ratio:.2f}×",
            one.baseline_name,
        )
    Console(width=140).print(table)


def write(rows: Sequence[Row]) -> None:
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps([asdict(one) for one in rows], indent=1, ensure_ascii=False))
