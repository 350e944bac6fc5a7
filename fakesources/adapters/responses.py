"""Adapter for `requests`: calls of the fake's hosts are answered here, all others go on unchanged.

It patches `HTTPAdapter.send`, which `responses` patches too, and adds no entry to a registry of `responses`: those drop
the first of two entries that match, read the bodies of calls they pass through, and keep every call. With mocks of
`responses` the rule of nesting applies: the innermost takes precedence. A mock opened inside answers what its own
entries match, and leaves other calls of the fake's hosts to the fake; one opened around sees the calls of all other
hosts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from requests import PreparedRequest
from requests import Response as RequestsResponse
from requests.adapters import HTTPAdapter
from responses import Call, RequestsMock

from ..core.http.messages import Handle, Handles
from .patching import Patch
from .requests import Url, handled_url, respond
from .requests_mocks import prefer_fake

Send = Callable[..., RequestsResponse]
Respond = Callable[[HTTPAdapter, PreparedRequest, Url, dict[str, Any]], RequestsResponse]

_OPTIONS = ("stream", "timeout", "verify", "cert", "proxies")


@contextmanager
def intercept(handle: Handle, handles: Handles) -> Iterator[None]:
    """Respond to every call of `requests` to a host and path that the fake handles, until the block is left."""

    def respond_to(
        adapter: HTTPAdapter, request: PreparedRequest, url: Url, options: dict[str, Any]
    ) -> RequestsResponse:
        adapter.add_headers(request, **options)
        return respond(handle, adapter, request, url, options.get("timeout"))

    with patch_send(respond_to, handles), prefer_fake(handles):
        yield


@contextmanager
def patch_send(respond_to: Respond, handles: Handles, through: RequestsMock | None = None) -> Iterator[None]:
    """Call `respond_to` for every call that the fake handles, from any thread, until the block is left.

    `through` is the mock by which `respond_to` answers, if any.
    """
    send = Patch(HTTPAdapter, "send")
    mock_started = Patch(RequestsMock, "unbound_on_send")
    mock_stopped = Patch(RequestsMock, "stop")

    def respond_or_pass(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> RequestsResponse:
        url = handled_url(handles, request) if send.active else None
        if url is None:
            original: Send = send.original
            return original(adapter, request, *args, **kwargs)
        options = dict(zip(_OPTIONS, args, strict=False), **kwargs) if args else kwargs
        return respond_to(adapter, request, url, options)

    def make_send_of(mock: RequestsMock) -> Send:
        """Return the `HTTPAdapter.send` of a mock that is opened inside: the mock where an entry matches, else the fake."""
        mock_send: Send = mock_started.original(mock)

        def mock_or_fake(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> RequestsResponse:
            if mock is through or not send.active or handled_url(handles, request) is None:
                return mock_send(adapter, request, *args, **kwargs)
            entry = matching_entry(mock, request, kwargs)
            if entry is not None and not entry.passthrough:
                return mock_send(adapter, request, *args, **kwargs)
            response = respond_or_pass(adapter, request, *args, **kwargs)
            if entry is not None:  # an entry that passes a call through still counts it
                call = Call(request, response)  # type: ignore[arg-type]  # annotated for the library's own class
                entry.calls.add_call(call)
                mock.calls.add_call(call)
            return response

        mock_or_fake.reaches = (*patches_reached_by(mock_send), send)  # type: ignore[attr-defined]
        return mock_or_fake

    def stop_mock(mock: RequestsMock, *args: Any, **kwargs: Any) -> None:
        """Apply the patch again after a mock stopped: one opened around this adapter removes its patch too."""
        try:
            mock_stopped.original(mock, *args, **kwargs)
        finally:
            if send.active and send not in patches_reached_by(HTTPAdapter.send):
                apply_send()

    def apply_send() -> None:
        respond_or_pass.reaches = (*patches_reached_by(HTTPAdapter.send), send)  # type: ignore[attr-defined]
        send.apply(respond_or_pass)

    mock_started.apply(make_send_of)
    mock_stopped.apply(stop_mock)
    apply_send()
    try:
        yield
    finally:
        send.undo()
        mock_stopped.undo()
        mock_started.undo()


def patches_reached_by(send: Any) -> tuple[Patch, ...]:
    """Return the patches in force that a function at `HTTPAdapter.send` leads to, directly or not."""
    return tuple(patch for patch in getattr(send, "reaches", ()) if patch.active)


def matching_entry(mock: RequestsMock, request: PreparedRequest, options: dict[str, Any]) -> Any:
    """Return the first entry of a mock that matches, without its registry, which would drop entries."""
    entries = list(mock.registered())
    if not entries:
        return None
    body: Any = request.body
    if hasattr(body, "read"):
        request.body = body.read()
    pairs = parse_qsl(request.path_url.partition("?")[2], keep_blank_values=True)
    grouped = {name: [value for _, value in group] for name, group in groupby(pairs, lambda pair: pair[0])}
    # The attributes that matchers of `responses` read; its own mocks set them too.
    request.params = {name: values if len(values) > 1 else values[0] for name, values in grouped.items()}  # type: ignore[attr-defined]
    request.req_kwargs = options  # type: ignore[attr-defined]
    return next((entry for entry in entries if entry.matches(request)[0]), None)
