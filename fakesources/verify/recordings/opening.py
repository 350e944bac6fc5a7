"""A recording's file as a stream of text: opened, unpacked and decoded piece by piece, so that its size does not matter."""

from __future__ import annotations

import codecs
import json
import os
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import IO, Any

from .entry import MIB, Bounds, RecordingError
from .har import Attachment

PIECE = 1 << 18
"""Number of bytes that are read at once."""
UNPACKED = 2 << 30
"""Number of bytes that a compressed file may become."""

Progress = Callable[[int], None]
_SUFFIXES = (".har", ".json", ".jsonl", ".ndjson", ".yaml", ".yml", ".har.gz", ".json.gz", ".jsonl.gz")


@dataclass(frozen=True, slots=True)
class AdapterContext:
    """One recording: its name, its text in pieces, and access to files beside it."""

    name: str
    text: Iterator[str]
    attachment: Attachment


def opened(source: Path | str | IO[bytes], bounds: Bounds, progress: Progress, name: str) -> Iterator[AdapterContext]:
    """Yield the recordings in a file, in an archive, in an open stream, or for `-` in standard input. Raises Unusable."""
    if not isinstance(source, (str, Path)):
        yield from _unpacked(name or "<stream>", source, None, bounds, progress)
    elif str(source) == "-":
        if sys.stdin is None:
            raise RecordingError(name or "<stdin>", "standard input is closed")
        yield from _unpacked(name or "<stdin>", sys.stdin.buffer, None, bounds, progress)
    else:
        path = Path(source)
        try:
            with path.open("rb") as stream:
                yield from _unpacked(name or str(path), stream, path.parent, bounds, progress)
        except OSError as error:
            raise RecordingError(name or str(path), error.strerror or str(error)) from None
        except ValueError as error:
            if isinstance(error, RecordingError):
                raise
            raise RecordingError(name or str(path), "not the name of a file") from None


def _unpacked(
    name: str, stream: IO[bytes], folder: Path | None, bounds: Bounds, progress: Progress, is_archived: bool = False
) -> Iterator[AdapterContext]:
    pieces = _pieces(name, stream, progress)
    head = next(pieces, b"")
    while 0 < len(head) < 4 and (more := next(pieces, b"")):
        head += more
    pieces = chain([head], pieces)
    if head.startswith(b"PK\x03\x04") and not is_archived:
        with _seekable(name, stream, pieces, bounds) as file:
            yield from _archived(name, file, bounds)
        return
    if head.startswith(b"\x1f\x8b"):
        pieces = _gunzipped(name, pieces)
    yield AdapterContext(name, _decoded(pieces), beside(folder, bounds.body))


def _pieces(name: str, stream: IO[bytes], progress: Progress) -> Iterator[bytes]:
    try:
        while piece := stream.read(PIECE):
            progress(len(piece))
            yield piece
    except (OSError, zlib.error, zipfile.BadZipFile, EOFError) as error:
        raise RecordingError(name, f"cannot be read: {error}") from None


def _gunzipped(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes in a gzip file of any number of members; padding after the last one is left out."""
    stream: Any = None
    total = 0
    for piece in pieces:
        rest = piece
        while rest:
            if stream is None:
                if not (rest := rest.lstrip(b"\0")).startswith(b"\x1f"):
                    break
                stream = zlib.decompressobj(31)
            try:
                plain = stream.decompress(rest, PIECE)
            except zlib.error as error:
                raise RecordingError(name, f"damaged gzip file: {error}") from None
            if (total := total + len(plain)) > UNPACKED:
                raise RecordingError(name, f"becomes larger than {UNPACKED // MIB} MiB")
            yield plain
            rest = stream.unconsumed_tail
            if stream.eof:
                rest, stream = stream.unused_data, None
    if stream is not None:
        yield stream.flush()
        if not stream.eof:
            raise RecordingError(name, "gzip file ends early")


def _decoded(pieces: Iterator[bytes]) -> Iterator[str]:
    """Text in the encoding that its first bytes show. Wrong bytes become U+FFFD: foreign bodies must not spoil a file."""
    head = next((piece for piece in pieces if piece), b"")
    decoder = codecs.getincrementaldecoder(_encoding(head))("replace")
    for piece in chain([head], pieces):
        if text := decoder.decode(piece):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text


def _encoding(head: bytes) -> str:
    encoding = json.detect_encoding(head[:4]) if len(head) > 3 else "utf-8-sig"
    start = head[:4].decode(encoding, "replace")[:1]
    return encoding if start.isascii() and (start.isprintable() or start.isspace()) else "utf-8-sig"


@contextmanager
def _seekable(name: str, stream: IO[bytes], pieces: Iterator[bytes], bounds: Bounds) -> Iterator[IO[bytes]]:
    try:
        stream.seek(0)
    except (OSError, AttributeError):
        pass
    else:
        yield stream
        return
    with tempfile.TemporaryFile() as copy:
        limit = bounds.file or UNPACKED
        for piece in pieces:
            copy.write(piece)
            if copy.tell() > limit:
                raise RecordingError(name, f"larger than {limit // MIB} MiB; raise --max-size")
        yield copy


def _archived(name: str, file: IO[bytes], bounds: Bounds) -> Iterator[AdapterContext]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [info.filename for info in archive.infolist() if _is_recording(info.filename)]
            hars = [each for each in names if each.lower().endswith((".har", ".har.gz"))]
            if not names:
                raise RecordingError(name, f"expected a recording in the archive ({', '.join(_SUFFIXES)}), found none")
            for each in hars or names:  # files beside a HAR are its bodies
                with archive.open(each) as stream:
                    for inner in _unpacked(f"{name}/{each}", stream, None, bounds, lambda _: None, is_archived=True):
                        beside_it = _within(archive, PurePosixPath(each).parent, bounds.body)
                        yield AdapterContext(inner.name, _limited(name, inner.text), beside_it)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise RecordingError(name, f"damaged or encrypted zip file: {error}") from None


def _is_recording(name: str) -> bool:
    """Return True for a recording by its name; macOS packs files named `._…` beside others, which hold attributes."""
    return name.lower().endswith(_SUFFIXES) and not PurePosixPath(name).name.startswith("._")


def _limited(name: str, text: Iterator[str]) -> Iterator[str]:
    total = 0
    for piece in text:
        if (total := total + len(piece)) > UNPACKED:
            raise RecordingError(name, f"becomes larger than {UNPACKED // MIB} MiB")
        yield piece


def beside(folder: Path | None, limit: int) -> Attachment:
    """Return access to the files in a folder, and to nothing outside it."""

    def attachment(name: str) -> bytes | None:
        if folder is None:
            return None
        try:
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.stat().st_size > limit:
                return None
            return path.read_bytes()
        except (OSError, ValueError):
            return None

    return attachment


def _within(archive: zipfile.ZipFile, folder: PurePosixPath, limit: int) -> Attachment:
    def attachment(name: str) -> bytes | None:
        try:
            info = archive.getinfo(os.path.normpath(str(folder / name)).replace("\\", "/"))
            with archive.open(info) as stream:
                data = stream.read(limit + 1)
        except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError):
            return None
        return data if len(data) <= limit else None

    return attachment
