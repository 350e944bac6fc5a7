"""The benchmarks, as far as no time is measured: that they can be made, and that a broken promise is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"


def test_every_call_that_is_measured_is_answered_as_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call whose answer has changed would be measured as something that nobody meant."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from bench_doors import CALLS
    from subjects import answered, stocked

    for make, status in CALLS.values():
        fake = stocked(20)

        assert answered(fake, make(fake), status).status == status


def test_the_command_lists_what_is_promised() -> None:
    """Every group can be made, also where the peers are not installed."""
    done = subprocess.run([sys.executable, str(BENCHMARKS), "--list"], capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert "`requests` door, GET one (DataSift) | bare `responses` static mock" in done.stdout


@pytest.mark.parametrize(
    ("ours", "theirs", "at_least", "kept"),
    [(1.1, 1.0, False, True), (1.3, 1.0, False, False), (3.0, 1.0, True, True), (2.0, 1.0, True, False)],
)
def test_a_promise_is_kept_on_the_right_side_of_its_bound(
    ours: float, theirs: float, at_least: bool, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The median ratio of the rounds decides, whichever side the bound is on; one odd round does not."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from harness import Case, Group, Promise, measured

    rounds = iter([1.0, 50.0, 1.0, 1.0, 1.0])
    cases = [
        Case("ours", lambda: {"ours": ours * next(rounds)}),
        Case("theirs", lambda: {"theirs": theirs}),
    ]
    promise = Promise("ours", "theirs", ("ours",), ("theirs",), 2.5 if at_least else 1.2, at_least)
    (held,) = measured(Group("a group", cases, [promise]), rounds=5).held

    assert (held.ratio, held.kept) == (pytest.approx(ours / theirs), kept)


def test_what_cannot_be_measured_breaks_no_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    """A peer that is not installed is told with the reason."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    from harness import Case, Group, Promise, measured

    cases = [Case("ours", lambda: {"ours": 1.0}), Case("theirs", dict, absent="not installed")]
    promise = Promise("ours", "theirs", ("ours",), ("theirs",), 0.5)
    (held,) = measured(Group("a group", cases, [promise]), rounds=1).held

    assert (held.ratio, held.kept, held.absent) == (None, True, "not installed")
