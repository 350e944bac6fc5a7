"""`--fakesources-coverage`: which documented operations, parameters, refusals and changes a suite met, and which never.

Loaded by the plugin only when the option is given. Every fake of the process is listened to, whoever made it, and xdist's workers
hand their counts to the run that started them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ..core.engine.exchanges import Exchange
from ..core.engine.journal import Journal
from ..verify.coverage import Coverage, as_json, as_text

_SENT = "fakesources_coverage"


class Listener:
    """The plugin of one run: listens from its start to its end, tells at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._coverage = Coverage()
        self._keep = Journal.keep
        self._file: str = config.getoption("fakesources_coverage_json") or ""
        self._shown: bool = config.getoption("fakesources_coverage")

    def listen(self) -> None:
        """Be told of every exchange. A journal is where all of them pass, at whatever door, and in whatever fake: the
        one place to listen without asking the suite for anything.
        """
        keep, take = self._keep, self._coverage.take

        def kept(journal: Journal, exchange: Exchange) -> None:
            keep(journal, exchange)
            take(exchange, journal)

        Journal.keep = kept  # type: ignore[method-assign, assignment]

    def pytest_unconfigure(self) -> None:
        """Stop listening."""
        Journal.keep = self._keep  # type: ignore[method-assign]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """In a worker, hand over what was counted; else write the file."""
        sent = getattr(session.config, "workeroutput", None)
        if sent is not None:
            sent[_SENT] = dict(self._coverage.counts)
        elif self._file:
            Path(self._file).write_text(as_json(self._coverage.tallies()) + "\n", encoding="utf-8")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take a worker's counts; one that crashed has none."""
        self._coverage.merge(getattr(node, "workeroutput", {}).get(_SENT, {}))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Tell what was met and what never was."""
        if self._shown:
            terminalreporter.section("fakesources coverage")
            for line in as_text(self._coverage.tallies()):
                terminalreporter.line(line)


def start(config: pytest.Config) -> None:
    """Listen from now to the end of the run."""
    listener = Listener(config)
    listener.listen()
    config.pluginmanager.register(listener, "fakesources-coverage")
