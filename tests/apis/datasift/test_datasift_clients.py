"""Official clients: their captured requests over a socket, and their expectations, one fact each."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from datasift_calls import Caller

from fakesources import FakeSources

ID, RESOURCE, IDENTITY = (
    "da4f8df71a0f43698acf9240b5ad668f",
    "7e8099d7f34f466e8bee01852243e16b",
    "d38e5598142746e19689ddee65ddca55",
)
"""Ids in the captured requests."""

SUCCESS = {
    "create": 201, "update": 202, "delete": 204, "get": 200, "log": 200, "start": 200, "stop": 200,
    "resource": 200, "auth": 200,
}  # fmt: skip


@pytest.mark.parametrize("client", ["python-datasift-2.12.1", "node-datasift-node-1.5.0"])
def test_every_captured_request_succeeds(reference: Callable[[str], Path], client: str) -> None:
    """Each captured request returns its documented success code over a socket, byte by byte.

    One of them gives a Twitter source the resource of a Facebook page, which is the only violation.
    """
    captured = json.loads(reference(f"captures/{client}.requests.json").read_text("utf-8"))["requests"]
    statuses, reported = {}, {}
    for record in captured:
        fake = FakeSources(strict=False)
        fake.datasift.sources.add(
            id=ID,
            resources=[{"resource_id": RESOURCE, "parameters": {"id": 1}}],
            auth=[{"identity_id": IDENTITY, "parameters": {"value": "t"}}],
        )
        with fake.server() as server:
            response, body = send_raw(server.port, record["raw"].encode())
        statuses[record["label"]] = response.status
        reported[record["label"]] = [violation.path for violation in fake.violations]
        assert response.headers["X-API-Version"] == record["target"].split("/")[1][1:]
        assert (body == b"") == (response.status == 204)

    assert len(statuses) == len(captured) >= 14
    assert statuses == {label: SUCCESS[label.partition("_")[0]] for label in statuses}
    assert {label: at for label, at in reported.items() if at} == (
        {"create_noauth_novalidate": ["$.resources[0].parameters.title", "$.resources[0].parameters.id"]}
        if client.startswith("python")
        else {}
    )


def test_a_captured_source_is_created_started_stopped_and_deleted(reference: Callable[[str], Path]) -> None:
    for client in ("python-datasift-2.12.1", "node-datasift-node-1.5.0"):
        requests = json.loads(reference(f"captures/{client}.requests.json").read_text("utf-8"))["requests"]
        raw = {record["label"]: record["raw"] for record in requests}
        id, statuses = ID, []
        with FakeSources().server() as server:
            for label in ("create", "get", "start", "stop", "delete"):
                response, body = send_raw(server.port, raw[label].replace(ID, id).encode())
                statuses.append(response.status)
                id = json.loads(body)["id"] if label == "create" else id

        assert statuses == [201, 200, 200, 200, 204]


def send_raw(port: int, raw: bytes) -> tuple[HTTPResponse, bytes]:
    """Send bytes as they are and return the response and its body."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(raw)
        response = HTTPResponse(connection)
        response.begin()
        return response, response.read()


PHP_SAVE = {
    "id": None, "name": "n", "source_type": "instagram", "status": "paused", "created_at": None, "validate": True,
    "parameters": "[]", "resources": '[{"parameters":{"type":"tag","value":"x"}}]',
    "auth": '[{"parameters":{"value":"t"},"identity_id":null,"expires_at":null}]',
}  # fmt: skip


def test_the_php_client_saves_a_source(call: Caller) -> None:
    """PHP sends every field of its object: null for an unknown value on create, its own status on update."""
    created = call("POST", "create", json_body=PHP_SAVE, headers=(("Auth", "user:key"),))
    changed = call(
        "POST",
        "update",
        json_body={**PHP_SAVE, "id": created.json["id"], "created_at": 5},
        headers=(("Auth", "user:key"),),
    )

    assert (created.status, changed.status) == (201, 202)
    assert changed.json["created_at"] == created.json["created_at"]
    assert call.fake.violations == []


def test_the_java_client_sends_null_fields(call: Caller) -> None:
    """Java's form has `validate=[true]`, and items with every possible field, most of them null."""
    created = call.create().json
    item = {
        "identity_id": None,
        "source_id": None,
        "status": None,
        "expires_at": None,
        "resource_id": None,
        "name": None,
    }
    token = {"value": "t", "refresh_token": None, "oauth_token": None}

    response = call(
        "POST",
        "auth/add",
        form={"id": created["id"], "validate": "[true]", "auth": json.dumps([{**item, "parameters": token}])},
    )

    assert (response.status, len(response.json["auth"])) == (200, 2)
    assert call.fake.violations == []


def test_the_java_client_parses_its_model(call: Caller) -> None:
    """Java's model needs `parameters` to be an object, `auth` and `resources` arrays of objects, times numbers."""
    for source_type in ("facebook_page", "instagram", "googleplus", "yammer", "twitter_gnip"):
        shown = call.get(call.fake.datasift.sources.add(source_type=source_type).id)

        assert type(shown["parameters"]) is dict
        assert all(type(item) is dict for item in (*shown["auth"], *shown["resources"]))
        assert type(shown["created_at"]) is int


def test_the_java_client_sends_the_mapping_as_a_switch(call: Caller) -> None:
    """The mapping among a Twitter source's switches is ignored and not reported."""
    response = call.create("twitter_gnip", resources=[{"parameters": {}}], auth=[], parameters={"mapping": "gnip_1"})

    assert (response.status, response.json["parameters"]) == (201, {})
    assert call.fake.violations == []


def test_the_dotnet_client_creates_by_query(call: Caller) -> None:
    """.NET calls create with GET, Basic, and structured values as JSON text in the query string."""
    query = {
        "source_type": "instagram", "name": "n", "validate": "True",
        "resources": '[{"parameters":{"type":"tag","value":"x"}}]', "auth": '[{"parameters":{"value":"t"}}]',
    }  # fmt: skip

    response = call("GET", "create", query=query, headers=(("Authorization", "Basic dXNlcjprZXk="),))

    assert response.status == 201
    assert call.fake.violations == []


def test_the_ruby_client_sends_paging_with_every_get(call: Caller) -> None:
    created = call.create().json

    assert call("GET", "get", query={"page": 1, "per_page": 20, "id": created["id"]}).json == created


def test_the_node_client_lists_without_a_body(call: Caller) -> None:
    """Node lists by a POST of media type JSON and length 0."""
    call.create()

    response = call("POST", "get", content_type="application/json")

    assert (response.status, response.json["count"]) == (200, 1)


def test_every_charged_response_has_the_rate_limit_headers(call: Caller) -> None:
    id = call.create().json["id"]
    responses = [
        call("GET", "get"),
        call("PUT", "start"),
        call("GET", "get", query={"id": "x"}),
        call("DELETE", "delete", form={"id": id}),
    ]
    call.fake.datasift.rate_limit = 0
    responses.append(call("GET", "get"))

    for response in responses:
        assert all(response.rate(name) >= 0 for name in ("Limit", "Remaining", "Cost", "Reset", "Reset-Ttl"))
    assert responses[-1].rate("Cost") > responses[-1].rate("Remaining") == 0


CLIENTS = 8
ROUNDS = 25


def test_eight_concurrent_clients_lose_no_update() -> None:
    """8 threads make 2,000 mixed calls over keep-alive connections.

    No update is lost, no id occurs twice, and the remaining credits fall by the cost of each response in turn.
    """
    fake = FakeSources(rate_limit=1_000_000)
    shared = fake.datasift.sources.add(source_type="instagram", resources=[])
    responses: list[list[tuple[int, int]]] = [[] for _ in range(CLIENTS)]
    created: list[list[dict[str, Any]]] = [[] for _ in range(CLIENTS)]
    raised: list[BaseException] = []

    def work(number: int) -> None:
        try:
            connection = HTTPConnection("127.0.0.1", server.port)
            for turn in range(ROUNDS):
                make_ten_calls(connection, f"{number}-{turn}", shared.id, responses[number], created[number])
            connection.close()
        except BaseException as error:
            raised.append(error)

    with fake.server() as server:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert raised == []
    charges = sorted((charge for each in responses for charge in each), reverse=True)
    assert len(charges) == CLIENTS * ROUNDS * 10 == 2_000
    left = 1_000_000
    for remaining, cost in charges:
        left -= cost
        assert remaining == left
    resources = fake.datasift.sources[shared.id].resources
    tags = {resource.parameters["value"] for resource in resources}
    assert tags == {f"{number}-{turn}" for number in range(CLIENTS) for turn in range(ROUNDS)}
    assert len({resource.resource_id for resource in resources}) == len(resources) == CLIENTS * ROUNDS
    sources = {source["id"]: source for each in created for source in each}
    assert len(sources) == CLIENTS * ROUNDS
    assert set(fake.datasift.sources) == {shared.id, *sources}
    assert {id: fake.datasift.sources[id].name for id in sources} == {
        id: source["name"] for id, source in sources.items()
    }


def make_ten_calls(
    connection: HTTPConnection, tag: str, shared: str, responses: list[tuple[int, int]], created: list[dict[str, Any]]
) -> None:
    """Create two sources, keep and rename one, delete the other, and add a resource to the shared source."""

    def send(method: str, path: str, params: dict[str, Any], expected: int) -> Any:
        headers = {"Authorization": "alice:key", "Content-Type": "application/json"}
        connection.request(method, f"/v1.6/source/{path}", json.dumps(params), headers)
        response = connection.getresponse()
        body = response.read()
        assert response.status == expected, body
        responses.append((int(response.headers["X-RateLimit-Remaining"]), int(response.headers["X-RateLimit-Cost"])))
        return json.loads(body) if body else None

    new = {"source_type": "instagram", "resources": [{"parameters": {"type": "tag", "value": tag}}]}
    first = send("POST", "create", {**new, "name": tag}, 201)
    second = send("POST", "create", {**new, "name": tag}, 201)
    send("PUT", "start", {"id": first["id"]}, 200)
    send("PUT", "resource/add", {"id": shared, "resources": new["resources"]}, 200)
    send("PUT", "start", {"id": shared}, 200)
    assert send("GET", "get", {"id": first["id"]}, 200)["status"] == "active"
    send("GET", "get", {"per_page": 3}, 200)
    send("DELETE", "delete", {"id": second["id"]}, 204)
    created.append(send("PUT", "update", {"id": first["id"], "name": f"new {tag}"}, 202))
    send("GET", "log", {"id": shared}, 200)
