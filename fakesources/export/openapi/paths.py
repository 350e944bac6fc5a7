"""The paths of rows as OpenAPI writes them: `/v1/feeds/<feed_id>` is `/v1/feeds/{feed_id}`.

An open part at a path's beginning is a version: it belongs to the server's address, as a variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PART = re.compile(r"<(?:[^:<>]+:)?([A-Za-z_][A-Za-z0-9_]*)>")


def version(path: str) -> str:
    """The name of the open part that a row's path begins with, empty where it begins otherwise."""
    found = _PART.match(path, 1)
    return found[1] if found else ""


def unversioned(path: str) -> str:
    """A row's path without the open part at its beginning."""
    found = _PART.match(path, 1)
    return path[found.end() :] if found else path


def template(path: str) -> str:
    """A row's path as a template."""
    return _PART.sub(r"{\1}", path)


def names(path: str) -> list[str]:
    """The names of what is left open in a row's path."""
    return _PART.findall(path)


def filled(path: str, values: Mapping[str, Any]) -> str:
    """A row's path with everything filled in."""
    return _PART.sub(lambda found: str(values[found[1]]), path)
