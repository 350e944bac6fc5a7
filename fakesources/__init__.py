"""An in-process fake of two HTTP APIs: DataSift Managed Sources and Curator.io Sources.

Everything starts with FakeSources. Names are fetched from their rooms on first use, so importing the package costs
nothing: a pytest plugin is loaded by every run of everyone who installed it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.contract import Violation
    from .core.errors import Bug
    from .core.journal import Exchange, Journal
    from .core.messages import Reply, Request
    from .fake import ContractViolation, FakeSources, Snapshot

_HOMES = {
    "Bug": ".core.errors",
    "ContractViolation": ".fake",
    "Exchange": ".core.journal",
    "FakeSources": ".fake",
    "Journal": ".core.journal",
    "Reply": ".core.messages",
    "Request": ".core.messages",
    "Snapshot": ".fake",
    "Violation": ".core.contract",
}
__all__ = [
    "Bug",
    "ContractViolation",
    "Exchange",
    "FakeSources",
    "Journal",
    "Reply",
    "Request",
    "Snapshot",
    "Violation",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
