"""The tap on a `requests` session: its adapters hand everything on, and tell of each response."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from requests import PreparedRequest, Session
from requests import Response as RequestsResponse
from requests.adapters import BaseAdapter

from ..recordings.entry import Entry
from .seen import Seen, entry_of


@dataclass(frozen=True, slots=True)
class RequestsExchange:
    """A request and its response."""

    request: PreparedRequest
    response: RequestsResponse
    is_streamed: bool

    @property
    def is_read(self) -> bool:
        """Return whether the session has read the body, or leaves that to its caller."""
        return self.is_streamed or self._content is not False

    @property
    def _content(self) -> Any:
        """The body as far as it was read at once, else False: to ask for `content` would read a stream."""
        return getattr(self.response, "_content", False)

    def entry(self, place: str) -> Entry:
        """Return the exchange."""
        request, response = self.request, self.response
        sent, content = request.body, self._content
        if isinstance(sent, str):
            sent = sent.encode("utf-8", "surrogatepass")
        asked = sent if isinstance(sent, bytes) else None if sent else b""
        answered = None if content is False else content or b""
        headers = tuple((_text(name), _text(value)) for name, value in request.headers.items())
        pairs = headers, tuple(response.headers.items())
        return entry_of(place, request.method or "", request.url or "", pairs, response.status_code, (asked, answered))


class Tap:
    """Exchanges of one session, from `attach` to `detach`."""

    def __init__(self, session: Session, note: Callable[[Seen], None]) -> None:
        self._session = session
        self._note = note
        self._before: Any = None

    def attach(self) -> None:
        """Begin to listen."""
        session = self._session
        self._before = session.__dict__.get("get_adapter")
        original: Callable[[str], BaseAdapter] = session.get_adapter
        session.get_adapter = lambda url: _Listening(original(url), self._note)  # type: ignore[method-assign]

    def detach(self) -> None:
        """Leave the session as it was."""
        if self._before is None:
            del self._session.get_adapter
        else:
            self._session.get_adapter = self._before  # type: ignore[method-assign]


class _Listening(BaseAdapter):
    """An adapter that hands everything on, and tells of each response."""

    def __init__(self, adapter: BaseAdapter, note: Callable[[Seen], None]) -> None:
        super().__init__()
        self._adapter = adapter
        self._note = note

    def send(self, request: PreparedRequest, *args: Any, **kwargs: Any) -> RequestsResponse:
        """Return what the adapter returns."""
        response = self._adapter.send(request, *args, **kwargs)
        self._note(RequestsExchange(request, response, bool(kwargs.get("stream"))))
        return response

    def close(self) -> None:
        """Close the adapter."""
        self._adapter.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
