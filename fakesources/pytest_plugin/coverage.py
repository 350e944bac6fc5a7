"""Option `--fakesources-coverage`: which operations, parameters, errors and state changes the tests used.

Imported only when the option is given. Exchanges of all fakes of the process are counted, and the workers of xdist send
their counts to the main process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ..core.engine.exchanges import Exchange
from ..core.engine.journal import Journal
from ..verify.coverage import Coverage, percent
from ..verify.operation_counts import KINDS

_WORKER_OUTPUT = "fakesources_coverage"


class CoveragePlugin:
    """Plugin of one run that counts exchanges and reports the coverage in the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._coverage = Coverage()
        self._keep = Journal.record
        self._file: str = config.getoption("fakesources_coverage_json") or ""
        self._is_shown: bool = config.getoption("fakesources_coverage")

    def patch(self) -> None:
        """Patch the journal to count every exchange: all adapters of all fakes record there."""
        keep, count = self._keep, self._coverage.add

        def keep_and_count(journal: Journal, exchange: Exchange) -> None:
            keep(journal, exchange)
            count(exchange, journal)

        Journal.record = keep_and_count  # type: ignore[method-assign, assignment]

    def pytest_unconfigure(self) -> None:
        """Restore the journal."""
        Journal.record = self._keep  # type: ignore[method-assign]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Send the counts of a worker to the main process; otherwise write the file."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_WORKER_OUTPUT] = self._coverage.counts
        elif self._file:
            Path(self._file).write_text(json.dumps(self._coverage.value(), indent=2) + "\n", encoding="utf-8")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the counts of a worker; a crashed one has none."""
        self._coverage.merge(getattr(node, "workeroutput", {}).get(_WORKER_OUTPUT, ()))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the coverage."""
        if self._is_shown:
            terminalreporter.section("fakesources coverage")
            for line in _lines(self._coverage.value()):
                terminalreporter.line(line)


def start(config: pytest.Config) -> None:
    """Count exchanges until the end of the run."""
    plugin = CoveragePlugin(config)
    plugin.patch()
    config.pluginmanager.register(plugin, "fakesources-coverage")


def _lines(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each operation, the names of what it missed, and a line for the total."""
    for row in [*value["operations"], {**value["total"], "id": "total"}]:
        yield f"{row['id']}: {row['met']} of {row['of']}, {percent(row['met'], row['of'])} %"
        yield from (
            f"  no {kind}: {', '.join(map(str, row[kind]['missed']))}"
            for kind in KINDS
            if kind in row and row[kind]["missed"]
        )
