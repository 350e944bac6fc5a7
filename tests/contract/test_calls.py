"""Example calls: each a JSON file about one rule, `<api>/calls/*.json`.

`name` says what it shows, `rule` what it is about; `request` is sent and `reply` expected, whole (`body`) or in `part`;
`verdict` is `accepted`, `refused`, or `reported` where the call goes through and the test is told. `given` are the rows
that are there before, `before` the requests sent before, `faults` the refusals that are arranged, `fake` the options of the fake, `edition` the only edition
that is meant; `refused_by` names the refusal where the rule is another.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from fakesources import FakeSources
from fakesources.apis import ALL
from fakesources.core.contract.api import Api
from fakesources.core.contract.rulebook import rulebook
from fakesources.core.http.messages import Request, Response

HERE = Path(__file__).parent
APIS = {api.name: api for api in ALL if (HERE / api.name / "calls").is_dir()}
EXAMPLES: dict[str, dict[str, Any]] = {
    f"{name}/{path.stem}": json.loads(path.read_text("utf-8"))
    for name in APIS
    for path in sorted((HERE / name / "calls").glob("*.json"))
}


def api_of(name: str) -> Api[Any]:
    return APIS[name.split("/")[0]]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_call_is_answered_as_the_file_says(name: str) -> None:
    """An example call is accepted, refused, or accepted and reported, by the rule that the file is about."""
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

        reply = fake.handle(request_of(api, example["request"]))

        told = example["response"]
        exchange = fake.journal.last()
        assert reply.status == told["status"]
        assert {header: reply.header(header.lower()) for header in told.get("headers", {})} == told.get("headers", {})
        if "body" in told:
            assert body_of(reply) == told["body"]
        if "part" in told:
            assert told["part"].items() <= body_of(reply).items()
        refusal = rulebook(api).find(exchange.error, edition)
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


def body_of(reply: Response) -> Any:
    return json.loads(reply.body) if reply.body else None


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_about_a_rule_there_is(name: str) -> None:
    """Every example names a rule, and says in its name what it shows."""
    example = EXAMPLES[name]

    assert example["rule"] in rulebook(api_of(name))
    assert example["name"]
    assert example["verdict"] in ("accepted", "refused", "reported")


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_rule_has_a_source_or_an_example(api: Api[Any]) -> None:
    """A rule that no page speaks of has an example or a test, and a reason for what was decided."""
    exemplified = {json.loads(file.read_text("utf-8")).get("rule") for file in (HERE / api.name).rglob("*.json")}
    exemplified |= json.loads((HERE / "exercised.json").read_text("utf-8")).keys()  # or a test that the table names
    silent = api.pages().get("none", {}).get("where", "none")

    shared = {str(id).rpartition(".")[2] for id in exemplified}  # one operation stands for all that report the same
    bare = [rule for rule in rulebook(api) if rule.source in ("", silent) and rule.id not in exemplified]

    assert [rule.id for rule in bare if not (rule.reported and rule.id.rpartition(".")[2] in shared)] == []
    assert [rule.id for rule in rulebook(api) if rule.provenance == "decided" and not rule.reason] == []


@pytest.mark.parametrize("api", APIS.values(), ids=APIS)
def test_every_refusal_has_an_example(api: Api[Any]) -> None:
    """Every refusal, of one operation or of all, is shown by a call that is refused by it."""
    shown = {example["rule"] for example in EXAMPLES.values() if example["verdict"] == "refused"}
    everywhere = (*api.errors, api.no_such_endpoint, api.no_such_method, api.too_large)
    ids = [f"{api.name}.{problem.name}" for problem in everywhere]
    ids += [f"{endpoint.id}.{problem.name}" for endpoint in api.endpoints for problem in endpoint.errors]

    assert sorted(set(ids) - shown) == []
