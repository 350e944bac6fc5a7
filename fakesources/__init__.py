"""An in-process fake of two HTTP APIs: DataSift Managed Sources and Curator.io Sources.

Everything starts with FakeSources. Names are fetched from their modules on first use, so importing the package costs
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
    from .core.contract.errors import InternalError
    from .core.contract.validation import Violation
    from .core.engine.exchanges import Exchange, RecordedRequest
    from .core.engine.faults import Faults
    from .core.engine.holds import Hold
    from .core.engine.journal import Journal
    from .core.engine.planned import PlannedFault, When
    from .core.http.messages import Request, Response
    from .core.reporting.reports import ContractViolation, Expectation
    from .core.state.snapshots import Change, Diff, Snapshot
    from .core.state.state_files import InvalidState
    from .core.storage.clock import Clock, ScheduledEvent
    from .fake import FakeSources
    from .options import Credentials, Options
    from .pytest_plugin.plugin import FakeFactory
    from .server.server import Server

_MODULES = {
    "RecordedRequest": ".core.engine.exchanges",
    "InternalError": ".core.contract.errors",
    "Change": ".core.state.snapshots",
    "Clock": ".core.storage.clock",
    "ContractViolation": ".core.reporting.reports",
    "Credentials": ".options",
    "Curator": ".apis.curator",
    "CuratorSource": ".apis.curator:Source",
    "DataSift": ".apis.datasift",
    "DataSiftSource": ".apis.datasift:Source",
    "Diff": ".core.state.snapshots",
    "ScheduledEvent": ".core.storage.clock",
    "Exchange": ".core.engine.exchanges",
    "Expectation": ".core.reporting.reports",
    "FakeFactory": ".pytest_plugin.plugin",
    "FakeSources": ".fake",
    "Faults": ".core.engine.faults",
    "Feed": ".apis.curator",
    "Identity": ".apis.datasift",
    "Journal": ".core.engine.journal",
    "Hold": ".core.engine.holds",
    "LogEntry": ".apis.datasift",
    "InvalidState": ".core.state.state_files",
    "Options": ".options",
    "PlannedFault": ".core.engine.planned",
    "Post": ".apis.curator",
    "Response": ".core.http.messages",
    "Request": ".core.http.messages",
    "Resource": ".apis.datasift",
    "Server": ".server.server",
    "Snapshot": ".core.state.snapshots",
    "Violation": ".core.contract.validation",
    "When": ".core.engine.planned",
}
"""Module of each public name; where the name is another one there, that follows a colon."""

__all__ = [
    "Change",
    "Clock",
    "ContractViolation",
    "Credentials",
    "Curator",
    "CuratorSource",
    "DataSift",
    "DataSiftSource",
    "Diff",
    "Exchange",
    "Expectation",
    "FakeFactory",
    "FakeSources",
    "Faults",
    "Feed",
    "Hold",
    "Identity",
    "InternalError",
    "InvalidState",
    "Journal",
    "LogEntry",
    "Options",
    "PlannedFault",
    "Post",
    "RecordedRequest",
    "Request",
    "Resource",
    "Response",
    "ScheduledEvent",
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
