"""The marker alone activates the fixture, wherever it stands."""

from __future__ import annotations

from textwrap import dedent

import pytest
from somebody import ALONE, Run

MARKED = {
    "a function": """
        @pytest.mark.fakesources(seed=7)
        def test_it():
            assert answered()
        """,
    "without options": """
        @pytest.mark.fakesources
        def test_it():
            assert answered()
        """,
    "called, without options": """
        @pytest.mark.fakesources()
        def test_it():
            assert answered()
        """,
    "a class": """
        @pytest.mark.fakesources(seed=7)
        class TestIt:
            def test_it(self):
                assert answered()
        """,
    "a base class": """
        @pytest.mark.fakesources(seed=7)
        class Base:
            pass

        class TestIt(Base):
            def test_it(self):
                assert answered()
        """,
    "pytestmark of a class": """
        class TestIt:
            pytestmark = [pytest.mark.fakesources(seed=7)]

            def test_it(self):
                assert answered()
        """,
    "pytestmark of a module": """
        pytestmark = pytest.mark.fakesources(seed=7)

        def test_it():
            assert answered()
        """,
    "a set of parameters": """
        @pytest.mark.parametrize("number", [pytest.param(1, marks=pytest.mark.fakesources(seed=7))])
        def test_it(number):
            assert answered()
        """,
    "parametrized": """
        @pytest.mark.fakesources(seed=7)
        @pytest.mark.parametrize("number", [1])
        def test_it(number):
            assert answered()
        """,
    "a TestCase": """
        import unittest

        @pytest.mark.fakesources(seed=7)
        class TestIt(unittest.TestCase):
            def setUp(self):
                assert answered()

            def test_it(self):
                assert answered()
        """,
    "a method of a TestCase": """
        import unittest

        class TestIt(unittest.TestCase):
            @pytest.mark.fakesources(seed=7)
            def test_it(self):
                assert answered()
        """,
    "an async TestCase": """
        import unittest

        @pytest.mark.fakesources(seed=7)
        class TestIt(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                assert answered()

            async def test_it(self):
                assert answered()
        """,
    "with usefixtures": """
        @pytest.mark.usefixtures("fakesources")
        @pytest.mark.fakesources(seed=7)
        def test_it():
            assert answered()
        """,
    "with the fixture": """
        @pytest.mark.fakesources(seed=7)
        def test_it(fakesources):
            assert fakesources.seed == 7
            assert answered()
        """,
    "with the server": """
        @pytest.mark.fakesources(seed=7)
        def test_it(fakesources_server):
            assert answered()
        """,
    "before an automatic fixture": """
        @pytest.fixture(autouse=True)
        def prepared(tmp_path):
            assert answered()

        @pytest.mark.fakesources(seed=7)
        def test_it(prepared):
            assert answered()
        """,
    "after wider fixtures": """
        from requests.adapters import HTTPAdapter

        @pytest.fixture(scope="module", autouse=True)
        def wider():
            return HTTPAdapter.send

        @pytest.mark.fakesources(seed=7)
        def test_it(wider):
            assert answered()
            assert HTTPAdapter.send is not wider
        """,
    "generated parameters": """
        def pytest_generate_tests(metafunc):
            metafunc.parametrize("number", [1])

        @pytest.mark.fakesources(seed=7)
        def test_it(number, request):
            assert request.getfixturevalue("fakesources").seed == 7
            assert answered()
        """,
}

HEAD = """
import pytest
import requests

def answered():
    url = "https://api.datasift.com/v1.6/source/get"
    return requests.get(url, headers={"Authorization": "alice:key-of-alice"}).json()["count"] == 0
"""


def dedented(test: str) -> str:
    return HEAD + dedent(test)


def test_a_marked_test_is_answered(pytester: pytest.Pytester) -> None:
    """The test asks for no fixture, and its calls reach the fake."""
    pytester.makepyfile(**{f"test_{name.replace(' ', '_')}": dedented(test) for name, test in MARKED.items()})

    pytester.runpytest(*ALONE).assert_outcomes(passed=len(MARKED))


def test_a_marked_test_fails_for_what_it_breaks(run: Run) -> None:
    """As one that asks for the fixture does; what is next to it is left alone."""
    result = run(
        """
        import app, pytest
        from requests.adapters import HTTPAdapter

        send = HTTPAdapter.send

        @pytest.mark.fakesources
        def test_one():
            app.start_and_swallow("x")

        def test_two():
            assert HTTPAdapter.send is send
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_an_async_test_is_answered(pytester: pytest.Pytester) -> None:
    """Coroutine functions are tests too."""
    pytest.importorskip("pytest_asyncio")
    pytester.makepyfile(
        dedented(
            """
            @pytest.mark.asyncio
            @pytest.mark.fakesources(seed=7)
            async def test_it():
                assert answered()
            """
        )
    )

    loop = ("-o", "asyncio_default_fixture_loop_scope=function")
    pytester.runpytest("-p", "no:cacheprovider", "-p", "no:randomly", *loop).assert_outcomes(passed=1)


def test_editions_repeat_a_marked_test(run: Run) -> None:
    """--fakesources-editions sees the marker as it sees the fixture."""
    result = run(
        dedented(
            """
            @pytest.mark.fakesources(seed=7)
            def test_it():
                assert answered()

            @pytest.mark.fakesources(datasift="live-1.6")
            @pytest.mark.parametrize("number", [1, 2])
            def test_that(number):
                assert answered()

            def test_other():
                pass
            """
        ),
        "--fakesources-editions=datasift",
        "-v",
    )

    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["*::test_it?docs-1.6? PASSED*", "*::test_it?live-1.6? PASSED*"])


def test_a_doctest_is_left_alone(pytester: pytest.Pytester) -> None:
    """Items that take no fixtures, or none of ours, are collected as ever."""
    pytester.makepyfile(
        test_it='"""\n>>> 1 + 1\n2\n"""\nimport pytest\npytestmark = pytest.mark.fakesources\ndef test_it(): pass\n'
    )

    pytester.runpytest("--doctest-modules", "-p", "no:asyncio").assert_outcomes(passed=2)
