"""Facts about routes: what is plain to see, and that werkzeug's map sees the same."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources.apis import ALL
from fakesources.core import maps
from fakesources.core.endpoints import Api
from fakesources.core.routes import plain, route

APIS = {api.name: api for api in ALL}
ROWS = [(api, endpoint, path) for api in ALL for endpoint in api.endpoints for path in endpoint.paths]
WORDS = sorted({part for _, _, path in ROWS for part in path.split("/")[1:] if not part.startswith("<")})
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "get", "")

parts = st.one_of(st.sampled_from(WORDS), st.sampled_from(["v1.6", "x", "", "é", "a b", "%2F", "<version>", "."]))
paths = st.lists(parts, max_size=7).map(lambda found: "/" + "/".join(found))


@settings(deadline=None)
@given(name=st.sampled_from(sorted(APIS)), documented=st.booleans(), method=st.sampled_from(METHODS), path=paths)
def test_what_is_plain_is_what_the_map_says(name: str, documented: bool, method: str, path: str) -> None:
    """Wherever a route is plain to see, werkzeug's map leads to the same endpoint with the same values."""
    api = APIS[name]
    seen = plain(api, documented, method, path)

    assert seen in (None, maps.ask(api, documented, method, path))


@pytest.mark.parametrize(("api", "endpoint", "path"), ROWS, ids=lambda value: getattr(value, "id", None) or str(value))
def test_every_row_is_plain(api: Api[Any], endpoint: Any, path: str) -> None:
    """The path of every row, filled in, is plain to see by each of its methods, and leads to the row."""
    filled = path.replace("<", "").replace(">", "")

    for method in endpoint.methods:
        seen = plain(api, False, method, filled)
        assert seen is not None
        assert seen == maps.ask(api, False, method, filled)
        assert seen.endpoint is endpoint


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("BREW", "/v1.6/source/start"),
        ("PUT", "/v1.6/nowhere"),
        ("PUT", "//source/start"),
        ("PUT", "/v1.6/source/start/"),
    ],
)
def test_what_is_not_plain_is_asked_of_the_map(method: str, path: str) -> None:
    """A wrong method, an unknown path and odd slashes are for werkzeug to judge."""
    datasift = ALL[0]

    assert plain(datasift, False, method, path) is None
    assert route(datasift, False, method, path) == maps.ask(datasift, False, method, path)


def test_nothing_is_plain_beside_a_row_that_is_not() -> None:
    """A row that only werkzeug can read might fit as well, so then everything is asked of werkzeug."""
    datasift = ALL[0]
    first, *others = datasift.endpoints
    odd = replace(datasift, endpoints=(replace(first, paths=("/<int:version>/source/create",)), *others))

    assert plain(datasift, False, "PUT", "/v1.6/source/start") is not None
    assert plain(odd, False, "PUT", "/v1.6/source/start") is None
    assert route(odd, False, "POST", "/7/source/create").values == {"version": 7}


def test_where_two_rows_fit_the_map_chooses() -> None:
    """A row whose path is all fixed goes before one that varies, which is werkzeug's to know."""
    datasift = ALL[0]
    create, *others = datasift.endpoints
    special = replace(create, id="datasift.special", paths=("/v1.6/source/create",))
    both = replace(datasift, endpoints=(create, special, *others))

    assert plain(both, False, "POST", "/v1.6/source/create") is None
    assert route(both, False, "POST", "/v1.6/source/create").endpoint is special
