"""Upcasters: pure steps that bring stored data from one schema version to the next.

A new field with a default needs none; a step only mends a mistake in what was stored. Stored bytes
never change: the steps run on what was read.
"""

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(stored name, version read) -> the step that returns version + 1."""


def upcast(
    name: str,
    version: int,
    data: Data,
    table: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> Data:
    while step := table.get((name, version)):
        data = step(data)
        version += 1
    return data
