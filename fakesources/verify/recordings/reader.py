"""Reader for recordings of every layout, detected by content, not by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from . import yaml
from .documents import NO_LAYOUT, Documents
from .entry import NO_RECORDING, UNREADABLE, Bounds, RecordedEntry, RecordingError
from .json_text import JsonText
from .loading import Context, unreadable_entry
from .opening import Progress as Progress
from .opening import RecordingText, open_recordings

_JSON = re.compile(r"[\[{][\[{\s]*(?![\w:!&])|\[\s*(?:[\d-]|true|false|null)")
"""Beginning of JSON. In the flow style of YAML a name without quotes follows the brackets."""

UNREADABLE_ENTRIES = 100_000
"""Maximum number of unreadable entries of a file: reading millions of them takes minutes."""


def read(
    source: Path | str | IO[bytes], bounds: Bounds | None = None, progress: Progress | None = None, name: str = ""
) -> Iterator[RecordedEntry]:
    """Yield the entries of a file, of standard input (`-`) or of an open stream of bytes, in recorded order.

    `progress` is called with the number of bytes read since its last call. `name` replaces the file name in places.
    A file of an archive that has no known layout is left out if another has one.

    Raises RecordingError if the whole file cannot be used: it cannot be opened, has no known layout, ends early or is
    too large.
    """
    bounds = bounds or Bounds()
    others: list[tuple[str, RecordingError]] = []
    has_recording = False
    for recording in open_recordings(source, bounds, progress or (lambda _: None), name):
        try:
            yield from _bounded(recording, bounds)
        except RecordingError as error:
            if not recording.is_archived or NO_LAYOUT not in error.reason:
                raise
            others.append((recording.name, error))
        else:
            has_recording = True
    for file, failure in others:
        if not has_recording:
            raise failure
        yield unreadable_entry(Context(file, bounds), "", failure.reason, left_out=NO_RECORDING)


def _bounded(recording: RecordingText, bounds: Bounds) -> Iterator[RecordedEntry]:
    """Yield the entries of one recording; the unreadable ones with the next entry, so that another kind of file has none."""
    unreadable, held = 0, []
    try:
        for entry in _entries(recording, bounds):
            held.append(entry)
            unreadable += entry.left_out == UNREADABLE
            if unreadable > UNREADABLE_ENTRIES:
                raise RecordingError(recording.name, f"has more than {UNREADABLE_ENTRIES:,} unreadable entries")
            if entry.left_out != UNREADABLE:
                yield from held
                held.clear()
    except RecordingError as error:
        if NO_LAYOUT not in error.reason:
            yield from held
        raise
    yield from held


def _entries(recording: RecordingText, bounds: Bounds) -> Iterator[RecordedEntry]:
    text, blank = recording.text, 0
    for piece in text:
        if rest := piece.lstrip("\ufeff\x1e \t\r\n"):
            break
        blank += piece.count("\n")
    else:
        raise RecordingError(recording.name, "is empty")
    if "\0" in rest[:4096]:
        raise RecordingError(recording.name, f"is binary; {NO_LAYOUT}")
    context = Context(recording.name, bounds, recording.attachment)
    text = filter(None, chain(["\n" * blank, piece], text))
    if _JSON.match(rest):
        yield from Documents(context, JsonText(recording.name, text, bounds.entry, bounds.file)).entries()
    else:
        yield from yaml.entries(context, text)
