"""Reader for recordings of every layout, detected by content, not by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import IO

from . import yaml
from .documents import NO_LAYOUT, Documents
from .entry import UNREADABLE, Bounds, RecordedEntry, RecordingError
from .json_text import JsonText
from .loading import Context
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
    Raises RecordingError if the whole file cannot be used: it cannot be opened, has no known layout, ends early or is
    too large.
    """
    bounds = bounds or Bounds()
    for recording in open_recordings(source, bounds, progress or (lambda _: None), name):
        unreadable = 0
        for entry in _entries(recording, bounds):
            unreadable += entry.left_out == UNREADABLE
            if unreadable > UNREADABLE_ENTRIES:
                raise RecordingError(recording.name, f"has more than {UNREADABLE_ENTRIES:,} unreadable entries")
            yield entry


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
