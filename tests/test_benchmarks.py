"""Benchmarks without measuring time: groups, measured requests, and results of promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"


def test_every_measured_request_has_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that fails would be measured as something else."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from bench_adapters import CALLS
    from subjects import checked_response, filled_fake

    for make, status in CALLS.values():
        fake = filled_fake(20)

        assert checked_response(fake, make(fake), status).status == status


def test_the_command_lists_every_promise() -> None:
    """Also where the peers are not installed."""
    completed = subprocess.run([sys.executable, str(BENCHMARKS), "--list"], capture_output=True, text=True, timeout=120)

    assert completed.returncode == 0, completed.stderr
    assert "`requests` adapter, GET one (DataSift) | bare `responses` static mock" in completed.stdout


@pytest.mark.parametrize(
    ("ours", "theirs", "at_least", "is_kept"),
    [(1.1, 1.0, False, True), (1.3, 1.0, False, False), (3.0, 1.0, True, True), (2.0, 1.0, True, False)],
)
def test_a_promise_is_kept_on_the_right_side_of_its_bound(
    ours: float, theirs: float, at_least: bool, is_kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The median ratio of the rounds is compared; one odd round has no effect."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from harness import Case, Group, Promise, measure

    rounds = iter([1.0, 50.0, 1.0, 1.0, 1.0])
    cases = [
        Case("ours", lambda: {"ours": ours * next(rounds)}),
        Case("theirs", lambda: {"theirs": theirs}),
    ]
    promise = Promise("ours", "theirs", ("ours",), ("theirs",), 2.5 if at_least else 1.2, at_least)
    (result,) = measure(Group("a group", cases, [promise]), rounds=5).results

    assert (result.ratio, result.is_kept) == (pytest.approx(ours / theirs), is_kept)


@pytest.mark.parametrize(("ratio", "verdict"), [(0.9, "kept"), (1.1, "kept, not the goal"), (1.3, "NOT KEPT")])
def test_a_goal_that_is_missed_is_reported_with_its_obstacle(
    ratio: float, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails nothing: the bound decides."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import report
    from harness import Case, Group, Promise, measure

    cases = [Case("ours", lambda: {"ours": ratio}), Case("theirs", lambda: {"theirs": 1.0})]
    promise = Promise("a call", "a mock", ("ours",), ("theirs",), 1.2, goal=1.0, obstacle="validation")
    outcome = measure(Group("a group", cases, [promise]), rounds=1)

    printed = report.promises_table([outcome])

    assert f"| {verdict} " in printed
    assert ("- a call: validation" in printed) is (ratio > 1)
    assert report.document([outcome], {})["promises"][0]["kept"] is (ratio < 1.2)


def test_every_goal_is_beyond_its_bound_and_has_an_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a bound is at the goal, the goal goes."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from groups import groups

    promises = [each for group in groups() for each in group.promises if each.goal is not None]

    assert promises
    for each in promises:
        assert each.obstacle, each
        assert each.bound is None or not each.is_within(each.bound, each.goal), each


def test_a_promise_that_is_not_measured_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is not installed is reported with the reason."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from harness import Case, Group, Promise, measure

    cases = [Case("ours", lambda: {"ours": 1.0}), Case("theirs", dict, absent="not installed")]
    promise = Promise("ours", "theirs", ("ours",), ("theirs",), 0.5)
    (result,) = measure(Group("a group", cases, [promise]), rounds=1).results

    assert (result.ratio, result.is_kept, result.absent) == (None, True, "not installed")
