"""Updating a source: given parameters replace, others stay."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Caller


@pytest.fixture
def source(call: Caller) -> Any:
    """A source of Instagram with two tags and two tokens, one switch on."""
    response = call.create(
        resources=[{"parameters": {"type": "tag", "value": value}} for value in ("cats", "dogs")],
        auth=[{"parameters": {"value": value}, "expires_at": 7} for value in ("t1", "t2")],
        parameters={"comments": True},
    )
    return response.json


def test_a_rename_changes_nothing_else(call: Caller, source: Any) -> None:
    response = call("PUT", "update", form={"id": source["id"], "name": "New Name"})

    assert (response.status, response.json) == (202, {**source, "name": "New Name"})
    assert call.get(source["id"]) == response.json


def test_an_update_does_not_change_the_status(call: Caller, source: Any) -> None:
    call("PUT", "start", form={"id": source["id"]})

    assert call("PUT", "update", form={"id": source["id"], "name": "x"}).json["status"] == "active"


def test_an_update_does_not_change_the_creation_time(call: Caller, source: Any) -> None:
    call.fake.clock.advance(hours=5)

    assert call("PUT", "update", form={"id": source["id"], "name": "x"}).json["created_at"] == source["created_at"]


@pytest.mark.parametrize(("part", "id_name"), [("resources", "resource_id"), ("auth", "identity_id")])
def test_lists_are_replaced_and_known_ids_are_kept(call: Caller, source: Any, part: str, id_name: str) -> None:
    kept, _gone = source[part]
    items = [{id_name: kept[id_name], "parameters": kept["parameters"]}, {"parameters": kept["parameters"]}]

    changed = call("PUT", "update", json_body={"id": source["id"], part: items}).json

    ids = {item[id_name] for item in changed[part]}
    assert ids & {item[id_name] for item in source[part]} == {kept[id_name]}
    assert len(ids) == 2


@pytest.mark.parametrize(("part", "id_name"), [("resources", "resource_id"), ("auth", "identity_id")])
def test_unknown_and_repeated_ids_are_replaced(call: Caller, source: Any, part: str, id_name: str) -> None:
    kept = source[part][0]
    items = [{id_name: id, "parameters": kept["parameters"]} for id in ("f" * 32, kept[id_name], kept[id_name])]

    ids = [item[id_name] for item in call("PUT", "update", json_body={"id": source["id"], part: items}).json[part]]

    assert ids.count(kept[id_name]) == 1
    assert "f" * 32 not in ids
    assert len(set(ids)) == 3


def test_the_response_of_create_can_be_sent_back(call_either: Caller) -> None:
    for source_type, kind in {"instagram": {"type": "tag", "value": "x"}, "facebook_page": {"id": "guardian"},
                              "twitter_gnip": {"mapping": "gnip_1"}}.items():  # fmt: skip
        source = call_either.create(source_type, resources=[{"parameters": kind}]).json

        response = call_either("PUT", "update", json_body=source)

        assert (response.status, response.json) == (202, source)
    assert call_either.fake.violations == []


def test_switches_are_replaced(call: Caller, source: Any) -> None:
    changed = call("PUT", "update", json_body={"id": source["id"], "parameters": {"like_count": True}}).json

    assert changed["parameters"] == {"comments": False, "like_count": True, "comment_count": False}


def test_the_type_cannot_change(call: Caller, source: Any) -> None:
    other_type = call("PUT", "update", form={"id": source["id"], "source_type": "yammer", "name": "x"})
    unknown_type = call("PUT", "update", form={"id": source["id"], "source_type": "meow_pages", "name": "x"})

    assert (other_type.status, other_type.error) == (400, "source_type is invalid; valid values are: instagram")
    assert (unknown_type.status, unknown_type.error) == (400, "Invalid source type meow_pages")
    assert call.get(source["id"]) == source
    assert call("PUT", "update", form={"id": source["id"], "source_type": "instagram"}).json == source


def test_a_failed_update_changes_nothing(call: Caller, source: Any) -> None:
    response = call(
        "PUT", "update", json_body={"id": source["id"], "name": "half", "resources": [{"parameters": {"type": "tag"}}]}
    )

    assert (response.status, response.error) == (400, "Missing param 'resources[0].parameters.value'")
    assert call.get(source["id"]) == source
