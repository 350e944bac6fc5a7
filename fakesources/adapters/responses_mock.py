"""The fake as an entry of a user's own mock of `responses`: its calls are calls of that mock.

The entry stands last, and answers what no entry of the user matches. The registries of `responses` would use it up in
order or drop it, so they never see it: the mock looks for a match among the user's entries alone, and then at ours.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import ModuleType
from typing import Any

from requests import PreparedRequest, exceptions
from requests import Response as RequestsResponse
from requests.adapters import HTTPAdapter
from responses import BaseResponse, CallList, RequestsMock
from urllib3 import HTTPResponse

from ..core.http.messages import Handle, Ours
from ..core.system.forks import freed_in_child
from ..core.text.arguments import shown, wrong
from .patching import Patch
from .requests import URL, Url, answered_once, retried
from .responses import catch

Found = tuple[BaseResponse | None, list[str]]


class FakeEntry(BaseResponse):
    """The entry of a mock that answers for the fake's hosts. `theirs` is an entry of the user that lets a call through
    to them, which then counts as a call of that entry.
    """

    def __init__(self, handle: Handle, ours: Ours, mock: RequestsMock, hosts: str, theirs: Any = None) -> None:
        super().__init__("ANY METHOD", re.compile("|".join(map(re.escape, hosts.split(", ")))))
        self._handle, self._ours, self._mock, self._theirs = handle, ours, mock, theirs
        self._hosts = hosts

    def __repr__(self) -> str:
        return f"<FakeSources for {self._hosts}>"

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__

    def __deepcopy__(self, memo: dict[int, Any]) -> FakeEntry:
        return self

    @property
    def calls(self) -> CallList:
        """The calls it has answered."""
        counted: CallList = self._calls if self._theirs is None else self._theirs.calls
        return counted

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        """Return whether the fake answers for the address, and no entry of the user does."""
        if not is_ours(self._ours, request):
            return False, "URL does not match"
        if any(entry.matches(request)[0] for entry in entries_of(self._mock)):
            return False, "another entry matches"
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """Answer one call. Raises the exceptions of `requests` for a transport fault."""
        options: dict[str, Any] = getattr(request, "req_kwargs", {})
        return answered_once(self._handle, request, address(request), options.get("timeout"))


def add_to(given: RequestsMock | ModuleType, handle: Handle, ours: Ours, hosts: str) -> AbstractContextManager[None]:
    """Keep an entry in a mock, or in that of the module `responses`, until left. `hosts` are named in its errors.

    Raises TypeError for anything else.
    """
    mock = getattr(given, "mock", None) if isinstance(given, ModuleType) else given
    if not isinstance(mock, RequestsMock):
        raise wrong("mock", "a responses.RequestsMock or the module responses", shown(given))
    return added(mock, handle, ours, hosts)


@contextmanager
def added(mock: RequestsMock, handle: Handle, ours: Ours, hosts: str) -> Iterator[None]:
    """Keep an entry in a mock until left."""
    entry = FakeEntry(handle, ours, mock, hosts)
    lock = freed_in_child(threading.RLock())
    freed_in_child(mock._thread_lock)
    finding, replacing, asking = (Patch(mock, name) for name in ("_find_match", "_set_registry", "_on_request"))

    def find(request: PreparedRequest) -> Found:
        nonlocal entry
        if not finding.live:
            return finding.below(request)  # type: ignore[no-any-return]
        with lock:
            if not taken_out(mock, entry):
                entry = FakeEntry(handle, ours, mock, hosts)  # the mock was reset, and so is what it counts
            try:
                if is_ours(ours, request) and not any(each.matches(request)[0] for each in entries_of(mock)):
                    return entry, []
                match, reasons = finding.below(request)
            finally:
                mock.get_registry().registered.append(entry)
        if match is None:
            return None, [*reasons, "URL does not match"]
        if match.passthrough and is_ours(ours, request):
            return FakeEntry(handle, ours, mock, hosts, theirs=match), reasons
        return match, reasons

    def set_registry(registry: Any) -> None:
        """The mock refuses another registry while it has entries; ours is none of the user's."""
        had = taken_out(mock, entry)
        try:
            replacing.below(registry)
        finally:
            if had:
                mock.get_registry().registered.append(entry)

    def on_request(
        adapter: HTTPAdapter, request: PreparedRequest, *, retries: Any = None, **options: Any
    ) -> RequestsResponse:
        """The mock retries by status; a transport that fails is retried here."""
        if not asking.live or not is_ours(ours, request):
            return asking.below(adapter, request, retries=retries, **options)  # type: ignore[no-any-return]
        if retries is None:
            adapter.add_headers(request, **options)
            retries = adapter.max_retries
            body: Any = request.body
            if hasattr(body, "read"):
                request.body = body.read()  # for matchers and retries, as newer versions of responses do themselves
        while True:
            try:
                return asking.below(adapter, request, retries=retries, **options)  # type: ignore[no-any-return]
            except exceptions.RequestException as error:
                retries = retried(retries, request, address(request), error)

    def answer(adapter: HTTPAdapter, request: PreparedRequest, url: Url, options: dict[str, Any]) -> RequestsResponse:
        del url
        return mock._on_request(adapter, request, **options)

    def is_started(host: str, path: str) -> bool:
        return mock._patcher is not None and ours(host, path)

    mock.get_registry().registered.append(entry)
    with ExitStack() as leaving:
        leaving.callback(lambda: taken_out(mock, entry))
        for cover, stand_in in ((finding, find), (replacing, set_registry), (asking, on_request)):
            cover.put_on(stand_in)
            leaving.callback(cover.take_off)
        leaving.enter_context(catch(answer, is_started, through=mock))
        yield


def entries_of(mock: RequestsMock) -> list[BaseResponse]:
    """The entries that the user has made."""
    return [entry for entry in mock.registered() if not isinstance(entry, FakeEntry)]


def taken_out(mock: RequestsMock, entry: FakeEntry) -> bool:
    """Take an entry out of a mock; whether it was there."""
    registered = mock.get_registry().registered
    kept = [each for each in registered if each is not entry]
    was_there = len(kept) != len(registered)
    registered[:] = kept
    return was_there


def is_ours(ours: Ours, request: PreparedRequest) -> bool:
    """Return whether the fake answers for the address of a request."""
    url = URL.match(request.url or "")
    return url is not None and ours(url[2].lower(), url[3] or "/")


def address(request: PreparedRequest) -> Url:
    """The parts of the address of a request that the fake answers for."""
    url = URL.match(request.url or "")
    assert url is not None
    return url
