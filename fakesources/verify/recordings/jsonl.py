"""JSON lines: one exchange a line, in a form of our own that any program can write.

    {"request":  {"method": "PUT", "url": "https://api.curator.io/v1/sources/…", "headers": {…}, "json": {"tag": "cats"}},
     "response": {"status": 200, "headers": {…}, "body": "…"},
     "at": 1767225600.5, "label": "retag"}

`headers` are an object (a value or a list of values by name) or a list of pairs. A body is `body` (text), `json` (a
value) or `base64`, null or left out where there is none; where a Content-Length says that there was one and none of the
three is there, it is taken as not recorded. `at` (seconds since 1970, or ISO 8601) and `label` may be left out.
"""

from __future__ import annotations

from typing import Any

from .entry import Bounds, Entry
from .loading import Context, loaded


def entry(place: str, document: Any, bounds: Bounds) -> Entry:
    """Return the exchange in one parsed line. Raises Unusable."""
    return loaded(Context("", bounds), place, document)
