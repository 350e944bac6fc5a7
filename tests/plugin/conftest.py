"""What the tests of the plugin share: a project of somebody else's, with an application and its tests."""

from __future__ import annotations

from textwrap import dedent

import pytest
from somebody import ALONE, APPLICATION, Run


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run tests, given as text, beside the application `app`; further arguments are the command line's."""

    def run(tests: str, *args: str) -> pytest.RunResult:
        pytester.makepyfile(app=APPLICATION, test_it=dedent(tests))
        return pytester.runpytest(*ALONE, *args)

    return run
