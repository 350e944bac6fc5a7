"""Routing: from a method and a path to an endpoint.

The path of an endpoint consists of fixed parts and of parameters, `/v1/feeds/<feed_id>`; a parameter is one whole part
and never empty. Where several endpoints match, a fixed part takes precedence over a parameter, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..contract.api import Api, Endpoint

_PARAMETER = re.compile(r"<[A-Za-z_]\w*>")

MAX_CACHED_LENGTH = 200
"""Longest method and path, in characters together, whose route is cached: this bounds the memory of the cache."""


@dataclass(frozen=True, slots=True)
class Route:
    """Endpoint of a request and the parameters in its path; or None and the methods that the path allows."""

    endpoint: Endpoint | None
    values: Mapping[str, Any]
    allowed: tuple[str, ...] = ()


class _Pattern(NamedTuple):
    """One path of an endpoint: a fixed text or a parameter (`<name>`) for each part, and the allowed methods."""

    parts: tuple[str, ...]
    endpoint: Endpoint
    methods: frozenset[str]


def route(api: Api[Any], documented: bool, method: str, path: str) -> Route:
    """Return the route of a request. With `documented` only the documented methods are allowed."""
    find = _cached if len(path) + len(method) <= MAX_CACHED_LENGTH else _route
    return find(api, documented, method, path)


def _route(api: Api[Any], documented: bool, method: str, path: str) -> Route:
    allowed: set[str] = set()
    for pattern, values in _matches(api, documented, path):
        if method in pattern.methods:
            return Route(pattern.endpoint, values)
        allowed |= pattern.methods
    return Route(None, {}, tuple(sorted(allowed)))


_cached = lru_cache(maxsize=4096)(_route)


def _matches(api: Api[Any], documented: bool, path: str) -> Iterator[tuple[_Pattern, dict[str, str]]]:
    parts = path.split("/")
    if api.ignore_trailing_slash and len(parts) > 2 and not parts[-1]:
        del parts[-1]
    for pattern in _patterns(api, documented).get(len(parts), ()):
        values = _values(pattern.parts, parts)
        if values is not None:
            yield pattern, values


def _values(pattern: tuple[str, ...], parts: list[str]) -> dict[str, str] | None:
    values = {}
    for expected, part in zip(pattern, parts, strict=True):
        if expected.startswith("<"):
            if not part:
                return None
            values[expected[1:-1]] = part
        elif expected != part:
            return None
    return values


@cache
def _patterns(api: Api[Any], documented: bool) -> Mapping[int, list[_Pattern]]:
    """Return the patterns by number of parts, the more specific ones first. Raises ValueError for an invalid path."""
    patterns: dict[int, list[_Pattern]] = {}
    for endpoint in api.endpoints:
        for path in endpoint.paths:
            parts = tuple(path.split("/"))
            for part in parts:
                if "<" in part and not _PARAMETER.fullmatch(part):
                    raise ValueError(f"{endpoint.id}: path: expected parts of text or <name>, got {part!r} in {path!r}")
            methods = frozenset(endpoint.allowed(documented))
            patterns.setdefault(len(parts), []).append(_Pattern(parts, endpoint, methods))
    for alternatives in patterns.values():
        alternatives.sort(key=lambda pattern: [part.startswith("<") for part in pattern.parts])
    return patterns


def choose_api(apis: Sequence[Api[Any]], path: str) -> Api[Any]:
    """Return the API that a path is for, of several that share a host or a port.

    The first that claims the path or has an endpoint of that path, else the first that claims no paths.
    """
    for api in apis:
        if api.owns_path is not None and api.owns_path(path):
            return api
    for api in apis:
        found = route(api, False, "GET", path)
        if found.endpoint is not None or found.allowed:
            return api
    return next((api for api in apis if api.owns_path is None), apis[0])
