"""Parity with the responses of the live service that were recorded in January 2018."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from datasift_calls import JSON, Caller, CallResponse

from fakesources import FakeSources
from fakesources.core.http.messages import Request

NOT_COMPARED = {"date", "transfer-encoding", "server", "x-served-by", "x-balanced-by"}
"""Headers of the server or the machine, or left out of the recording."""

TAG = {"parameters": {"type": "tag", "value": "instagram"}}
TOKEN = {"parameters": {"value": "TOKEN-2"}}
OTHER = "0" * 31 + "1"
LABELS = (
    "create", "get by id", "get unknown id", "update", "start", "get after start", "stop", "get after stop",
    "log, empty", "resource/add", "resource/remove", "auth/add", "auth/remove", "delete", "delete a running source",
    "delete again", "create twitter_gnip, no auth, no parameters",
)  # fmt: skip

Exchange = dict[str, Any]


@pytest.fixture
def recorded(reference: Callable[[str], Path]) -> dict[str, Exchange]:
    """The recorded exchanges by their labels."""
    exchanges = json.loads(reference("datasift-v1.6-recorded.json").read_text("utf-8"))["exchanges"]
    return {exchange["label"]: exchange for exchange in exchanges}


def test_labels_are_complete(recorded: dict[str, Exchange]) -> None:
    assert tuple(recorded) == LABELS


@pytest.mark.parametrize("label", LABELS)
def test_the_recorded_edition_returns_the_recorded_response(recorded: dict[str, Exchange], label: str) -> None:
    """Status, headers and body are equal: order, types, values, texts and costs.

    New ids, the creation time of a new source and the account's limit are the fake's own.
    """
    exchange = recorded[label]
    fake = FakeSources(datasift="live-1.6")

    response = replay(fake, exchange)

    assert response.status == exchange["status"]
    headers = {name.lower(): value for name, value in response.raw.headers if name.lower() not in NOT_COMPARED}
    expected = {name.lower(): value for name, value in exchange["headers"].items() if name.lower() not in NOT_COMPARED}
    own = {"x-datasift-request-id", "x-ratelimit-limit"}
    assert headers.keys() == expected.keys()
    assert {n: v for n, v in headers.items() if n not in own} == {n: v for n, v in expected.items() if n not in own}
    assert int(headers["x-ratelimit-limit"]) >= int(headers["x-ratelimit-remaining"])
    if exchange["body"] is None:
        assert response.raw.body == b""
    else:
        known = ids_of(source_before(exchange))
        assert normalized(response.json, known) == normalized(exchange["body"], known)
    assert fake.violations == []


@pytest.mark.parametrize("label", LABELS)
def test_the_documented_edition_differs_as_documented(recorded: dict[str, Exchange], label: str) -> None:
    """Responses differ in the status, the fields of items, and the second spellings of start and stop."""
    exchange = recorded[label]

    response = replay(FakeSources(datasift="docs-1.6"), exchange)

    assert response.status == exchange["status"]
    if exchange["body"] is not None:
        known = ids_of(source_before(exchange))
        shown = as_recorded(response.json, started=label in ("start", "stop"))
        assert json.loads(normalized(shown, known)) == json.loads(normalized(exchange["body"], known))


def replay(fake: FakeSources, exchange: Exchange) -> CallResponse:
    """Restore the state before an exchange, and send its request at the recorded time of the recorded window."""
    call, rate = Caller(fake), {name.rpartition("-")[2]: value for name, value in exchange["headers"].items()}
    opened = datetime.fromtimestamp(int(rate["Reset"]), UTC) - timedelta(hours=1)
    fake.clock.set(opened)
    call("GET", "get")
    fake.datasift.rate_limit = int(rate["Remaining"]) + int(rate["Cost"]) + 5
    fake.clock.set(opened + timedelta(seconds=3600 - int(rate["Ttl"])))
    source = source_before(exchange)
    if source is not None:
        fake.datasift.sources.add(**source)
    body = request_body(exchange)
    if body and b"TOKEN" not in body:  # tokens were replaced by shorter ones; every other body is as long as it was
        assert len(body) == int(exchange["request_content_length"])
    request = Request(
        exchange["method"],
        exchange["target"],
        (("Authorization", call.authorization), *((("Content-Type", JSON),) if body else ())),
        body,
        "api.datasift.com",
    )
    return CallResponse(fake.handle(request))


def source_before(exchange: Exchange) -> dict[str, Any] | None:
    """Return the source that existed before the request, as arguments of `add`."""
    label, shown = exchange["label"], exchange["body"]
    if label.startswith("create") or exchange["status"] == 404:
        return None
    if shown is None:
        return {"id": query(exchange)["id"], "running": "running" in label}
    if "log_entries" in shown:
        return {"id": OTHER}
    source = {key: copy.deepcopy(shown[key]) for key in ("id", "source_type", "name", "created_at")}
    source |= {"running": label in ("get after start", "stop"), "parameters": shown["parameters"]}
    source |= {part: [without_null(item) for item in shown[part]] for part in ("resources", "auth")}
    if label == "update":
        source["name"] = "Ruby Test IG"
    if label == "resource/add":
        source["resources"] = [item for item in source["resources"] if item["parameters"] != TAG["parameters"]]
    if label == "auth/add":
        source["auth"] = [item for item in source["auth"] if item["parameters"]["value"] != "TOKEN-2"]
    if label == "resource/remove":
        source["resources"].append({"resource_id": OTHER, "parameters": {"type": "tag", "value": "nofilter"}})
    if label == "auth/remove":
        source["auth"].append({"identity_id": OTHER, "parameters": {"value": "TOKEN-1"}})
    return source


def request_body(exchange: Exchange) -> bytes:
    """Return the body of the request as it was reconstructed, else built from its effect."""
    label, shown = exchange["label"], exchange["body"]
    if exchange["request_content_length"] is None:
        return b""
    if "request_body_reconstructed" in exchange:
        return compact(exchange["request_body_reconstructed"])
    if label == "log, empty":
        return compact({"id": OTHER, "page": 1, "per_page": 20})
    id = shown["id"]
    bodies: dict[str, Any] = {
        "start": {"id": id},
        "stop": {"id": id},
        "update": {
            "id": id, "source_type": shown["source_type"], "name": shown["name"], "validate": False,
            "auth": json.dumps(shown["auth"]), "parameters": json.dumps({"comments": False, "likes": False}),
            "resources": json.dumps(shown["resources"]),
        },
        "resource/add": {"id": id, "resources": [TAG], "validate": False},
        "resource/remove": {"id": id, "resource_ids": [OTHER]},
        "auth/add": {"id": id, "auth": [TOKEN], "validate": False},
        "auth/remove": {"id": id, "auth_ids": [OTHER]},
    }  # fmt: skip
    return compact(bodies[label])


def query(exchange: Exchange) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(exchange["target"]).query).items()}


def compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def without_null(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item as a request has it, without nulls."""
    fields = {key: value for key, value in item.items() if value is not None}
    fields["parameters"] = {key: value for key, value in item["parameters"].items() if value is not None}
    return fields


def ids_of(source: dict[str, Any] | None) -> set[str]:
    """Return every id of a source."""
    if source is None:
        return set()
    items = [*source.get("resources", ()), *source.get("auth", ())]
    return {source["id"], *(item.get("resource_id") or item.get("identity_id") for item in items)}


def normalized(body: Any, known: set[str]) -> str:
    """Return a body as text in its own key order.

    New ids and the times of new sources are replaced, and lists are sorted.
    """
    body = copy.deepcopy(body)
    if "id" in body:
        if body["id"] not in known:
            body["id"] = "new"
            assert type(body["created_at"]) is int
            body["created_at"] = 0
        for part, name in (("auth", "identity_id"), ("resources", "resource_id")):
            assert [item[name] for item in body[part]] == sorted(item[name] for item in body[part])
            for item in body[part]:
                item[name] = item[name] if item[name] in known else "new"
            body[part].sort(key=json.dumps)
    return json.dumps(body)


def as_recorded(body: Any, started: bool) -> Any:
    """Return a body of the documented edition in the form of the recorded edition."""
    if "id" not in body:
        return body
    body = copy.deepcopy(body)
    if started:
        assert body.pop("source_type_id") == body["source_type"]
        assert body.pop("identities") == body["auth"]
    body["status"] = {"active": "running"}.get(body["status"], body["status"])
    for item in (*body["auth"], *body["resources"]):
        assert item.pop("source_id") == body["id"]
        assert item.pop("status") == "valid"
    order = ("identity_id", "expires_at", "parameters")
    body["auth"] = [{key: item[key] for key in order} for item in body["auth"]]
    keys = ("id", "status", "source_type", "name", "auth", "resources", "parameters", "created_at")
    return {key: body.pop(key) for key in keys} | body


def test_recorded_reset_times_agree_with_the_date_header(recorded: dict[str, Exchange]) -> None:
    for exchange in recorded.values():
        headers = exchange["headers"]
        sent = int(headers["X-Ratelimit-Reset"]) - int(headers["X-Ratelimit-Reset-Ttl"])
        assert abs(parsedate_to_datetime(headers["Date"]).timestamp() - sent) <= 1
