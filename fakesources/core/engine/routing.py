"""Routing: from a method and a path to an endpoint.

The path of an endpoint consists of fixed parts and of parameters, `/v1/feeds/<feed_id>` or `/messages/<sid>.json`; a part has
one parameter, which is never empty. Where several endpoints match, a fixed part takes precedence over a parameter, from left to right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..contract.api import Api, Endpoint

_PARAMETER = re.compile(r"([^<>]*)<([A-Za-z_]\w*)>([^<>]*)")

MAX_CACHED_LENGTH = 200
"""Longest method and path, in characters together, whose route is cached: this bounds the memory of the cache."""


@dataclass(frozen=True, slots=True)
class Route:
    """Endpoint of a request and the parameters in its path; or None and the methods that the path allows."""

    endpoint: Endpoint | None
    values: Mapping[str, Any]
    allowed: tuple[str, ...] = ()


class _Parameter(NamedTuple):
    """A part of a path with a parameter, and the fixed texts before and after it."""

    name: str
    before: str
    after: str


class _Pattern(NamedTuple):
    """One path of an endpoint: a fixed text or a parameter for each part, and the allowed methods."""

    parts: tuple[str | _Parameter, ...]
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


def _values(pattern: tuple[str | _Parameter, ...], parts: list[str]) -> dict[str, str] | None:
    values = {}
    for expected, part in zip(pattern, parts, strict=True):
        if isinstance(expected, str):
            if expected != part:
                return None
            continue
        name, before, after = expected
        if len(part) <= len(before) + len(after) or not (part.startswith(before) and part.endswith(after)):
            return None
        values[name] = part[len(before) : len(part) - len(after)]
    return values


@cache
def _patterns(api: Api[Any], documented: bool) -> Mapping[int, list[_Pattern]]:
    """Return the patterns by number of parts, the more specific ones first. Raises ValueError for an invalid path."""
    patterns: dict[int, list[_Pattern]] = {}
    for endpoint in api.endpoints:
        for path in endpoint.paths:
            parts = tuple(_part(part, f"{endpoint.id}: path: {path!r}") for part in path.split("/"))
            methods = frozenset(endpoint.allowed(documented))
            patterns.setdefault(len(parts), []).append(_Pattern(parts, endpoint, methods))
    for alternatives in patterns.values():
        alternatives.sort(key=lambda pattern: [_generality(part) for part in pattern.parts])
    return patterns


def _part(part: str, place: str) -> str | _Parameter:
    if "<" not in part and ">" not in part:
        return part
    found = _PARAMETER.fullmatch(part)
    if found is None:
        raise ValueError(f"{place}: expected parts of text with at most one <name>, got {part!r}")
    return _Parameter(found[2], found[1], found[3])


def _generality(part: str | _Parameter) -> tuple[bool, int]:
    """Return how much a part of a path matches: a fixed text first, then a parameter with the most text beside it."""
    return (False, 0) if isinstance(part, str) else (True, -len(part.before) - len(part.after))


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
