"""Texts of errors by operation, and malformed input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from datasift_calls import FORM, JSON, Caller
from generated import examples
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
def test_each_operation_has_its_own_text_for_an_unknown_id(call_either: Caller, path: str, text: str, id: str) -> None:
    params = {name: value for name, value in LISTS.items() if name.startswith(path.partition("/")[0])}
    if path.endswith("/add"):
        params = {"resource/add": {"resources": []}, "auth/add": {"auth": []}}[path]
    if path.endswith("/remove"):
        params = {"resource/remove": {"resource_ids": []}, "auth/remove": {"auth_ids": []}}[path]

    response = call_either("POST", path, json_body={"id": id, **params})

    assert (response.status, response.error) == (404, text.replace(GONE, id))
    assert call_either.fake.violations == []


@pytest.mark.parametrize("path", ["delete", "log", "start", "stop", "update"])
@pytest.mark.parametrize("sent", [{}, {"id": ""}, {"id": None}])
def test_a_missing_empty_or_null_id_is_a_missing_parameter(
    call_either: Caller, path: str, sent: dict[str, Any]
) -> None:
    response = call_either("POST", path, json_body=sent)

    assert (response.status, response.error) == (400, "Missing param 'id'")


@pytest.mark.parametrize("id", [{"a": 1}, ["x"], [], {}])
def test_an_id_is_a_string(call_either: Caller, id: Any) -> None:
    response = call_either("POST", "start", json_body={"id": id})

    assert (response.status, response.error) == (400, "id must be a valid string")


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
def test_the_first_missing_parameter_is_named(call_either: Caller, sent: Any, missing: str) -> None:
    """Missing parameters are checked in the documented order, before the values of others."""
    response = call_either("POST", "create", json_body=sent)

    assert (response.status, response.error) == (400, f"Missing param '{missing}'")


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
def test_a_malformed_body_is_an_error_with_a_reason(call: Caller, path: str, body: bytes, content_type: str) -> None:
    source = call.fake.datasift.sources.add()

    response = call("POST", path, body=body, content_type=content_type)

    assert response.status == 400
    assert response.error.startswith("Request body ")
    assert len(response.error) < 200
    assert list(call.fake.datasift.sources.values()) == [source]
    assert call.fake.violations == []


@pytest.mark.parametrize("target", ["?id=%ff", "?id=a%00b", "?%c3%28=1", "?id=\ud800%41"])
def test_a_malformed_query_is_an_error_with_a_reason(call: Caller, target: str) -> None:
    request = Request("PUT", f"/v1.6/source/start{target}", (("Authorization", "u:k"),), b"", "api.datasift.com")

    response = call.fake.handle(request)

    assert response.status == 400
    assert json.loads(response.body)["error"].startswith("Query string ")


def test_a_body_over_1_mib_is_too_large(call: Caller) -> None:
    large = call("POST", "start", body=b"x" * 10_000_000, content_type=JSON)
    full = call("POST", "start", body=b'{"id": "' + b"x" * (BODY_LIMIT - 10) + b'"}', content_type=JSON)

    assert (large.status, large.error) == (413, "Request body is larger than 1 MiB")
    assert full.status == 404


def test_deeply_nested_json_text_is_not_an_array(call: Caller) -> None:
    response = call.create(resources="[" * 100_000 + "]" * 100_000)

    assert (response.status, response.error) == (400, "resources must be a valid array")


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
    ["create", "update", "delete", "get", "log", "start", "stop", "resource/add", "resource/remove", "auth/add",
     "auth/remove"]
)  # fmt: skip
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

FUZZING = settings(max_examples=examples(60), deadline=None, database=None, suppress_health_check=list(HealthCheck))


def assert_valid_response(request: Request) -> None:
    """Assert that a request gets a response in the API's form, and that an error changes nothing."""
    for edition in ("docs-1.6", "live-1.6"):
        fake = FakeSources(datasift=edition)
        fake.datasift.sources.add(id="known")
        response = fake.handle(request)
        assert response.status in {200, 201, 202, 204, 400, 401, 404, 405, 413}
        if response.status != 204:
            value = json.loads(response.body)
            assert (list(value) == ["error"]) == (response.status >= 400)
        if response.status >= 400:
            assert list(fake.datasift.sources) == ["known"]


@given(path=PATHS, body=st.binary(max_size=200), media=st.sampled_from([JSON, FORM, "", "text/plain"]))
@FUZZING
def test_any_bytes_get_a_response(path: str, body: bytes, media: str) -> None:
    headers = (("Authorization", "u:k"), ("Content-Type", media))
    assert_valid_response(Request("POST", f"/v1.6/source/{path}", headers, body, "api.datasift.com"))


@given(path=PATHS, params=PARAMS, known=st.booleans())
@FUZZING
def test_any_values_get_a_response(path: str, params: dict[str, Any], known: bool) -> None:
    body = json.dumps(params | ({"id": "known"} if known else {})).encode()
    headers = (("Authorization", "u:k"), ("Content-Type", JSON))
    assert_valid_response(Request("POST", f"/v1.6/source/{path}", headers, body, "api.datasift.com"))


@given(
    target=st.text(max_size=40),
    method=st.text(max_size=8),
    headers=st.lists(st.tuples(st.text(), st.text()), max_size=3),
)
@FUZZING
def test_any_request_line_gets_a_response(target: str, method: str, headers: list[tuple[str, str]]) -> None:
    assert_valid_response(Request(method, f"/v1.6/source/{target}", tuple(headers), b"", "api.datasift.com"))


@pytest.mark.parametrize("item", [1, None, "x", [], True, 1.5], ids=repr)
@pytest.mark.parametrize("name", ["resources", "auth"])
def test_an_item_that_is_no_object_is_rejected_at_its_index(call_either: Caller, name: str, item: Any) -> None:
    """Beside a valid item, whose parameters are undocumented for its type or not."""
    valid = {"parameters": {"type": "tag", "value": "a", "more": 1}}
    response = call_either.create(**{name: [valid, item]})

    assert (response.status, response.error) == (400, f"{name}[1] must be a valid object")
    assert call_either("GET", "get").json["count"] == 0
