"""From a method and a path to an endpoint: werkzeug's map, built once per API and manner, and remembered.

Routing is a pure function, so what was matched once is looked up from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from .endpoints import Api, Endpoint


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request leads: an endpoint and the values in its path, or none, with the methods that would do."""

    endpoint: Endpoint | None
    values: Mapping[str, Any]
    allowed: tuple[str, ...] = ()


@cache
def _adapter(api: Api[Any], documented: bool) -> MapAdapter:
    rules = [
        Rule(path, endpoint=endpoint, methods=endpoint.documented if documented else endpoint.methods)
        for endpoint in api.endpoints
        for path in endpoint.paths
    ]
    table = Map(rules, strict_slashes=not api.loose_paths, merge_slashes=False, redirect_defaults=False)
    return table.bind(api.hosts[0])


@lru_cache(maxsize=4096)
def route(api: Api[Any], documented: bool, method: str, path: str) -> Route:
    """The route of a request. `documented` takes the documented methods alone."""
    try:
        endpoint, values = _adapter(api, documented).match(path, method=method)
    except MethodNotAllowed as error:
        return Route(None, {}, tuple(sorted(error.valid_methods or ())))
    except (NotFound, RequestRedirect):
        return Route(None, {})
    return Route(endpoint, values)
