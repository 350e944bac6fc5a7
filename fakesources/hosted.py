"""A fake that stands on its own: no test holds it, so it comes with a control plane, and may begin and end with a file.

What `serve`, `run` and the WSGI application have in common. Knows no socket and no command line.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .core.messages import Reply, Request, usual
from .fake import FakeSources

if TYPE_CHECKING:
    from .control.plane import Plane

_CONTROL = "/_fakesources"
_STATE = f"{_CONTROL}/state"

STATE_LIMIT = 64 << 20
"""How many bytes a state may have that is put over a socket; one in a file may be larger."""


class Hosted:
    """One fake and its control plane behind one function from Request to Reply.

    `options` are those of FakeSources. `load` is a state file to begin with, `save` one to write when it is closed or
    asked to be saved; `token` is what the control plane asks of its callers, if anything. Raises ValueError for an
    option or a file that cannot be.
    """

    def __init__(
        self, options: Mapping[str, Any], *, load: Path | None = None, save: Path | None = None, token: str = ""
    ) -> None:
        self.fake = FakeSources(**options)
        self._file = save
        self._token = token
        self._plane: Plane | None = None
        self._opening = threading.Lock()
        self._closing = threading.Event()
        if save is not None and not save.parent.is_dir():
            raise ValueError(f"{save} cannot be saved: there is no folder {save.parent}")
        if load is not None:
            self._load(load)

    def handle(self, request: Request) -> Reply:
        """Answer one request to an API or to the control plane."""
        return self.plane.handle(request) if for_control(request.target) else self.fake.handle(request)

    def at_once(self, request: Request) -> Reply | None:
        """The same for a door that must not be kept waiting; the control plane takes its time."""
        return None if for_control(request.target) else self.fake.at_once(request)

    def _load(self, file: Path) -> None:
        try:
            self.fake.load(file)
        except OSError as error:
            raise ValueError(f"{file}: {error.strerror}") from None
        except ValueError as error:
            raise ValueError(f"{file} is no state to begin with: {error}") from None

    def limit(self, target: str) -> int:
        """How many bytes the body of a request may have: a state is larger than anything an API is sent."""
        return STATE_LIMIT if target.startswith(_STATE) else usual(target)

    @property
    def plane(self) -> Plane:
        """The control plane, imported when it is first asked for: most runs start without it."""
        with self._opening:
            if self._plane is None:
                from .control.operations import OPERATIONS
                from .control.plane import Plane
                from .control.rows import Plant

                save = self.save if self._file else None
                self._plane = Plane(Plant(OPERATIONS, self.fake, save, self._closing), self._token, self.limit)
            return self._plane

    def save(self) -> Path:
        """Write the state to its file, whole or not at all, and give the file. Raises OSError."""
        assert self._file is not None
        self.fake.dump(self._file)
        return self._file

    def hurry(self) -> None:
        """Let nobody wait any longer, and nothing be held: the server is about to stop."""
        self._closing.set()
        self.fake.faults.clear()

    def close(self) -> None:
        """Save the state if it is to be saved. Raises OSError."""
        self.hurry()
        if self._file is not None:
            self.save()


def for_control(target: str) -> bool:
    """Whether a request is one to the control plane."""
    return target.startswith(_CONTROL) and target[len(_CONTROL) : len(_CONTROL) + 1] in ("", "/", "?")
