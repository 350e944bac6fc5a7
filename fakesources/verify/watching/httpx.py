"""The tap on an `httpx` or `httpx2` client, sync or async: one more of its own event hooks for responses."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..recordings.entry import Entry
from .seen import Seen, entry_of


@dataclass(frozen=True, slots=True)
class HttpxExchange:
    """A response, which knows its request."""

    response: Any

    @property
    def is_read(self) -> bool:
        """Return whether the body has been read, or closed unread."""
        return bool(self.response.is_closed)

    def entry(self, place: str) -> Entry:
        """Return the exchange."""
        response, request = self.response, self.response.request
        headers = tuple(request.headers.multi_items()), tuple(response.headers.multi_items())
        bodies = _content(request), _content(response)
        return entry_of(place, request.method, str(request.url), headers, response.status_code, bodies)


class Tap:
    """Exchanges of one client, from `attach` to `detach`."""

    def __init__(self, client: Any, note: Callable[[Seen], None]) -> None:
        self._client = client

        def hook(response: Any) -> None:
            note(HttpxExchange(response))

        async def async_hook(response: Any) -> None:
            note(HttpxExchange(response))

        self._hook = async_hook if inspect.iscoroutinefunction(client.send) else hook

    def attach(self) -> None:
        """Begin to listen, before any hook of the user's, which may raise."""
        self._client.event_hooks["response"].insert(0, self._hook)

    def detach(self) -> None:
        """Leave the client as it was."""
        hooks = self._client.event_hooks["response"]
        if self._hook in hooks:
            hooks.remove(self._hook)


def is_client(session: Any) -> bool:
    """Return whether an object is a client of these libraries, recognized by its event hooks and its way to send."""
    return isinstance(getattr(session, "event_hooks", None), dict) and callable(getattr(session, "send", None))


def _content(message: Any) -> bytes | None:
    """The body of a request or a response; None where it was never read into memory. It is never read here."""
    try:
        content = message.content
    except RuntimeError:  # RequestNotRead, ResponseNotRead
        return None
    return content if isinstance(content, bytes) else None
