"""Requests generated from the schemas, for every operation and edition, and the public strategies that generate them."""

from __future__ import annotations

import json
import subprocess
import sys
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources
from fakesources.apis.registry import installed
from fakesources.core.contract.api import Api
from fakesources.core.http.messages import Request
from fakesources.kit.generated_requests import RequestGenerator, RequestKind
from fakesources.kit.schema_values import ValueGenerator
from fakesources.kit.testing import ApiTests, handle_generated, parameters_of, requests_of, responses_of

pytestmark = pytest.mark.once

OPERATIONS = [
    (api, edition, endpoint.id) for api in installed() for edition in api.editions for endpoint in api.endpoints
]
CREDENTIALS: dict[str, dict[str, Any]] = {
    "datasift": {"headers": {"Authorization": "user:key"}},
    "curator": {"headers": {}, "query": {"api_key": "key"}},
}
each_operation = pytest.mark.parametrize(
    ("api", "edition", "operation"), OPERATIONS, ids=[f"{edition}-{operation}" for _, edition, operation in OPERATIONS]
)


def installed_api(name: str) -> Api[Any]:
    return next(api for api in installed() if api.name == name)


class TestDataSift(ApiTests):
    api = installed_api("datasift")
    headers = CREDENTIALS["datasift"]["headers"]
    generated_requests = 900


class TestCurator(ApiTests):
    api = installed_api("curator")
    headers = CREDENTIALS["curator"]["headers"]
    query = CREDENTIALS["curator"]["query"]
    generated_requests = 900


def filled(api: Api[Any], edition: str) -> tuple[FakeSources, dict[str, list[Any]]]:
    """Return a fake with a few rows and their ids by name."""
    fake = FakeSources(**{api.name: edition}, apis=[api], strict=False, rate_limit=10**9)
    if api.name == "datasift":
        account = fake.datasift.account("user")
        sources = [account.sources.add(source_type=name) for name in ("instagram", "facebook_page")]
        account.log.add(sources[0].id)
        parts = {"resource_ids": [sources[0].resources[0].resource_id]} if sources[0].resources else {}
        return fake, {"id": [source.id for source in sources], **parts}
    mine = fake.curator.account("key")
    source = mine.sources.add()
    feeds = [*mine.feeds, next(iter(mine.feeds.values())).public_key]
    return fake, {
        "feed_id": feeds,
        "source_id": [source.id],
        "source_type": [source.source_type],
        "post_id": [*mine.posts],
    }


@each_operation
def test_any_request_has_a_documented_response_and_an_error_changes_nothing(
    api: Api[Any], edition: str, operation: str
) -> None:
    fake, known = filled(api, edition)
    requests = requests_of(api, operation, edition=edition, known=known, **CREDENTIALS[api.name])
    start = fake.snapshot()

    @settings(settings(), max_examples=max(6, settings().max_examples // 16), deadline=None, database=None)
    @given(st.lists(requests, min_size=1, max_size=3))
    def check(sent: list[Request]) -> None:
        fake.restore(start)
        for request in sent:
            handle_generated(fake, request, {})

    check()


@each_operation
def test_most_valid_requests_succeed_and_hostile_ones_do_not(api: Api[Any], edition: str, operation: str) -> None:
    """Otherwise the tests above would say little."""
    fake, known = filled(api, edition)
    start = fake.snapshot()
    generator = RequestGenerator(api, edition, Random(1), known=known, **CREDENTIALS[api.name])
    statuses: dict[RequestKind, list[int]] = {"valid": [], "hostile": []}

    for kind, seen in statuses.items():
        for _ in range(40):
            fake.restore(start)
            seen.append(fake.handle(generator.request(api.endpoint(operation), kind)).status)

    assert sum(status < 300 for status in statuses["valid"]) >= 3
    assert any(status >= 400 for status in statuses["hostile"])


SCHEMAS = [
    (api, edition, name)
    for api in installed()
    for edition in api.editions
    for name in sorted(
        {
            each
            for row in api.endpoints
            for each in (row.body_schema, row.query_schema, *row.variants, *row.responses.values())
            if each
        }
    )
]


@pytest.mark.parametrize(("api", "edition", "name"), SCHEMAS, ids=[f"{edition}-{name}" for _, edition, name in SCHEMAS])
def test_a_generated_value_is_valid(api: Api[Any], edition: str, name: str) -> None:
    schema = api.schemas.schema_of(edition, name)
    values = ValueGenerator(api.schemas, Random(1))

    assert all(schema.is_valid(values.valid(schema)) for _ in range(10))


@given(parameters_of("curator", "sources.create"))
@settings(max_examples=20, deadline=None)
def test_parameters_are_those_of_path_query_and_body(parameters: dict[str, Any]) -> None:
    assert {"feed_id", "source_type", "tag"} <= parameters.keys()
    assert "feed_id" in parameters


@given(responses_of("datasift", "datasift.source.start", edition="live-1.6"))
@settings(max_examples=20, deadline=None)
def test_a_response_has_a_documented_status_and_value(result: Any) -> None:
    schema = installed_api("datasift").schemas.schema_of("live-1.6", "started")

    assert result.status == 200
    assert schema.is_valid(json.loads(json.dumps(result.value)))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("datasift", "datasift.source.strat"), r"operation: .*did you mean 'datasift.source.start'"),
        (("datasift", "datasift.source.start", "docs-1.7"), r"edition: .*did you mean 'docs-1.6'"),
        (("datasfit", "x"), "datasift"),
    ],
)
def test_an_unknown_name_is_an_error_with_the_nearest_one(arguments: tuple[str, ...], named: str) -> None:
    for strategy in (parameters_of, requests_of, responses_of):
        with pytest.raises(ValueError, match=named):
            strategy(*arguments[:2], **({"edition": arguments[2]} if arguments[2:] else {}))


def test_without_hypothesis_the_tests_run_and_a_strategy_is_an_error_that_names_the_extra() -> None:
    program = """
import sys
sys.modules["hypothesis"] = None
from fakesources.kit import testing
class Tests(testing.ApiTests):
    api = testing.FakeSources().apis[0]
    headers = {"Authorization": "user:key"}
    generated_requests = 30
Tests().test_generated_requests_get_documented_responses()
for strategy in (testing.parameters_of, testing.requests_of, testing.responses_of):
    try:
        strategy("datasift", "source.get")
    except ImportError as error:
        print(error)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("fakesources[hypothesis]") == 3


def test_importing_the_tests_imports_no_hypothesis() -> None:
    program = "import sys, fakesources.kit.testing; print('hypothesis' in sys.modules)"

    assert subprocess.check_output([sys.executable, "-c", program], text=True).strip() == "False"
