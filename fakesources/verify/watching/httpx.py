"""Watching an `httpx` or `httpx2` client, sync or async, with one of its own event hooks for responses."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..recordings.entry import Entry
from .exchange import WatchedExchange, entry_of


@dataclass(frozen=True, slots=True)
class HttpxExchange:
    """Response with its request."""

    response: Any

    @property
    def is_read(self) -> bool:
        """True if the body has been read, or closed unread."""
        return bool(self.response.is_closed)

    def entry(self, place: str) -> Entry:
        """Return the exchange."""
        response, request = self.response, self.response.request
        headers = tuple(request.headers.multi_items()), tuple(response.headers.multi_items())
        bodies = _content(request), _content(response)
        return entry_of(place, request.method, str(request.url), headers, response.status_code, bodies)


class Watcher:
    """Recorder of the exchanges of one client, from `attach` to `detach`."""

    def __init__(self, client: Any, record: Callable[[WatchedExchange], None]) -> None:
        self._client = client

        def hook(response: Any) -> None:
            record(HttpxExchange(response))

        async def async_hook(response: Any) -> None:
            record(HttpxExchange(response))

        self._hook = async_hook if inspect.iscoroutinefunction(client.send) else hook

    def attach(self) -> None:
        """Add the hook, before those of the user, which may raise."""
        self._client.event_hooks["response"].insert(0, self._hook)

    def detach(self) -> None:
        """Restore the client."""
        hooks = self._client.event_hooks["response"]
        if self._hook in hooks:
            hooks.remove(self._hook)


def is_client(session: Any) -> bool:
    """Return whether an object is a client of these libraries, by its `event_hooks` and `send`."""
    return isinstance(getattr(session, "event_hooks", None), dict) and callable(getattr(session, "send", None))


def _content(message: Any) -> bytes | None:
    """Return the body of a request or response, without reading it; None if it is not in memory."""
    try:
        content = message.content
    except RuntimeError:  # RequestNotRead, ResponseNotRead
        return None
    return content if isinstance(content, bytes) else None
