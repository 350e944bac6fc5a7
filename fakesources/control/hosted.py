"""A fake with a control plane and a state file: the application that `serve`, `run` and `fakesources.wsgi` share."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.engine.waiting import Steps, run
from ..core.http.messages import BODY_LIMIT, Request, Response, default_limit
from ..core.system import files
from ..fake import FakeSources
from ..verify.coverage import Coverage
from . import ROOT

if TYPE_CHECKING:
    from .app import ControlPlane

log = logging.getLogger("fakesources")

_STATE = f"{ROOT}/state"

STATE_LIMIT = 64 << 20
"""Largest state in bytes that is loaded from a request; one in a file may be larger."""

SAVE_EVERY_SECONDS = 60.0
"""Default interval in seconds at which the file of `state` is written."""

SNAPSHOT_BYTES = 64 << 20
"""Default limit in bytes of all snapshots of the control plane together."""

PLANNED_FAULTS = 1_000
"""Limit of faults that the control plane plans at a time."""

MAX_WAITING = 1_000
"""Default limit of requests that wait for an exchange at a time."""

EXPECTATIONS = 100
"""Limit of expected violations that have not ended."""

EVENT_STREAMS = 32
"""Limit of clients that receive events at a time: each console is one."""


class Hosted:
    """One fake and its control plane behind one function from Request to Response.

    `options` are those of FakeSources. `load` is a state file to start with, `save` one to write on closing and on
    request; `state` is both, where it exists, and is also written every `save_every` seconds. `token` is what the
    control plane requires of its clients; one is necessary where the server's `address` is not on loopback, or not
    known (None). Web pages of `origins` have access as well. `limits` and `gauges` are shown by `/health`; a server
    adds its own.

    Raises ValueError for an invalid option or file.
    """

    def __init__(
        self,
        options: Mapping[str, Any],
        *,
        load: Path | None = None,
        save: Path | None = None,
        state: Path | None = None,
        save_every: float = SAVE_EVERY_SECONDS,
        token: str = "",
        address: str | None = "127.0.0.1",
        origins: Iterable[str] = (),
        snapshot_bytes: int = SNAPSHOT_BYTES,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self.fake = FakeSources(**options)
        self._file = state if state is not None else save
        self._save_every = save_every if state is not None else 0.0
        self._saver: threading.Thread | None = None
        self._token, self._address, self._origins = token, address, frozenset(origins)
        journal, violations = self.fake.journal, self.fake.violations
        self._coverage = Coverage()
        journal.subscribe(self._coverage.counter(journal), is_waiting=False)
        self.limits = {
            "body_bytes": BODY_LIMIT,
            "state_bytes": STATE_LIMIT,
            "journal_exchanges": journal.size,
            "journal_bytes": journal.size_bytes,
            "violation_bytes": violations.size_bytes,
            "snapshot_bytes": snapshot_bytes,
            "planned_faults": PLANNED_FAULTS,
            "expectations": EXPECTATIONS,
            "waiting_requests": max_waiting,
            "event_streams": EVENT_STREAMS,
        }
        self.gauges: dict[str, Callable[[], int]] = {
            "journal_exchanges": lambda: len(journal),
            "journal_bytes": lambda: journal.bytes,
            "violations": lambda: len(violations),
            "violations_dropped": lambda: violations.dropped,
            "planned_faults": lambda: len(self.fake.faults.pending),
            "expectations": lambda: len(violations.expectations),
            "waiting_requests": lambda: journal.subscriptions,
        }
        self._plane: ControlPlane | None = None
        self._starting = threading.Lock()
        self._saving = threading.Lock()
        self._closing = threading.Event()
        if state is not None and (load is not None or save is not None):
            raise ValueError("state: expected neither --load nor --save beside it; --state FILE does both")
        if self._file is not None:
            files.target_of(self._file)
            files.remove_stale(self._file)
            self._version = files.version_of(self._file)
        if load is not None or (state is not None and state.exists()):
            self._load(load or self._file)

    def served_at(self, url: str) -> None:
        """Set the base URL of the server, which responses of the APIs may contain."""
        for service in self.fake.services.values():
            service.settings = service.settings.served_at(url)

    def handle(self, request: Request) -> Response:
        """Return the response to a request to an API or to the control plane; may block this thread.

        The adapter waits for the `delay` of the response.
        """
        page = self._page(request)
        if page is not None:
            return page
        return run(self.control_plane.steps(request)) if is_control(request.target) else self.fake.handle(request)

    def steps(self, request: Request) -> Steps:
        """Handle a request step by step, for a server that waits without a thread: see `core.engine.waiting`."""
        return self.control_plane.steps(request) if is_control(request.target) else self.fake.steps(request)

    def handle_nonblocking(self, request: Request) -> Response | Callable[[], Response] | None:
        """Return the response to a request if it is available without blocking, else None."""
        page = self._page(request)
        if page is not None:
            return page
        return None if is_control(request.target) else self.fake.handle_nonblocking(request)

    def _page(self, request: Request) -> Response | None:
        """Return the response to a browser's request for the console; None for any other."""
        target = request.target
        if not (is_control(target) or target in ("/", "/favicon.ico") or target.startswith("/?")):
            return None
        from . import console

        return console.respond(request, self.fake)

    def authorise(self, head: Request) -> Response | None:
        """Return the error response to a request of which only the head was received; None where its body may be read.

        Only requests to the control plane have one. Never blocks.
        """
        return self.control_plane.authorise(head) if is_control(head.target) else None

    def _load(self, file: Path | None) -> None:
        assert file is not None
        try:
            self.fake.load(file)
        except OSError as error:
            raise ValueError(f"{file}: {files.error_text(error)}") from None
        except ValueError as error:
            raise ValueError(f"{file}: invalid state: {error}") from None

    def limit(self, target: str) -> int:
        """Return the largest body in bytes of a request target: a state may be larger than other bodies."""
        return STATE_LIMIT if target.startswith(_STATE) else default_limit(target)

    @property
    def control_plane(self) -> ControlPlane:
        """The control plane, imported on first use: most runs start without it."""
        with self._starting:
            if self._plane is None:
                from .access import Access
                from .app import ControlPlane
                from .context import ControlContext

                access = Access(self._token, self._address, self._origins)
                context = ControlContext(
                    self.fake, self.save if self._file else None, self._closing, access, self.limits, self.gauges,
                    self._coverage,
                )  # fmt: skip
                self.gauges["event_streams"] = lambda: len(context.event_streams)
                self._plane = ControlPlane(context, self.limit)
            return self._plane

    def save(self) -> Path:
        """Write the state to its file, completely or not at all, and return the file. Raises OSError."""
        assert self._file is not None
        with self._saving:
            if files.version_of(self._file) not in (None, self._version):
                log.warning(
                    "%s: written by another program, such as a second server; its state is replaced", self._file
                )
            self.fake.dump(self._file)
            self._version = files.version_of(self._file)
        return self._file

    def start_saving(self) -> None:
        """Start the thread that saves the state at intervals, unless it runs already or no `state` was given."""
        with self._starting:
            if self._saver is None and self._save_every and not self._closing.is_set():
                self._saver = threading.Thread(target=self._save_repeatedly, name="fakesources saver", daemon=True)
                self._saver.start()

    def _save_repeatedly(self) -> None:
        while not self._closing.wait(self._save_every):
            try:
                self.save()
            except OSError as error:
                log.warning("the state could not be saved: %s", files.error_text(error))

    def begin_shutdown(self) -> None:
        """End the waiting of every request and clear the faults, before the server stops."""
        self._closing.set()
        self.fake.journal.wake()
        self.fake.faults.clear()

    def close(self) -> None:
        """Begin the shutdown, and save the state where there is a file for it. Raises OSError."""
        self.begin_shutdown()
        if self._file is not None:
            self.save()


def is_control(target: str) -> bool:
    """Return whether a request target belongs to the control plane."""
    return target.startswith(ROOT) and target[len(ROOT) : len(ROOT) + 1] in ("", "/", "?")
