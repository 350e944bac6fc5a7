"""JSON lines: one exchange per line, a format that any program can write.

    {"request":  {"method": "PUT", "url": "https://api.example/v1/items/…", "headers": {…}, "json": {"tag": "cats"}},
     "response": {"status": 200, "headers": {…}, "body": "…"},
     "at": 1767225600.5, "label": "retag"}

`headers` is an object (a value or a list of values by name) or a list of pairs. A body is `body` (text), `json` (a
value) or `base64`, null or left out if there is none; if all are left out and the Content-Length is positive, the body
counts as not recorded. `at` (seconds since 1970, or ISO 8601) and `label` are optional.
"""

from __future__ import annotations

from typing import Any

from .entry import Bounds, Entry
from .loading import Context, load_entry


def entry(place: str, document: Any, bounds: Bounds) -> Entry:
    """Return the exchange of one parsed line. Raises RecordingError."""
    return load_entry(Context("", bounds), place, document)
