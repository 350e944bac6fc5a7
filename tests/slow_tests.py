"""Plugin of pytest: `--report-slow` lists tests that took more than 5 s and are not marked `slow`.

It is a report and no failure: a loaded machine takes longer.
"""

from __future__ import annotations

import pytest

LIMIT_SECONDS = 5.0


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--report-slow`."""
    parser.addoption(
        "--report-slow", type=float, nargs="?", const=LIMIT_SECONDS, metavar="SECONDS",
        help=f"list tests that took more than so many seconds ({LIMIT_SECONDS:g}) and are not marked slow",
    )  # fmt: skip


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """List the tests, the slowest first."""
    limit = config.getoption("report_slow")
    if limit is None:
        return
    reports = [
        each for found in terminalreporter.stats.values() for each in found if isinstance(each, pytest.TestReport)
    ]
    slow = [each for each in reports if each.when == "call" and each.duration > limit and "slow" not in each.keywords]
    terminalreporter.section(f"{len(slow)} tests over {limit:g} s that are not marked slow")
    for each in sorted(slow, key=lambda each: -each.duration):
        terminalreporter.line(f"{each.duration:.1f} s {each.nodeid}")
