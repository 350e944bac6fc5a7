"""A recording's file, whatever its layout: which it is, told by what stands in it, and its entries.

A file is read whole only where its layout leaves no choice, and then only up to a bound.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from . import cassettes, har, lines, yaml
from .entries import MIB, Bounds, RecordedEntry, Unusable

Progress = Callable[[int], None]


def read(
    source: Path | str | IO[bytes], bounds: Bounds | None = None, progress: Progress | None = None, name: str = ""
) -> Iterator[RecordedEntry]:
    """The entries of a file or of an open stream of bytes, in recorded order.

    `progress` receives the number of bytes read since its last call. `name` replaces the file's name in places.
    Raises Unusable only if the file as a whole is: it cannot be opened, has no known layout, is damaged or over a bound.
    """
    bounds, progress = bounds or Bounds(), progress or (lambda _: None)
    if not isinstance(source, (str, Path)):
        yield from entries(name or "<stream>", source, bounds, progress)
        return
    name = name or str(source)
    try:
        with Path(source).open("rb") as stream:
            yield from entries(name, stream, bounds, progress)
    except OSError as error:
        raise Unusable(name, error.strerror or str(error)) from None


def entries(name: str, stream: IO[bytes], bounds: Bounds, progress: Progress) -> Iterator[RecordedEntry]:
    """The exchanges in a stream that can be sought. Raises Unusable."""
    first = _first_line(stream, bounds)
    if not first.strip():
        raise Unusable(name, "is empty")
    if b"\0" in first[:4096]:
        raise Unusable(name, "is binary; expected HAR, a VCR cassette or JSON lines")
    if _is_line(first):
        yield from lines.entries(name, _Told(stream, progress), bounds)
        return
    json_like = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    text = _whole(name, stream, bounds.document if json_like else bounds.yaml, progress)
    document = _json(name, text) if json_like else yaml.parsed(name, text)
    yield from _layout(name, document, bounds)


def _layout(name: str, document: Any, bounds: Bounds) -> Iterator[RecordedEntry]:
    if isinstance(document, dict):
        if "log" in document:
            return har.entries(name, document, bounds)
        if "http_interactions" in document or "interactions" in document:
            return cassettes.entries(name, document, bounds)
        if "request" in document and "response" in document:
            return iter([lines.recorded_line(name, "line 1", document, bounds)])
    raise Unusable(name, "is neither HAR ('log'), nor a VCR cassette ('interactions'), nor JSON lines ('request')")


def _first_line(stream: IO[bytes], bounds: Bounds) -> bytes:
    while (line := stream.readline(bounds.line + 1)) and not line.strip():
        continue
    stream.seek(0)
    return line


def _is_line(first: bytes) -> bool:
    """Whether a file is JSON lines: its first line is a whole exchange, or says in its first words that it is one."""
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"{"):
        return False
    try:
        document = json.loads(start)
    except (ValueError, RecursionError):
        return b'"request"' in start[:200] and b'"log"' not in start[:200] and b"interactions" not in start[:200]
    return isinstance(document, dict) and bool({"request", "response"} & {*document})


def _whole(name: str, stream: IO[bytes], limit: int, progress: Progress) -> bytes:
    blocks, total = [], 0
    while block := stream.read(MIB):
        total += len(block)
        if total > limit:
            raise Unusable(name, f"is larger than {limit // MIB} MiB; raise --max-size, or record JSON lines instead")
        blocks.append(block)
        progress(len(block))
    return b"".join(blocks)


def _json(name: str, text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unusable(f"{name}: byte {error.start}", "is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise Unusable(f"{name}: line {error.lineno}, column {error.colno}", f"is not JSON: {error.msg}") from None
    except RecursionError:
        raise Unusable(name, "is nested too deep to read") from None
    except ValueError as error:
        raise Unusable(name, f"is not JSON: {error}") from None


class _Told:
    """A stream that tells how much of it was read."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        self._stream, self._progress = stream, progress

    def readline(self, limit: int) -> bytes:
        line = self._stream.readline(limit)
        self._progress(len(line))
        return line
