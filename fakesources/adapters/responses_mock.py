"""The fake as an entry of a user's own mock of `responses`: its calls are calls of that mock.

The entry is the last one, and answers what no entry of the user matches. The registries of `responses` would use it up
in order or drop it, so they never contain it during a look-up: the mock searches the user's entries alone, then the
fake's.
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

from ..core.http.messages import Handle, Handles
from ..core.system.forks import freed_in_child
from ..core.text.arguments import shown, wrong
from .patching import Patch
from .requests import Url, handled_url, remaining_retries, respond_once
from .responses import patch_send

Match = tuple[BaseResponse | None, list[str]]


class FakeEntry(BaseResponse):
    """Entry of a mock that answers for the fake's hosts.

    `passing` is an entry of the user that passes a call of these hosts through, which then counts as a call of it.
    """

    def __init__(self, handle: Handle, handles: Handles, mock: RequestsMock, hosts: str, passing: Any = None) -> None:
        super().__init__("ANY METHOD", re.compile("|".join(map(re.escape, hosts.split(", ")))))
        self._handle, self._handles, self._mock, self._passing = handle, handles, mock, passing
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
        """Calls that it has answered."""
        calls: CallList = self._calls if self._passing is None else self._passing.calls
        return calls

    def matches(self, request: PreparedRequest) -> tuple[bool, str]:
        """Return whether the fake handles the URL and no entry of the user matches."""
        if handled_url(self._handles, request) is None:
            return False, "URL does not match"
        if any(entry.matches(request)[0] for entry in user_entries(self._mock)):
            return False, "another entry matches"
        return True, ""

    def get_response(self, request: PreparedRequest) -> HTTPResponse:
        """Respond to one call. Raises the exceptions of `requests` for a connection that fails."""
        options: dict[str, Any] = getattr(request, "req_kwargs", {})
        url = handled_url(self._handles, request)
        assert url is not None
        return respond_once(self._handle, request, url, options.get("timeout"))


def add_to(
    given: RequestsMock | ModuleType, handle: Handle, handles: Handles, hosts: str
) -> AbstractContextManager[None]:
    """Add an entry to a mock, or to that of the module `responses`, until the block is left; `hosts` is its name.

    Raises TypeError for anything else.
    """
    mock = getattr(given, "mock", None) if isinstance(given, ModuleType) else given
    if not isinstance(mock, RequestsMock):
        raise wrong("mock", "a responses.RequestsMock or the module responses", shown(given))
    return entry_added(mock, handle, handles, hosts)


@contextmanager
def entry_added(mock: RequestsMock, handle: Handle, handles: Handles, hosts: str) -> Iterator[None]:
    """Add an entry to a mock until the block is left."""
    entry = FakeEntry(handle, handles, mock, hosts)
    lock = freed_in_child(threading.RLock())
    freed_in_child(mock._thread_lock)
    find_match, set_registry, on_request = (
        Patch(mock, name) for name in ("_find_match", "_set_registry", "_on_request")
    )

    def find_match_outside_registry(request: PreparedRequest) -> Match:
        nonlocal entry
        if not find_match.active:
            return find_match.original(request)  # type: ignore[no-any-return]
        is_handled = handled_url(handles, request) is not None
        with lock:
            if not remove_entry(mock, entry):
                entry = FakeEntry(handle, handles, mock, hosts)  # the mock was reset, and its counts with it
            try:
                if is_handled and not any(each.matches(request)[0] for each in user_entries(mock)):
                    return entry, []
                match, reasons = find_match.original(request)
            finally:
                mock.get_registry().registered.append(entry)
        if match is None:
            return None, [*reasons, "URL does not match"]
        if match.passthrough and is_handled:
            return FakeEntry(handle, handles, mock, hosts, passing=match), reasons
        return match, reasons

    def set_registry_without_entry(registry: Any) -> None:
        """Set another registry, which a mock allows only while it has no entries: the fake's does not count."""
        was_there = remove_entry(mock, entry)
        try:
            set_registry.original(registry)
        finally:
            if was_there:
                mock.get_registry().registered.append(entry)

    def retry_request(
        adapter: HTTPAdapter, request: PreparedRequest, *, retries: Any = None, **options: Any
    ) -> RequestsResponse:
        """Retry connections that fail; the mock itself retries by status only."""
        url = handled_url(handles, request) if on_request.active else None
        if url is None:
            return on_request.original(adapter, request, retries=retries, **options)  # type: ignore[no-any-return]
        if retries is None:
            adapter.add_headers(request, **options)
            retries = adapter.max_retries
            body: Any = request.body
            if hasattr(body, "read"):
                request.body = body.read()  # for matchers and retries, as newer versions of responses do themselves
        while True:
            try:
                return on_request.original(adapter, request, retries=retries, **options)  # type: ignore[no-any-return]
            except exceptions.RequestException as error:
                retries = remaining_retries(retries, request, url, error)

    def respond_to(
        adapter: HTTPAdapter, request: PreparedRequest, _url: Url, options: dict[str, Any]
    ) -> RequestsResponse:
        return mock._on_request(adapter, request, **options)

    def handles_while_started(host: str, path: str) -> bool:
        return mock._patcher is not None and handles(host, path)

    mock.get_registry().registered.append(entry)
    with ExitStack() as leaving:
        leaving.callback(lambda: remove_entry(mock, entry))
        for patch, replacement in (
            (find_match, find_match_outside_registry),
            (set_registry, set_registry_without_entry),
            (on_request, retry_request),
        ):
            patch.apply(replacement)
            leaving.callback(patch.undo)
        leaving.enter_context(patch_send(respond_to, handles_while_started, through=mock))
        yield


def user_entries(mock: RequestsMock) -> list[BaseResponse]:
    """Return the entries of a mock that the user has added."""
    return [entry for entry in mock.registered() if not isinstance(entry, FakeEntry)]


def remove_entry(mock: RequestsMock, entry: FakeEntry) -> bool:
    """Remove an entry from a mock, and return whether it was there."""
    registered = mock.get_registry().registered
    others = [each for each in registered if each is not entry]
    was_there = len(others) != len(registered)
    registered[:] = others
    return was_there
