"""Import hook that opens an adapter once its library is imported; until then the library costs nothing.

It is the first of the finders of Python's import system, lets the others find the library, and opens the adapter once
the library's code has run. The library is only a name to it.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from ..core.system.forks import freed_in_child


class ImportHook(AbstractContextManager[None], MetaPathFinder):
    """Open an adapter when the first of some modules is imported, and close it on leaving the block."""

    def __init__(self, names: Collection[str], make_adapter: Callable[[], AbstractContextManager[Any]]) -> None:
        self._names, self._make_adapter = names, make_adapter
        self._lock = freed_in_child(threading.RLock())
        self._is_active = False
        self._adapter: AbstractContextManager[Any] | None = None

    def __enter__(self) -> None:
        self._is_active = True
        sys.meta_path.insert(0, self)

    def __exit__(self, *error: Any) -> None:
        with self._lock:
            self._is_active = False
            if self in sys.meta_path:
                sys.meta_path.remove(self)
            if self._adapter is not None:
                self._adapter.__exit__(*error)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that the finders after this one find, with a loader that notifies this hook."""
        if fullname not in self._names:
            return None
        after = sys.meta_path[sys.meta_path.index(self) + 1 :] if self in sys.meta_path else []
        for finder in after:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = NotifyingLoader(spec.loader, self._open_adapter)
                return spec
        return None

    def _open_adapter(self) -> None:
        with self._lock, _hooks_disabled():
            if self._is_active and self._adapter is None:
                self._adapter = self._make_adapter()
                self._adapter.__enter__()


@contextmanager
def _hooks_disabled() -> Iterator[None]:
    """Disable every import hook: opening an adapter may itself import the library of another."""
    hooks = [finder for finder in sys.meta_path if isinstance(finder, ImportHook)]
    for hook in hooks:
        sys.meta_path.remove(hook)
    try:
        yield
    finally:
        sys.meta_path[:0] = [hook for hook in hooks if hook._is_active]


class NotifyingLoader(Loader):
    """Another loader, and a function to call once that has executed the module."""

    def __init__(self, loader: Loader, notify: Callable[[], None]) -> None:
        self._loader, self._notify = loader, notify

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Return the module that the other loader creates."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module with the other loader, which the module then has as its own."""
        assert module.__spec__ is not None
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._notify()
