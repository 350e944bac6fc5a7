"""Excerpts of an exchange for a report: the part of a request or a response around a path, with secrets masked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from ..core.contract.api import Api
from ..core.http.curl import parse_json_path, read_parameters
from ..core.http.masking import mask_pairs, mask_url, mask_value
from ..core.http.messages import Pairs, Request, Response
from ..core.http.parsing import Unreadable, json_of, text_of
from ..core.text.display import shorten
from .rate_headers import header_names

MAX_LINES = 40
"""Maximum number of lines of a body, and of headers, in an excerpt."""

_NEIGHBOURS = 6
"""Number of members shown beside the one on the path, at each level."""
_CONTRACT_HEADERS = re.compile(r"content-|auth|location$|allow$", re.IGNORECASE)
"""Headers that are part of a contract, beside rate-limit headers; others are only counted."""
_MAX_WIDTH = 200
_MAX_URL_LENGTH = 500


class Excerpts:
    """Excerpts of exchanges with one API."""

    def __init__(self, api: Api[Any]) -> None:
        self._secrets = api.secrets
        counters = api.traffic.counters if api.traffic else None
        self._counters = frozenset(header_names(counters) if counters else ())
        self._masked: dict[type, tuple[Request | Response, Any]] = {}

    def url(self, request: Request) -> str:
        """Return the URL of a request, with secrets masked, shortened."""
        return shorten(mask_url(request.url, self._secrets), _MAX_URL_LENGTH)

    def request(self, request: Request, path: str) -> str:
        """Return the request line, headers and parameters around a path."""
        lines = [f"{request.method} {self.url(request)}", *self._headers(request.headers, path)]
        if request.body:
            body = self._mask_once(request, lambda: read_parameters(request._replace(target="/")))
            lines += ["", *self._json_lines(body, path)]
        return "\n".join(lines)

    def response(self, response: Response, path: str) -> str:
        """Return the status line, headers and the part of the body around a path."""
        lines = [f"{response.status} {response.reason}".rstrip(), *self._headers(response.headers, path)]
        if response.body:
            try:
                body = self._mask_once(response, lambda: json_of(text_of(response.body)))
                lines += ["", *self._json_lines(body, path)]
            except Unreadable:
                lines += ["", f"({len(response.body)} bytes that are not JSON)"]
        return "\n".join(lines)

    def _headers(self, headers: Pairs, path: str) -> list[str]:
        shown = [pair for pair in headers if self._is_shown(pair[0], path)][:MAX_LINES]
        lines = [shorten(f"{name}: {value}", _MAX_WIDTH) for name, value in mask_pairs(shown, self._secrets)]
        more = len(headers) - len(lines)
        return [*lines, f"({more} other header{'' if more == 1 else 's'})"] if more else lines

    def _is_shown(self, name: str, path: str) -> bool:
        is_counter = name.lower() in self._counters
        return is_counter or bool(_CONTRACT_HEADERS.match(name)) or f"'{name.lower()}'" in path.lower()

    def _mask_once(self, message: Request | Response, read: Callable[[], Any]) -> Any:
        """Return the body with secrets masked, kept until the next message: an exchange may have many findings."""
        kept, masked = self._masked.get(type(message), (None, None))
        if kept is not message:
            masked = mask_value(read(), self._secrets)
            self._masked[type(message)] = message, masked
        return masked

    def _json_lines(self, masked: Any, path: str) -> list[str]:
        part = _around(masked, [step for step in parse_json_path(path) if path.startswith("$")])
        lines = json.dumps(part, indent=2, ensure_ascii=False, default=str).split("\n")
        shown = [shorten(line, _MAX_WIDTH) for line in lines[:MAX_LINES]]
        return [*shown, f"… {len(lines) - MAX_LINES} more lines"] if len(lines) > MAX_LINES else shown


def _around(value: Any, path: list[str | int]) -> Any:
    """Return the value at a path with its parents, and a few members beside it at each level."""
    if not path:
        return _summarize(value, 2)
    step, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        names = list(value)
        near = names[:_NEIGHBOURS]
        if step in value and step not in near:
            near.append(str(step))
        shown = {name: _around(value[name], rest) if name == step else _summarize(value[name], 0) for name in near}
        return shown | ({"…": f"{len(names) - len(near)} more"} if len(names) > len(near) else {})
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        before = [f"… {step} before"] if step else []
        after = [f"… {len(value) - step - 1} after"] if step + 1 < len(value) else []
        return [*before, _around(value[step], rest), *after]
    return _summarize(value, 2)


def _summarize(value: Any, depth: int) -> Any:
    """Return a value shortened, with nested values up to a depth."""
    if isinstance(value, Mapping):
        if not depth:
            return f"{{… {len(value)}}}" if value else {}
        return {name: _summarize(value[name], depth - 1) for name in list(value)[: 3 * _NEIGHBOURS]}
    if isinstance(value, list):
        if not depth:
            return f"[… {len(value)}]" if value else []
        more = [f"… {len(value) - 3} more"] if value[3:] else []
        return [_summarize(item, depth - 1) for item in value[:3]] + more
    return shorten(value, _MAX_WIDTH) if isinstance(value, str) else value
