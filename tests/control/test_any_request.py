"""Any request to the control plane has a response: one that its schema describes, or an error that says what is expected."""

from __future__ import annotations

import json
from functools import cache
from urllib.parse import quote

import pytest
from calling import JSON, Caller
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources.control.api import CONTROL, ENDPOINTS
from fakesources.control.hosted import Hosted
from fakesources.core.contract.api import Endpoint

pytestmark = pytest.mark.once

ALICE = (("Authorization", "alice:s3cret"),)
KNOWN = (
    "datasift",
    "curator",
    "sources",
    "feeds",
    "posts",
    "log",
    "s",
    "1",
    "datasift.source.start",
    "alice",
    "#1",
    "#2",
)
TEXTS = st.one_of(
    st.sampled_from(
        [*KNOWN, "", "***", "#", "#0", "#999999999999", "é", "\u2028", "\0", "%", "a/b", "-1", "1e9", "x" * 300]
    ),
    st.text(max_size=8),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 3), st.floats(), TEXTS, st.sampled_from([2**31, 2**63, 10**30, -(10**30)]),
    st.sampled_from(["2026-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00"]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(TEXTS, inner, max_size=2)),
    max_leaves=5,
)


@cache
def names_of(endpoint: Endpoint) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names that the query and the body of an operation may have; of rows, those of their fields."""
    query, body = (
        tuple(CONTROL.schemas.schema_of("1", name).kinds) if name else ()
        for name in (endpoint.query_schema, endpoint.body_schema)
    )
    if endpoint.id.startswith(("control.rows.", "control.actions.")):
        body = (
            "name",
            "auth",
            "resources",
            "source_id",
            "feed_id",
            "created_at",
            "text",
            "pinned_at",
            "meta",
            "likes",
            "id",
        )
    return query, body


def filled() -> Caller:
    """Return a client of a fake with a few rows, a snapshot, a fault and a violation."""
    caller = Caller(Hosted({"posts": 60.0}))
    caller.create()
    caller.send("GET", "/v1.6/source/get?nmae=x", headers=ALICE)
    caller.send("POST", "/v1/sources?api_key=k", b'{"source_type": 1, "tag": "cats"}', JSON)
    caller.control("POST", "/snapshots", {"name": "s"})
    caller.control("POST", "/faults", {"operation": "datasift.source.get", "respond": 503})
    return caller


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.id)
@settings(deadline=None, max_examples=12, derandomize=True)
@given(data=st.data())
def test_a_request_with_any_values_is_no_failure(endpoint: Endpoint, data: st.DataObject) -> None:
    """The status is below 500, and an error has a text and a name; no secret is shown."""
    caller = filled()
    query_names, body_names = names_of(endpoint)
    path = "/".join(
        quote(data.draw(TEXTS) or "x", safe="") if "<" in part else part for part in endpoint.paths[0].split("/")
    )
    names = st.one_of(st.sampled_from(query_names), TEXTS) if query_names else TEXTS
    query = data.draw(st.dictionaries(names, SCALARS, max_size=3))
    query.pop("wait", None)
    target = (
        path
        + "?"
        + "&".join(
            f"{quote(name)}={quote(json.dumps(value) if not isinstance(value, str) else value)}"
            for name, value in query.items()
        )
    )
    members = st.dictionaries(
        st.one_of(st.sampled_from(body_names), TEXTS) if body_names else TEXTS, VALUES, max_size=4
    )
    body = data.draw(st.one_of(st.none(), members, VALUES)) if endpoint.documented[0] != "GET" else None
    content = b"" if body is None else json.dumps(body).encode()

    response = caller.send(endpoint.documented[0], target, content, () if body is None else JSON)

    is_json = response.header("content-type") == "application/json"
    value = json.loads(response.body) if is_json else None
    if response.status >= 400:
        assert response.status < 500, (endpoint.id, target, content, response.body)
        assert set(value) >= {"error", "name"}
        assert value["error"]
    if endpoint.id != "control.state.get":
        assert b"s3cret" not in response.body
        assert b"t0ken" not in response.body
