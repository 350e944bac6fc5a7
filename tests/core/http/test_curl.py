"""Requests as curl commands and snippets, with secrets masked."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from fakesources import Request
from fakesources.core.contract.schemas import json_path
from fakesources.core.http.curl import RequestTexts, curl, parse_json_path, read_parameters
from fakesources.core.http.masking import mask_url

SECRETS = frozenset({"api_key", "token", "auth"})
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json"),)


def request(method: str = "GET", target: str = "/x", headers: Any = (), body: bytes = b"") -> Request:
    """Return a request to a host."""
    return Request(method, target, headers, body, "api.example")


@pytest.mark.parametrize(
    ("sent", "command"),
    [
        (request(), "curl https://api.example/x"),
        (request("DELETE", "/x?a=1"), "curl -X DELETE 'https://api.example/x?a=1'"),
        (request(target="/x?api_key=key&a=b%20c"), "curl 'https://api.example/x?api_key=***&a=b%20c'"),
        (request(target="/x?a=%FF"), "curl 'https://api.example/x?***'"),
        (
            request(headers=(("Authorization", "alice:key"), ("Cookie", "a"), ("Accept", "*/*"), ("X-Team", "it's"))),
            "curl https://api.example/x -H 'Authorization: ***' -H 'Cookie: ***' -H 'X-Team: it'\"'\"'s'",
        ),
        (
            request("POST", headers=FORM, body=b"a=1+2&token=key"),
            "curl https://api.example/x --data-urlencode 'a=1 2' --data-urlencode 'token=***'",
        ),
        (
            request("PUT", headers=FORM, body=b"auth=%5B%7B%22id%22%3A1%7D%5D&b=%7B%22token%22%3A%22key%22%7D"),
            "curl -X PUT https://api.example/x --data-urlencode 'auth=***' --data-urlencode 'b={\"token\": \"***\"}'",
        ),
        (
            request("POST", headers=JSON, body=b'{"a": "\xc3\xa9", "token": "key"}'),
            "curl https://api.example/x -H 'Content-Type: application/json' --data-raw '{\"a\": \"é\", \"token\": \"***\"}'",
        ),
        (
            request("POST", body=b"\xff\x00"),
            "curl https://api.example/x --data-binary @body-of-2-bytes",
        ),
        (
            request("POST", headers=JSON, body=b'{"token": "key"'),
            "curl https://api.example/x -H 'Content-Type: application/json' --data-binary @body-of-15-bytes",
        ),
        (
            request("POST", headers=FORM, body=b"name=%ED%A0%80"),
            "curl https://api.example/x --data-binary @body-of-14-bytes",
        ),
        (request("POST", body=b"just a text"), "curl https://api.example/x --data-binary @body-of-11-bytes"),
    ],
)  # fmt: skip
def test_a_request_is_rendered_as_a_curl_command(sent: Request, command: str) -> None:
    """Credentials and secrets are masked in headers, query, form and JSON."""
    assert curl(sent, SECRETS) == command
    assert shlex.split(command)[0] == "curl"


@pytest.mark.parametrize(
    "name",
    ["Accept", "Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Transfer-Encoding", "User-Agent"],
)
def test_headers_that_curl_sends_itself_are_left_out(name: str) -> None:
    assert (
        curl(request(headers=((name, "1"), ("X-Team", "us"))), SECRETS) == "curl https://api.example/x -H 'X-Team: us'"
    )


def test_only_secrets_of_a_url_are_masked() -> None:
    assert mask_url(request(target="/a%20b?API_KEY=key&x=").url, SECRETS) == "https://api.example/a%20b?API_KEY=***&x="


@pytest.mark.parametrize(
    ("sent", "path", "snippet"),
    [
        (request(target="/x?nmae=1&b=2"), "$.nmae", '{"nmae": "1", … 1 more}'),
        (request("POST", headers=JSON, body=b'{"a": {"b": [1, {"c": true, "d": 2}]}}'), "$.a.b[1].c", '{"c": true, … 1 more}'),
        (request("POST", headers=JSON, body=b'{"a": [1, "2"]}'), "$.a[1]", '[… "2" …]'),
        (request("POST", headers=FORM, body=b"p=%7B%22odd+name%22%3A1%7D"), "$.p['odd name']", '{"odd name": 1}'),
        (request("POST", headers=JSON, body=b'{"token": "key"}'), "$.token", '{"token": ***}'),
        (request("POST", headers=JSON, body=b'{"auth": [{"value": "key"}]}'), "$.auth[0].value", '{"value": ***}'),
        (request(), "$.nowhere", ""),
        (request(), "$", ""),
        (request(), "$.nowhere.at.all", ""),
        (request("POST", headers=JSON, body=b'{"a": [1]}'), "$.a[2].b", ""),
        (request("POST", headers=JSON, body=b"{"), "$.a", ""),
        (request("POST", headers=JSON, body=b'{"a": "[1"}'), "$.a[0]", ""),
        (request("POST", headers=JSON, body=b'{"a": "[1]"}'), "$.a[0]", "[… 1 …]"),
        (request("POST", headers=FORM, body=b"a=%5B1"), "$.a[0]", ""),
    ],
)  # fmt: skip
def test_a_snippet_is_the_object_at_a_path_reduced_to_one_name(sent: Request, path: str, snippet: str) -> None:
    """Secrets are masked; a body that does not parse has no snippet."""
    assert RequestTexts(sent, SECRETS).snippet(path) == snippet


NAMES = (
    "plain", "odd name", "it's", 'a "quoted" one', "it's \"both\"", "line\nbreak", "back\\slash", "\\", "'", "a.b", "[0]", "x]", "1", "",
    "\u00e9 \U0001f600", "\x7f", "\\n",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_snippet_is_found_under_any_name(name: str) -> None:
    """At the top of a body, within it, and within a list, at the path that a violation has."""
    sent = request("POST", headers=JSON, body=json.dumps({name: 1, "a": {name: 2}, "b": [{name: 3}]}).encode())
    texts = RequestTexts(sent, SECRETS)

    for value, place in enumerate([(name,), ("a", name), ("b", 0, name)], 1):
        assert parse_json_path(json_path(place)) == list(place)
        assert texts.snippet(json_path(place)).startswith(f"{{{json.dumps(name, ensure_ascii=False)}: {value}")


@pytest.mark.parametrize(
    ("sent", "parameters"),
    [
        (request(target="/x?a=1&a=2"), {"a": "2"}),
        (request("POST", "/x?a=1", FORM, b"b=2"), {"a": "1", "b": "2"}),
        (request("POST", "/x?a=1", JSON, b'{"a": 3, "c": [1]}'), {"a": 3, "c": [1]}),
        (request("POST", "/x", (), b'{"a": 3}'), {"a": 3}),
        (request("POST", "/x?%FF", JSON, b"[1]"), {}),
        (request("POST", "/x", JSON, b"\xff"), {}),
    ],
)
def test_parameters_are_parsed_without_a_schema(sent: Request, parameters: dict[str, Any]) -> None:
    """Invalid parts are left out and raise nothing."""
    assert read_parameters(sent) == parameters
    assert json.dumps(parameters)
