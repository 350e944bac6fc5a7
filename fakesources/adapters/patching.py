"""Replace public attributes of classes and modules of other libraries, and restore them exactly.

Several adapters may patch one attribute at once, from several threads, and other libraries may patch it too, so
patches are not always undone in reverse order. One that is undone below another stays in place without effect: its
replacement calls the original, and undoing the patch above it skips it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..core.system.forks import freed_in_child

_lock = freed_in_child(threading.RLock())
_ABSENT = object()


class Patch:
    """One attribute of `owner`, replaced from `apply` until `undo`.

    The replacement is any function; it checks `active` to see if it still applies, and calls `original`.
    """

    def __init__(self, owner: Any, name: str) -> None:
        self.owner, self.name = owner, name
        self.active = False
        self.original: Callable[..., Any] = getattr(owner, name)
        self._replacement: Any = None
        self._replaced: Any = None

    def apply(self, replacement: Callable[..., Any]) -> None:
        """Replace the current attribute; again, where another library has undone more than its own patch."""
        with _lock:
            self.original = getattr(self.owner, self.name)
            self._replaced = vars(self.owner).get(self.name, _ABSENT)
            self._replacement = replacement
            replacement.patch = self  # type: ignore[attr-defined]
            self.active = True
            setattr(self.owner, self.name, replacement)

    def undo(self) -> None:
        """Restore the attribute; below the patch of another library only become inactive."""
        with _lock:
            self.active = False
            if vars(self.owner).get(self.name) is not self._replacement:
                return
            restored = self._replaced
            while (below := getattr(restored, "patch", None)) is not None and not below.active:
                restored = below._replaced
            if restored is _ABSENT:
                delattr(self.owner, self.name)
            else:
                setattr(self.owner, self.name, restored)


MakeReplacement = Callable[[Patch], Callable[..., Any]]
"""Function that returns the replacement of a patch."""


@contextmanager
def patched(*targets: tuple[Any, str, MakeReplacement]) -> Iterator[None]:
    """Patch attributes, each given as its owner, its name and a function that makes the replacement."""
    applied: list[Patch] = []
    try:
        for owner, name, make_replacement in targets:
            patch = Patch(owner, name)
            patch.apply(make_replacement(patch))
            applied.append(patch)
        yield
    finally:
        for patch in reversed(applied):
            patch.undo()
