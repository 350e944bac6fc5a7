"""What a row of the control plane is: an Operation, and what an action of one is handed.

Nothing in here acts; the rows themselves are in `operations`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.endpoints import Answer
from ..core.errors import Problem

if TYPE_CHECKING:
    from ..core.calls import Service
    from ..core.states import Snapshot
    from ..fake import FakeSources

ROOT = "/_fakesources"
"""Where the control plane stands: no vendor has such a path."""


@dataclass(eq=False, slots=True)
class Plant:
    """What there is to control, and how: the rows, one fake, the file its state is saved to, and the snapshots that were made of it.

    `save` writes the state to that file and gives its path; None where the server has none. `closing` is set when the
    server stops, so that nobody goes on waiting.
    """

    rows: Sequence[Operation]
    fake: FakeSources
    save: Callable[[], Path] | None
    closing: threading.Event
    started: str = field(default_factory=lambda: os.urandom(8).hex())
    snapshots: dict[str, Snapshot] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def services(self) -> Mapping[str, Service]:
        """Each API as the fake serves it, by name."""
        return self.fake.services


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the control plane, read and held against its row: what the path, the query and the body say."""

    plant: Plant
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Operation:
    """One row. `path` has `<name>` for what varies; `asks`, `takes` and `gives` name the shapes of the query, the
    body and the answers under `schemas/control/`; `refuses` are the problems that only this row has.
    """

    id: str
    method: str
    path: str
    does: Callable[[Asked], Answer]
    says: str
    gives: Mapping[int, str]
    asks: str = ""
    takes: str = ""
    refuses: tuple[Problem, ...] = ()
