"""A door that opens when its library is imported: until then the library costs nothing, from then on nothing escapes.

Stands first among the finders of Python's import system, lets the others find the library, and opens the door once
the library's own code has run. Knows the library by its name alone.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType, TracebackType
from typing import Any

from ..core.system.forks import freed_in_child


class WhenImported(AbstractContextManager[None], MetaPathFinder):
    """Opens `door` when the first of some modules is imported, and closes it when it is left itself."""

    def __init__(self, names: Collection[str], door: Callable[[], AbstractContextManager[Any]]) -> None:
        self._names, self._door = names, door
        self._lock = freed_in_child(threading.RLock())
        self._live = False
        self._opened: AbstractContextManager[Any] | None = None

    def __enter__(self) -> None:
        self._live = True
        sys.meta_path.insert(0, self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            self._live = False
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            if self._opened is not None:
                self._opened.__exit__(kind, error, trace)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What the finders after this one find, with a loader that tells when it is done."""
        if fullname not in self._names:
            return None
        after = sys.meta_path[sys.meta_path.index(self) + 1 :] if self in sys.meta_path else []
        for finder in after:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = ContractCheck(spec.loader, self._imported)
                return spec
        return None

    def _imported(self) -> None:
        with self._lock, stepped_aside():
            if self._live and self._opened is None:
                self._opened = opened = self._door()
                opened.__enter__()


@contextmanager
def stepped_aside() -> Iterator[None]:
    """A block whose own imports are told to nobody: opening a door may import what others wait for."""
    aside = [finder for finder in sys.meta_path if isinstance(finder, WhenImported)]
    for finder in aside:
        sys.meta_path.remove(finder)
    try:
        yield
    finally:
        sys.meta_path[:0] = [finder for finder in aside if finder._live]


class ContractCheck(Loader):
    """Another loader, which it makes way for, and a word when that has run the module."""

    def __init__(self, loader: Loader, tell: Callable[[], None]) -> None:
        self._loader, self._tell = loader, tell

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """What the other makes."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module as if nobody stood in between."""
        assert module.__spec__ is not None
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._tell()
