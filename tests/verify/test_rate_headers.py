"""Rate-limit headers of one response: what is a disagreement, exactly up to each bound."""

from __future__ import annotations

import pytest

from fakesources import Response
from fakesources.core.contract.traffic import Counters
from fakesources.verify.rate_headers import find_disagreements, shown_name

NAMES = Counters(
    limit="x-ratelimit-limit",
    remaining="x-ratelimit-remaining",
    cost="x-ratelimit-cost",
    reset="x-ratelimit-reset",
    ttl="x-ratelimit-reset-ttl",
    window=3600,
)
NOON = 1767268800
RIGHT = {
    "X-RateLimit-Limit": "10000",
    "X-RateLimit-Remaining": "9975",
    "X-RateLimit-Cost": "25",
    "X-RateLimit-Reset": str(NOON + 600),
    "X-RateLimit-Reset-Ttl": "600",
    "Date": "Thu, 01 Jan 2026 12:00:00 GMT",
}


def found(**changes: str | None) -> list[tuple[str, str, str]]:
    """Return the disagreements of a response, in which the headers with these last words are changed or left out."""
    headers = {
        name: changes.get(name.removeprefix("X-RateLimit-").replace("-", "_").lower(), value)
        for name, value in RIGHT.items()
    }
    response = Response(200, tuple((name, value) for name, value in headers.items() if value is not None))
    return list(find_disagreements(NAMES, 25, response))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"remaining": "10000"},
        {"remaining": "0"},
        {"reset": str(NOON + 3600), "reset_ttl": "3600"},
        {"reset": str(NOON), "reset_ttl": "0"},
        {"reset_ttl": "602"},
        {"reset_ttl": "598"},
        {"reset": None},
        {"reset_ttl": None},
        {"reset": None, "reset_ttl": None},
        {"date": None, "reset": "7"},
        {"date": "yesterday", "reset": "7"},
        {"limit": None, "remaining": None, "cost": None},
        {"limit": "***"},
        {"remaining": "[FILTERED]"},
        {"cost": ""},
        {"reset_ttl": " "},
        {"limit": "<LIMIT>", "cost": "7"},
    ],
    ids=str,
)
def test_headers_that_agree_or_were_not_recorded_are_right(changes: dict[str, str | None]) -> None:
    assert found(**changes) == []


@pytest.mark.parametrize(
    ("changes", "name", "actual", "expected"),
    [
        ({"limit": None}, "Limit", "nothing", "a whole number"),
        ({"remaining": None}, "Remaining", "nothing", "a whole number"),
        ({"cost": None}, "Cost", "nothing", "a whole number"),
        ({"limit": "many"}, "Limit", "'many'", "a whole number"),
        ({"remaining": "-1"}, "Remaining", "'-1'", "a whole number"),
        ({"cost": "25.0"}, "Cost", "'25.0'", "a whole number"),
        ({"reset": "soon"}, "Reset", "'soon'", "a whole number"),
        ({"reset_ttl": "²"}, "Reset-Ttl", "'²'", "a whole number"),
        ({"cost": "24"}, "Cost", "24", "25, the cost of the operation"),
        ({"cost": "26"}, "Cost", "26", "25, the cost of the operation"),
        ({"remaining": "10001"}, "Remaining", "10001", "at most the limit, 10000"),
        ({"reset": str(NOON + 3601), "reset_ttl": "3601"}, "Reset-Ttl", "3601", "at most 3600"),
        ({"reset": None, "reset_ttl": "3601"}, "Reset-Ttl", "3601", "at most 3600"),
        ({"reset_ttl": "603"}, "Reset-Ttl", "603", "600, the time of the reset less the Date"),
        ({"reset_ttl": "597"}, "Reset-Ttl", "597", "600, the time of the reset less the Date"),
    ],
    ids=str,
)
def test_a_wrong_header_is_one_disagreement(
    changes: dict[str, str | None], name: str, actual: str, expected: str
) -> None:
    assert found(**changes) == [(f"headers['X-RateLimit-{name}']", actual, expected)]


def test_each_wrong_header_is_named() -> None:
    assert [path for path, *_ in found(cost="1", remaining="10001", reset_ttl="4000")] == [
        "headers['X-RateLimit-Cost']",
        "headers['X-RateLimit-Remaining']",
        "headers['X-RateLimit-Reset-Ttl']",
        "headers['X-RateLimit-Reset-Ttl']",
    ]


@pytest.mark.parametrize(("name", "shown"), [("x-ratelimit-reset-ttl", "X-RateLimit-Reset-Ttl"), ("date", "Date")])
def test_a_header_is_shown_in_its_usual_spelling(name: str, shown: str) -> None:
    assert shown_name(name) == shown
