"""Routing: every endpoint is reached by its own paths and methods, and by no others."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.engine.routing import Route, route

ALL = installed()

APIS = {api.name: api for api in ALL}
DATASIFT = APIS["datasift"]
ROWS = [(api, endpoint, path) for api in ALL for endpoint in api.endpoints for path in endpoint.paths]
WORDS = sorted({part for _, _, path in ROWS for part in path.split("/")[1:] if not part.startswith("<")})
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "")

parts = st.one_of(st.sampled_from(WORDS), st.sampled_from(["v1.6", "x", "", "é", "a b", "%2F", "<version>", "."]))
paths = st.lists(parts, max_size=7).map(lambda found: "/" + "/".join(found)).filter(lambda path: path[:2] != "//")
"""Paths for a comparison with werkzeug, which takes several slashes at the beginning for one."""


@cache
def werkzeug_map(name: str, documented: bool) -> Map:
    """Return a map of werkzeug with the endpoints of an API."""
    api, rules = APIS[name], []
    for endpoint in api.endpoints:
        for each in endpoint.paths:
            rule = Rule(each, endpoint=endpoint, methods=endpoint.allowed(documented))
            rule.methods = set(endpoint.allowed(documented))  # without the HEAD that werkzeug adds to GET
            rules.append(rule)
    return Map(rules, strict_slashes=not api.ignore_trailing_slash, merge_slashes=False, redirect_defaults=False)


def werkzeug_route(name: str, documented: bool, method: str, path: str) -> Route:
    """Return the route that werkzeug's map finds for the same endpoints."""
    method = method if method.isupper() else "UNKNOWN"  # werkzeug reads get and an empty method as GET, HTTP does not
    try:
        endpoint, values = werkzeug_map(name, documented).bind("localhost").match(path, method=method)
    except MethodNotAllowed as error:
        return Route(None, {}, tuple(sorted(error.valid_methods or ())))
    except (NotFound, RequestRedirect):
        return Route(None, {})
    return Route(endpoint, values)


@settings(deadline=None)
@given(name=st.sampled_from(sorted(APIS)), documented=st.booleans(), method=st.sampled_from(METHODS), path=paths)
@example(name="curator", documented=False, method="get", path="/track/add")
@example(name="curator", documented=False, method="", path="/track/add")
def test_werkzeug_finds_the_same_route(name: str, documented: bool, method: str, path: str) -> None:
    assert route(APIS[name], documented, method, path) == werkzeug_route(name, documented, method, path)


@pytest.mark.parametrize(("api", "endpoint", "path"), ROWS, ids=lambda value: getattr(value, "id", None) or str(value))
def test_every_path_leads_to_its_endpoint(api: Api[Any], endpoint: Any, path: str) -> None:
    """By each of its methods, with the parameters as they were sent."""
    filled = path.replace("<", "").replace(">", "")
    names = [part[1:-1] for part in path.split("/") if part.startswith("<")]

    for method in endpoint.methods:
        assert route(api, False, method, filled) == Route(endpoint, {name: name for name in names})


@pytest.mark.parametrize(
    ("path", "is_found"),
    [
        ("/v1.6/source/start", True),
        ("/v1.6/source/start/", DATASIFT.ignore_trailing_slash),
        ("/v1.6/source/start//", False),
        ("//source/start", False),
        ("v1.6/source/start", False),
        ("/v1.6/nowhere", False),
        ("", False),
        ("/", False),
    ],
)
def test_slashes_count(path: str, is_found: bool) -> None:
    """A slash at the end is ignored where the API ignores it; a parameter is never empty."""
    assert (route(DATASIFT, False, "PUT", path).endpoint is not None) is is_found


def test_a_path_without_the_method_has_its_allowed_methods() -> None:
    """In alphabetical order; an unknown path has none."""
    assert route(DATASIFT, True, "BREW", "/v1.6/source/start").allowed == ("OPTIONS", "PUT")
    assert route(DATASIFT, True, "BREW", "/v1.6/nowhere").allowed == ()


@pytest.mark.parametrize("last", [False, True])
def test_a_fixed_part_takes_precedence_over_a_parameter(last: bool) -> None:
    """Independent of the order of the endpoints."""
    create, *others = DATASIFT.endpoints
    special = replace(create, id="datasift.special", paths=("/v1.6/source/create",))
    rows = (create, *others, special) if last else (special, create, *others)

    assert route(replace(DATASIFT, endpoints=rows), False, "POST", "/v1.6/source/create").endpoint is special


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/messages/a.json", {"sid": "a"}),
        ("/messages/a.b.json", {"sid": "a.b"}),
        ("/messages/.json", None),
        ("/messages/ajson", None),
        ("/messages/all.json", {}),
        ("/v2/a", {"version": "2", "id": "a"}),
        ("/v/a", None),
    ],
)
def test_a_parameter_may_have_text_around_it(path: str, values: dict[str, str] | None) -> None:
    """It is never empty, and a part that is fixed as a whole goes before it."""
    rows = {"/messages/<sid>.json": "one", "/messages/all.json": "all", "/v<version>/<id>": "versioned"}
    create = DATASIFT.endpoints[0]
    api = replace(DATASIFT, endpoints=tuple(replace(create, id=id, paths=(each,)) for each, id in rows.items()))

    found = route(api, False, "POST", path)
    assert (found.values if found.endpoint else None) == values


@pytest.mark.parametrize("path", ["/<int:version>/create", "/<a><b>/create", "/<>/create", "/<a/create", "/a>/create"])
def test_a_path_that_is_none_is_rejected(path: str) -> None:
    """A part has one parameter, whose name is an identifier."""
    create = replace(DATASIFT.endpoints[0], paths=(path,))

    with pytest.raises(ValueError, match=r"path: .*: expected parts of text with at most one <name>"):
        route(replace(DATASIFT, endpoints=(create,)), False, "POST", "/v1/create")
