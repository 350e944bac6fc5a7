"""An in-process fake of two HTTP APIs: DataSift Managed Sources and Curator.io Sources.

Everything starts with FakeSources. Names are fetched from their rooms on first use, so importing the package costs
nothing: a pytest plugin is loaded by every run of everyone who installed it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .core.version import __version__ as __version__

if TYPE_CHECKING:
    from .apis.curator import Curator, Feed, Post
    from .apis.curator import Source as CuratorSource
    from .apis.datasift import DataSift, Identity, LogEntry, Resource
    from .apis.datasift import Source as DataSiftSource
    from .core.contract.errors import Bug
    from .core.contract.validation import Violation
    from .core.engine.exchanges import Asked, Exchange
    from .core.engine.faults import Faults
    from .core.engine.holds import Latch
    from .core.engine.journal import Journal
    from .core.engine.planned import Planned, When
    from .core.http.messages import Reply, Request
    from .core.reporting.reports import ContractViolation, Expectation
    from .core.state.snapshots import Change, Diff, Snapshot
    from .core.state.state_files import NotAState
    from .core.storage.clock import Clock, Due
    from .fake import FakeSources
    from .options import Credentials, Options
    from .pytest_plugin.plugin import FakeFactory
    from .server.server import Server

_MODULES = {
    "Asked": ".core.engine.exchanges",
    "Bug": ".core.contract.errors",
    "Change": ".core.state.snapshots",
    "Clock": ".core.storage.clock",
    "ContractViolation": ".core.reporting.reports",
    "Credentials": ".options",
    "Curator": ".apis.curator",
    "CuratorSource": ".apis.curator:Source",
    "DataSift": ".apis.datasift",
    "DataSiftSource": ".apis.datasift:Source",
    "Diff": ".core.state.snapshots",
    "Due": ".core.storage.clock",
    "Exchange": ".core.engine.exchanges",
    "Expectation": ".core.reporting.reports",
    "FakeFactory": ".pytest_plugin.plugin",
    "FakeSources": ".fake",
    "Faults": ".core.engine.faults",
    "Feed": ".apis.curator",
    "Identity": ".apis.datasift",
    "Journal": ".core.engine.journal",
    "Latch": ".core.engine.holds",
    "LogEntry": ".apis.datasift",
    "NotAState": ".core.state.state_files",
    "Options": ".options",
    "Planned": ".core.engine.planned",
    "Post": ".apis.curator",
    "Reply": ".core.http.messages",
    "Request": ".core.http.messages",
    "Resource": ".apis.datasift",
    "Server": ".server.server",
    "Snapshot": ".core.state.snapshots",
    "Violation": ".core.contract.validation",
    "When": ".core.engine.planned",
}
"""Module of each public name; where the name is another one there, that follows a colon."""

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


def __getattr__(name: str) -> Any:
    """Import a public name from its module on first use."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, _, there = _MODULES[name].partition(":")
    return getattr(import_module(home, __name__), there or name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
