"""A fake that runs without a test around it: it has a control plane, and may load and save its state.

Shared by `serve`, `run` and the WSGI application. Knows no socket and no command line.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .core.messages import Reply, Request, usual
from .core.waiting import Steps, run
from .fake import FakeSources

if TYPE_CHECKING:
    from .control.plane import ControlPlane

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
        self._plane: ControlPlane | None = None
        self._opening = threading.Lock()
        self._closing = threading.Event()
        if save is not None and not save.parent.is_dir():
            raise ValueError(f"{save} cannot be saved: there is no folder {save.parent}")
        if load is not None:
            self._load(load)

    def handle(self, request: Request) -> Reply:
        """Return the response to a request, to an API or to the control plane; blocks this thread until it is there.
        A delay is left to the adapter, as the reply's `delay`.
        """
        return run(self.plane.steps(request)) if is_control(request.target) else self.fake.handle(request)

    def steps(self, request: Request) -> Steps:
        """Handle a request step by step, for a server that waits without a thread: see `core.waiting`."""
        return self.plane.steps(request) if is_control(request.target) else self.fake.steps(request)

    def at_once(self, request: Request) -> Reply | None:
        """Return the response to a request that can be answered without blocking, else None."""
        return None if is_control(request.target) else self.fake.at_once(request)

    def authorise(self, head: Request) -> Reply | None:
        """Return the refusal of a request to the control plane of which only the head is there; None where its body may
        be read. Never blocks.
        """
        return self.plane.authorise(head) if is_control(head.target) else None

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
    def plane(self) -> ControlPlane:
        """The control plane, imported on first use: most runs start without it."""
        with self._opening:
            if self._plane is None:
                from .control.access import Access
                from .control.context import ControlContext
                from .control.plane import ControlPlane

                context = ControlContext(self.fake, self.save if self._file else None, self._closing)
                self._plane = ControlPlane(context, Access(self._token), self.limit)
            return self._plane

    def save(self) -> Path:
        """Write the state to its file, whole or not at all, and give the file. Raises OSError."""
        assert self._file is not None
        self.fake.dump(self._file)
        return self._file

    def begin_shutdown(self) -> None:
        """Let no request wait any longer, and none be held: the server is about to stop."""
        self._closing.set()
        self.fake.journal.wake()
        self.fake.faults.clear()

    def close(self) -> None:
        """Save the state if it is to be saved. Raises OSError."""
        self.begin_shutdown()
        if self._file is not None:
            self.save()


def is_control(target: str) -> bool:
    """Return whether a request target belongs to the control plane."""
    return target.startswith(_CONTROL) and target[len(_CONTROL) : len(_CONTROL) + 1] in ("", "/", "?")
