"""The texts of refusals, endpoint by endpoint; input that nobody should send."""

from __future__ import annotations

import json
from typing import Any

import pytest
from datasift_calls import FORM, JSON, Caller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.core.http.messages import BODY_LIMIT, Request

GONE = "f" * 32
INSTANCE = f'Could not find the specified source instance "{GONE}"'
SOURCE = f'Could not find the specified source "{GONE}"'
LISTS: dict[str, Any] = {"resources": [], "auth": [], "resource_ids": [], "auth_ids": []}


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("get", INSTANCE), ("delete", "Source instance not found"), ("start", "Source not found"),
        ("stop", "Source not found"), ("log", SOURCE), ("update", SOURCE),
        ("resource/add", INSTANCE), ("resource/remove", INSTANCE), ("auth/add", INSTANCE), ("auth/remove", INSTANCE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("id", [GONE, "1234567890", 'a"b/c', "日本"])
def test_each_endpoint_says_in_its_own_words_what_is_missing(either: Caller, path: str, text: str, id: str) -> None:
    """An id that is unknown, whatever it looks like, is 404 in the endpoint's own words."""
    params = {name: value for name, value in LISTS.items() if name.startswith(path.partition("/")[0])}
    if path.endswith("/add"):
        params = {"resource/add": {"resources": []}, "auth/add": {"auth": []}}[path]
    if path.endswith("/remove"):
        params = {"resource/remove": {"resource_ids": []}, "auth/remove": {"auth_ids": []}}[path]

    answer = either("POST", path, json_body={"id": id, **params})

    assert (answer.status, answer.error) == (404, text.replace(GONE, id))
    assert either.fake.violations == []


@pytest.mark.parametrize("path", ["delete", "log", "start", "stop", "update"])
@pytest.mark.parametrize("sent", [{}, {"id": ""}, {"id": None}])
def test_an_id_is_required(either: Caller, path: str, sent: dict[str, Any]) -> None:
    """A missing, empty or null id is a missing parameter."""
    answer = either("POST", path, json_body=sent)

    assert (answer.status, answer.error) == (400, "Missing param 'id'")


@pytest.mark.parametrize("id", [{"a": 1}, ["x"], [], {}])
def test_an_id_is_text(either: Caller, id: Any) -> None:
    """An object or a list in place of an id is refused by name."""
    answer = either("POST", "start", json_body={"id": id})

    assert (answer.status, answer.error) == (400, "id must be a valid string")


@pytest.mark.parametrize(
    ("sent", "missing"),
    [
        ({}, "source_type"),
        ({"source_type": "", "name": "n", "resources": []}, "source_type"),
        ({"source_type": "instagram"}, "name"),
        ({"name": "n", "resources": []}, "source_type"),
        ({"source_type": "instagram", "name": "n"}, "resources"),
        ({"source_type": "meow_pages", "resources": []}, "name"),
    ],
)
def test_of_several_missing_parameters_the_first_is_told(either: Caller, sent: Any, missing: str) -> None:
    """Create names the first missing parameter in the documented order, before it looks at what is there."""
    answer = either("POST", "create", json_body=sent)

    assert (answer.status, answer.error) == (400, f"Missing param '{missing}'")


DEEP = 100_000
UNREADABLE = [
    pytest.param(b"{", JSON, id="broken JSON"),
    pytest.param(b"{'id': 1}", JSON, id="Python"),
    pytest.param(b'"text"', JSON, id="JSON text"),
    pytest.param(b"[1]", JSON, id="a JSON array"),
    pytest.param(b"null", JSON, id="null"),
    pytest.param(b"17", JSON, id="a number"),
    pytest.param(b'{"id": NaN}', JSON, id="NaN"),
    pytest.param(b'{"id": 1e999}', JSON, id="infinity"),
    pytest.param(b'{"id": ' + b"9" * 5000 + b"}", JSON, id="a number of 5,000 digits"),
    pytest.param(b'{"id": "\xff\xfe"}', JSON, id="JSON that is not UTF-8"),
    pytest.param(b'\xef\xbb\xbf{"id": "1"}', JSON, id="a byte order mark"),
    pytest.param('{"id": "1"}'.encode("utf-16"), JSON, id="UTF-16"),
    pytest.param(b'{"id": "\\ud800"}', JSON, id="an unpaired surrogate"),
    pytest.param(b'{"\\ud800": "1"}', JSON, id="an unpaired surrogate in a name"),
    pytest.param(b'{"id": "a\\u0000b"}', JSON, id="an escaped NUL"),
    pytest.param(b'{"id": "a\x00b"}', JSON, id="a NUL byte"),
    pytest.param(b"[" * DEEP + b"]" * DEEP, JSON, id="deep arrays"),
    pytest.param(b'{"id":' * DEEP + b"1" + b"}" * DEEP, JSON, id="deep objects"),
    pytest.param(b"id=a%00b", FORM, id="a NUL in a form"),
    pytest.param(b"id=%ff%fe", FORM, id="a form that is not UTF-8"),
    pytest.param(b"id=\xff", FORM, id="raw bytes in a form"),
    pytest.param(b"id=1", "text/plain", id="plain text"),
    pytest.param(b"--x\r\n", "multipart/form-data; boundary=x", id="multipart"),
]


@pytest.mark.parametrize(("body", "content_type"), UNREADABLE)
@pytest.mark.parametrize("path", ["start", "create", "get"])
def test_a_body_that_cannot_be_read_is_refused_with_a_reason(
    call: Caller, path: str, body: bytes, content_type: str
) -> None:
    """Whatever is wrong with a body, the answer is 400 in the API's form and says what it is; nothing changes."""
    source = call.fake.datasift.sources.add()

    answer = call("POST", path, body=body, content_type=content_type)

    assert answer.status == 400
    assert answer.error.startswith("Request body ")
    assert len(answer.error) < 200
    assert list(call.fake.datasift.sources.values()) == [source]
    assert call.fake.violations == []


@pytest.mark.parametrize("target", ["?id=%ff", "?id=a%00b", "?%c3%28=1", "?id=\ud800%41"])
def test_a_query_that_cannot_be_read_is_refused_with_a_reason(call: Caller, target: str) -> None:
    """A query string that is no text is refused like a body."""
    request = Request("PUT", f"/v1.6/source/start{target}", (("Authorization", "u:k"),), b"", "api.datasift.com")

    reply = call.fake.handle(request)

    assert reply.status == 400
    assert json.loads(reply.body)["error"].startswith("Query string ")


def test_a_body_of_ten_megabytes_is_too_large(call: Caller) -> None:
    """A body beyond 1 MiB is refused with 413 before it is read; one of just 1 MiB is read."""
    large = call("POST", "start", body=b"x" * 10_000_000, content_type=JSON)
    full = call("POST", "start", body=b'{"id": "' + b"x" * (BODY_LIMIT - 10) + b'"}', content_type=JSON)

    assert (large.status, large.error) == (413, "Request body is larger than 1 MiB")
    assert full.status == 404


def test_deep_text_inside_a_parameter_is_refused(call: Caller) -> None:
    """JSON text nested 100,000 levels deep in a structured parameter is no array."""
    answer = call.create(resources="[" * 100_000 + "]" * 100_000)

    assert (answer.status, answer.error) == (400, "resources must be a valid array")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["id", "source_type", "name", "resources", "auth", "parameters", "validate", "page", "per_page", "search",
     "resource_ids", "auth_ids", "status"]
)  # fmt: skip
PATHS = st.sampled_from(
    [
        "create",
        "update",
        "delete",
        "get",
        "log",
        "start",
        "stop",
        "resource/add",
        "resource/remove",
        "auth/add",
        "auth/remove",
    ]
)
ITEMS = st.lists(
    st.dictionaries(
        st.sampled_from(["parameters", "resource_id", "identity_id", "expires_at", "status"]),
        VALUES | st.dictionaries(st.sampled_from(["id", "type", "value", "lat", "lng", "distance", "mapping"]), VALUES),
        max_size=4,
    ),
    max_size=3,
)
TYPES = st.sampled_from(["facebook_page", "instagram", "googleplus", "yammer", "twitter_gnip", "meow_pages"])
PARAMS = st.dictionaries(NAMES, VALUES | ITEMS, max_size=6) | st.fixed_dictionaries(
    {"source_type": TYPES, "name": st.text(max_size=9), "resources": ITEMS},
    optional={"auth": ITEMS, "parameters": st.dictionaries(st.text(max_size=9), VALUES, max_size=4)},
)

RARELY = settings(
    max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def survives(request: Request) -> None:
    """Every request is answered in the API's form, never with an error of the fake's own; a refusal changes nothing."""
    for edition in ("docs-1.6", "live-1.6"):
        fake = FakeSources(datasift=edition)
        fake.datasift.sources.add(id="known")
        reply = fake.handle(request)
        assert reply.status in {200, 201, 202, 204, 400, 401, 404, 405, 413}
        if reply.status != 204:
            value = json.loads(reply.body)
            assert (list(value) == ["error"]) == (reply.status >= 400)
        if reply.status >= 400:
            assert list(fake.datasift.sources) == ["known"]


@given(path=PATHS, body=st.binary(max_size=200), media=st.sampled_from([JSON, FORM, "", "text/plain"]))
@RARELY
def test_no_bytes_bring_it_down(path: str, body: bytes, media: str) -> None:
    """Any bytes as a body, said to be anything, are answered."""
    headers = (("Authorization", "u:k"), ("Content-Type", media))
    survives(Request("POST", f"/v1.6/source/{path}", headers, body, "api.datasift.com"))


@given(path=PATHS, params=PARAMS, known=st.booleans())
@RARELY
def test_no_values_bring_it_down(path: str, params: dict[str, Any], known: bool) -> None:
    """Any JSON values in any parameters are answered."""
    body = json.dumps(params | ({"id": "known"} if known else {})).encode()
    headers = (("Authorization", "u:k"), ("Content-Type", JSON))
    survives(Request("POST", f"/v1.6/source/{path}", headers, body, "api.datasift.com"))


@given(
    target=st.text(max_size=40),
    method=st.text(max_size=8),
    headers=st.lists(st.tuples(st.text(), st.text()), max_size=3),
)
@RARELY
def test_no_request_line_brings_it_down(target: str, method: str, headers: list[tuple[str, str]]) -> None:
    """Any text as a path, a query, a method or a header is answered."""
    survives(Request(method, f"/v1.6/source/{target}", tuple(headers), b"", "api.datasift.com"))
