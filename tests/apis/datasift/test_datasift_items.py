"""Adding and removing resources and tokens, and the order of their ids."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Caller

KINDS = pytest.mark.parametrize(
    ("kind", "part", "id_name", "ids_name", "item"),
    [
        ("resource", "resources", "resource_id", "resource_ids", {"parameters": {"type": "tag", "value": "nofilter"}}),
        ("auth", "auth", "identity_id", "auth_ids", {"parameters": {"value": "TOKEN-2"}}),
    ],
    ids=["resources", "tokens"],
)


@KINDS
def test_added_items_have_new_ids_and_are_ordered_by_id(
    call_either: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any
) -> None:
    created = call_either.create().json

    for _ in range(6):
        response = call_either("PUT", f"{kind}/add", json_body={"id": created["id"], part: [item]})

    ids = [each[id_name] for each in response.json[part]]
    assert response.status == 200
    assert ids == sorted(ids)
    assert len(set(ids)) == 7
    assert created[part][0][id_name] in ids
    assert response.json == call_either.get(created["id"])


@KINDS
def test_items_are_removed_by_their_ids(
    call_either: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any
) -> None:
    """The last one may go; ids that the source does not have are ignored."""
    created = call_either.create(**{part: [item, item]}).json
    first, second = (each[id_name] for each in created[part])

    one = call_either("PUT", f"{kind}/remove", json_body={"id": created["id"], ids_name: [first, "f" * 32]})
    none = call_either("PUT", f"{kind}/remove", json_body={"id": created["id"], ids_name: [second]})

    assert (one.status, [each[id_name] for each in one.json[part]]) == (200, [second])
    assert (none.status, none.json) == (200, {**created, part: []})


@KINDS
def test_items_of_another_source_are_unchanged(
    call: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any
) -> None:
    mine, other = call.create().json, call.create().json

    call("PUT", f"{kind}/remove", json_body={"id": mine["id"], ids_name: [other[part][0][id_name]]})

    assert call.get(other["id"]) == other
    assert call.get(mine["id"]) == mine


@KINDS
def test_adding_items_does_not_change_the_status(
    call: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any
) -> None:
    source = call.fake.datasift.sources.add(source_type="instagram", running=True)

    call("PUT", f"{kind}/add", json_body={"id": source.id, part: [item]})

    assert call.fake.datasift.sources[source.id].running


@KINDS
def test_the_lists_are_required(call: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any) -> None:
    id = call.create().json["id"]

    errors = [call("PUT", f"{kind}/{verb}", form=form).error for verb in ("add", "remove") for form in ({}, {"id": id})]

    assert errors == [f"Missing param '{name}'" for name in ("id", part, "id", ids_name)]


def test_a_token_keeps_its_expiry(call_either: Caller) -> None:
    tokens = [{"parameters": {"value": "a"}, "expires_at": 2112112110}, {"parameters": {"value": "b"}}]

    auth = call_either.create(auth=tokens).json["auth"]

    assert {each["parameters"]["value"]: each["expires_at"] for each in auth} == {"a": 2112112110, "b": None}
