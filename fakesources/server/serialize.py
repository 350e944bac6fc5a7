"""Responses as bytes of HTTP/1.1."""

from __future__ import annotations

from functools import lru_cache

from ..core.http.messages import Response

_BODILESS = frozenset({204, 304})


def render(reply: Response, method: str, version: str, keep_alive: bool) -> tuple[bytes, bytes]:
    """Return a response as its head and its body. Raises ValueError for a header that HTTP cannot carry."""
    lines = [_status_line(reply.status, reply.reason)]
    lines += [f"{name}: {value}\r\n" for name, value in reply.framed]
    if not keep_alive:
        lines.append("Connection: close\r\n")
    elif version == "1.0":
        lines.append("Connection: keep-alive\r\n")
    text = "".join(lines)
    if text.count("\n") != len(lines) or text.count("\r") != len(lines) or "\0" in text:
        raise ValueError("response header: expected one line, got a line break or a NUL in it")
    return (text + "\r\n").encode("latin-1"), b"" if method == "HEAD" or reply.status in _BODILESS else reply.body


@lru_cache(maxsize=64)
def _status_line(status: int, reason: str) -> str:
    return f"HTTP/1.1 {status} {reason}\r\n"
