"""Resources and tokens of a source: added, removed, and always in the order of their ids."""

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
def test_what_is_added_stands_in_the_order_of_ids(
    either: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any
) -> None:
    """Added items have ids of their own, and the list is ordered by id, so that the new one need not be last."""
    made = either.create().json

    for _ in range(6):
        answer = either("PUT", f"{kind}/add", json_body={"id": made["id"], part: [item]})

    ids = [each[id_name] for each in answer.json[part]]
    assert answer.status == 200
    assert ids == sorted(ids)
    assert len(set(ids)) == 7
    assert made[part][0][id_name] in ids
    assert answer.json == either.get(made["id"])


@KINDS
def test_what_is_removed_is_gone(either: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any) -> None:
    """Items are removed by their ids, the last one too; ids that the source does not have are passed over."""
    made = either.create(**{part: [item, item]}).json
    first, second = (each[id_name] for each in made[part])

    one = either("PUT", f"{kind}/remove", json_body={"id": made["id"], ids_name: [first, "f" * 32]})
    none = either("PUT", f"{kind}/remove", json_body={"id": made["id"], ids_name: [second]})

    assert (one.status, [each[id_name] for each in one.json[part]]) == (200, [second])
    assert (none.status, none.json) == (200, {**made, part: []})


@KINDS
def test_items_of_another_account_stay(
    call: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any
) -> None:
    """Removing touches the named source alone."""
    mine, other = call.create().json, call.create().json

    call("PUT", f"{kind}/remove", json_body={"id": mine["id"], ids_name: [other[part][0][id_name]]})

    assert call.get(other["id"]) == other
    assert call.get(mine["id"]) == mine


@KINDS
def test_a_running_source_runs_on(call: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any) -> None:
    """Adding and removing leave the state alone."""
    source = call.fake.datasift.sources.add(source_type="instagram", running=True)

    call("PUT", f"{kind}/add", json_body={"id": source.id, part: [item]})

    assert call.fake.datasift.sources[source.id].running


@KINDS
def test_the_lists_are_required(call: Caller, kind: str, part: str, id_name: str, ids_name: str, item: Any) -> None:
    """Add needs the items and remove their ids, after the source's own id."""
    id = call.create().json["id"]

    refused = [
        call("PUT", f"{kind}/{verb}", form=form).error for verb in ("add", "remove") for form in ({}, {"id": id})
    ]

    assert refused == [f"Missing param '{name}'" for name in ("id", part, "id", ids_name)]


def test_a_token_keeps_its_expiry(either: Caller) -> None:
    """A token's expiry is answered as it was sent, and null where none was."""
    tokens = [{"parameters": {"value": "a"}, "expires_at": 2112112110}, {"parameters": {"value": "b"}}]

    auth = either.create(auth=tokens).json["auth"]

    assert {each["parameters"]["value"]: each["expires_at"] for each in auth} == {"a": 2112112110, "b": None}
