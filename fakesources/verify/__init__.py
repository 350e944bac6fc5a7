"""Checks of traffic against the contract: recorded in files, one exchange at a time, or of a client as it runs.

`check` takes one exchange, `check_files` recordings, `watch` a `requests` session or an `httpx` client. Names are
imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .checks import check, check_files
    from .recordings.entry import RecordingError
    from .report import Report
    from .watching import Watch, watch

_MODULES = {
    "Report": ".report",
    "RecordingError": ".recordings.entry",
    "Watch": ".watching",
    "check": ".checks",
    "check_files": ".checks",
    "watch": ".watching",
}
__all__ = ["RecordingError", "Report", "Watch", "check", "check_files", "watch"]


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
