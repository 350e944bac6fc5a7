"""Bytes of a response as they are sent."""

from __future__ import annotations

from ..core.http.messages import BODILESS, Response


def render(response: Response, method: str, version: str, keep_alive: bool) -> tuple[bytes, bytes]:
    """Return head and body of a response, or what is sent of them before a planned disconnect.

    Raise ValueError for a header with a line break or NUL.
    """
    lines = [f"HTTP/1.1 {response.status} {response.reason}\r\n"]
    lines += [f"{name}: {value}\r\n" for name, value in response.framed]
    if not keep_alive:
        lines.append("Connection: close\r\n")
    elif version == "1.0":
        lines.append("Connection: keep-alive\r\n")
    text = "".join(lines)
    if text.count("\n") != len(lines) or text.count("\r") != len(lines) or "\0" in text:
        raise ValueError("response header: expected one line, got a line break or a NUL in it")
    body = b"" if method == "HEAD" or response.status in BODILESS else response.body
    if response.disconnect == "truncated" and body:
        body = body[: len(body) // 2]
    elif response.disconnect:  # a response without a body has nothing to cut off
        return b"", b""
    return (text + "\r\n").encode("latin-1"), body
