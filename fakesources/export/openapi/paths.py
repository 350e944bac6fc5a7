"""Paths of endpoints in OpenAPI's notation: `/v1/items/<id>` is `/v1/items/{id}`.

A variable at the beginning of a path is a version: it is a variable of the server's URL.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([A-Za-z_][A-Za-z0-9_]*)>")


def version(path: str) -> str:
    """Return the name of the variable at the beginning of a path; empty if there is none."""
    match = _VARIABLE.match(path, 1)
    return match[1] if match else ""


def unversioned(path: str) -> str:
    """Return a path without the variable at its beginning."""
    match = _VARIABLE.match(path, 1)
    return path[match.end() :] if match else path


def template(path: str) -> str:
    """Return a path as a template."""
    return _VARIABLE.sub(r"{\1}", path)


def names(path: str) -> list[str]:
    """Return the names of the variables of a path."""
    return _VARIABLE.findall(path)


def fill(path: str, values: Mapping[str, Any]) -> str:
    """Return a path with values for its variables."""
    return _VARIABLE.sub(lambda match: str(values[match[1]]), path)
