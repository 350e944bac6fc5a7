"""Violations that a test means: listed with their expectation, and verified at its end as in Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from calling import JSON, Caller

from fakesources import FakeSources

RULE = "datasift.source.get.unknown-parameter"
NONE_MET = f"expected a violation of {RULE}, "


def violate(caller: Caller, user: str = "alice", times: int = 1, name: str = "pge") -> None:
    for _ in range(times):
        caller.send("GET", f"/v1.6/source/get?{name}=2", headers=(("Authorization", f"{user}:s3cret"),))


def listed(caller: Caller) -> list[str]:
    return [each["rule"] for each in caller.control("GET", "/violations")[1]["violations"]]


def begin(caller: Caller, **body: Any) -> int:
    status, expectation = caller.control("POST", "/expectations", {"rule": RULE, **body})
    assert status == 201
    return int(expectation["number"])


def test_an_expected_violation_is_listed_with_its_expectation_alone(caller: Caller) -> None:
    number = begin(caller)
    violate(caller)

    [expectation] = caller.control("GET", "/expectations")[1]["expectations"]
    status, ended = caller.control("DELETE", f"/expectations/{number}")

    assert listed(caller) == []
    assert (status, ended) == (200, expectation)
    assert [(each["rule"], each["account"], each["exchange"]) for each in ended["matched"]] == [(RULE, "alice", 1)]
    assert caller.control("GET", "/expectations")[1] == {"expectations": []}


@pytest.mark.parametrize(
    ("given", "calls", "remaining", "status"),
    [
        ({}, [("alice", 2)], 1, 200),
        ({"times": 2}, [("alice", 2)], 0, 200),
        ({"times": 2}, [("alice", 1)], 0, 409),
        ({"account": "bob"}, [("alice", 1)], 1, 409),
        ({"account": "bob"}, [("alice", 1), ("bob", 1)], 1, 200),
        ({}, [], 0, 409),
    ],
    ids=str,
)
def test_as_many_violations_of_the_account_are_expected_as_given(
    caller: Caller, given: dict[str, Any], calls: list[tuple[str, int]], remaining: int, status: int
) -> None:
    """Others are violations, and an expectation ends even if it was not met."""
    number = begin(caller, **given)
    for user, times in calls:
        violate(caller, user, times)

    assert caller.control("DELETE", f"/expectations/{number}")[0] == status
    assert len(listed(caller)) == remaining
    violate(caller)
    assert len(listed(caller)) == remaining + 1


def test_one_that_was_not_met_says_what_happened_as_in_python(caller: Caller) -> None:
    """The text is that of `expect_violation`."""
    texts = []
    for has_other in (False, True):
        number = begin(caller)
        fake = FakeSources()
        if has_other:
            caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n", "nmae": 1}', JSON)
        texts.append(caller.control("DELETE", f"/expectations/{number}")[1]["error"])
        with pytest.raises(AssertionError) as error, fake.expect_violation(RULE):
            pass
        assert texts[0] == str(error.value)

    assert texts[1].startswith(f"{NONE_MET}got: curator.feeds.create $.nmae")
    assert "ABCD-1234" not in texts[1]


def test_two_expectations_of_one_rule_take_a_violation_each(caller: Caller) -> None:
    numbers = [begin(caller), begin(caller)]
    violate(caller, times=2)

    ended = [caller.control("DELETE", f"/expectations/{number}") for number in numbers]

    assert [(status, len(each["matched"])) for status, each in ended] == [(200, 1), (200, 1)]


def test_an_account_that_is_a_key_is_masked(caller: Caller) -> None:
    caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n"}', JSON)
    body = {"rule": "curator.feeds.create.unknown-parameter", "account": "ABCD-1234"}
    _, begun = caller.control("POST", "/expectations", body)
    caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "n", "nmae": 1}', JSON)

    _, ended = caller.control("DELETE", f"/expectations/{begun['number']}")

    assert (begun["account"], len(ended["matched"])) == ("***", 1)
    assert "ABCD-1234" not in json.dumps([begun, ended])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("POST", "/expectations", {}, 400, "also 'rule'"),
        ("POST", "/expectations", {"rule": "datasift.source.get.unknown-paramter"}, 404, f"did you mean '{RULE}'?"),
        ("POST", "/expectations", {"rule": RULE, "times": 0}, 400, "$.times: expected at least 1"),
        ("POST", "/expectations", {"rule": RULE, "times": 101}, 400, "$.times: expected at most 100"),
        ("POST", "/expectations", {"rule": RULE, "times": None}, 400, "$.times"),
        ("POST", "/expectations", {"rule": RULE, "account": "#9"}, 404, "In the body, $.account"),
        ("POST", "/expectations", {"rule": RULE, "acount": "x"}, 400, "did you mean 'account'?"),
        ("DELETE", "/expectations/x", None, 404, "got 'x'"),
        ("DELETE", "/expectations/7", None, 404, "one that has not ended (there is none), got '7'"),
    ],
)  # fmt: skip
def test_an_error_names_the_place(caller: Caller, method: str, path: str, body: Any, status: int, message: str) -> None:
    actual, error = caller.control(method, path, body)

    assert actual == status
    assert message in error["error"]
    assert not caller.fake.violations.expectations


def test_their_number_is_limited(hosting: Callable[..., Caller]) -> None:
    caller = hosting()
    caller.hosted.limits["expectations"] = 2

    statuses = [caller.control("POST", "/expectations", {"rule": RULE})[0] for _ in range(3)]

    assert statuses == [201, 201, 409]
    assert caller.control("GET", "/health")[1]["used"]["expectations"] == 2
