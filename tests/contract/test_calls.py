"""Example calls, `<api>/calls/*.json`: each a JSON file about one rule.

`name` describes the example and `rule` is its rule. `request` is sent; `response` is expected, with the whole `body` or
a `part` of it. `verdict` is `accepted`, `error` (an API error) or `reported` (a violation). `given` are rows to add and
`before` requests to send first, `faults` errors to plan, `fake` options of the fake, `edition` the only edition that is
tested; `error_rule` is the rule of the error where it is not `rule`, `violation` the whole violation of a reported one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from fakesources import FakeSources
from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.contract.rulebook import rulebook
from fakesources.core.http.messages import Request, Response

ALL = installed()

HERE = Path(__file__).parent
VIOLATION = ("path", "actual", "expected", "message", "source", "suggestion")
APIS = {api.name: api for api in ALL if (HERE / api.name / "calls").is_dir()}
EXAMPLES: dict[str, dict[str, Any]] = {
    f"{name}/{path.stem}": json.loads(path.read_text("utf-8"))
    for name in APIS
    for path in sorted((HERE / name / "calls").glob("*.json"))
}


def api_of(name: str) -> Api[Any]:
    return APIS[name.split("/")[0]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_call_has_the_expected_response(name: str) -> None:
    """It is accepted, an error, or a violation of the example's rule."""
    api, example = api_of(name), EXAMPLES[name]
    for edition in [example["edition"]] if "edition" in example else api.editions:
        fake = FakeSources(**{api.name: edition, **example.get("fake", {})})
        for store, rows in example.get("given", {}).items():
            for row in rows:
                getattr(getattr(fake, api.name), store).add(**row)

        for earlier in example.get("before", ()):
            fake.handle(request_of(api, earlier))

        for fault in example.get("faults", ()):
            fake.faults.error(*fault)

        response = fake.handle(request_of(api, example["request"]))

        expected = example["response"]
        exchange = fake.journal.last()
        assert response.status == expected["status"]
        headers = expected.get("headers", {})
        assert {name: response.header(name.lower()) for name in headers} == headers
        if "body" in expected:
            assert body_of(response) == expected["body"]
        if "part" in expected:
            assert expected["part"].items() <= body_of(response).items()
        error = rulebook(api).find(exchange.error, edition)
        assert (error is not None) == (example["verdict"] == "error")
        assert error is None or error.id in (example["rule"], example.get("error_rule"))
        rules = [rulebook(api).find(violation.rule, edition) for violation in fake.violations]
        assert [rule.id for rule in rules if rule] == ([example["rule"]] if example["verdict"] == "reported" else [])
        shown = [{name: getattr(violation, name) for name in VIOLATION} for violation in fake.violations]
        assert shown == [dict.fromkeys(VIOLATION, "") | each for each in [example.get("violation")] if each]


def request_of(api: Api[Any], example: dict[str, Any]) -> Request:
    """Return the request of an example."""
    headers, body = example.get("headers", {}), b""
    if "json" in example:
        body, headers = json.dumps(example["json"]).encode(), {**headers, "Content-Type": "application/json"}
    if "form" in example:
        body, headers = (
            urlencode(example["form"]).encode(),
            {**headers, "Content-Type": "application/x-www-form-urlencoded"},
        )
    if "text" in example:
        body = (example["text"] * example.get("times", 1)).encode()
    target = example["path"] + (f"?{urlencode(example['query'])}" if "query" in example else "")
    return Request(example["method"], target, tuple(headers.items()), body, api.hosts[0])


def body_of(response: Response) -> Any:
    return json.loads(response.body) if response.body else None


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_an_existing_rule_and_a_name(name: str) -> None:
    example = EXAMPLES[name]

    assert example["rule"] in rulebook(api_of(name))
    assert example["name"]
    assert example["verdict"] in ("accepted", "error", "reported")


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_rule_has_a_source_or_an_example(api: Api[Any]) -> None:
    """A rule without a source has an example or a test, and a decided one a reason."""
    exemplified = {json.loads(file.read_text("utf-8")).get("rule") for file in (HERE / api.name).rglob("*.json")}
    exemplified |= json.loads((HERE / "exercised.json").read_text("utf-8")).keys()  # or a test
    no_source = api.pages().get("none", {}).get("where", "none")

    shared = {str(id).rpartition(".")[2] for id in exemplified}  # one operation stands for all that report the same
    bare = [rule for rule in rulebook(api) if rule.source in ("", no_source) and rule.id not in exemplified]

    assert [rule.id for rule in bare if not (rule.reported and rule.id.rpartition(".")[2] in shared)] == []
    assert [rule.id for rule in rulebook(api) if rule.provenance == "decided" and not rule.reason] == []


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_error_has_an_example(api: Api[Any]) -> None:
    with_example = {example["rule"] for example in EXAMPLES.values() if example["verdict"] == "error"}
    general = api.errors
    ids = [f"{api.name}.{error.name}" for error in general]
    ids += [f"{endpoint.id}.{error.name}" for endpoint in api.endpoints for error in endpoint.errors]

    assert sorted(set(ids) - with_example) == []
