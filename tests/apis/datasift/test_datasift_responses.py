"""What answers look like on the wire: headers, body style."""

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


def test_an_answer_has_the_recorded_headers_in_their_order(either: Caller) -> None:
    """A successful answer has every recorded header, in the recorded order."""
    answer = either("GET", "get")

    assert tuple(name for name, _ in answer.reply.headers) == RECORDED
    assert {name: answer.headers[name] for name in RECORDED if "Rate" not in name and "ID" not in name} == {
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


def test_frame_options_stand_where_they_were_recorded(call: Caller) -> None:
    """X-Served-By and X-Frame-Options come with 200, 201 and 204, and with no other status."""
    id = call.create().json["id"]
    answers = [
        call("GET", "get"), call.create(), call("PUT", "update", form={"id": id}), call("DELETE", "delete", form={"id": id}),
        call("PUT", "start"), call("GET", "get", headers=()), call("DELETE", "delete", form={"id": id}), call("PATCH", "get"),
    ]  # fmt: skip

    for name in ("X-Served-By", "X-Frame-Options"):
        framed = {answer.status: name in answer.headers for answer in answers}
        assert framed == {200: True, 201: True, 202: False, 204: True, 400: False, 401: False, 404: False, 405: False}


def test_204_has_no_body_and_says_html(either: Caller) -> None:
    """The answer without a body is said to be text/html, as recorded."""
    source = either.fake.datasift.sources.add()

    answer = either("DELETE", "delete", query={"id": source.id})

    assert (answer.headers["Content-Type"], answer.reply.body) == ("text/html; charset=UTF-8", b"")
    assert "Content-Length" not in dict(answer.reply.framed)


def test_request_ids_are_never_the_same(call: Caller) -> None:
    """Every answer has a request id of 32 hexadecimal digits of its own, a refusal too."""
    answers = [call("GET", "get"), call("PUT", "start"), call("GET", "nowhere"), call("GET", "get", headers=())]
    ids = {answer.headers["X-DataSift-Request-ID"] for answer in answers}

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
def test_a_body_is_written_as_php_writes_it(call: Caller, name: str, written: str) -> None:
    """A body is compact ASCII JSON with escaped slashes, and reads back as what was sent."""
    answer = call.create(name=name)

    assert f'"name":{written},'.encode() in answer.reply.body
    assert b'": ' not in answer.reply.body
    assert answer.json["name"] == name


def test_a_body_read_and_written_again_is_the_same(either: Caller) -> None:
    """Reading a body and writing it as PHP does gives the same bytes, for a source, a list and a refusal."""
    for answer in (either.create(name="a/b"), either("GET", "get"), either("PUT", "start", form={"id": "no/where"})):
        again = json.dumps(answer.json, separators=(",", ":")).replace("/", "\\/")

        assert answer.reply.body == again.encode()


def test_no_successful_body_has_an_error(either: Caller) -> None:
    """A successful body has no `error` key, which clients take for a failure whatever the status."""
    id = either.create().json["id"]
    bodies = [
        either("GET", "get").json, either.get(id), either("GET", "log", query={"id": id}).json,
        either("PUT", "start", form={"id": id}).json, either("PUT", "update", form={"id": id}).json,
    ]  # fmt: skip

    assert not any("error" in body for body in bodies)


def test_a_changed_source_is_shown_changed(either: Caller) -> None:
    """What is remembered of a source's text is never shown once the source has changed, whoever changed it."""
    sources = either.fake.datasift.sources
    id = sources.add(name="one").id
    assert either.get(id)["name"] == "one"

    sources.change(id, name="two")
    assert either.get(id)["name"] == "two"
    either("PUT", "update", form={"id": id, "name": "three"})
    state = either.fake.snapshot()
    assert either("GET", "get").json["sources"][0]["name"] == "three"

    either("PUT", "update", form={"id": id, "name": "four"})
    assert either.get(id)["name"] == "four"
    either.fake.restore(state)
    assert either.get(id)["name"] == "three"
