"""The official clients: their captured requests over a socket, and what they need of a service, one fact each."""

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
"""The ids that stand in the captured requests."""

SUCCESS = {
    "create": 201, "update": 202, "delete": 204, "get": 200, "log": 200, "start": 200, "stop": 200,
    "resource": 200, "auth": 200,
}  # fmt: skip


@pytest.mark.parametrize("client", ["python-datasift-2.12.1", "node-datasift-node-1.5.0"])
def test_every_captured_request_succeeds(reference: Callable[[str], Path], client: str) -> None:
    """Each request an official client was seen to send, byte by byte over a socket, is answered with its documented
    success code; one of them gives a Twitter source the resource of a Facebook page, and that alone is reported.
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
            reply, body = sent(server.port, record["raw"].encode())
        statuses[record["label"]] = reply.status
        reported[record["label"]] = [violation.path for violation in fake.violations]
        assert reply.headers["X-API-Version"] == record["target"].split("/")[1][1:]
        assert (body == b"") == (reply.status == 204)

    assert len(statuses) == len(captured) >= 14
    assert statuses == {label: SUCCESS[label.partition("_")[0]] for label in statuses}
    assert {label: at for label, at in reported.items() if at} == (
        {"create_noauth_novalidate": ["$.resources[0].parameters.title", "$.resources[0].parameters.id"]}
        if client.startswith("python")
        else {}
    )


def test_a_captured_life_of_a_source_goes_through(reference: Callable[[str], Path]) -> None:
    """Create, get, start, stop and delete, in this order and with the real id put in, answer 201, 200, 200, 200, 204."""
    for client in ("python-datasift-2.12.1", "node-datasift-node-1.5.0"):
        requests = json.loads(reference(f"captures/{client}.requests.json").read_text("utf-8"))["requests"]
        raw = {record["label"]: record["raw"] for record in requests}
        id, statuses = ID, []
        with FakeSources().server() as server:
            for label in ("create", "get", "start", "stop", "delete"):
                reply, body = sent(server.port, raw[label].replace(ID, id).encode())
                statuses.append(reply.status)
                id = json.loads(body)["id"] if label == "create" else id

        assert statuses == [201, 200, 200, 200, 204]


def sent(port: int, raw: bytes) -> tuple[HTTPResponse, bytes]:
    """Send bytes as they are; read one answer."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(raw)
        reply = HTTPResponse(connection)
        reply.begin()
        return reply, reply.read()


PHP_SAVE = {
    "id": None, "name": "n", "source_type": "instagram", "status": "paused", "created_at": None, "validate": True,
    "parameters": "[]", "resources": '[{"parameters":{"type":"tag","value":"x"}}]',
    "auth": '[{"parameters":{"value":"t"},"identity_id":null,"expires_at":null}]',
}  # fmt: skip


def test_the_php_client_saves_a_source(call: Caller) -> None:
    """PHP sends every field of its object: null for what it does not know on create, its own status on update."""
    made = call("POST", "create", json_body=PHP_SAVE, headers=(("Auth", "user:key"),))
    changed = call(
        "POST",
        "update",
        json_body={**PHP_SAVE, "id": made.json["id"], "created_at": 5},
        headers=(("Auth", "user:key"),),
    )

    assert (made.status, changed.status) == (201, 202)
    assert changed.json["created_at"] == made.json["created_at"]
    assert call.fake.violations == []


def test_the_java_client_sends_empty_names(call: Caller) -> None:
    """Java's form has `validate=[true]`, and items with every name they could have, most of them null."""
    made = call.create().json
    item = {
        "identity_id": None,
        "source_id": None,
        "status": None,
        "expires_at": None,
        "resource_id": None,
        "name": None,
    }
    token = {"value": "t", "refresh_token": None, "oauth_token": None}

    answer = call(
        "POST",
        "auth/add",
        form={"id": made["id"], "validate": "[true]", "auth": json.dumps([{**item, "parameters": token}])},
    )

    assert (answer.status, len(answer.json["auth"])) == (200, 2)
    assert call.fake.violations == []


def test_the_java_client_reads_its_model(call: Caller) -> None:
    """Java's model needs `parameters` to be an object, `auth` and `resources` arrays of objects, times numbers."""
    for source_type in ("facebook_page", "instagram", "googleplus", "yammer", "twitter_gnip"):
        shown = call.get(call.fake.datasift.sources.add(source_type=source_type).id)

        assert type(shown["parameters"]) is dict
        assert all(type(item) is dict for item in (*shown["auth"], *shown["resources"]))
        assert type(shown["created_at"]) is int


def test_the_java_client_maps_twitter_by_a_switch(call: Caller) -> None:
    """Java gives a Twitter source its mapping among the switches; that is passed over and not reported."""
    answer = call.create("twitter_gnip", resources=[{"parameters": {}}], auth=[], parameters={"mapping": "gnip_1"})

    assert (answer.status, answer.json["parameters"]) == (201, {})
    assert call.fake.violations == []


def test_the_dotnet_client_creates_by_query(call: Caller) -> None:
    """.NET calls create with GET, Basic, and structured values as JSON text in the query string."""
    query = {
        "source_type": "instagram", "name": "n", "validate": "True",
        "resources": '[{"parameters":{"type":"tag","value":"x"}}]', "auth": '[{"parameters":{"value":"t"}}]',
    }  # fmt: skip

    answer = call("GET", "create", query=query, headers=(("Authorization", "Basic dXNlcjprZXk="),))

    assert answer.status == 201
    assert call.fake.violations == []


def test_the_ruby_client_pages_whatever_it_asks(call: Caller) -> None:
    """Ruby sends `page` and `per_page` with every get, before the id."""
    made = call.create().json

    assert call("GET", "get", query={"page": 1, "per_page": 20, "id": made["id"]}).json == made


def test_the_node_client_lists_without_a_body(call: Caller) -> None:
    """Node lists by a POST that is said to be JSON and has length 0."""
    call.create()

    answer = call("POST", "get", content_type="application/json")

    assert (answer.status, answer.json["count"]) == (200, 1)


def test_every_charged_answer_counts(call: Caller) -> None:
    """Limit, Remaining and Cost stand together, as integers, on every charged answer, refusals too."""
    id = call.create().json["id"]
    answers = [
        call("GET", "get"),
        call("PUT", "start"),
        call("GET", "get", query={"id": "x"}),
        call("DELETE", "delete", form={"id": id}),
    ]
    call.fake.datasift.rate_limit = 0
    answers.append(call("GET", "get"))

    for answer in answers:
        assert all(answer.rate(name) >= 0 for name in ("Limit", "Remaining", "Cost", "Reset", "Reset-Ttl"))
    assert answers[-1].rate("Cost") > answers[-1].rate("Remaining") == 0


CLIENTS = 8
ROUNDS = 25


def test_eight_callers_at_once_lose_nothing() -> None:
    """2,000 mixed calls of 8 threads over keep-alive connections: no lost update, no id twice, and what remains of the
    hour falls by the cost of each answer, one after the other.
    """
    fake = FakeSources(rate_limit=1_000_000)
    shared = fake.datasift.sources.add(source_type="instagram", resources=[])
    answers: list[list[tuple[int, int]]] = [[] for _ in range(CLIENTS)]
    kept: list[list[dict[str, Any]]] = [[] for _ in range(CLIENTS)]
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            connection = HTTPConnection("127.0.0.1", server.port)
            for turn in range(ROUNDS):
                visit(connection, f"{number}-{turn}", shared.id, answers[number], kept[number])
            connection.close()
        except BaseException as error:
            failed.append(error)

    with fake.server() as server:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert failed == []
    told = sorted((seen for each in answers for seen in each), reverse=True)
    assert len(told) == CLIENTS * ROUNDS * 10 == 2_000
    left = 1_000_000
    for remaining, cost in told:
        left -= cost
        assert remaining == left
    resources = fake.datasift.sources[shared.id].resources
    tags = {resource.parameters["value"] for resource in resources}
    assert tags == {f"{number}-{turn}" for number in range(CLIENTS) for turn in range(ROUNDS)}
    assert len({resource.resource_id for resource in resources}) == len(resources) == CLIENTS * ROUNDS
    sources = {source["id"]: source for each in kept for source in each}
    assert len(sources) == CLIENTS * ROUNDS
    assert set(fake.datasift.sources) == {shared.id, *sources}
    assert {id: fake.datasift.sources[id].name for id in sources} == {id: one["name"] for id, one in sources.items()}


def visit(
    connection: HTTPConnection, tag: str, shared: str, answers: list[tuple[int, int]], kept: list[dict[str, Any]]
) -> None:
    """Ten calls: two sources made, one kept and renamed, one deleted; a resource added to the shared source."""

    def ask(method: str, path: str, params: dict[str, Any], expected: int) -> Any:
        headers = {"Authorization": "alice:key", "Content-Type": "application/json"}
        connection.request(method, f"/v1.6/source/{path}", json.dumps(params), headers)
        reply = connection.getresponse()
        body = reply.read()
        assert reply.status == expected, body
        answers.append((int(reply.headers["X-RateLimit-Remaining"]), int(reply.headers["X-RateLimit-Cost"])))
        return json.loads(body) if body else None

    new = {"source_type": "instagram", "resources": [{"parameters": {"type": "tag", "value": tag}}]}
    first = ask("POST", "create", {**new, "name": tag}, 201)
    second = ask("POST", "create", {**new, "name": tag}, 201)
    ask("PUT", "start", {"id": first["id"]}, 200)
    ask("PUT", "resource/add", {"id": shared, "resources": new["resources"]}, 200)
    ask("PUT", "start", {"id": shared}, 200)
    assert ask("GET", "get", {"id": first["id"]}, 200)["status"] == "active"
    ask("GET", "get", {"per_page": 3}, 200)
    ask("DELETE", "delete", {"id": second["id"]}, 204)
    kept.append(ask("PUT", "update", {"id": first["id"], "name": f"new {tag}"}, 202))
    ask("GET", "log", {"id": shared}, 200)
