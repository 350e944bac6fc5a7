"""What the tests of the plugin share: a project of somebody else's, with an application and its tests."""

from __future__ import annotations

from importlib import import_module
from textwrap import dedent

import pytest
from somebody import ALONE, APPLICATION, Recorder, Run

# A run inside this process forgets, when it ends, what it was the first to import, and packages would keep attributes
# that nobody finds among the modules any more. So everything such runs need is imported before the first of them.
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


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run tests, given as text, beside the application `app`; further arguments are the command line's."""
    for name in ("CI", "BUILD_NUMBER"):  # where one of these is set, pytest repeats whole messages in its summary
        monkeypatch.delenv(name, raising=False)

    def run(tests: str, *args: str) -> pytest.RunResult:
        pytester.makepyfile(app=APPLICATION, test_it=dedent(tests))
        recorder = Recorder()
        result = pytester.runpytest_inprocess(*ALONE, *args, plugins=[recorder])
        result.reports = recorder.reports  # for `somebody.failures` and `somebody.outcomes`
        return result

    return run
