"""Excerpts of an exchange for a report: the part of a request or a response around a path, with secrets masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..core.contract.api import Api
from ..core.http.curl import parse_json_path, read_parameters
from ..core.http.masking import mask_headers, mask_url, mask_value
from ..core.http.messages import Pairs, Request, Response
from ..core.http.parsing import Unreadable, json_of, text_of
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

    def url(self, request: Request) -> str:
        """Return the URL of a request, with secrets masked, shortened."""
        return _shorten(mask_url(request.url, self._secrets), _MAX_URL_LENGTH)

    def request(self, request: Request, path: str) -> str:
        """Return the request line, headers and parameters around a path."""
        lines = [f"{request.method} {self.url(request)}", *self._headers(request.headers, path)]
        if request.body:
            lines += ["", *self._json_lines(read_parameters(request._replace(target="/")), path)]
        return "\n".join(lines)

    def response(self, response: Response, path: str) -> str:
        """Return the status line, headers and the part of the body around a path."""
        lines = [f"{response.status} {response.reason}".rstrip(), *self._headers(response.headers, path)]
        if response.body:
            try:
                lines += ["", *self._json_lines(json_of(text_of(response.body)), path)]
            except Unreadable:
                lines += ["", f"({len(response.body)} bytes that are not JSON)"]
        return "\n".join(lines)

    def _headers(self, headers: Pairs, path: str) -> list[str]:
        shown = [pair for pair in headers if self._is_shown(pair[0], path)][:MAX_LINES]
        lines = [_shorten(f"{name}: {value}") for name, value in mask_headers(shown, self._secrets)]
        more = len(headers) - len(lines)
        return [*lines, f"({more} other header{'' if more == 1 else 's'})"] if more else lines

    def _is_shown(self, name: str, path: str) -> bool:
        is_counter = name.lower() in self._counters
        return is_counter or bool(_CONTRACT_HEADERS.match(name)) or f"'{name.lower()}'" in path.lower()

    def _json_lines(self, value: Any, path: str) -> list[str]:
        part = _around(
            mask_value(value, self._secrets), [step for step in parse_json_path(path) if path.startswith("$")]
        )
        lines = json.dumps(part, indent=2, ensure_ascii=False, default=str).split("\n")
        shown = [_shorten(line) for line in lines[:MAX_LINES]]
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
    return _shorten(value) if isinstance(value, str) else value


def _shorten(text: str, limit: int = _MAX_WIDTH) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
