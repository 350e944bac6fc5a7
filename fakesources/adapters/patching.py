"""Covering a public attribute of somebody else's class or module, and giving it back exactly.

Several doors may cover the same attribute at once, from several threads, and other libraries may cover it too, so
covers are not always taken off in the order they were put on. A cover that was left stays harmless where it still
lies under another: its stand-in passes everything on, and whoever leaves above it steps over it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from ..core.system.forks import freed_in_child

_changing = freed_in_child(threading.RLock())
_ABSENT = object()


class Patch:
    """One attribute of `owner` and what stands in for it from `put_on` to `take_off`.

    `stand_in` is any function; it asks `live` whether it still counts, and calls `below` for what it covered.
    """

    def __init__(self, owner: Any, name: str) -> None:
        self.owner, self.name = owner, name
        self.live = False
        self.below: Callable[..., Any] = getattr(owner, name)
        self._stand_in: Any = None
        self._found: Any = None

    def put_on(self, stand_in: Callable[..., Any]) -> None:
        """Stand above whatever is there now; also to come back on top after somebody took more off than was theirs."""
        with _changing:
            self.below = getattr(self.owner, self.name)
            self._found = vars(self.owner).get(self.name, _ABSENT)
            self._stand_in = stand_in
            stand_in.cover = self  # type: ignore[attr-defined]
            self.live = True
            setattr(self.owner, self.name, stand_in)

    def take_off(self) -> None:
        """Give back what was covered, or, under somebody else's cover, pass everything on from now on."""
        with _changing:
            self.live = False
            if vars(self.owner).get(self.name) is not self._stand_in:
                return
            found = self._found
            while (under := getattr(found, "cover", None)) is not None and not under.live:
                found = under._found
            if found is _ABSENT:
                delattr(self.owner, self.name)
            else:
                setattr(self.owner, self.name, found)
