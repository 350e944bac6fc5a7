"""Recordings as streams of text: files are opened, decompressed and decoded piece by piece, never as a whole."""

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

from ...core.system.files import error_text
from .entry import MIB, Bounds, RecordingError
from .har import Attachment

PIECE = 1 << 18
"""Number of bytes read at once."""
UNPACKED = 2 << 30
"""Maximum size of a decompressed file, in bytes."""

Progress = Callable[[int], None]
SUFFIXES = (".har", ".json", ".jsonl", ".ndjson", ".yaml", ".yml")
"""Suffixes of recordings in a folder or an archive, with or without `.gz`."""


@dataclass(frozen=True, slots=True)
class RecordingText:
    """Name of a recording, its text in pieces, and access to the files beside it.

    `is_archived` is True for a file of an archive, which need not be a recording.
    """

    name: str
    text: Iterator[str]
    attachment: Attachment
    is_archived: bool = False


def open_recordings(
    source: Path | str | IO[bytes], bounds: Bounds, progress: Progress, name: str
) -> Iterator[RecordingText]:
    """Yield the recordings of a file, an archive, an open stream, or standard input (`-`). Raises RecordingError."""
    if not isinstance(source, (str, Path)):
        yield from _unpack(name or "<stream>", source, None, bounds, progress)
    elif str(source) == "-":
        if sys.stdin is None:
            raise RecordingError(name or "<stdin>", "standard input is closed")
        yield from _unpack(name or "<stdin>", sys.stdin.buffer, None, bounds, progress)
    else:
        path = Path(source)
        name = name or str(path)
        try:
            with path.open("rb") as stream:
                yield from _unpack(name, stream, path.parent, bounds, progress)
        except OSError as error:
            raise RecordingError(name, error_text(error)) from None
        except ValueError as error:
            if isinstance(error, RecordingError):
                raise
            raise RecordingError(name, "not the name of a file") from None


def _unpack(
    name: str, stream: IO[bytes], folder: Path | None, bounds: Bounds, progress: Progress, is_archived: bool = False
) -> Iterator[RecordingText]:
    pieces = _read_pieces(name, stream, progress)
    head = next(pieces, b"")
    while 0 < len(head) < 4 and (more := next(pieces, b"")):
        head += more
    pieces = chain([head], pieces)
    if head.startswith(b"PK\x03\x04") and not is_archived:
        with _seekable(name, stream, pieces, bounds) as file:
            yield from _open_archive(name, file, bounds)
        return
    if head.startswith(b"\x1f\x8b"):
        pieces = _gunzip(name, pieces)
    yield RecordingText(name, _decode_text(pieces), folder_attachments(folder, bounds.body))


def _read_pieces(name: str, stream: IO[bytes], progress: Progress) -> Iterator[bytes]:
    try:
        while piece := stream.read(PIECE):
            progress(len(piece))
            yield piece
    except (OSError, zlib.error, zipfile.BadZipFile, EOFError) as error:
        raise RecordingError(name, f"cannot be read: {error}") from None


def _gunzip(name: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a gzip file of any number of members, without the padding after the last one."""
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
        if not stream.eof:  # pragma: no branch - else the rest of its last piece was left in the decoder
            raise RecordingError(name, "gzip file ends early")


def _decode_text(pieces: Iterator[bytes]) -> Iterator[str]:
    """Yield text in the encoding detected from the first bytes.

    Invalid bytes become U+FFFD, so that a body in another encoding does not make the whole file unreadable.
    """
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


def _open_archive(name: str, file: IO[bytes], bounds: Bounds) -> Iterator[RecordingText]:
    try:
        with zipfile.ZipFile(file) as archive:
            names = [info.filename for info in archive.infolist() if is_named_like_recording(info.filename)]
            hars = [each for each in names if each.lower().endswith((".har", ".har.gz"))]
            if not names:
                raise RecordingError(name, f"expected a recording in the archive ({', '.join(SUFFIXES)}), found none")
            for each in hars or names:  # files beside a HAR are its bodies
                with archive.open(each) as stream:
                    for inner in _unpack(f"{name}/{each}", stream, None, bounds, lambda _: None, is_archived=True):
                        beside_it = archive_attachments(archive, PurePosixPath(each).parent, bounds.body)
                        yield RecordingText(inner.name, _limit_size(name, inner.text), beside_it, is_archived=True)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, EOFError) as error:
        raise RecordingError(name, f"damaged or encrypted zip file: {error}") from None


def is_named_like_recording(name: str) -> bool:
    """Return True for a name with a suffix of recordings. Files named `._…` are attributes, added to archives by macOS."""
    return name.lower().removesuffix(".gz").endswith(SUFFIXES) and not PurePosixPath(name).name.startswith("._")


def _limit_size(name: str, text: Iterator[str]) -> Iterator[str]:
    total = 0
    for piece in text:
        if (total := total + len(piece)) > UNPACKED:
            raise RecordingError(name, f"becomes larger than {UNPACKED // MIB} MiB")
        yield piece


def folder_attachments(folder: Path | None, limit: int) -> Attachment:
    """Return a function that reads files of a folder, and none outside it."""

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


def archive_attachments(archive: zipfile.ZipFile, folder: PurePosixPath, limit: int) -> Attachment:
    """Return a function that reads the files beside a HAR in an archive."""

    def attachment(name: str) -> bytes | None:
        try:
            info = archive.getinfo(os.path.normpath(str(folder / name)).replace("\\", "/"))
            with archive.open(info) as stream:
                data = stream.read(limit + 1)
        except (KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error, OSError):
            return None
        return data if len(data) <= limit else None

    return attachment
