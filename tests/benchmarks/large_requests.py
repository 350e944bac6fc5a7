"""Requests that are large in one respect: a given number of names, items, headers or characters.

The cost of each kind is linear: `bench_sizes` measures time, `tests/test_cost_of_a_call.py` counts function calls.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from fakesources import Request

Pairs = tuple[tuple[str, str], ...]
FEED = "8558f0ef-229e-437d-aabc-1d8f3a1c9ca5"
JSON = ("Content-Type", "application/json")
FORM = ("Content-Type", "application/x-www-form-urlencoded")
SOURCE: dict[str, Any] = {
    "source_type": "facebook_page",
    "name": "Rock Music",
    "resources": [{"parameters": {"id": "8305888286"}}],
    "auth": [{"parameters": {"value": "some-value"}}],
}
TAG = {"feed_id": FEED, "source_type": 2, "tag": "cats"}


def datasift(
    body: Any = SOURCE, query: str = "", headers: Pairs = (), path: str = "/v1.6/source/create", method: str = "POST"
) -> Request:
    """Return a request to DataSift; a body other than bytes is sent as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    known = (("Authorization", "alice:key"), *headers)
    if not any(name == "Content-Type" for name, _ in headers):
        known = (*known, JSON)
    return Request(method, f"{path}?{query}" if query else path, known, sent, "api.datasift.com")


def curator(body: Any = TAG, query: str = "", path: str = "/v1/sources", method: str = "POST") -> Request:
    """Return a request to Curator; None is no body."""
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method, f"{path}?api_key=some-key&{query}", (JSON,), sent, "api.curator.io")


def names(count: int, word: str = "name") -> dict[str, Any]:
    """Return so many names that no operation has."""
    return {f"{word}{number}": number for number in range(count)}


def form(values: Mapping[str, Any]) -> bytes:
    """Return a form; structured values are JSON in it."""
    return urlencode(
        {name: json.dumps(inner) if isinstance(inner, dict | list) else inner for name, inner in values.items()}
    ).encode()


def repeated_names(count: int) -> Iterable[tuple[str, int]]:
    """Return so many pairs, each name in two of them."""
    return [(f"name{number % (count // 2)}", number) for number in range(count)]


def as_json(pairs: Iterable[tuple[str, int]], others: Mapping[str, Any]) -> bytes:
    """Return a JSON object with the pairs after other members."""
    return f"{json.dumps(others)[:-1]}, {', '.join(f'{json.dumps(name)}: {value}' for name, value in pairs)}}}".encode()


def resource(count: int, **more: Any) -> list[Any]:
    """Return so many resources."""
    return [{"parameters": {"id": str(number)}, **more} for number in range(count)]


UNKNOWN_NAMES: dict[str, Callable[[int], Request]] = {
    "DataSift JSON names": lambda n: datasift({**SOURCE, **names(n)}),
    "DataSift misspelt secrets": lambda n: datasift({**SOURCE, **names(n, "tokne")}),
    "DataSift names of a resource": lambda n: datasift({**SOURCE, "resources": [{"parameters": {"id": "1", **names(n)}}]}),
    "DataSift names far down": lambda n: datasift({**SOURCE, "x": [{"y": {"z": names(n)}}]}),
    "DataSift switches": lambda n: datasift({**SOURCE, "parameters": names(n)}),
    "DataSift form names": lambda n: datasift(form({**SOURCE, **names(n)}), headers=(FORM,)),
    "DataSift JSON in a form": lambda n: datasift(form({**SOURCE, "resources": [{"parameters": {"id": "1", **names(n)}}]}), headers=(FORM,)),
    "DataSift query names": lambda n: datasift(query=urlencode(names(n))),
    "DataSift names given twice": lambda n: datasift(as_json(repeated_names(n), SOURCE)),
    "DataSift query names given twice": lambda n: datasift(query=urlencode(list(repeated_names(n)))),
    "Curator JSON names": lambda n: curator({**TAG, **names(n)}),
    "Curator names given twice": lambda n: curator(as_json(repeated_names(n), TAG)),
}  # fmt: skip
"""Requests with so many names that no operation has."""

OTHERS: dict[str, Callable[[int], Request]] = {
    "DataSift one name given often": lambda n: datasift(query="name=x&" * n),
    "Curator query names": lambda n: curator(query=urlencode(names(n))),
    "Curator query names given twice": lambda n: curator(query=urlencode(list(repeated_names(n)))),
    "Curator one name given often": lambda n: curator(None, "limit=1&" * n, f"/v1/feeds/{FEED}/posts", "GET"),
    "resources with an unknown name": lambda n: datasift({**SOURCE, "resources": resource(n, x=1)}),
    "resources with a scalar of another type": lambda n: datasift({**SOURCE, "resources": [{"parameters": {"id": "1", "title": 1}}] * n}),
    "resources in order": lambda n: datasift({**SOURCE, "resources": resource(n)}),
    "resources that are invalid": lambda n: datasift({**SOURCE, "resources": [{"parameters": {"id": []}}] * n}),
    "tokens with an unknown name": lambda n: datasift({**SOURCE, "auth": [{"parameters": {"value": str(i)}, "x": 1} for i in range(n)]}),
    "headers": lambda n: datasift({**SOURCE, "nmae": 1}, headers=tuple((f"X-{i}", "x") for i in range(n))),
    "cookies": lambda n: datasift({**SOURCE, "nmae": 1}, headers=tuple(("Cookie", f"c{i}=x") for i in range(n))),
    "a long name": lambda n: datasift({**SOURCE, "n" * n * 10: 1}),
    "a long name of known parts": lambda n: datasift({**SOURCE, "resources" * n: 1}),
    "a long value": lambda n: datasift({**SOURCE, "nmae": "x" * n * 10}),
    "a long header": lambda n: datasift({**SOURCE, "nmae": 1}, headers=(("X-Long", "a=b; " * n),)),
    "a long path segment": lambda n: datasift(b"", path="/v1.6/source/" + "a" * n * 10, method="GET"),
    "many path segments": lambda n: datasift(b"", path="/v1.6/source" + "/a" * n * 5, method="GET"),
    "slashes": lambda n: datasift(b"", path="/" * n * 10, method="GET"),
    "percent-encoded path": lambda n: datasift(b"", path="/v1.6/" + "%41" * n * 3, method="GET"),
    "names at an unknown operation": lambda n: datasift(names(n), urlencode(names(n)), path="/v1.6/nosuch"),
    "a long method": lambda n: datasift(method="M" * n * 10),
    "a long enumerated value": lambda n: datasift({**SOURCE, "source_type": "f" * n * 10}),
    "a long id": lambda n: datasift(b"", "id=" + "a" * n * 10, path="/v1.6/source/get", method="GET"),
    "deep nesting": lambda n: datasift(b'{"a": ' + b"[" * n * 10),
    "a string without an end": lambda n: datasift(b'{"a": ' + b"[" * 100 + b'"' + b'\\"' * n * 10),
    "a long user name": lambda n: datasift(b"", path="/v1.6/source/get", method="GET")._replace(headers=(("Auth", "a" * n * 10 + ":key"),)),
    "empty arrays": lambda n: datasift({**SOURCE, "x": [[]] * n}),
    "a long tag": lambda n: curator({**TAG, "tag": "#" * n * 10}),
    "a long cursor": lambda n: curator(None, "after=" + "A" * n * 10, f"/v1/feeds/{FEED}/posts", "GET"),
    "a long number": lambda n: curator({**TAG, "source_type": "2" * n * 10}),
    "an unknown operation of Curator": lambda n: curator(names(n), urlencode(names(n)), "/v1/nosuch/" + "a" * n),
}  # fmt: skip
"""Requests with so many other items, or ten times as many characters."""

KINDS = UNKNOWN_NAMES | OTHERS
