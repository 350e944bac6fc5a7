"""Options `--fakesources-coverage`: which operations, parameters, errors and state changes the tests used.

Imported only when one of the options is given. Exchanges of all fakes of the process are counted, and the workers of
xdist send their counts to the main process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from ..core.engine.exchanges import Exchange
from ..core.engine.journal import Journal
from ..verify.coverage import Coverage

_WORKER_OUTPUT = "fakesources_coverage"


class CoveragePlugin:
    """Plugin of one run that counts exchanges, and in the end reports the coverage and compares it with a minimum."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._coverage = Coverage()
        self._keep = Journal.record
        self._json = _path(config, "fakesources_coverage_json")
        self._html = _path(config, "fakesources_coverage_html")
        self._minimum: float | None = config.getoption("fakesources_coverage_fail_under")
        self._is_shown: bool = config.getoption("fakesources_coverage")
        self._errors: list[str] = []

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
        """Send the counts of a worker to the main process; otherwise write the files and judge the total."""
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output[_WORKER_OUTPUT] = self._coverage.counts
            return
        if session.config.option.collectonly:
            return
        value = self._coverage.value()
        if self._json:
            self._write("json", self._json, json.dumps(value, indent=2) + "\n")
        if self._html:
            page = import_module("fakesources.verify.formats.coverage_page").render(value)
            self._write("html", self._html / "index.html", page + "\n")
        if self._errors or self._is_too_low(value["total"]):
            passed = session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED if passed else session.exitstatus

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the counts of a worker; a crashed one has none."""
        self._coverage.merge(getattr(node, "workeroutput", {}).get(_WORKER_OUTPUT, ()))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show the coverage, the files written, and whether the total is high enough."""
        if self._config.option.collectonly:
            return
        value = self._coverage.value()
        report = import_module("fakesources.pytest_plugin.coverage_report")
        screen = report.screen_of(self._config)
        if self._is_shown:
            terminalreporter.section("fakesources coverage")
        shown = report.lines(value, screen) if self._is_shown else []
        for error in self._errors:
            shown += screen.styled(error, "finding")
        if self._html and not self._errors:
            shown += screen.styled(f"fakesources coverage: written to {self._html / 'index.html'}", "")
        if self._minimum is not None:
            line = f"expected at least {self._minimum:g}%, got {value['total']['percent']:g}%"
            style = "finding" if self._is_too_low(value["total"]) else "good"
            shown += screen.styled(f"fakesources coverage: {line}", style)
        for line in shown:
            terminalreporter.line(line)

    def _is_too_low(self, total: dict[str, Any]) -> bool:
        return self._minimum is not None and total["met"] * 100 < self._minimum * max(total["of"], 1)

    def _write(self, name: str, path: Path, text: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        except OSError as error:
            self._errors.append(f"--fakesources-coverage-{name}: {path}: {error.strerror}")


def start(config: pytest.Config) -> None:
    """Count exchanges until the end of the run. Raises UsageError for a file or a folder that cannot be written."""
    errors = list(_errors(config))
    if errors:
        raise pytest.UsageError(errors[0])
    plugin = CoveragePlugin(config)
    plugin.patch()
    config.pluginmanager.register(plugin, "fakesources-coverage")


def _path(config: pytest.Config, name: str) -> Path | None:
    """Return the path of an option, absolute: a test may change the folder."""
    given = config.getoption(name)
    return Path(given).absolute() if given else None


def _errors(config: pytest.Config) -> Iterator[str]:
    for name, kind in (("json", "a file"), ("html", "a folder")):
        given, path = config.getoption(f"fakesources_coverage_{name}"), _path(config, f"fakesources_coverage_{name}")
        if given == "":
            yield f"--fakesources-coverage-{name}: expected {kind}, got ''"
        if path is None:
            continue
        if path.exists() and path.is_dir() != (name == "html"):
            yield f"--fakesources-coverage-{name}: expected {kind}, got {'a file' if name == 'html' else 'a folder'}: {given}"
        in_file = next((above for above in path.parents if above.exists() and not above.is_dir()), None)
        if in_file is not None:
            yield f"--fakesources-coverage-{name}: expected {kind} in a folder, got one below the file {in_file}"
