"""Fixture that runs tests of a project beside its application."""

from __future__ import annotations

from importlib import import_module
from textwrap import dedent

import pytest
from plugin_runs import ALONE, APPLICATION, Recorder, Run

# A run inside this process removes modules that it imported first from `sys.modules` when it ends, and their packages
# keep the old ones as attributes. So everything such runs need is imported here.
for adapter in ("network_guard", "httpx", "responses", "wsgi"):
    import_module(f"fakesources.adapters.{adapter}")
for module in ("loop", "server"):
    import_module(f"fakesources.server.{module}")
for library in (
    "aiohttp",
    "fakesources.core.reporting.reports",
    "fakesources.fake",
    "httpcore",
    "httpcore2",
    "werkzeug.test",
):
    import_module(library)
import_module(
    "fakesources.fake"
).FakeSources().datasift.sources.add()  # the APIs, of which parts are imported when used


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tests, given as text, beside the application `app`, with further command-line arguments."""
    for name in ("CI", "BUILD_NUMBER"):  # with one of these, pytest repeats whole messages in its summary
        monkeypatch.delenv(name, raising=False)

    def run(tests: str, *args: str) -> pytest.RunResult:
        pytester.makepyfile(app=APPLICATION, test_it=dedent(tests))
        recorder = Recorder()
        result = pytester.runpytest_inprocess(*ALONE, *args, plugins=[recorder])
        result.reports = recorder.reports  # for `plugin_runs.failures` and `plugin_runs.outcomes`
        return result

    return run
