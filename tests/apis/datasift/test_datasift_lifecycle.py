"""A source from creation to deletion, and its status in each edition."""

from __future__ import annotations

import pytest
from datasift_calls import Caller

from fakesources import FakeSources


def test_a_new_source_is_stopped(call_either: Caller) -> None:
    response = call_either.create()

    assert (response.status, response.json["status"]) == (201, "stopped")


def test_the_source_object_has_eight_keys_in_the_recorded_order(call_either: Caller) -> None:
    assert list(call_either.create().json) == [
        "id", "status", "source_type", "name", "auth", "resources", "parameters", "created_at",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("edition", "started"), [("call", "active"), ("call_live", "running")], ids=["documented", "recorded"]
)
def test_every_endpoint_has_the_status_of_the_edition(
    request: pytest.FixtureRequest, edition: str, started: str
) -> None:
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


def test_start_and_stop_return_the_source_object_in_the_recorded_edition(call_live: Caller) -> None:
    id = call_live.create().json["id"]

    started = call_live("POST", "start", json_body={"id": id}).json

    assert started == call_live.get(id)
    assert call_live("POST", "stop", json_body={"id": id}).json == call_live.get(id)


def test_stopping_a_stopped_source_changes_nothing(call_either: Caller) -> None:
    id = call_either.create().json["id"]
    before = call_either.fake.datasift.sources[id]

    assert call_either("PUT", "stop", form={"id": id}).status == 200
    assert call_either.fake.datasift.sources[id] == before


@pytest.mark.parametrize("running", [True, False])
def test_a_deleted_source_is_not_found(call_either: Caller, running: bool) -> None:
    source = call_either.fake.datasift.sources.add(running=running)

    response = call_either("DELETE", "delete", query={"id": source.id})

    assert (response.status, response.raw.body) == (204, b"")
    assert source.id not in call_either.fake.datasift.sources
    assert call_either("GET", "get", query={"id": source.id}).status == 404
    assert call_either("DELETE", "delete", query={"id": source.id}).error == "Source instance not found"


def test_the_log_of_a_deleted_source_is_removed(call: Caller) -> None:
    gone, stays = call.fake.datasift.sources.add(), call.fake.datasift.sources.add()
    call.fake.datasift.log.add(gone.id)
    kept = call.fake.datasift.log.add(stays.id)

    call("DELETE", "delete", query={"id": gone.id})

    assert list(call.fake.datasift.log) == [kept.id]


def test_the_source_of_another_account_is_not_found(call_either: Caller) -> None:
    source = call_either.fake.datasift.sources.add()
    call_either("GET", "get")
    other = Caller(call_either.fake, authorization="bob:key")
    calls = {
        "get": {"id": source.id}, "log": {"id": source.id}, "start": {"id": source.id}, "stop": {"id": source.id},
        "update": {"id": source.id, "name": "mine"}, "delete": {"id": source.id},
        "resource/add": {"id": source.id, "resources": []}, "resource/remove": {"id": source.id, "resource_ids": []},
        "auth/add": {"id": source.id, "auth": []}, "auth/remove": {"id": source.id, "auth_ids": []},
    }  # fmt: skip

    statuses = {path: other("POST", path, json_body=params).status for path, params in calls.items()}

    assert statuses == dict.fromkeys(calls, 404)
    assert call_either.fake.datasift.sources[source.id] == source
    assert other.names() == []


def test_ids_are_version_4_uuids_without_hyphens(call_either: Caller) -> None:
    sources = [call_either.create().json for _ in range(20)]

    ids = [source["id"] for source in sources]
    ids += [identity["identity_id"] for source in sources for identity in source["auth"]]
    ids += [resource["resource_id"] for source in sources for resource in source["resources"]]

    assert len(set(ids)) == 60
    assert all(
        len(id) == 32 and id[12] == "4" and id[16] in "89ab" and set(id) <= set("0123456789abcdef") for id in ids
    )


def test_two_fakes_with_one_seed_make_the_same_ids() -> None:
    created = [Caller(FakeSources(seed=seed)).create().json["id"] for seed in (0, 0, "other")]

    assert created[0] == created[1] != created[2]
