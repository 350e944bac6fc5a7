"""Violations of one call: their number, the curl command of each, and expectations of them."""

from __future__ import annotations

import string
from typing import Any

import pytest

from fakesources import FakeSources
from fakesources.core.contract.call import VIOLATIONS_LIMIT
from fakesources.core.http.messages import Request

ALICE = (("Authorization", "alice:key"),)
FORM = (*ALICE, ("Content-Type", "application/x-www-form-urlencoded"))
JSON = (*ALICE, ("Content-Type", "application/json"))


def get(fake: FakeSources, query: str = "", headers: Any = ALICE, body: bytes = b"") -> Any:
    """Return the response to a request for a list of sources."""
    return fake.handle(Request("GET", f"/v1.6/source/get{query}", headers, body, "api.datasift.com"))


@pytest.fixture
def fake() -> FakeSources:
    return FakeSources(strict=False)


def test_more_violations_than_the_limit_are_counted_by_the_last(fake: FakeSources) -> None:
    get(fake, "?" + "&".join(f"name{number}=1" for number in range(VIOLATIONS_LIMIT + 5)))

    assert len(fake.violations) == VIOLATIONS_LIMIT
    assert fake.violations[-1].rule == "datasift.source.get.more-violations"
    assert "6" in f"{fake.violations[-1].actual} {fake.violations[-1].message}"


def test_misspelt_names_beyond_the_limit_are_counted_as_well(fake: FakeSources) -> None:
    """They are found one by one."""
    (feed,) = fake.curator.feeds
    names = [f"{name}{letter}" for name in ("limit", "offset") for letter in string.ascii_letters]
    query = "&".join(f"{name}=1" for name in names)
    fake.handle(Request("GET", f"/v1/feeds/{feed}/posts?api_key=k&{query}", (), b"", "api.curator.io"))

    assert len(fake.violations) == VIOLATIONS_LIMIT
    assert fake.violations[-1].actual == f"{len(names) - VIOLATIONS_LIMIT + 1} more violations"


def test_removed_violations_take_no_memory() -> None:
    """The bound is compared with those that remain: removing some makes space for as many."""
    fake = FakeSources(strict=False)
    get(fake, "?nmae=1")
    fake.violations.size_bytes = 3 * fake.violations.bytes
    for _ in range(10):
        get(fake, "?nmae=1")
        del fake.violations[1:]

    assert fake.violations.dropped == 0


def test_an_exception_inside_an_expectation_goes_out(fake: FakeSources) -> None:
    with pytest.raises(KeyError), fake.expect_violation("datasift.source.get.unknown-parameter"):
        raise KeyError

    expectation = fake.expect_violation("datasift.source.get.unknown-parameter")
    assert repr(expectation) == "<Expectation of datasift.source.get.unknown-parameter>"


@pytest.mark.parametrize(
    ("headers", "body", "curl"),
    [
        (ALICE, b"just a text", "--data-binary"),
        (JSON, b'{"name": "a", "nmae": 1}', "--data-raw"),
        (FORM, b"nmae=1", "--data-urlencode"),
    ],
)
def test_the_body_of_any_request_is_shown_in_curl(fake: FakeSources, headers: Any, body: bytes, curl: str) -> None:
    get(fake, "?nmae=x", headers, body)

    assert fake.violations
    assert all(curl in each.curl for each in fake.violations)
