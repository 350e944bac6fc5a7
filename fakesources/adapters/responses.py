"""The door for `requests`: calls to the fake's hosts are answered here, all others go on as they are.

One look-up at `HTTPAdapter.send`, the place that `responses` covers too, and never an entry in one of its registries:
those drop the first of two entries that match, read the bodies of calls they let pass, and keep every call. With the
mocks of `responses` goes the rule a reader expects of nesting: the innermost has the first word. A mock opened inside
answers what its own entries match and leaves the fake's hosts to the fake; one opened around is asked about every host
but those.
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

from ..core.http.messages import Handle, Ours
from .patching import Patch
from .requests import URL, Url, answered

Send = Callable[..., RequestsResponse]
Result = Callable[[HTTPAdapter, PreparedRequest, Url, dict[str, Any]], RequestsResponse]

_OPTIONS = ("stream", "timeout", "verify", "cert", "proxies")


@contextmanager
def intercept(handle: Handle, ours: Ours) -> Iterator[None]:
    """Answer every call of `requests` to a host and path that are `ours`, from any thread, until left."""

    def answer(adapter: HTTPAdapter, request: PreparedRequest, url: Url, options: dict[str, Any]) -> RequestsResponse:
        adapter.add_headers(request, **options)
        return answered(handle, adapter, request, url, options.get("timeout"))

    with catch(answer, ours):
        yield


@contextmanager
def catch(answer: Result, ours: Ours, through: RequestsMock | None = None) -> Iterator[None]:
    """Let `answer` answer every call to a host and path that are `ours`, until left; `through` is the mock by which it
    does, if any.
    """
    send = Patch(HTTPAdapter, "send")
    opened = Patch(RequestsMock, "unbound_on_send")
    closed = Patch(RequestsMock, "stop")

    def answer_or_pass(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> RequestsResponse:
        url = URL.match(request.url or "")
        if url is None or not send.live or not ours(url[2].lower(), url[3] or "/"):
            below: Send = send.below
            return below(adapter, request, *args, **kwargs)
        options = dict(zip(_OPTIONS, args, strict=False), **kwargs) if args else kwargs
        return answer(adapter, request, url, options)

    def mock_first(mock: RequestsMock) -> Send:
        """What a mock that is opened inside puts at `HTTPAdapter.send`: itself for what it answers, else the fake."""
        its_own: Send = opened.below(mock)

        def mock_or_fake(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **kwargs: Any) -> RequestsResponse:
            url = URL.match(request.url or "")
            if mock is through or url is None or not send.live or not ours(url[2].lower(), url[3] or "/"):
                return its_own(adapter, request, *args, **kwargs)
            entry = entry_for(mock, request, kwargs)
            if entry is not None and not entry.passthrough:
                return its_own(adapter, request, *args, **kwargs)
            response = answer_or_pass(adapter, request, *args, **kwargs)
            if entry is not None:  # let through by the mock's own wish, which counts as a call of the entry
                call = Call(request, response)  # type: ignore[arg-type]  # annotated for the library's own class
                entry.calls.add_call(call)
                mock.calls.add_call(call)
            return response

        mock_or_fake.reaches = (*reached_from(its_own), send)  # type: ignore[attr-defined]
        return mock_or_fake

    def stay_on_top(mock: RequestsMock, *args: Any, **kwargs: Any) -> None:
        """A mock that was opened around this door and is stopped inside it takes the door off with it: put it back."""
        try:
            closed.below(mock, *args, **kwargs)
        finally:
            if send.live and send not in reached_from(HTTPAdapter.send):
                cover_send()

    def cover_send() -> None:
        answer_or_pass.reaches = (*reached_from(HTTPAdapter.send), send)  # type: ignore[attr-defined]
        send.put_on(answer_or_pass)

    opened.put_on(mock_first)
    closed.put_on(stay_on_top)
    cover_send()
    try:
        yield
    finally:
        send.take_off()
        closed.take_off()
        opened.take_off()


def reached_from(send: Any) -> tuple[Patch, ...]:
    """The doors that a function at `HTTPAdapter.send` leads to, sooner or later."""
    return getattr(send, "reaches", ())


def entry_for(mock: RequestsMock, request: PreparedRequest, options: dict[str, Any]) -> Any:
    """The first entry of a mock that matches, found without asking its registry, which would drop entries."""
    entries = list(mock.registered())
    if not entries:
        return None
    body: Any = request.body
    if hasattr(body, "read"):
        request.body = body.read()
    pairs = parse_qsl(request.path_url.partition("?")[2], keep_blank_values=True)
    grouped = {name: [value for _, value in group] for name, group in groupby(pairs, lambda pair: pair[0])}
    # What the matchers of `responses` read, as its own mocks put it there.
    request.params = {name: values if len(values) > 1 else values[0] for name, values in grouped.items()}  # type: ignore[attr-defined]
    request.req_kwargs = options  # type: ignore[attr-defined]
    return next((entry for entry in entries if entry.matches(request)[0]), None)
