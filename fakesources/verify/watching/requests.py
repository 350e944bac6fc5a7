"""Watching a `requests` session: its adapters are wrapped, and each response is recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest, Session
from requests import Response as RequestsResponse
from requests.adapters import BaseAdapter

from ..recordings.entry import Entry
from .exchange import WatchedExchange, entry_of


@dataclass(frozen=True, slots=True)
class RequestsExchange:
    """Request and response."""

    request: PreparedRequest
    response: RequestsResponse
    is_streamed: bool

    @property
    def is_read(self) -> bool:
        """True if the session has read the body, or leaves that to its caller."""
        return self.is_streamed or self._content is not False

    @property
    def _content(self) -> Any:
        """Body that the session has read, else False. The public `content` would read a stream."""
        return getattr(self.response, "_content", False)

    def entry(self, place: str) -> Entry:
        """Return the exchange."""
        request, response = self.request, self.response
        body, content = request.body, self._content
        if isinstance(body, str):
            body = body.encode("utf-8", "surrogatepass")
        sent = body if isinstance(body, bytes) else None if body else b""
        received = None if content is False else content or b""
        request_headers = tuple((_text(name), _text(value)) for name, value in request.headers.items())
        headers = request_headers, tuple(response.headers.items())
        bodies = sent, received
        return entry_of(place, request.method or "", request.url or "", headers, response.status_code, bodies)


class Watcher:
    """Recorder of the exchanges of one session, from `attach` to `detach`."""

    def __init__(self, session: Session, record: Callable[[WatchedExchange], None]) -> None:
        self._session = session
        self._record = record
        self._replaced: Any = None

    def attach(self) -> None:
        """Wrap the adapters of the session."""
        session = self._session
        self._replaced = session.__dict__.get("get_adapter")
        original: Callable[[str], BaseAdapter] = session.get_adapter
        session.get_adapter = lambda url: _RecordingAdapter(original(url), self._record)  # type: ignore[method-assign]

    def detach(self) -> None:
        """Restore the session."""
        if self._replaced is None:
            del self._session.get_adapter
        else:
            self._session.get_adapter = self._replaced  # type: ignore[method-assign]


class _RecordingAdapter(BaseAdapter):
    """Wrapper of an adapter that records each response."""

    def __init__(self, adapter: BaseAdapter, record: Callable[[WatchedExchange], None]) -> None:
        super().__init__()
        self._adapter = adapter
        self._record = record

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> RequestsResponse:
        """Send a request with the wrapped adapter."""
        response = self._adapter.send(request, *args, **kwargs)
        self._record(RequestsExchange(request, response, bool(kwargs.get("stream"))))
        return response

    def close(self) -> None:
        """Close the wrapped adapter."""
        self._adapter.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
