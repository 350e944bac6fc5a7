"""An in-process fake of two HTTP APIs: DataSift Managed Sources and Curator.io Sources.

Everything starts with FakeSources. Names are fetched from their rooms on first use, so importing the package costs
nothing: a pytest plugin is loaded by every run of everyone who installed it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .apis.curator import Curator, Feed, Post
    from .apis.curator import Source as CuratorSource
    from .apis.datasift import DataSift, Identity, LogEntry, Resource
    from .apis.datasift import Source as DataSiftSource
    from .core.contract import Violation
    from .core.errors import Bug
    from .core.exchanges import Asked, Exchange
    from .core.faults import Faults
    from .core.journal import Journal
    from .core.latches import Latch
    from .core.messages import Reply, Request
    from .core.planned import Planned, When
    from .core.reports import ContractViolation, Expectation
    from .core.statefiles import NotAState
    from .core.states import Change, Diff, Snapshot
    from .core.world import Clock, Due
    from .fake import FakeSources
    from .options import Credentials, Options
    from .pytest_plugin import FakeFactory
    from .server.server import Server

_HOMES = {
    "Asked": ".core.exchanges",
    "Bug": ".core.errors",
    "Change": ".core.states",
    "Clock": ".core.world",
    "ContractViolation": ".core.reports",
    "Credentials": ".options",
    "Curator": ".apis.curator",
    "CuratorSource": ".apis.curator:Source",
    "DataSift": ".apis.datasift",
    "DataSiftSource": ".apis.datasift:Source",
    "Diff": ".core.states",
    "Due": ".core.world",
    "Exchange": ".core.exchanges",
    "Expectation": ".core.reports",
    "FakeFactory": ".pytest_plugin",
    "FakeSources": ".fake",
    "Faults": ".core.faults",
    "Feed": ".apis.curator",
    "Identity": ".apis.datasift",
    "Journal": ".core.journal",
    "Latch": ".core.latches",
    "LogEntry": ".apis.datasift",
    "NotAState": ".core.statefiles",
    "Options": ".options",
    "Planned": ".core.planned",
    "Post": ".apis.curator",
    "Reply": ".core.messages",
    "Request": ".core.messages",
    "Resource": ".apis.datasift",
    "Server": ".server.server",
    "Snapshot": ".core.states",
    "Violation": ".core.contract",
    "When": ".core.planned",
}
"""Where each public name lives; where it has another name at home, that follows a colon."""

__all__ = [
    "Asked",
    "Bug",
    "Change",
    "Clock",
    "ContractViolation",
    "Credentials",
    "Curator",
    "CuratorSource",
    "DataSift",
    "DataSiftSource",
    "Diff",
    "Due",
    "Exchange",
    "Expectation",
    "FakeFactory",
    "FakeSources",
    "Faults",
    "Feed",
    "Identity",
    "Journal",
    "Latch",
    "LogEntry",
    "NotAState",
    "Options",
    "Planned",
    "Post",
    "Reply",
    "Request",
    "Resource",
    "Server",
    "Snapshot",
    "Violation",
    "When",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Fetch a public name from its room on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, _, there = _HOMES[name].partition(":")
    return getattr(import_module(home, __name__), there or name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
