"""A source's life: made stopped, started, stopped, changed, deleted; the words each edition has for it."""

from __future__ import annotations

import pytest
from datasift_calls import Caller

from fakesources import FakeSources


def test_a_new_source_is_stopped(either: Caller) -> None:
    """Create answers 201 and a source that is stopped."""
    answer = either.create()

    assert (answer.status, answer.json["status"]) == (201, "stopped")


def test_the_source_object_has_eight_keys_in_the_recorded_order(either: Caller) -> None:
    """The source object has eight keys, in the order in which they were recorded."""
    assert list(either.create().json) == [
        "id", "status", "source_type", "name", "auth", "resources", "parameters", "created_at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("edition", "started"), [("call", "active"), ("live", "running")], ids=["documented", "recorded"]
)
def test_every_endpoint_says_the_word_of_the_edition(
    request: pytest.FixtureRequest, edition: str, started: str
) -> None:
    """After start every endpoint says that the source is active (live: running), after stop that it is stopped."""
    call: Caller = request.getfixturevalue(edition)
    id = call.create().json["id"]

    words = []
    for path in ("start", "stop"):
        words += [
            call("PUT", path, form={"id": id}).json["status"],
            call.get(id)["status"],
            call("GET", "get").json["sources"][0]["status"],
            call("PUT", "update", json_body={"id": id, "name": path}).json["status"],
            call("PUT", "auth/remove", json_body={"id": id, "auth_ids": []}).json["status"],
            call("PUT", "resource/remove", json_body={"id": id, "resource_ids": []}).json["status"],
        ]

    assert words == [started] * 6 + ["stopped"] * 6


def test_start_and_stop_answer_the_source_object_in_the_recorded_edition(live: Caller) -> None:
    """The live service answered start and stop with the very object that get shows."""
    id = live.create().json["id"]

    started = live("POST", "start", json_body={"id": id}).json

    assert started == live.get(id)
    assert live("POST", "stop", json_body={"id": id}).json == live.get(id)


def test_stopping_a_stopped_source_changes_nothing(either: Caller) -> None:
    """A source that is stopped can be stopped again."""
    id = either.create().json["id"]
    before = either.fake.datasift.sources[id]

    assert either("PUT", "stop", form={"id": id}).status == 200
    assert either.fake.datasift.sources[id] == before


@pytest.mark.parametrize("running", [True, False])
def test_a_deleted_source_is_gone(either: Caller, running: bool) -> None:
    """Delete answers 204 without a body, running or not; afterwards the source is not found and cannot be deleted."""
    source = either.fake.datasift.sources.add(running=running)

    answer = either("DELETE", "delete", query={"id": source.id})

    assert (answer.status, answer.reply.body) == (204, b"")
    assert source.id not in either.fake.datasift.sources
    assert either("GET", "get", query={"id": source.id}).status == 404
    assert either("DELETE", "delete", query={"id": source.id}).error == "Source instance not found"


def test_a_deleted_source_takes_its_log_along(call: Caller) -> None:
    """The entries of a deleted source's log go with it, and no others."""
    gone, stays = call.fake.datasift.sources.add(), call.fake.datasift.sources.add()
    call.fake.datasift.log.add(gone.id)
    kept = call.fake.datasift.log.add(stays.id)

    call("DELETE", "delete", query={"id": gone.id})

    assert list(call.fake.datasift.log) == [kept.id]


def test_another_account_does_not_find_the_source(either: Caller) -> None:
    """Another account's source is answered like an id that does not exist, by every endpoint."""
    source = either.fake.datasift.sources.add()
    either("GET", "get")
    other = Caller(either.fake, authorization="bob:key")
    calls = {
        "get": {"id": source.id}, "log": {"id": source.id}, "start": {"id": source.id}, "stop": {"id": source.id},
        "update": {"id": source.id, "name": "mine"}, "delete": {"id": source.id},
        "resource/add": {"id": source.id, "resources": []}, "resource/remove": {"id": source.id, "resource_ids": []},
        "auth/add": {"id": source.id, "auth": []}, "auth/remove": {"id": source.id, "auth_ids": []},
    }  # fmt: skip

    statuses = {path: other("POST", path, json_body=params).status for path, params in calls.items()}

    assert statuses == dict.fromkeys(calls, 404)
    assert either.fake.datasift.sources[source.id] == source
    assert other.names() == []


def test_ids_are_those_of_the_service(either: Caller) -> None:
    """Every id is a version-4 UUID in 32 lower-case hexadecimal digits, and none comes twice."""
    sources = [either.create().json for _ in range(20)]

    ids = [source["id"] for source in sources]
    ids += [identity["identity_id"] for source in sources for identity in source["auth"]]
    ids += [resource["resource_id"] for source in sources for resource in source["resources"]]

    assert len(set(ids)) == 60
    assert all(
        len(id) == 32 and id[12] == "4" and id[16] in "89ab" and set(id) <= set("0123456789abcdef") for id in ids
    )


def test_two_fakes_with_one_seed_make_the_same_ids() -> None:
    """Ids come from the seed: equal seeds give equal ids, others give others."""
    made = [Caller(FakeSources(seed=seed)).create().json["id"] for seed in (0, 0, "other")]

    assert made[0] == made[1] != made[2]
