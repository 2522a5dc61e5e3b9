"""The service classes of tickets, the most urgent first, and the levels that stand for them."""

from collections.abc import Mapping
from typing import Literal, get_args

ServiceClass = Literal["emergency", "simple", "general", "complex"]
SERVICE_CLASSES: tuple[ServiceClass, ...] = get_args(ServiceClass)

Level = Literal["P1", "P2", "P3", "P4"]
ServiceClassOrLevel = Literal[ServiceClass, Level]
CLASS_OF_LEVEL: Mapping[str, ServiceClass] = {
    "P1": "emergency",
    "P2": "simple",
    "P3": "general",
    "P4": "complex",
}
