"""The contract held against traffic: recorded in files, handed over one exchange at a time, or watched as it happens.

`check` takes one exchange; `watch` a `requests` session or an `httpx` client; `check_files` recordings. Names are fetched on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .recordings.entries import Unusable
    from .report import Report
    from .suite import check, check_files
    from .watching import Watch, watch

_HOMES = {
    "Report": ".report",
    "Unusable": ".recordings.entries",
    "Watch": ".watching",
    "check": ".suite",
    "check_files": ".suite",
    "watch": ".watching",
}
__all__ = ["Report", "Unusable", "Watch", "check", "check_files", "watch"]


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
