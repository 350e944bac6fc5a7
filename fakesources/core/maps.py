"""werkzeug's map of an API: what decides where a request leads whenever that is not plain to see.

Imported when it is first asked: werkzeug brings a server and a test client along, a quarter of what a quick start
takes, and most requests are plain.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, RequestRedirect, Rule

from .endpoints import Api, Endpoint
from .routes import Route


@cache
def adapter(api: Api[Any], documented: bool) -> MapAdapter:
    """The map of an API, built once per manner."""
    rules = [_rule(path, endpoint, documented) for endpoint in api.endpoints for path in endpoint.paths]
    table = Map(rules, strict_slashes=not api.loose_paths, merge_slashes=False, redirect_defaults=False)
    return table.bind(api.hosts[0])


def _rule(path: str, endpoint: Endpoint, documented: bool) -> Rule:
    """Return the rule of one path. werkzeug adds HEAD wherever there is GET; which methods there are, the row decides."""
    methods = endpoint.allowed(documented)
    rule = Rule(path, endpoint=endpoint, methods=methods)
    rule.methods = set(methods)
    return rule


def ask(api: Api[Any], documented: bool, method: str, path: str) -> Route:
    """Where a request leads."""
    try:
        endpoint, values = adapter(api, documented).match(path, method=method)
    except MethodNotAllowed as error:
        return Route(None, {}, tuple(sorted(error.valid_methods or ())))
    except (NotFound, RequestRedirect):
        return Route(None, {})
    return Route(endpoint, values)
