"""The example files: each a JSON file about one rule, of values held against a shape or of calls to a fake.

A value's file: `name`, `rule`, `shape`, `value`, `verdict` (`accepted` or `rejected`, then `at` and `keyword` say what it
breaks) and, where not all editions are meant, `edition`. A call's file: `name`, `rule`, `request`, `reply` and
`verdict` (`accepted`, `refused`, or `reported` where the call goes through and the test is told); `given` are the rows
that are there before, `before` the requests sent before, `fake` the options of the fake.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from constraints import Constraint, demanded, met
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from fakesources import FakeSources
from fakesources.apis import ALL
from fakesources.core.endpoints import Api
from fakesources.core.messages import Reply, Request
from fakesources.core.rules import rulebook
from fakesources.core.schemas import Shape, load, retrieve, shape_of

HERE = Path(__file__).parent
EXAMPLES: dict[str, dict[str, Any]] = {
    str(path.relative_to(HERE)): json.loads(path.read_text("utf-8")) for path in sorted(HERE.glob("*/**/*.json"))
}
APIS = {api.name: api for api in ALL if (HERE / api.name).is_dir()}


def of_kind(key: str) -> list[Any]:
    return [pytest.param(api_of(name), example, id=name) for name, example in EXAMPLES.items() if key in example]


def api_of(name: str) -> Api[Any]:
    return APIS[name.split("/")[0]]


def editions_of(api: Api[Any], example: dict[str, Any]) -> list[str]:
    return [example["edition"]] if "edition" in example else list(api.editions)


@cache
def slow(path: str) -> Draft202012Validator:
    """The other library's validator of a shape."""
    registry: Any = Registry(retrieve=lambda uri: Resource.from_contents(retrieve(uri)))  # type: ignore[call-arg]
    return Draft202012Validator(load(path), registry=registry)


# -- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("api", "example"), of_kind("shape"))
def test_both_libraries_give_the_verdict_of_the_file(api: Api[Any], example: dict[str, Any]) -> None:
    """A value holds to its shape, or breaks it where the file says and nowhere else, for both validators alike."""
    for edition in editions_of(api, example):
        shape = shape_of(api.name, edition, example["shape"])
        accepted = example["verdict"] == "accepted"

        assert shape.holds(example["value"]) is accepted
        assert slow(shape.path).is_valid(example["value"]) is accepted
        faults = [(fault.at, fault.keyword) for fault in shape.faults(example["value"])]
        assert faults == ([] if accepted else [(example["at"], example["keyword"])])


@pytest.mark.parametrize(("api", "example"), of_kind("shape"))
def test_a_value_with_one_field_spoilt_is_rejected_at_its_place(api: Api[Any], example: dict[str, Any]) -> None:
    """Of an accepted value, each field renamed, retyped, or dropped where it is required, breaks the shape at its place,
    for both validators alike.
    """
    if example["verdict"] != "accepted":
        return
    for edition in editions_of(api, example):
        shape = shape_of(api.name, edition, example["shape"])
        for at, spoilt in spoilings(shape, example["value"]):
            verdict = shape.holds(spoilt)
            assert slow(shape.path).is_valid(spoilt) is verdict
            if not verdict:
                assert any(fault.at.startswith(at) for fault in shape.faults(spoilt))


def spoilings(shape: Shape, value: Any, at: str = "$") -> Any:
    """A value with one field spoilt, for each field and each way of spoiling it: the place of its object, and the value."""

    def within(inner: Any, place: str) -> Any:
        if isinstance(inner, dict):
            for key in inner:
                rest = {name: kept for name, kept in inner.items() if name != key}
                yield place, rest
                yield place, {**rest, f"{key}_renamed": inner[key]}
                yield place, {**inner, key: {"retyped": [inner[key]]}}
                deeper = f"{place}.{key}" if key.isidentifier() else f"{place}[{key!r}]"
                for below, spoilt in within(inner[key], deeper):
                    yield below, {**inner, key: spoilt}
        if isinstance(inner, list):
            for number, item in enumerate(inner):
                for below, spoilt in within(item, f"{place}[{number}]"):
                    yield below, [*inner[:number], spoilt, *inner[number + 1 :]]

    yield from within(value, at)


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_constraint_on_requests_has_examples_for_and_against(api: Api[Any]) -> None:
    """Each constraint of each request's shape is met by an accepted value and broken by a rejected one."""
    missing: list[str] = []
    for edition in api.editions:
        for name in requested(api):
            shape = shape_of(api.name, edition, name)
            kept, broken = set[Constraint](), set[Constraint]()
            for example in EXAMPLES.values():
                if example.get("shape") == name and edition in editions_of(api, example):
                    if example["verdict"] == "accepted":
                        kept |= met(shape, example["value"]).keys()
                    else:
                        broken |= {
                            each for fault in shape.faults(example["value"]) for each in Constraint.broken_by(fault)
                        }
            for constraint, path in demanded(shape).items():
                place = ".".join(map(str, (edition, name, *path, constraint.keyword, constraint.name)))
                missing += [f"{place}: none accepted"] if constraint not in kept else []
                missing += [f"{place}: none rejected"] if constraint not in broken else []

    assert missing == []


def requested(api: Api[Any]) -> list[str]:
    """The shapes of what is sent to an API."""
    names = [name for row in api.endpoints for name in (row.takes, row.asks, *row.choices) if name]
    return list(dict.fromkeys(names))


# -- calls ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("api", "example"), of_kind("request"))
def test_a_call_is_answered_as_the_file_says(api: Api[Any], example: dict[str, Any]) -> None:
    """An example call is accepted, refused, or accepted and reported, by the rule that the file is about."""
    for edition in editions_of(api, example):
        fake = FakeSources(**{api.name: edition, **example.get("fake", {})})
        for store, rows in example.get("given", {}).items():
            for row in rows:
                getattr(getattr(fake, api.name), store).add(**row)

        for earlier in example.get("before", ()):
            fake.handle(request_of(api, earlier))

        reply = fake.handle(request_of(api, example["request"]))

        told = example["reply"]
        exchange = fake.journal.last()
        assert reply.status == told["status"]
        assert {name: reply.header(name.lower()) for name in told.get("headers", {})} == told.get("headers", {})
        if "body" in told:
            assert body_of(reply) == told["body"]
        if "part" in told:
            assert told["part"].items() <= body_of(reply).items()
        refusal = rulebook(api).find(exchange.refusal, edition)
        assert (refusal is not None) == (example["verdict"] == "refused")
        assert refusal is None or refusal.id in (example["rule"], example.get("refused_by"))
        found = [rulebook(api).find(violation.rule, edition) for violation in fake.violations]
        assert [rule.id for rule in found if rule] == ([example["rule"]] if example["verdict"] == "reported" else [])


def request_of(api: Api[Any], sent: dict[str, Any]) -> Request:
    """The request an example describes."""
    headers, body = sent.get("headers", {}), b""
    if "json" in sent:
        body, headers = json.dumps(sent["json"]).encode(), {**headers, "Content-Type": "application/json"}
    if "form" in sent:
        body, headers = (
            urlencode(sent["form"]).encode(),
            {**headers, "Content-Type": "application/x-www-form-urlencoded"},
        )
    if "text" in sent:
        body = (sent["text"] * sent.get("times", 1)).encode()
    target = sent["path"] + (f"?{urlencode(sent['query'])}" if "query" in sent else "")
    return Request(sent["method"], target, tuple(headers.items()), body, api.hosts[0])


def body_of(reply: Reply) -> Any:
    return json.loads(reply.body) if reply.body else None


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_about_a_rule_there_is(name: str) -> None:
    """Every example names a rule, and says in its name what it shows."""
    example = EXAMPLES[name]

    assert example["rule"] in rulebook(api_of(name))
    assert example["name"]
    assert example["verdict"] in ("accepted", "rejected", "refused", "reported")


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_rule_has_a_source_or_an_example(api: Api[Any]) -> None:
    """A rule that no page speaks of has an example, and a reason for what was decided."""
    exemplified = {example["rule"] for name, example in EXAMPLES.items() if api_of(name) is api}
    silent = api.pages().get("none", {}).get("where", "none")

    bare = [rule.id for rule in rulebook(api) if rule.docs in ("", silent) and rule.id not in exemplified]

    assert bare == []
    assert [rule.id for rule in rulebook(api) if rule.standing == "decided" and not rule.reason] == []


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_refusal_has_an_example(api: Api[Any]) -> None:
    """Every refusal, of one operation or of all, is shown by a call that is refused by it."""
    shown = {example["rule"] for example in EXAMPLES.values() if example["verdict"] == "refused"}
    everywhere = (*api.problems, api.no_such_endpoint, api.no_such_method, api.too_large)
    ids = [f"{api.name}.{problem.name}" for problem in everywhere]
    ids += [f"{endpoint.id}.{problem.name}" for endpoint in api.endpoints for problem in endpoint.refuses]

    assert sorted(set(ids) - shown) == []
