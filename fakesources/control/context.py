"""The objects that the control plane works on: one fake, its snapshots, and the server around it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.contract.call import Call, Service
    from ..core.state.snapshots import Snapshot
    from ..fake import FakeSources
    from ..verify.coverage import Coverage
    from .access import Access


class EventStream:
    """One client that receives events, for as long as something refers to it."""


@dataclass(eq=False, slots=True)
class ControlContext:
    """One fake and the server's own state.

    `limits` are this server's limits and `gauges` count the current use of them, both by name, as `/health` shows them;
    the server adds its own. `save` writes the state to the server's file and returns its path; None where the server
    has none. `closing` is set when the server stops, so that no request waits any longer. `instance` identifies this
    run of the server; `coverage` counts the exchanges since its start. `event_streams` has one object for each client
    that receives events, and `writes` counts the operations that may have changed something.
    """

    fake: FakeSources
    save: Callable[[], Path] | None
    closing: threading.Event
    access: Access
    limits: dict[str, int]
    gauges: dict[str, Callable[[], int]]
    coverage: Coverage
    instance: str = field(default_factory=lambda: os.urandom(8).hex())
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    event_streams: WeakSet[EventStream] = field(default_factory=WeakSet)
    writes: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    expectation_numbers: Iterator[int] = field(default_factory=lambda: count(1))
    account_numbers: dict[tuple[str, str], int] = field(default_factory=dict)
    _numbering: threading.Lock = field(default_factory=threading.Lock)

    @property
    def services(self) -> Mapping[str, Service]:
        """The faked APIs by name."""
        return self.fake.services

    def number_of(self, api: str, label: str) -> int:
        """Return the number of an account of an API, by its label; a new one where it has none yet."""
        with self._numbering:
            return self.account_numbers.setdefault((api, label), len(self.account_numbers) + 1)


def context_of(call: Call) -> ControlContext:
    """Return the objects that a call to the control plane works on."""
    context: ControlContext = call.settings
    return context
