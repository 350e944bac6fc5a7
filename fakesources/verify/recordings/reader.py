"""A recording's file, whatever its layout: the layout is found by content, not by name."""

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
from .opening import AdapterContext, opened
from .opening import Progress as Progress

_JSON = re.compile(r"[\[{][\[{\s]*(?![\w:!&])|\[\s*(?:[\d-]|true|false|null)")
"""The beginning of JSON; after the brackets of YAML's flow style stands a name without quotes."""

UNREADABLE_ENTRIES = 100_000
"""Number of entries of a file that may be unreadable before it is given up: reading millions of them takes minutes."""


def read(
    source: Path | str | IO[bytes], bounds: Bounds | None = None, progress: Progress | None = None, name: str = ""
) -> Iterator[RecordedEntry]:
    """Yield the entries of a file, of standard input (`-`) or of an open stream of bytes, in recorded order.

    `progress` receives the number of bytes read since its last call. `name` replaces the file's name in places.
    Raises Unusable only if the file as a whole is: it cannot be opened, has no known layout, ends early or is too large.
    """
    bounds = bounds or Bounds()
    for recording in opened(source, bounds, progress or (lambda _: None), name):
        unreadable = 0
        for entry in _entries(recording, bounds):
            unreadable += entry.left_out == UNREADABLE
            if unreadable > UNREADABLE_ENTRIES:
                raise RecordingError(recording.name, f"has more than {UNREADABLE_ENTRIES:,} entries that are none")
            yield entry


def _entries(recording: AdapterContext, bounds: Bounds) -> Iterator[RecordedEntry]:
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
