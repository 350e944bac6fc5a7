"""Journal, faults and expectations in uses that few tests make of them."""

from __future__ import annotations

import copy
import pickle
import sys
from typing import Any

import pytest

from fakesources import FakeSources
from fakesources.core.contract.call import VIOLATIONS_LIMIT
from fakesources.core.contract.schemas import validator_of
from fakesources.core.http.messages import Request
from fakesources.core.storage.frozen import freeze

ALICE = (("Authorization", "alice:key"),)
FORM = (*ALICE, ("Content-Type", "application/x-www-form-urlencoded"))
JSON = (*ALICE, ("Content-Type", "application/json"))


def get(fake: FakeSources, query: str = "", headers: Any = ALICE, body: bytes = b"") -> Any:
    """Return the response to a request for a list of sources."""
    return fake.handle(Request("GET", f"/v1.6/source/get{query}", headers, body, "api.datasift.com"))


@pytest.fixture
def fake() -> FakeSources:
    return FakeSources(strict=False)


@pytest.mark.parametrize("index", [1, -2, 10**9])
def test_an_index_beyond_the_journal_is_an_error(fake: FakeSources, index: int) -> None:
    get(fake)

    with pytest.raises(IndexError, match=rf"^index: expected one of the 1 exchanges in the journal, got {index}$"):
        fake.journal[index]


@pytest.mark.parametrize(
    ("query", "pairs"), [("?a=1&b=", [("a", "1"), ("b", "")]), ("?a=%FF", []), ("?a=%41\ud800", [])]
)
def test_a_query_is_parsed_or_empty(fake: FakeSources, query: str, pairs: Any) -> None:
    get(fake, query)

    assert fake.journal.last().request.query == pairs


def test_more_violations_than_the_limit_are_counted_by_the_last(fake: FakeSources) -> None:
    get(fake, "?" + "&".join(f"name{number}=1" for number in range(VIOLATIONS_LIMIT + 5)))

    assert len(fake.violations) == VIOLATIONS_LIMIT
    assert fake.violations[-1].rule == "datasift.source.get.more-violations"
    assert "6" in f"{fake.violations[-1].actual} {fake.violations[-1].message}"


def test_an_exception_inside_an_expectation_goes_out(fake: FakeSources) -> None:
    with pytest.raises(KeyError), fake.expect_violation("datasift.source.get.unknown-parameter"):
        raise KeyError

    expectation = fake.expect_violation("datasift.source.get.unknown-parameter")
    assert repr(expectation) == "<Expectation of datasift.source.get.unknown-parameter>"


def test_a_hold_shows_its_operation_and_its_state(fake: FakeSources) -> None:
    hold = fake.faults.hold("datasift.source.get")
    held = repr(hold)
    hold.release()

    assert (held, repr(hold)) == ("<Hold of datasift.source.get, 0 held>", "<Hold of datasift.source.get, released>")


@pytest.mark.parametrize(
    ("headers", "body", "curl"),
    [
        (JSON, b'{"name": "a"', "--data-binary"),
        (ALICE, b"just a text", "--data-binary"),
        (FORM, b"name=%ED%A0%80", "--data-binary"),
        (JSON, b'{"name": "a", "nmae": 1}', "--data-raw"),
        (FORM, b"nmae=1", "--data-urlencode"),
    ],
)
def test_the_body_of_any_request_is_shown_in_curl(fake: FakeSources, headers: Any, body: bytes, curl: str) -> None:
    get(fake, "?nmae=x", headers, body)

    shown = [each.curl for each in fake.violations]

    assert all(curl in each for each in shown)


@pytest.mark.parametrize(
    "resources",
    ['[{"parameters": {"typ": "tag"}}', '"[1"', '{"a": 1}', "[7]", "[[]]"],
)
def test_a_violation_in_a_text_that_is_no_json_has_a_snippet_or_none(fake: FakeSources, resources: str) -> None:
    body = f'{{"source_type": "instagram", "name": 5, "resources": {resources}, "nmae": [], "auth": "x"}}'
    fake.handle(Request("POST", "/v1.6/source/create", JSON, body.encode(), "api.datasift.com"))

    assert all(isinstance(each.snippet, str) for each in fake.violations)


def test_a_frozen_value_is_its_own_copy() -> None:
    value = freeze({"a": [1, {"b": 2}]})

    assert copy.copy(value) is value
    assert copy.deepcopy(value) is value
    assert freeze(value) is value
    assert pickle.loads(pickle.dumps(value)) == value


def test_a_schema_without_references_validates_with_either_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a platform without wheels of jsonschema-rs the verdict is that of jsonschema."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": ["a"]}
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)

    is_valid = validator_of(schema)

    assert [is_valid({"a": 1}), is_valid({}), is_valid(7)] == [True, False, False]
