"""Report of slow tests."""

from __future__ import annotations

import pytest

TESTS = """
import pytest

def test_unmarked():
    pass

@pytest.mark.slow
def test_marked():
    pass
"""


@pytest.mark.parametrize(("limit", "listed"), [("0", 1), ("60", 0)])
def test_slow_tests_without_the_marker_are_listed(pytester: pytest.Pytester, limit: str, listed: int) -> None:
    """And do not fail."""
    pytester.makeini("[pytest]\nmarkers = slow\n")
    pytester.makepyfile(TESTS)

    result = pytester.runpytest_inprocess("-p", "no:asyncio", "-p", "slow_tests", f"--report-slow={limit}")

    lines = [line for line in result.outlines if " s test_" in line]
    assert [line.split()[-1].partition("::")[2] for line in lines] == ["test_unmarked"][:listed]
    assert result.ret == 0
