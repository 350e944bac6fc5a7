"""Content codings of HTTP (gzip, deflate, br, zstd), decoded by urllib3 with a bound on the output."""

from __future__ import annotations

import zlib
from importlib import import_module
from io import BytesIO
from typing import Any

from .entry import MIB

URLLIB3 = "urllib3>=2.6"
_PACKAGES = {"br": "brotli>=1.2", "zstd": "backports.zstd", "gzip": URLLIB3, "deflate": URLLIB3}
_NAMES = {"x-gzip": "gzip", "x-deflate": "deflate", "brotli": "br", "zst": "zstd"}


class TooLarge(ValueError):
    """Decoded body larger than its bound."""


class Undecodable(ValueError):
    """Body that is not in its declared coding, or ends early."""


class MissingDecoder(ValueError):
    """No usable decoder is installed; the message names the package."""


def codings(header: str | None) -> list[str]:
    """Return the codings of a Content-Encoding header, without those that do not change the body."""
    names = [name.strip().lower() for name in (header or "").split(",")]
    return [_NAMES.get(name, name) for name in names if name not in ("", "identity", "none", "utf-8", "aws-chunked")]


def decode(body: bytes, names: list[str], limit: int) -> bytes:
    """Return a body decoded, with its codings in reverse order. Uses at most one MiB more than `limit` bytes.

    Raises TooLarge, Undecodable or MissingDecoder.
    """
    if not body or not names:
        return body
    response = _response(body, names)
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := response.read(MIB):
            size += len(piece)
            if size > limit:
                raise TooLarge
            pieces.append(piece)
    except TooLarge:
        raise
    except Exception as error:  # zlib's, brotli's, zstd's and urllib3's own have no common base
        raise Undecodable(type(error).__name__) from None
    if not pieces or (names[-1] in ("gzip", "deflate") and not _is_complete(body, names[-1])):
        raise Undecodable("ends early")
    return b"".join(pieces)


def _response(body: bytes, names: list[str]) -> Any:
    kind = import_module("urllib3").HTTPResponse  # late: reading a recording without compressed bodies needs none of it
    for name in names:
        if name not in _PACKAGES:
            raise MissingDecoder(f"the coding {name!r} is unknown")
        if package := _missing(kind, name):
            raise MissingDecoder(f"install {package} to decode {name!r} (pip install 'fakesources[check]')")
    return kind(body=BytesIO(body), headers={"content-encoding": ", ".join(names)}, preload_content=False)


def _missing(kind: Any, name: str) -> str:
    """Return the package to install for a decoder that can bound its output; empty if there is one."""
    if not hasattr(import_module("urllib3.response").GzipDecoder, "has_unconsumed_tail"):
        return URLLIB3  # pragma: no cover - urllib3 before 2.6
    return "" if name in kind.CONTENT_DECODERS and (name != "br" or _brotli_is_bounded()) else _PACKAGES[name]


def _brotli_is_bounded() -> bool:
    for module in ("brotlicffi", "brotli"):  # the order in which urllib3 looks for them
        try:
            import_module(module).Decompressor().process(b"", output_buffer_limit=1)
        except ImportError:
            continue
        except (TypeError, AttributeError):
            return False
        return True
    return False  # pragma: no cover - urllib3 has imported one of them


def _is_complete(body: bytes, name: str) -> bool:
    """Return True for a complete gzip or deflate body: urllib3 decodes a truncated one without an error."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    stream = zlib.decompressobj(31 if name == "gzip" else 15 if is_zlib else -15)
    rest = body
    try:
        while rest and not stream.eof:
            stream.decompress(rest, MIB)
            rest = stream.unconsumed_tail
    except zlib.error:
        return True  # urllib3 could decode it
    return stream.eof
