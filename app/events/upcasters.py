"""Old shapes of stored data to new ones: pure steps, each from one schema version to the next.

A new field with a default needs none of this; a step is for a mistake in what was stored. The
stored bytes never change: the step runs on what was read.
"""

from collections.abc import Callable, Mapping
from typing import Any

Data = dict[str, Any]
Upcaster = Callable[[Data], Data]

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(stored name, version read) -> the step that answers with version + 1."""


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
