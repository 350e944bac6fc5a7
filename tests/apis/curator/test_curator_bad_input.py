"""Invalid input: always an error of Curator with a reason, and no change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from curator_calls import FEED, FORM, JSON, Caller
from generated import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.apis.curator import API
from fakesources.core.http.messages import BODY_LIMIT, Request

VALID = f'{{"feed_id": "{FEED}", "source_type": 2, "tag": "TAG"}}'


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"nonsense", JSON, "is not JSON"),
        (b"{", JSON, "is not JSON"),
        (b'{"tag": NaN}', JSON, "is not JSON"),
        (b'{"tag": 1e999}', JSON, "is not JSON"),
        (b"\xff\xfe", JSON, "is not UTF-8"),
        (VALID.replace("TAG", "\\ud800").encode(), JSON, "unpaired surrogate"),
        (VALID.replace("TAG", "\\u0000").encode(), JSON, "NUL"),
        (b"[" * 100_000 + b"]" * 100_000, JSON, "levels deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON, "levels deep"),
        (b"[1, 2]", JSON, "JSON object"),
        (b'"text"', JSON, "JSON object"),
        (b"null", JSON, "JSON object"),
        (b"x" * (BODY_LIMIT + 1), JSON, "too large"),
        (VALID.encode(), "", "application/json"),
        (VALID.encode(), "text/plain", "application/json"),
        (b"feed_id=1", FORM, "application/json"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else f"{len(value)}-bytes",
)  # fmt: skip
def test_an_unreadable_body_is_an_error(either: Caller, body: bytes, content_type: str, reason: str) -> None:
    """The status is 400, on creation and on update."""
    id = either.create()["id"]
    before = either.sources()

    for method, path in (("POST", "/v1/sources"), ("PUT", f"/v1/sources/{id}"), ("POST", f"/v1/feeds/{FEED}")):
        status, message = either(method, path, body=body, content_type=content_type).error
        assert (status, reason in message) == (400, True), message
    assert either.sources() == before
    assert len(either("GET", "/v1/feeds").json) == 1


@pytest.mark.parametrize(
    "query", ["feed_id=%ff", "feed_id=%00", "%c3=1", "feed_id=\x00", "api_key=%ed%a0%80", "a=\udc80%41"]
)
def test_an_unreadable_query_is_an_error(either: Caller, query: str) -> None:
    """Invalid UTF-8 and NUL characters are errors anywhere in the query."""
    status, message = either("GET", f"/v1/sources?{query}", key="").error

    assert (status, "query" in message or "api_key" in message) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/sources/%ff", "/v1/sources/\x00", "/v1/sources/\udc80", "/v1/feeds/%2f/posts", "/v1/sources/" + "x" * 9000,
        "/v1//sources", "", "*", "/%", "/v1/feeds/é/posts", "/v1/feeds/" + "9" * 40 + "/post/" + "9" * 40,
    ],
)  # fmt: skip
def test_an_odd_path_is_an_error(either: Caller, path: str) -> None:
    """Odd paths are malformed ids, unknown endpoints or wrong methods."""
    for method in ("GET", "PUT", "DELETE"):
        assert either(method, path).status in (400, 404, 405)


@pytest.mark.parametrize(
    "headers", [(("", ""),), (("Authorization", ""),), (("Content-Type", ""),), (("Authorization", "Basic"),)]
)
def test_empty_headers_count_as_absent(either: Caller, headers: tuple[tuple[str, str], ...]) -> None:
    assert either("GET", "/v1/sources", headers=headers).status == 200


# -- generated input -----------------------------------------------------------------------------------------------

PATHS = sorted(
    path.replace("<feed_id>", FEED).replace("<post_id>", "1")
    for endpoint in API.endpoints
    for path in (endpoint.paths[0], endpoint.paths[-1])
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["feed_id", "source_type", "tag", "name", "moderation", "colour_body_bg", "reason", "feed", ""])
BODIES = st.one_of(
    st.binary(max_size=60),
    st.dictionaries(NAMES, VALUES, max_size=5).map(lambda value: json.dumps(value).encode()),
    st.dictionaries(NAMES, st.just(FEED) | st.integers(1, 60) | st.text(max_size=5), max_size=5).map(
        lambda value: json.dumps(value).encode()
    ),
)
QUERIES = st.dictionaries(
    st.sampled_from(["limit", "offset", "network_id", "source_type", "status", "source_id", "after", "before", "feed_id", "a", "api_key"]),
    st.text(max_size=12) | st.integers(-5, 200).map(str),
    max_size=4,
)  # fmt: skip


@settings(deadline=None, max_examples=examples(100))
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"]),
    path=st.sampled_from(PATHS),
    query=QUERIES,
    body=BODIES,
    content_type=st.sampled_from([JSON, FORM, "", "text/html"]),
    edition=st.sampled_from(["docs-2017", "docs-2025"]),
)
def test_any_request_gets_a_documented_response(
    method: str, path: str, query: dict[str, str], body: bytes, content_type: str, edition: str
) -> None:
    """Any bytes to any endpoint get a response that matches its schema, or an error that changes nothing."""
    call = Caller(FakeSources(curator=edition))
    source = call.create()["id"]
    before = (call.sources(), call("GET", "/v1/feeds").json, call.posts(status="all"))

    response = call(
        method, path.replace("<source_id>", source), query=query, body=body, content_type=content_type,
        key="" if "api_key" in query else None,
    )  # fmt: skip

    assert response.status in (200, 204, 400, 403, 404, 405, 422)
    if response.status >= 400:
        assert response.error[1]
        assert (call.sources(), call("GET", "/v1/feeds").json, call.posts(status="all")) == before


@settings(deadline=None, max_examples=examples(60))
@given(target=st.text(max_size=40), header=st.text(max_size=20), method=st.text(max_size=8))
def test_any_target_and_any_header_get_a_response(target: str, header: str, method: str) -> None:
    """Any text as path or credential gets a response of Curator."""
    fake = FakeSources()
    headers: tuple[tuple[str, str], ...] = (("Authorization", header),)
    for path in (target, f"/v1/{target}", f"/v1/sources?{target}", f"/v1/feeds/{target}/posts"):
        response = fake.handle(Request(method, path, headers, host="api.curator.io"))
        value: Any = json.loads(response.body) if response.body else None
        assert response.status < 300 or value["success"] is False
