"""Headers of responses, and the style of their bodies."""

from __future__ import annotations

import json
import re

import pytest
from datasift_calls import Caller

RECORDED = (
    "Server", "Date", "Content-Type", "X-API-Version", "X-XSS-Protection", "X-Content-Type-Options",
    "X-DataSift-Request-ID", "P3P", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Cost",
    "X-RateLimit-Reset", "X-RateLimit-Reset-Ttl", "Access-Control-Allow-Origin", "Access-Control-Allow-Headers",
    "Access-Control-Allow-Methods", "X-Served-By", "X-Frame-Options", "X-Balanced-By",
)  # fmt: skip


def test_a_response_has_the_recorded_headers_in_order(call_either: Caller) -> None:
    response = call_either("GET", "get")

    assert tuple(name for name, _ in response.raw.headers) == RECORDED
    assert {name: response.headers[name] for name in RECORDED if "Rate" not in name and "ID" not in name} == {
        "Server": "fakesources",
        "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
        "Content-Type": "application/json",
        "X-API-Version": "1.6",
        "X-XSS-Protection": "1; mode=block",
        "X-Content-Type-Options": "nosniff",
        "P3P": 'CP="CAO PSA"',
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "Authorization,Content-Type",
        "Access-Control-Allow-Methods": "GET,POST,PUT,DELETE",
        "X-Served-By": "fakesources",
        "X-Frame-Options": "SAMEORIGIN",
        "X-Balanced-By": "fakesources",
    }


def test_frame_options_appear_on_200_201_and_204_only(call: Caller) -> None:
    id = call.create().json["id"]
    responses = [
        call("GET", "get"), call.create(), call("PUT", "update", form={"id": id}), call("DELETE", "delete", form={"id": id}),
        call("PUT", "start"), call("GET", "get", headers=()), call("DELETE", "delete", form={"id": id}), call("PATCH", "get"),
    ]  # fmt: skip

    for name in ("X-Served-By", "X-Frame-Options"):
        framed = {response.status: name in response.headers for response in responses}
        assert framed == {200: True, 201: True, 202: False, 204: True, 400: False, 401: False, 404: False, 405: False}


def test_204_has_no_body_and_the_media_type_html(call_either: Caller) -> None:
    source = call_either.fake.datasift.sources.add()

    response = call_either("DELETE", "delete", query={"id": source.id})

    assert (response.headers["Content-Type"], response.raw.body) == ("text/html; charset=UTF-8", b"")
    assert "Content-Length" not in dict(response.raw.framed)


def test_request_ids_are_unique(call: Caller) -> None:
    responses = [call("GET", "get"), call("PUT", "start"), call("GET", "nowhere"), call("GET", "get", headers=())]
    ids = {response.headers["X-DataSift-Request-ID"] for response in responses}

    assert len(ids) == 4
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in ids)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a/b", r'"a\/b"'),
        ("Zoë", r'"Zo\u00eb"'),
        ("日本 𝄞", r'"\u65e5\u672c \ud834\udd1e"'),
        ('"\\', r'"\"\\"'),
        ("tab\tline\n", r'"tab\tline\n"'),
    ],
)
def test_a_body_is_json_in_phps_style(call: Caller, name: str, written: str) -> None:
    response = call.create(name=name)

    assert f'"name":{written},'.encode() in response.raw.body
    assert b'": ' not in response.raw.body
    assert response.json["name"] == name


def test_a_body_parsed_and_encoded_again_is_unchanged(call_either: Caller) -> None:
    for response in (
        call_either.create(name="a/b"),
        call_either("GET", "get"),
        call_either("PUT", "start", form={"id": "no/where"}),
    ):
        again = json.dumps(response.json, separators=(",", ":")).replace("/", "\\/")

        assert response.raw.body == again.encode()


def test_no_successful_body_has_an_error_key(call_either: Caller) -> None:
    """Clients take a body with `error` for a failure, regardless of its status."""
    id = call_either.create().json["id"]
    bodies = [
        call_either("GET", "get").json, call_either.get(id), call_either("GET", "log", query={"id": id}).json,
        call_either("PUT", "start", form={"id": id}).json, call_either("PUT", "update", form={"id": id}).json,
    ]  # fmt: skip

    assert not any("error" in body for body in bodies)


def test_a_cached_view_is_not_used_after_a_change(call_either: Caller) -> None:
    sources = call_either.fake.datasift.sources
    id = sources.add(name="one").id
    assert call_either.get(id)["name"] == "one"

    sources.change(id, name="two")
    assert call_either.get(id)["name"] == "two"
    call_either("PUT", "update", form={"id": id, "name": "three"})
    state = call_either.fake.snapshot()
    assert call_either("GET", "get").json["sources"][0]["name"] == "three"

    call_either("PUT", "update", form={"id": id, "name": "four"})
    assert call_either.get(id)["name"] == "four"
    call_either.fake.restore(state)
    assert call_either.get(id)["name"] == "three"
