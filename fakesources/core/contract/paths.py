"""Paths of endpoints: `/v1/items/<id>`, and their parameters.

A parameter at the beginning of a path is the version of the API.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_PARAMETER = re.compile(r"<([A-Za-z_]\w*)>")


def names(path: str) -> list[str]:
    """Return the names of the parameters of a path."""
    return _PARAMETER.findall(path)


def fill(path: str, values: Mapping[str, Any]) -> str:
    """Return a path with values for its parameters."""
    return _PARAMETER.sub(lambda match: str(values[match[1]]), path)


def form(path: str) -> str:
    """Return a path without the names of its parameters: two of one form lead to the same requests."""
    return _PARAMETER.sub("<>", path)


def template(path: str) -> str:
    """Return a path in OpenAPI's notation: `/v1/items/{id}`."""
    return _PARAMETER.sub(r"{\1}", path)


def version(path: str) -> str:
    """Return the name of the parameter at the beginning of a path; empty if there is none."""
    match = _PARAMETER.match(path, 1)
    return match[1] if match else ""


def unversioned(path: str) -> str:
    """Return a path without the parameter at its beginning."""
    match = _PARAMETER.match(path, 1)
    return path[match.end() :] if match else path
