"""Excerpts of exchanges: the part of a body around a path, headers of the contract, and no secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fakesources import Request, Response
from fakesources.apis.registry import installed
from fakesources.verify.excerpts import MAX_LINES, Excerpts

DATASIFT, CURATOR = installed()
NAMES = "abcdefgh"


def around(value: Any, path: str) -> Any:
    """Return the part of a response's body that is shown for a path."""
    head, _, shown = Excerpts(CURATOR).response(Response(200, (), json.dumps(value).encode()), path).partition("\n\n")
    assert head == "200 OK"
    return json.loads(shown)


@pytest.mark.parametrize(
    ("value", "path", "shown"),
    [
        ({"a": 1}, "$", {"a": 1}),
        ({"a": 1}, "$.a", {"a": 1}),
        ({"a": 1, "b": [1, 2]}, "$.a", {"a": 1, "b": "[… 2]"}),
        ({"a": 1, "b": {"c": 1}}, "$.a", {"a": 1, "b": "{… 1}"}),
        ({"a": 1, "b": [], "c": {}}, "$.a", {"a": 1, "b": [], "c": {}}),
        (dict.fromkeys(NAMES, 1), "$.a", {**dict.fromkeys(NAMES[:6], 1), "…": "2 more"}),
        (dict.fromkeys(NAMES, 1), "$.h", {**dict.fromkeys(NAMES[:6], 1), "h": 1, "…": "1 more"}),
        (dict.fromkeys(NAMES[:6], 1), "$.x", dict.fromkeys(NAMES[:6], 1)),
        ([1, 2, 3], "$[0]", [1, "… 2 after"]),
        ([1, 2, 3], "$[1]", ["… 1 before", 2, "… 1 after"]),
        ([1, 2, 3], "$[2]", ["… 2 before", 3]),
        ([{"a": {"b": 7, "c": [1]}}], "$[0].a.b", [{"a": {"b": 7, "c": "[… 1]"}}]),
        ([1, 2, 3, 4, 5], "$", [1, 2, 3, "… 2 more"]),
        ({"a": {"b": {"c": {"d": 1}}}}, "$", {"a": {"b": "{… 1}"}}),
        (dict.fromkeys(map(str, range(30)), 1), "$", dict.fromkeys(map(str, range(18)), 1)),
    ],
    ids=str,
)
def test_a_value_is_shown_with_a_few_members_beside_it(value: Any, path: str, shown: Any) -> None:
    assert around(value, path) == shown


@pytest.mark.parametrize(
    ("value", "path", "shown"),
    [
        ({"a": "x"}, "$.a.b", {"a": "x"}),
        ({"a": 7}, "$.a[0].b", {"a": 7}),
        ([1, 2], "$[2]", [1, 2]),
        ([1, 2], "$.a", [1, 2]),
        ({"a": [{"c": [1]}]}, "$.a.b", {"a": [{"c": "[… 1]"}]}),
        ("x", "$.a", "x"),
        (None, "$.a", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_path_that_the_body_does_not_have_shows_how_far_it_goes(value: Any, path: str, shown: Any) -> None:
    """Parameters of the query have paths, too, and a body may have another form than the contract's."""
    assert around(value, path) == shown


@pytest.mark.parametrize(("count", "more"), [(MAX_LINES, ""), (MAX_LINES + 1, "… 1 more lines")])
def test_an_excerpt_has_a_number_of_lines_at_most(count: int, more: str) -> None:
    """Of a value on several lines, brackets included, on as many levels as are shown."""
    rows = count - 6  # the braces of the whole, of `a` and of `b`
    names = [f"n{number}" for number in range(rows)]
    value = {"a": dict.fromkeys(names[:18], 1), "b": dict.fromkeys(names[18:], 1)}

    shown = Excerpts(CURATOR).response(Response(200, (), json.dumps(value).encode()), "$").split("\n\n")[1]

    assert len(shown.splitlines()) == min(count, MAX_LINES) + bool(more)
    assert shown.endswith(more or "}")


def test_a_long_line_is_cut() -> None:
    body = json.dumps(["x" * 300]).encode()

    shown = Excerpts(CURATOR).response(Response(200, (("Content-Type", "y" * 300),), body), "$").splitlines()

    assert [len(line) for line in shown if len(line) > 20] == [200, 200]


@pytest.mark.parametrize(
    ("names", "path", "last"),
    [
        (["Content-Type", "Location", "Allow"], "", "Allow: x"),
        (["X-RateLimit-Cost"], "", "X-RateLimit-Cost: x"),
        (["Server"], "", "(1 other header)"),
        (["Server", "Via"], "", "(2 other headers)"),
        (["Server", "Via"], "headers['Via']", "(1 other header)"),
        (["Server"], "headers['Server']", "Server: x"),
        (["Location-Id"], "", "(1 other header)"),
    ],
    ids=str,
)
def test_headers_of_the_contract_are_shown_and_others_counted(names: list[str], path: str, last: str) -> None:
    shown = Excerpts(DATASIFT).response(Response(200, tuple((name, "x") for name in names)), path)

    assert shown.splitlines()[-1] == last


def test_a_long_url_is_cut() -> None:
    request = Request("GET", "/v1/feeds?" + "x" * 600, host="api.curator.io")

    assert len(Excerpts(CURATOR).url(request)) == 500


def test_a_body_that_is_not_json_is_counted_in_bytes() -> None:
    shown = Excerpts(CURATOR).response(Response(502, (), b"<html>t0p-s3cret"), "$")

    assert shown.splitlines()[1:] == ["", "(16 bytes that are not JSON)"]


def test_a_request_is_shown_with_its_parameters_and_without_its_secrets() -> None:
    headers = (("Authorization", "alice:t0p-s3cret"), ("Content-Type", "application/json"), ("Accept", "*/*"))
    body = b'{"name": "Cats", "api_key": "t0p-s3cret"}'
    request = Request("POST", "/v1/feeds?api_key=t0p-s3cret", headers, body, "api.curator.io")

    line, *lines = Excerpts(CURATOR).request(request, "$.name").splitlines()

    assert line.startswith("POST https://api.curator.io/v1/feeds?api_key=")
    assert '  "name": "Cats",' in lines
    assert "(1 other header)" in lines
    assert "s3cret" not in "\n".join([line, *lines])


def test_the_next_exchange_has_an_excerpt_of_its_own() -> None:
    excerpts = Excerpts(CURATOR)

    shown = [excerpts.response(Response(200, (), body), "$") for body in (b"[1]", b"[2]", b"[2]")]

    assert [json.loads(text.split("\n\n")[1]) for text in shown] == [[1], [2], [2]]
