"""From a method and a path to an endpoint.

Routing is a pure function, so what was matched once is looked up from then on. What is plain to see is seen here: the
one row whose parts are those of the path. Everything else is asked of werkzeug's map, and a test holds both to the
same answer wherever this one has any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from .endpoints import Api, Endpoint

_PART = re.compile(r"[a-z0-9._]+|<[a-z_]+>")
"""A part of a row's path that is always the same, or that may be anything."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request leads: an endpoint and the values in its path, or none, with the methods that would do."""

    endpoint: Endpoint | None
    values: Mapping[str, Any]
    allowed: tuple[str, ...] = ()


LONGEST_KEPT = 200
"""Longest path in characters whose route is kept: what clients send does not stay in memory by the megabyte."""


def route(api: Api[Any], documented: bool, method: str, path: str) -> Route:
    """The route of a request. `documented` takes the documented methods alone."""
    look_up = _kept if len(path) + len(method) <= LONGEST_KEPT else _route
    return look_up(api, documented, method, path)


def _route(api: Api[Any], documented: bool, method: str, path: str) -> Route:
    seen = plain(api, documented, method, path)
    if seen is not None:
        return seen
    from . import maps  # late: werkzeug is a quarter of a quick start

    return maps.ask(api, documented, method, path)


_kept = lru_cache(maxsize=4096)(_route)


def plain(api: Api[Any], documented: bool, method: str, path: str) -> Route | None:
    """The route of a request that fits one row part by part; None where it fits none, or several."""
    parts = path.split("/")
    if "" in parts[1:] or parts[0]:
        return None
    found = [
        Route(endpoint, dict(values))
        for wanted, endpoint in _rows(api, documented).get((method, len(parts)), ())
        if (values := _values(wanted, parts)) is not None
    ]
    return found[0] if len(found) == 1 else None


def _values(wanted: tuple[str, ...], parts: list[str]) -> list[tuple[str, str]] | None:
    values = []
    for want, part in zip(wanted, parts, strict=True):
        if want.startswith("<"):
            values.append((want[1:-1], part))
        elif want != part:
            return None
    return values


@cache
def _rows(api: Api[Any], documented: bool) -> Mapping[tuple[str, int], list[tuple[tuple[str, ...], Endpoint]]]:
    """The rows by method and number of parts; none at all where one has a part that does not vary as a whole, since
    nothing is plain then.
    """
    rows: dict[tuple[str, int], list[tuple[tuple[str, ...], Endpoint]]] = {}
    for endpoint in api.endpoints:
        for path in endpoint.paths:
            parts = tuple(path.split("/"))
            if not all(_PART.fullmatch(part) for part in parts[1:]):
                return {}
            for method in endpoint.allowed(documented):
                rows.setdefault((method, len(parts)), []).append((parts, endpoint))
    return rows
