"""What the fake hands out may be sent back: clients change an answer and return it whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from datasift_calls import Caller, rules
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.apis.datasift.editions import EDITIONS
from fakesources.apis.datasift.source_types import source_types

WAYS = ("json", "json text", "form")


def add(fake: FakeSources, source_type: str, running: bool) -> str:
    """A source of a type, with the parts of the type's example."""
    return str(fake.datasift.sources.add(source_type=source_type, running=running).id)


def send(call: Caller, method: str, path: str, params: dict[str, Any], way: str) -> Any:
    """Send parameters as JSON, as JSON whose structured values are text, or as a form."""
    text = {name: value if isinstance(value, str) else json.dumps(value) for name, value in params.items()}
    as_text = {name: text[name] if isinstance(value, (dict, list)) else value for name, value in params.items()}
    if way == "form":
        return call(method, path, form=text)
    return call(method, path, json_body=params if way == "json" else as_text)


def answers(call: Caller, source_type: str, id: str) -> dict[str, Any]:
    """The source object of every operation that answers with one."""
    kind = source_types()[source_type]
    found = {
        "start": call("PUT", "start", form={"id": id}),
        "get": call("GET", "get", query={"id": id}),
        "update": call("PUT", "update", form={"id": id, "name": "renamed"}),
        "create": call("POST", "create", json_body={"source_type": source_type, "name": "n", **plain(kind.example)}),
    }
    for part, ids in (("resource", "resource_ids"), ("auth", "auth_ids")):
        name = "resources" if part == "resource" else "auth"
        found[f"{part}/add"] = call("PUT", f"{part}/add", json_body={"id": id, name: plain(kind.example)[name]})
        found[f"{part}/remove"] = call("PUT", f"{part}/remove", json_body={"id": id, ids: []})
    found["list"] = call("GET", "get")
    found["stop"] = call("PUT", "stop", form={"id": id})
    assert {answer.status for answer in found.values()} <= {200, 201, 202}
    return {name: answer.json["sources"][0] if name == "list" else answer.json for name, answer in found.items()}


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


@settings(deadline=None, max_examples=60)
@given(
    edition=st.sampled_from(sorted(EDITIONS)),
    source_type=st.sampled_from(sorted(source_types())),
    way=st.sampled_from(WAYS),
    running=st.booleans(),
)
def test_an_update_takes_back_what_any_operation_answered(
    edition: str, source_type: str, way: str, running: bool
) -> None:
    """Sent back whole, the answer of any operation is taken, changes nothing and is no violation; so are its items by
    the operations that add items.
    """
    call = Caller(FakeSources(datasift=edition))
    id = add(call.fake, source_type, running)
    for shown in answers(call, source_type, id).values():
        before = call.get(shown["id"])
        answer = send(call, "PUT", "update", shown, way)

        assert answer.status == 202, answer.json
        kept = set(before) - {"status", "name", "auth", "resources"}
        assert {name: answer.json[name] for name in kept} == {name: before[name] for name in kept}
        for part in ("resource", "auth"):
            name = "resources" if part == "resource" else "auth"
            added = send(call, "PUT", f"{part}/add", {"id": shown["id"], name: shown[name]}, way)
            assert added.status == 200, added.json

    assert call.fake.violations == []


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("name", "known"), [("identities", "auth"), ("source_type_id", "source_type")])
def test_a_second_spelling_that_says_something_else_is_reported(call: Caller, way: str, name: str, known: str) -> None:
    """The other spelling is passed over where it repeats the parameter: a change that is made there alone is lost."""
    id = add(call.fake, "instagram", True)
    shown = call("PUT", "start", form={"id": id}).json

    send(call, "PUT", "update", {"id": id, name: shown[name]}, way)
    send(call, "PUT", "update", {**shown, name: [] if name == "identities" else "yammer"}, way)

    assert rules(call.fake) == ["datasift.source.update.unknown-parameter"] * 2
    assert known in shown


@pytest.mark.parametrize("paging", [{"page": 0}, {"page": "x"}, {"per_page": 0}, {"page": -1, "per_page": "many"}])
def test_with_an_id_paging_is_ignored(either: Caller, paging: dict[str, Any]) -> None:
    """An id names one source: a page that no list has is without effect, and is refused where there is no id."""
    id = add(either.fake, "instagram", False)

    assert either("GET", "get", query={"id": id, **paging}).json == either.get(id)
    assert either("POST", "get", json_body={"id": id, **paging}).status == 200
    assert either.fake.violations == []
    assert either("GET", "get", query=paging).status == 400
    assert either("GET", "get", query={"id": "", **paging}).status == 400
