"""Limits of a server: they hold, can be set, and are shown by /health."""

from __future__ import annotations

import gc
import json
import re
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from calling import JSON, Caller

from fakesources.control.violations import MAX_NAMED_TESTS
from fakesources.core.http.messages import Request
from fakesources.core.http.parsing import pairs_of
from fakesources.core.system.sizes import size_of_parsed

MIB = 1 << 20


@pytest.fixture
def memory() -> Iterator[Callable[[], int]]:
    """Function that returns the bytes allocated since the test began and still in use.

    No garbage is collected meanwhile: what a request leaves behind in reference cycles counts.
    """
    gc.collect()
    gc.disable()
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    gc.enable()


def used(caller: Caller) -> Any:
    """Return the current use of the limits as /health shows it."""
    return caller.control("GET", "/health")[1]["used"]


def send_body(caller: Caller, size: int) -> None:
    """Send a request with a body of so many bytes."""
    caller.send("POST", "/v1/feeds?api_key=ABCD-1234", b'{"name": "' + b"x" * (size - 12) + b'"}')


@pytest.mark.parametrize("kind", ["a text", "invalid JSON"])
def test_exchanges_with_large_bodies_are_dropped_for_newer_ones(
    caller: Caller, memory: Callable[[], int], kind: str
) -> None:
    """The journal of many requests of 1 MiB stays within its limit."""
    body = b'{"name": "' + b"x" * (MIB - 50) + b'"}' if kind == "a text" else b"\xff" * (MIB - 50)
    headers = (("Authorization", "alice:key"), *JSON)
    for number in range(60):
        caller.send("POST", "/v1.6/source/create", body + b" " * (number % 20), headers)

    assert used(caller)["journal_bytes"] <= caller.hosted.limits["journal_bytes"] == 32 * MIB
    assert memory() < 40 * MIB
    assert len(caller.fake.journal) < caller.fake.journal.total == 60


def memory_of(value: Any) -> int:
    """Return the size of a parsed value in CPython's memory, in bytes."""
    inner = [*value, *value.values()] if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sys.getsizeof(value) + sum(map(memory_of, inner))


@pytest.mark.parametrize(
    "text",
    [
        "[" + "1," * 1000 + "1]", "[" + "1.5," * 1000 + "1.5]", "[" + "{}," * 1000 + "{}]", "[" + "[]," * 1000 + "[]]",
        "[" + '"",' * 1000 + '""]', "[" + '"ab",' * 1000 + '"ab"]', "[" + '{"a":{"b":[1]}},' * 1000 + "1]",
        '"' + "x" * 5000 + '"', '"' + "é" * 5000 + '"', '"' + "x" * 5000 + "\U0001f600" + '"',
        '"' + "x" * 5000 + "\\ud83d\\ude00" + '"', "{" + ",".join(f'"n{n}":{n + 1000}' for n in range(1000)) + "}",
        "[" + "12345678901234567890," * 1000 + "1]",
    ],
    ids=lambda text: str(text[:12]),
)  # fmt: skip
def test_the_estimate_of_parsed_json_is_not_too_small(text: str) -> None:
    """Many small objects take far more memory than their text."""
    assert size_of_parsed(text.encode()) >= memory_of(json.loads(text)) - 500


@pytest.mark.parametrize(
    "text", ["&".join(f"n{n}=v{n}" for n in range(1000)), "&".join(["a=%41%42"] * 1000), "a=" + "%F0%9F%98%80" * 500]
)
def test_the_estimate_of_a_parsed_form_is_not_too_small(text: str) -> None:
    assert size_of_parsed(text.encode()) >= memory_of(dict(pairs_of(text))) - 500


def test_an_exchange_that_alone_is_larger_than_the_limit_is_kept_until_the_next(hosting: Callable[..., Caller]) -> None:
    """The latest exchange is always in the journal."""
    caller = hosting({"journal_bytes": 1000})

    for _ in range(2):
        send_body(caller, 5000)
        assert len(caller.fake.journal) == 1


@pytest.mark.parametrize("path", ["/reset", "/reset?account=alice"])
def test_exchanges_before_a_reset_are_no_longer_counted(caller: Caller, path: str) -> None:
    """By a reset of everything, and of the account alone."""
    caller.create()
    assert used(caller)["journal_bytes"] > 0

    caller.control("POST", path)

    assert used(caller)["journal_bytes"] == used(caller)["journal_exchanges"] == 0


def test_old_violations_are_dropped_and_counted(hosting: Callable[..., Caller]) -> None:
    """The newest are kept."""
    caller = hosting({"violation_bytes": 64 << 10})
    for number in range(200):
        caller.send("GET", f"/v1.6/source/get?nmae={number}", headers=(("Authorization", "alice:key"),))

    _, listed = caller.control("GET", "/violations")

    violations, dropped = listed["violations"], listed["dropped"]
    assert caller.fake.violations.bytes <= 64 << 10
    assert dropped + len(violations) == 200
    assert violations[-1]["actual"] == '"199"'
    assert (used(caller)["violations"], used(caller)["violations_dropped"]) == (len(violations), dropped)
    assert caller.control("DELETE", "/violations")[0] == 200
    assert used(caller)["violations_dropped"] == 0


def test_large_values_count_towards_the_limit_of_violations(hosting: Callable[..., Caller]) -> None:
    caller = hosting({"violation_bytes": 64 << 10})
    for number in range(20):
        target = f"/v1.6/source/get?nmae{number}=" + "x" * 8_000
        caller.send("GET", target, headers=(("Authorization", "alice:key"),))

    assert caller.fake.violations.bytes <= 64 << 10


def test_a_snapshot_beyond_the_limit_is_an_error(hosting: Callable[..., Caller]) -> None:
    """The earlier snapshots, which share their rows and take little, stay."""
    caller = hosting(snapshot_bytes=100_000)
    for _ in range(3):
        assert caller.control("POST", "/snapshots")[0] == 201
    caller.create("x" * 200_000)

    status, error = caller.control("POST", "/snapshots", {"name": "large"})

    assert (status, error["name"]) == (409, "too-many-snapshots")
    assert "100000" in error["error"]
    assert "--snapshot-bytes" in error["error"]
    assert caller.control("GET", "/snapshots")[1] == {"snapshots": ["1", "2", "3"]}


def test_snapshots_of_exactly_the_limit_are_kept(hosting: Callable[..., Caller]) -> None:
    def taken(limit: int) -> tuple[int, str]:
        caller = hosting(snapshot_bytes=limit)
        caller.create("x" * 100_000)
        status, error = caller.control("POST", "/snapshots", {"name": "one"})
        return status, error.get("error", "")

    size = next(int(number) for number in re.findall(r"\d+", taken(50_000)[1]) if number != "50000")

    assert [taken(limit)[0] for limit in (size, size - 1)] == [201, 409]


def test_rows_that_snapshots_share_count_once(hosting: Callable[..., Caller]) -> None:
    caller = hosting(snapshot_bytes=1_000_000)
    caller.create("x" * 100_000)

    assert {caller.control("POST", "/snapshots")[0] for _ in range(20)} == {201}


def test_a_fault_beyond_the_limit_is_an_error(caller: Caller) -> None:
    """Until the faults are cleared."""
    fault = {"operation": "curator.feeds.list", "respond": 503}
    limit = caller.hosted.limits["planned_faults"]
    for _ in range(limit):
        caller.fake.faults.respond("curator.feeds.list", 503)

    assert caller.control("POST", "/faults", fault)[1]["name"] == "too-many-faults"
    caller.control("DELETE", "/faults")
    assert caller.control("POST", "/faults", fault)[0] == 201


def test_a_request_beyond_the_limit_of_waiting_ones_is_an_error(hosting: Callable[..., Caller]) -> None:
    """Immediately, and until another one has ended."""
    caller = hosting(max_waiting=2)
    request = Request("GET", "/_fakesources/journal?wait=60", (), b"", "127.0.0.1:8080", "http", "server", "127.0.0.1")
    waiting = [caller.hosted.steps(request) for _ in range(2)]
    for steps in waiting:
        next(steps)
    assert used(caller)["waiting_requests"] == 2

    status, error = caller.control("GET", "/journal?wait=60")
    waiting[0].close()

    assert (status, error["name"]) == (503, "too-many-waiting")
    assert used(caller)["waiting_requests"] == 1
    next(caller.hosted.steps(request))


def test_health_shows_limits_and_their_use(caller: Caller) -> None:
    """Those that a server has added, too."""
    caller.hosted.limits["connections"] = 500
    caller.hosted.gauges["connections"] = lambda: 7

    _, health = caller.control("GET", "/health")

    assert (health["limits"]["connections"], health["used"]["connections"]) == (500, 7)
    assert health["limits"]["body_bytes"] == MIB
    assert all(isinstance(number, int) for number in (*health["limits"].values(), *health["used"].values()))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"journal_bytes": 0}, "journal_bytes: expected .*1 or more"),
        ({"violation_bytes": -1}, "violation_bytes: expected .*1 or more"),
    ],
)
def test_a_limit_below_1_is_an_error(hosting: Callable[..., Caller], options: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hosting(options)


def test_the_server_is_not_ready_during_its_shutdown(caller: Caller) -> None:
    before = caller.control("GET", "/ready")
    caller.hosted.begin_shutdown()

    assert (before, caller.control("GET", "/ready")) == ((200, {"ready": True}), (503, {"ready": False}))


def test_the_names_of_the_latest_tests_are_kept(caller: Caller) -> None:
    for number in range(MAX_NAMED_TESTS + 1):
        caller.control("PUT", "/test", {"name": f"test {number}", "account": f"a{number}"})

    assert list(caller.fake.tests) == [f"a{number}" for number in range(1, MAX_NAMED_TESTS + 1)]
