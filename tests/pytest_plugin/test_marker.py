"""Marker: it activates the fixture wherever it is."""

from __future__ import annotations

from textwrap import dedent

import pytest
from plugin_runs import ALONE, Run

MARKED = {
    "a function": """
        @pytest.mark.fakesources(seed=7)
        def test_it():
            assert is_answered()
        """,
    "without options": """
        @pytest.mark.fakesources
        def test_it():
            assert is_answered()
        """,
    "called, without options": """
        @pytest.mark.fakesources()
        def test_it():
            assert is_answered()
        """,
    "a class": """
        @pytest.mark.fakesources(seed=7)
        class TestIt:
            def test_it(self):
                assert is_answered()
        """,
    "a base class": """
        @pytest.mark.fakesources(seed=7)
        class Base:
            pass

        class TestIt(Base):
            def test_it(self):
                assert is_answered()
        """,
    "pytestmark of a class": """
        class TestIt:
            pytestmark = [pytest.mark.fakesources(seed=7)]

            def test_it(self):
                assert is_answered()
        """,
    "pytestmark of a module": """
        pytestmark = pytest.mark.fakesources(seed=7)

        def test_it():
            assert is_answered()
        """,
    "a set of parameters": """
        @pytest.mark.parametrize("number", [pytest.param(1, marks=pytest.mark.fakesources(seed=7))])
        def test_it(number):
            assert is_answered()
        """,
    "parametrized": """
        @pytest.mark.fakesources(seed=7)
        @pytest.mark.parametrize("number", [1])
        def test_it(number):
            assert is_answered()
        """,
    "a TestCase": """
        import unittest

        @pytest.mark.fakesources(seed=7)
        class TestIt(unittest.TestCase):
            def setUp(self):
                assert is_answered()

            def test_it(self):
                assert is_answered()
        """,
    "a method of a TestCase": """
        import unittest

        class TestIt(unittest.TestCase):
            @pytest.mark.fakesources(seed=7)
            def test_it(self):
                assert is_answered()
        """,
    "an async TestCase": """
        import unittest

        @pytest.mark.fakesources(seed=7)
        class TestIt(unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                assert is_answered()

            async def test_it(self):
                assert is_answered()
        """,
    "with usefixtures": """
        @pytest.mark.usefixtures("fakesources")
        @pytest.mark.fakesources(seed=7)
        def test_it():
            assert is_answered()
        """,
    "with the fixture": """
        @pytest.mark.fakesources(seed=7)
        def test_it(fakesources):
            assert fakesources.seed == 7
            assert is_answered()
        """,
    "with the server": """
        @pytest.mark.fakesources(seed=7)
        def test_it(fakesources_server):
            assert is_answered()
        """,
    "before an automatic fixture": """
        @pytest.fixture(autouse=True)
        def prepared(tmp_path):
            assert is_answered()

        @pytest.mark.fakesources(seed=7)
        def test_it(prepared):
            assert is_answered()
        """,
    "after wider fixtures": """
        from requests.adapters import HTTPAdapter

        @pytest.fixture(scope="module", autouse=True)
        def wider():
            return HTTPAdapter.send

        @pytest.mark.fakesources(seed=7)
        def test_it(wider):
            assert is_answered()
            assert HTTPAdapter.send is not wider
        """,
    "generated parameters": """
        def pytest_generate_tests(metafunc):
            metafunc.parametrize("number", [1])

        @pytest.mark.fakesources(seed=7)
        def test_it(number, request):
            assert request.getfixturevalue("fakesources").seed == 7
            assert is_answered()
        """,
}

HEAD = """
import pytest
import requests

def is_answered():
    url = "https://api.datasift.com/v1.6/source/get"
    return requests.get(url, headers={"Authorization": "alice:key-of-alice"}).json()["count"] == 0
"""


def suite(test: str) -> str:
    """Return a test file."""
    return HEAD + dedent(test)


def test_a_marked_test_needs_no_fixture(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(**{f"test_{name.replace(' ', '_')}": suite(test) for name, test in MARKED.items()})

    pytester.runpytest(*ALONE).assert_outcomes(passed=len(MARKED))


@pytest.mark.parametrize("order", ["tryfirst", "trylast", "wrapper"])
def test_a_conftest_may_add_the_marker(run: Run, pytester: pytest.Pytester, order: str) -> None:
    """Whenever its hook is called."""
    pytester.makeconftest(
        f"""
        import pytest

        @pytest.hookimpl({order}=True)
        def pytest_collection_modifyitems(items):
            for item in items:
                item.add_marker(pytest.mark.fakesources(seed=7))
            {"return (yield)" if order == "wrapper" else ""}
        """
    )

    run(suite("def test_it(): assert is_answered()")).assert_outcomes(passed=1)


def test_a_marked_test_fails_for_its_violation(run: Run) -> None:
    result = run(
        """
        import app, pytest
        from requests.adapters import HTTPAdapter

        send = HTTPAdapter.send

        @pytest.mark.fakesources
        def test_one():
            app.start_misspelt("x")

        def test_two():
            assert HTTPAdapter.send is send
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_an_async_test_can_be_marked(pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_asyncio")
    pytester.makepyfile(
        suite(
            """
            @pytest.mark.asyncio
            @pytest.mark.fakesources(seed=7)
            async def test_it():
                assert is_answered()
            """
        )
    )

    loop = ("-o", "asyncio_default_fixture_loop_scope=function")
    pytester.runpytest("-p", "no:cacheprovider", "-p", "no:randomly", *loop).assert_outcomes(passed=1)


def test_editions_repeat_a_marked_test(run: Run) -> None:
    result = run(
        suite(
            """
            @pytest.mark.fakesources(seed=7)
            def test_it():
                assert is_answered()

            @pytest.mark.fakesources(datasift="live-1.6")
            @pytest.mark.parametrize("number", [1, 2])
            def test_that(number):
                assert is_answered()

            def test_other():
                pass
            """
        ),
        "--fakesources-editions=datasift",
        "-v",
    )

    result.assert_outcomes(passed=5)
    result.stdout.fnmatch_lines(["*::test_it?docs-1.6? PASSED*", "*::test_it?live-1.6? PASSED*"])


def test_a_doctest_is_not_changed(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        test_it='"""\n>>> 1 + 1\n2\n"""\nimport pytest\npytestmark = pytest.mark.fakesources\ndef test_it(): pass\n'
    )

    pytester.runpytest("--doctest-modules", "-p", "no:asyncio").assert_outcomes(passed=2)
