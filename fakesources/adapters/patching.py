"""Replace public attributes of classes and modules of other libraries, and restore them exactly.

Several adapters may patch one attribute at once, from several threads, and other libraries may patch it too, so
patches are not always undone in reverse order. One that is undone below another stays in place without effect: its
replacement calls the original, and the next patch that is applied or undone there removes it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from ..core.system.forks import freed_in_child

_lock = freed_in_child(threading.RLock())
_ABSENT = object()


class Patch:
    """One attribute of `owner`, replaced from `apply` until `undo`.

    The replacement is any function; it checks `active` to see if it still applies, and calls `original`.
    """

    _is_any_below_others: ClassVar[bool] = False
    """True once a patch was undone below another: only then is there one in place that no longer applies."""

    def __init__(self, owner: Any, name: str) -> None:
        self.owner, self.name = owner, name
        self.active = False
        self.original: Callable[..., Any] = getattr(owner, name)
        self._replacement: Any = None
        self._replaced: Any = None

    def apply(self, replacement: Callable[..., Any]) -> None:
        """Replace the current attribute; again, where another library has undone more than its own patch."""
        with _lock:
            current = vars(self.owner).get(self.name, _ABSENT)
            self._replaced = _in_force(current)
            if self._replaced is not current:
                self._set(self._replaced)
            self.original = getattr(self.owner, self.name)
            self._replacement = replacement
            replacement.patch = self  # type: ignore[attr-defined]
            self.active = True
            setattr(self.owner, self.name, replacement)

    def undo(self) -> None:
        """Restore the attribute; below the patch of another library only become inactive."""
        with _lock:
            self.active = False
            if vars(self.owner).get(self.name) is not self._replacement:
                Patch._is_any_below_others = True
                return
            self._set(_in_force(self._replaced))

    def _set(self, value: Any) -> None:
        if value is not _ABSENT:
            setattr(self.owner, self.name, value)
        elif self.name in vars(self.owner):
            delattr(self.owner, self.name)


def _in_force(value: Any) -> Any:
    """Return a value of an attribute, or what it replaced where it is of a patch that no longer applies."""
    while Patch._is_any_below_others and (patch := getattr(value, "patch", None)) is not None and not patch.active:
        value = patch._replaced
    return value


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
