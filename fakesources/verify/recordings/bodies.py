"""Bodies as they were sent, out of the forms recorders keep them in: base64, and compressed in HTTP's ways.

Decompressing is bounded: a small file may not become a large memory.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from importlib import import_module
from typing import Any

from ...core.messages import Pairs
from .entries import Bounds, Unusable, header

_GZIP = b"\x1f\x8b"


def of_base64(place: str, text: Any) -> bytes:
    """The bytes that base64 stands for, line breaks allowed. Raises Unusable."""
    try:
        return base64.b64decode("".join(str(text).split()), validate=True)
    except (binascii.Error, ValueError):
        raise Unusable(place, "a body is said to be base64 and is not") from None


def of_text(place: str, value: Any) -> bytes:
    """The bytes of a body that was kept as text or as bytes; None is none. Raises Unusable for anything else."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise Unusable(place, f"a body is no text: {type(value).__name__}")
    return value.encode("utf-8", "surrogatepass")


def plain(place: str, body: bytes, headers: Pairs, bounds: Bounds) -> bytes:
    """A body without its Content-Encoding. A recorder may have undone it and kept the header: what does not look
    compressed is taken as it is. Raises Unusable for a damaged body and for one that grows beyond its bound.
    """
    for coding in reversed((header(headers, "content-encoding") or "").lower().split(",")):
        body = _without(place, coding.strip(), body, bounds.body)
    if len(body) > bounds.body:
        raise Unusable(place, f"a body has more than {bounds.body} bytes")
    return body


def _without(place: str, coding: str, body: bytes, limit: int) -> bytes:
    if not body:
        return body
    if coding in ("gzip", "x-gzip") and body.startswith(_GZIP):
        return _inflated(place, body, 31, limit)
    if coding == "deflate" and body[:1] not in (b"{", b"["):
        zlib_header = body[0] & 0x0F == 8 and len(body) > 1 and (body[0] << 8 | body[1]) % 31 == 0
        return _inflated(place, body, 15 if zlib_header else -15, limit)
    if coding == "br" and body[:1] not in (b"{", b"["):
        return _unbrotlied(place, body, limit)
    return body


def _inflated(place: str, body: bytes, window: int, limit: int) -> bytes:
    stream = zlib.decompressobj(window)
    try:
        whole = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise Unusable(place, f"a compressed body is damaged: {error}") from None
    if len(whole) > limit:
        raise Unusable(place, f"a compressed body becomes more than {limit} bytes")
    if not stream.eof:
        raise Unusable(place, "a compressed body ends early")
    return whole


def _unbrotlied(place: str, body: bytes, limit: int) -> bytes:
    try:
        brotli = import_module("brotli")  # optional: few recordings need it
    except ImportError:
        raise Unusable(place, "a body is compressed with brotli, and the package `brotli` is not installed") from None
    stream, whole = brotli.Decompressor(), b""
    try:
        for start in range(0, len(body), 1024):
            whole += stream.process(body[start : start + 1024])
            if len(whole) > limit:
                raise Unusable(place, f"a compressed body becomes more than {limit} bytes")
    except brotli.error:
        raise Unusable(place, "a compressed body is damaged: no brotli") from None
    return whole
