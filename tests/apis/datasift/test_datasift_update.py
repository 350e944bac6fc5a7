"""Changing a source: what is given replaces, what is left out stays."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Caller


@pytest.fixture
def made(call: Caller) -> Any:
    """A source of Instagram with two tags and two tokens, one switch on."""
    answer = call.create(
        resources=[{"parameters": {"type": "tag", "value": value}} for value in ("cats", "dogs")],
        auth=[{"parameters": {"value": value}, "expires_at": 7} for value in ("t1", "t2")],
        parameters={"comments": True},
    )
    return answer.json


def test_a_rename_leaves_everything_else(call: Caller, made: Any) -> None:
    """An update with a name alone answers 202 and the source with that name, and nothing else changed."""
    answer = call("PUT", "update", form={"id": made["id"], "name": "New Name"})

    assert (answer.status, answer.json) == (202, {**made, "name": "New Name"})
    assert call.get(made["id"]) == answer.json


def test_a_running_source_is_changed_and_runs_on(call: Caller, made: Any) -> None:
    """An update leaves the state alone."""
    call("PUT", "start", form={"id": made["id"]})

    assert call("PUT", "update", form={"id": made["id"], "name": "x"}).json["status"] == "active"


def test_the_creation_time_stays(call: Caller, made: Any) -> None:
    """An update leaves the creation time alone, whatever time it is."""
    call.fake.clock.advance(hours=5)

    assert call("PUT", "update", form={"id": made["id"], "name": "x"}).json["created_at"] == made["created_at"]


@pytest.mark.parametrize(("part", "id_name"), [("resources", "resource_id"), ("auth", "identity_id")])
def test_lists_are_replaced_and_known_ids_kept(call: Caller, made: Any, part: str, id_name: str) -> None:
    """An item sent with a known id keeps it, one without is new, and one left out is gone."""
    kept, _gone = made[part]
    items = [{id_name: kept[id_name], "parameters": kept["parameters"]}, {"parameters": kept["parameters"]}]

    changed = call("PUT", "update", json_body={"id": made["id"], part: items}).json

    ids = {item[id_name] for item in changed[part]}
    assert ids & {item[id_name] for item in made[part]} == {kept[id_name]}
    assert len(ids) == 2


@pytest.mark.parametrize(("part", "id_name"), [("resources", "resource_id"), ("auth", "identity_id")])
def test_an_id_that_is_unknown_or_sent_twice_is_not_taken(call: Caller, made: Any, part: str, id_name: str) -> None:
    """Ids the source does not have are replaced by new ones; a known one that comes twice is kept once."""
    kept = made[part][0]
    items = [{id_name: id, "parameters": kept["parameters"]} for id in ("f" * 32, kept[id_name], kept[id_name])]

    ids = [item[id_name] for item in call("PUT", "update", json_body={"id": made["id"], part: items}).json[part]]

    assert ids.count(kept[id_name]) == 1
    assert "f" * 32 not in ids
    assert len(set(ids)) == 3


def test_what_create_returned_can_be_sent_back(either: Caller) -> None:
    """The answer of create, sent back whole as it is, changes nothing and breaks nothing."""
    for source_type, kind in {"instagram": {"type": "tag", "value": "x"}, "facebook_page": {"id": "guardian"},
                              "twitter_gnip": {"mapping": "gnip_1"}}.items():  # fmt: skip
        made = either.create(source_type, resources=[{"parameters": kind}]).json

        answer = either("PUT", "update", json_body=made)

        assert (answer.status, answer.json) == (202, made)
    assert either.fake.violations == []


def test_switches_are_replaced(call: Caller, made: Any) -> None:
    """A new `parameters` is the whole of it: what it does not name is off."""
    changed = call("PUT", "update", json_body={"id": made["id"], "parameters": {"like_count": True}}).json

    assert changed["parameters"] == {"comments": False, "like_count": True, "comment_count": False}


def test_the_type_cannot_change(call: Caller, made: Any) -> None:
    """Another source type is refused, the same one accepted; nothing is changed by the refusal."""
    refused = call("PUT", "update", form={"id": made["id"], "source_type": "yammer", "name": "x"})
    unknown = call("PUT", "update", form={"id": made["id"], "source_type": "meow_pages", "name": "x"})

    assert (refused.status, refused.error) == (400, "source_type is invalid; valid values are: instagram")
    assert (unknown.status, unknown.error) == (400, "Invalid source type meow_pages")
    assert call.get(made["id"]) == made
    assert call("PUT", "update", form={"id": made["id"], "source_type": "instagram"}).json == made


def test_a_refused_update_changes_nothing(call: Caller, made: Any) -> None:
    """When one part is refused, the others are not taken either."""
    answer = call(
        "PUT", "update", json_body={"id": made["id"], "name": "half", "resources": [{"parameters": {"type": "tag"}}]}
    )

    assert (answer.status, answer.error) == (400, "Missing param 'resources[0].parameters.value'")
    assert call.get(made["id"]) == made
