"""DataSift's Managed Sources REST API (`/source/*`), v1.6, in two editions. Names are imported on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .api import API
    from .handles import DataSift
    from .settings import DataSiftSettings
    from .state import Identity, LogEntry, Resource, Source

_MODULES = {
    "API": ".api",
    "DataSift": ".handles",
    "DataSiftSettings": ".settings",
    "Identity": ".state",
    "LogEntry": ".state",
    "Resource": ".state",
    "Source": ".state",
}
__all__ = ["API", "DataSift", "DataSiftSettings", "Identity", "LogEntry", "Resource", "Source"]


def __getattr__(name: str) -> Any:
    """Import a name from its module on first use: the settings alone are needed where no API is."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)
