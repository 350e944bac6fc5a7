"""Excerpts of an exchange for a report: the part of a request or a response around a JSON path, with secrets masked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..core.http.curl import readable, steps
from ..core.http.masking import mask_headers, mask_url, mask_value
from ..core.http.messages import Pairs, Request, Response
from ..core.http.parsing import Unreadable, json_of, text_of

LINES = 40
"""Number of lines of a body that are shown."""

_NEIGHBOURS = 6
"""Number of members beside the one on the path that are shown at each level."""
_SHOWN = re.compile(r"content-|x-ratelimit-|auth|location$|allow$", re.IGNORECASE)
"""Headers that say something of the contract; the others are only counted."""
_WIDTH = 200
_URL = 500

Secrets = frozenset[str]


def url_of(request: Request, secrets: Secrets) -> str:
    """Return the address with its secrets masked, shortened."""
    return _short(mask_url(request.url, secrets), _URL)


def of_request(request: Request, at: str, secrets: Secrets) -> str:
    """Return the request's line, headers and parameters."""
    lines = [f"{request.method} {url_of(request, secrets)}", *_headers(request.headers, at, secrets)]
    if request.body:
        lines += ["", *_json_lines(readable(request._replace(target="/")), at, secrets)]
    return "\n".join(lines)


def of_response(reply: Response, at: str, secrets: Secrets) -> str:
    """Return the status line, the headers and the part of the body around a path."""
    lines = [f"{reply.status} {reply.reason}".rstrip(), *_headers(reply.headers, at, secrets)]
    if reply.body:
        try:
            lines += ["", *_json_lines(json_of(text_of(reply.body)), at, secrets)]
        except Unreadable:
            lines += ["", f"({len(reply.body)} bytes that are not JSON)"]
    return "\n".join(lines)


def _headers(headers: Pairs, at: str, secrets: Secrets) -> list[str]:
    shown = [(name, value) for name, value in headers if _SHOWN.match(name) or f"'{name.lower()}'" in at.lower()]
    lines = [_short(f"{name}: {value}") for name, value in mask_headers(shown[:LINES], secrets)]
    more = len(headers) - len(lines)
    return [*lines, f"({more} other header{'' if more == 1 else 's'})"] if more else lines


def _json_lines(value: Any, at: str, secrets: Secrets) -> list[str]:
    path = [step for step in steps(at) if at.startswith("$")]
    lines = json.dumps(_around(mask_value(value, secrets), path), indent=2, ensure_ascii=False, default=str).split("\n")
    shown = [_short(line) for line in lines[:LINES]]
    return [*shown, f"… {len(lines) - LINES} more lines"] if len(lines) > LINES else shown


def _around(value: Any, path: list[str | int]) -> Any:
    """The value with what is far from the path left out: below it everything, beside it a few members."""
    if not path:
        return _leaf(value, 2)
    step, rest = path[0], path[1:]
    if isinstance(value, Mapping):
        names = list(value)
        near = names[:_NEIGHBOURS]
        if step in value and step not in near:
            near.append(str(step))
        shown = {name: _around(value[name], rest) if name == step else _leaf(value[name], 0) for name in near}
        return shown | ({"…": f"{len(names) - len(near)} more"} if len(names) > len(near) else {})
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        before = [f"… {step} before"] if step else []
        after = [f"… {len(value) - step - 1} after"] if step + 1 < len(value) else []
        return [*before, _around(value[step], rest), *after]
    return _leaf(value, 2)


def _leaf(value: Any, depth: int) -> Any:
    """A value shortened: nested values only to a depth."""
    if isinstance(value, Mapping):
        if not depth:
            return f"{{… {len(value)}}}" if value else {}
        return {name: _leaf(value[name], depth - 1) for name in list(value)[: 3 * _NEIGHBOURS]}
    if isinstance(value, list):
        if not depth:
            return f"[… {len(value)}]" if value else []
        return [_leaf(item, depth - 1) for item in value[:3]] + ([f"… {len(value) - 3} more"] if value[3:] else [])
    return _short(value) if isinstance(value, str) else value


def _short(text: str, limit: int = _WIDTH) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
