"""Input nobody should send: always a refusal in Curator's form with a reason, and nothing changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from curator_calls import FEED, FORM, JSON, Caller
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.apis.curator import API
from fakesources.core.http.messages import BODY_LIMIT, Request

GOOD = f'{{"feed_id": "{FEED}", "source_type": 2, "tag": "TAG"}}'


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"nonsense", JSON, "is not JSON"),
        (b"{", JSON, "is not JSON"),
        (b'{"tag": NaN}', JSON, "is not JSON"),
        (b'{"tag": 1e999}', JSON, "is not JSON"),
        (b"\xff\xfe", JSON, "is not UTF-8"),
        (GOOD.replace("TAG", "\\ud800").encode(), JSON, "unpaired surrogate"),
        (GOOD.replace("TAG", "\\u0000").encode(), JSON, "NUL"),
        (b"[" * 100_000 + b"]" * 100_000, JSON, "levels deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, JSON, "levels deep"),
        (b"[1, 2]", JSON, "JSON object"),
        (b'"text"', JSON, "JSON object"),
        (b"null", JSON, "JSON object"),
        (b"x" * (BODY_LIMIT + 1), JSON, "too large"),
        (GOOD.encode(), "", "application/json"),
        (GOOD.encode(), "text/plain", "application/json"),
        (b"feed_id=1", FORM, "application/json"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else f"{len(value)}-bytes",
)  # fmt: skip
def test_a_body_that_cannot_be_read_is_refused(either: Caller, body: bytes, content_type: str, reason: str) -> None:
    """Every unreadable body gets 400 and the reason, on creating and on changing, and nothing changes."""
    id = either.create()["id"]
    before = either.sources()

    for method, path in (("POST", "/v1/sources"), ("PUT", f"/v1/sources/{id}"), ("POST", f"/v1/feeds/{FEED}")):
        status, message = either(method, path, body=body, content_type=content_type).refusal
        assert (status, reason in message) == (400, True), message
    assert either.sources() == before
    assert len(either("GET", "/v1/feeds").json) == 1


@pytest.mark.parametrize(
    "query", ["feed_id=%ff", "feed_id=%00", "%c3=1", "feed_id=\x00", "api_key=%ed%a0%80", "a=\udc80%41"]
)
def test_a_query_that_cannot_be_read_is_refused(either: Caller, query: str) -> None:
    """Bytes that are no text and NUL characters are refused, wherever they stand in the query."""
    status, message = either("GET", f"/v1/sources?{query}", key="").refusal

    assert (status, "query" in message or "api_key" in message) == (400, True)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/sources/%ff", "/v1/sources/\x00", "/v1/sources/\udc80", "/v1/feeds/%2f/posts", "/v1/sources/" + "x" * 9000,
        "/v1//sources", "", "*", "/%", "/v1/feeds/é/posts", "/v1/feeds/" + "9" * 40 + "/post/" + "9" * 40,
    ],
)  # fmt: skip
def test_a_path_nobody_has_is_refused(either: Caller, path: str) -> None:
    """Odd paths are malformed ids or unknown endpoints, never anything else."""
    for method in ("GET", "PUT", "DELETE"):
        assert either(method, path).status in (400, 404, 405)


@pytest.mark.parametrize(
    "headers", [(("", ""),), (("Authorization", ""),), (("Content-Type", ""),), (("Authorization", "Basic"),)]
)
def test_empty_headers_are_as_good_as_none(either: Caller, headers: tuple[tuple[str, str], ...]) -> None:
    """Empty headers change nothing."""
    assert either("GET", "/v1/sources", headers=headers).status == 200


# -- any input at all ----------------------------------------------------------------------------------------------

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


@settings(deadline=None, max_examples=300)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"]),
    path=st.sampled_from(PATHS),
    query=QUERIES,
    body=BODIES,
    content_type=st.sampled_from([JSON, FORM, "", "text/html"]),
    edition=st.sampled_from(["docs-2017", "docs-2025"]),
)
def test_whatever_comes_is_answered_in_form(
    method: str, path: str, query: dict[str, str], body: bytes, content_type: str, edition: str
) -> None:
    """Any bytes to any endpoint get an answer that holds to its schema, or a refusal that changes nothing."""
    call = Caller(FakeSources(curator=edition))
    source = call.create()["id"]
    before = (call.sources(), call("GET", "/v1/feeds").json, call.posts(status="all"))

    answer = call(
        method, path.replace("<source_id>", source), query=query, body=body, content_type=content_type,
        key="" if "api_key" in query else None,
    )  # fmt: skip

    assert answer.status in (200, 204, 400, 403, 404, 405, 422)
    if answer.status >= 400:
        assert answer.refusal[1]
        assert (call.sources(), call("GET", "/v1/feeds").json, call.posts(status="all")) == before


@settings(deadline=None, max_examples=200)
@given(target=st.text(max_size=40), header=st.text(max_size=20), method=st.text(max_size=8))
def test_any_target_and_any_header_are_answered(target: str, header: str, method: str) -> None:
    """Whatever stands where a path and a credential should, the answer is Curator's."""
    fake = FakeSources()
    headers: tuple[tuple[str, str], ...] = (("Authorization", header),)
    for path in (target, f"/v1/{target}", f"/v1/sources?{target}", f"/v1/feeds/{target}/posts"):
        reply = fake.handle(Request(method, path, headers, host="api.curator.io"))
        value: Any = json.loads(reply.body) if reply.body else None
        assert reply.status < 300 or value["success"] is False
