"""A violation fails the test that made it: where, how often, and in which words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from somebody import Run, failure, failures, shows

FIRST_LINE = (
    "fakesources.ContractViolation: datasift.source.start $.nmae: "
    'got "x", expected one of id [datasift.source.start.unknown-parameter]'
)


def test_a_swallowed_violation_fails_the_call_phase(run: Run) -> None:
    """One failure and no error, though the client swallowed everything, and it points at the application's line."""
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(failed=1)
    lines = failure(result).message.splitlines()
    assert lines[:2] == [FIRST_LINE, "  says     A name the API does not know is ignored without a word."]
    assert lines[2].startswith("  page     ")
    assert failure(result).places[-1] == "app.py:13"


def test_the_way_to_the_line_begins_in_the_test(run: Run) -> None:
    """The line of the test that called the application is shown above the application's own."""
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """
    )

    assert failure(result).places == ("test_it.py:4", "app.py:13")


def test_the_first_line_is_enough_for_a_summary(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Operation, JSON path, what was got, what was expected and the rule's id are on one line."""
    monkeypatch.setenv("COLUMNS", "400")
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """
    )

    assert failure(result).message.splitlines()[0] == FIRST_LINE
    assert any(line.endswith(f"test_it.py::test_start - {FIRST_LINE}") for line in result.outlines)


def test_the_report_reproduces_the_request_without_its_secrets(run: Run) -> None:
    """Below come the smallest part of the request, the caller, and a curl line in which the key is masked."""
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add(id="0123456789abcdef0123456789abcdef").id
            app.start_and_swallow(id)
        """
    )

    sent, caller, again = failure(result).message.splitlines()[-3:]
    assert sent == '  sent     {"nmae": "x", … 1 more}'
    assert caller.startswith("  caller   ")
    assert again == (
        "  again    curl -X PUT https://api.datasift.com/v1.6/source/start -H 'Authorization: ***' "
        "--data-urlencode id=0123456789abcdef0123456789abcdef --data-urlencode nmae=x"
    )
    assert "key-of-alice" not in result.stdout.str()


def test_the_nearest_name_is_told(run: Run) -> None:
    """A misspelt parameter is answered with the name that was meant."""
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start(fakesources.datasift.sources.add().id, idd="x")
        """
    )

    assert "(did you mean 'id'?)" in result.stdout.str()
    assert "  nearest  id" in failure(result).message.splitlines()


def test_a_test_that_fails_anyway_keeps_its_own_failure(run: Run) -> None:
    """Where the test fails by itself, violations become a section of its report."""
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
            assert False, "of its own"
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).message.startswith("AssertionError: of its own")
    [(title, text)] = failure(result).sections
    assert title == "fakesources: 1 contract violation"
    assert text.startswith(FIRST_LINE.removeprefix("fakesources.ContractViolation: "))
    assert text in result.stdout.str()


@pytest.mark.parametrize(
    "way",
    [
        "thread = threading.Thread(target=app.start_and_swallow, args=(id,)); thread.start(); thread.join()",
        "client = httpx.Client(transport=fakesources.transport()); client.put(app.API + 'start', data={'id': id, 'nmae': 'x'}, headers=app.ALICE)",
        "httpx.put(app.API + 'start', data={'id': id, 'nmae': 'x'}, headers=app.ALICE)",
        "werkzeug.test.Client(fakesources.wsgi).put('/v1.6/source/start', data={'id': id, 'nmae': 'x'}, headers=app.ALICE)",
        "app.API = fakesources_server.url + '/v1.6/source/'; app.start_and_swallow(id)",
        "app.API = fakesources_server.url + '/v1.6/source/'; asyncio.run(through_aiohttp(id))",
        "app.API = fakesources_server.url + '/v1.6/source/'; urllib.request.urlopen(urllib.request.Request(app.API + 'start', b'id=%b&nmae=x' % id.encode(), app.ALICE, method='PUT'))",
    ],
    ids=["a thread", "a transport", "httpx", "WSGI", "a socket", "aiohttp", "urllib"],
)  # fmt: skip
def test_violations_fail_whichever_way_they_came(run: Run, way: str) -> None:
    """Through any thread and any door, in-process or over a socket: one failure that names the user's own line."""
    result = run(
        f"""
        import asyncio, threading, urllib.request
        import aiohttp, httpx, werkzeug.test
        import app

        async def through_aiohttp(id):
            async with aiohttp.ClientSession() as session:
                async with session.put(app.API + "start", data={{"id": id, "nmae": "x"}}, headers=app.ALICE) as answer:
                    await answer.read()

        def test_start(fakesources, fakesources_server):
            id = fakesources.datasift.sources.add().id
            {way}
        """,
        "--tb=short",
    )

    result.assert_outcomes(failed=1)
    lines = failure(result).message.splitlines()
    assert lines[0] == FIRST_LINE
    caller = next(line for line in lines if "caller" in line).split()[-1]
    file, _, line = caller.rpartition(":")
    written = Path(file).read_text().splitlines()[int(line) - 1]
    assert "put(" in written or "urlopen(" in written


def test_several_violations_are_one_failure(run: Run) -> None:
    """The first line tells the first of them and how many there are; each has its own paragraph."""
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add().id
            app.start_and_swallow(id)
            app.start(id, taste="sweet")
        """
    )

    result.assert_outcomes(failed=1)
    lines = failure(result).message.splitlines()
    assert lines[0] == f"{FIRST_LINE} (the first of 2 violations)"
    assert any(line.startswith('datasift.source.start $.taste: got "sweet", expected one of id [') for line in lines)


def test_a_lenient_fake_lists_instead(run: Run) -> None:
    """With strict=False the test passes, and what was let pass is a section of the terminal summary."""
    result = run(
        """
        import app, pytest

        @pytest.mark.fakesources(strict=False)
        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*fakesources: contract violations, not strict*"])
    assert shows(result, "test_it.py::test_start\n  " + FIRST_LINE.removeprefix("fakesources.ContractViolation: "))


def test_what_comes_after_the_call_phase_is_the_teardowns(run: Run) -> None:
    """A request of a fixture that ends later leaves the test passed and is an error of its teardown."""
    result = run(
        """
        import app, pytest

        @pytest.fixture
        def late(fakesources):
            yield
            app.start_and_swallow("0123456789abcdef0123456789abcdef")

        def test_start(late):
            pass
        """
    )

    result.assert_outcomes(passed=1, errors=1)
    assert failure(result).when == "teardown"


@pytest.mark.parametrize(
    ("asked", "does"),
    [
        ("fakesources", "app.start_and_swallow(fakesources.datasift.sources.add().id)"),
        (
            "fakesources_factory",
            "with fakesources_factory() as fake: app.start_and_swallow(fake.datasift.sources.add().id)",
        ),
    ],
    ids=["a fake that goes on", "a fake that is closed again"],
)
def test_what_comes_before_the_call_phase_is_the_tests(run: Run, asked: str, does: str) -> None:
    """A request of a fixture that begins earlier fails the test, once, also where its fake ends earlier too."""
    result = run(
        f"""
        import app, pytest

        @pytest.fixture
        def early({asked}):
            {does}

        def test_start(early):
            pass
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_a_set_up_that_fails_is_told_once(run: Run) -> None:
    """Where a fixture fails there is no call phase: one error, with what was swallowed as a section of it."""
    result = run(
        """
        import app, pytest

        @pytest.fixture
        def broken(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
            raise RuntimeError("in the middle")

        def test_start(broken):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    assert [title for title, _ in failure(result).sections] == ["fakesources: 1 contract violation"]


def test_a_skip_hides_nothing(run: Run) -> None:
    """A test that skips itself after it broke the contract fails."""
    result = run(
        """
        import app, pytest

        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
            pytest.skip("not today")
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_expected_violations_do_not_count(run: Run) -> None:
    """A test that expects the violation of one rule passes when that is what happens."""
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add().id
            with fakesources.expect_violation("datasift.source.start.unknown-parameter") as expected:
                app.start_and_swallow(id)
            assert expected.violation.at == "$.nmae"
            assert fakesources.violations == []
        """
    )

    result.assert_outcomes(passed=1)


def test_a_check_inside_the_test_points_at_the_line_too(run: Run) -> None:
    """What `with fake.server()` raises when it is left leads to the line that made the call, and is one failure."""
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add().id
            with fakesources.server():
                app.start_and_swallow(id)
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_an_escape_fails_the_test(run: Run) -> None:
    """A client that no door catches is refused and the test fails, though the client swallowed its error."""
    result = run(
        """
        import http.client

        def test_start(fakesources):
            try:
                http.client.HTTPSConnection("api.datasift.com", timeout=1).request("GET", "/")
            except OSError:
                pass
        """
    )

    result.assert_outcomes(failed=1)
    assert (
        "connection host: got api.datasift.com, expected a call through one of the fake's doors [connection.escaped]"
        in result.stdout.str()
    )
    assert "fake.responses() is the door for requests" in result.stdout.str()
    assert failure(result).places[-1] == "test_it.py:5"


def test_a_failing_unittest_keeps_its_failure(run: Run) -> None:
    """A TestCase that uses the fixture fails once: for what was swallowed, or for itself with a section."""
    result = run(
        """
        import unittest
        import app, pytest

        class TestStart(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def with_fake(self, fakesources):
                self.id = fakesources.datasift.sources.add().id

            def test_swallowed(self):
                app.start_and_swallow(self.id)

            def test_of_its_own(self):
                app.start_and_swallow(self.id)
                self.fail("of its own")
        """
    )

    result.assert_outcomes(failed=2)
    own, swallowed = sorted(failures(result))
    assert own.message == "AssertionError: of its own"
    assert [title for title, _ in own.sections] == ["fakesources: contract violations"]
    assert swallowed.places[-1] == "app.py:13"


@pytest.mark.parametrize("phase", ["setUp", "test_start", "tearDown"])
def test_a_skipping_unittest_hides_nothing(run: Run, phase: str) -> None:
    """A TestCase that skips itself, wherever, after it broke the contract fails; one that did not is skipped."""
    result = run(
        f"""
        import unittest
        import app, pytest

        class Base(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def with_fake(self, fakesources):
                self.id = fakesources.datasift.sources.add().id

            def test_start(self):
                pass

        class TestBroken(Base):
            def {phase}(self):
                app.start_and_swallow(self.id)
                self.skipTest("not today")

        class TestRight(Base):
            def {phase}(self):
                self.skipTest("not today")
        """,
        "-k",
        "not Base",
    )

    result.assert_outcomes(failed=1, skipped=1)
    assert failure(result).places[-1] == "app.py:13"


@pytest.mark.parametrize(("decorator", "outcome"), [("xfail(strict=True)", "xfailed"), ("xfail", "xfailed")])
def test_an_expected_failure_may_be_a_violation(run: Run, decorator: str, outcome: str) -> None:
    """A violation fails a test as any failure does, so xfail expects it."""
    result = run(
        f"""
        import app, pytest

        @pytest.mark.{decorator}
        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(**{outcome: 1})


def test_rule_ids_reach_junit(run: Run, pytester: pytest.Pytester) -> None:
    """The rules that were broken are properties of the test case in a JUnit file."""
    run(
        """
        import app

        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """,
        "--junit-xml=report.xml",
    )

    written = (pytester.path / "report.xml").read_text()
    assert '<property name="fakesources_violation" value="datasift.source.start.unknown-parameter"' in written


def test_the_first_fake_of_a_run_may_be_made_in_a_test(run: Run) -> None:
    """A fixture that is asked for inside the test is held to the same, though no test was watched before."""
    result = run(
        """
        import app

        def test_start(request):
            fake = request.getfixturevalue("fakesources")
            app.start_and_swallow(fake.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_a_skip_in_the_first_set_up_hides_nothing(run: Run) -> None:
    """A fixture that breaks the contract and then skips is an error, in the first test of a run too."""
    result = run(
        """
        import app
        import pytest

        @pytest.fixture
        def started(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
            pytest.skip("no more")

        def test_start(started):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    assert failure(result).places[-1] == "app.py:13"


def test_the_part_of_a_test_that_breaks_the_contract_is_the_one_that_fails(run: Run, pytester: pytest.Pytester) -> None:
    """A violation inside a subtest is that subtest's; the others pass."""
    if pytest.version_tuple < (9, 0):
        pytest.skip("subtests came with pytest 9")
    pytester.makeconftest(
        """
        def pytest_runtest_logreport(report):
            subtest = getattr(report, "context", None)
            if subtest is not None and report.failed:
                print("failed subtest:", subtest.msg)
        """
    )
    result = run(
        """
        import app

        def test_start(fakesources, subtests):
            id = fakesources.datasift.sources.add().id
            with subtests.test("right"):
                app.start(id)
            with subtests.test("wrong"):
                app.start_and_swallow(id)
            with subtests.test("right again"):
                app.start(id)
        """,
        "-s",
    )

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert failure(result).places[-1] == "app.py:13"
    assert re.findall("failed subtest: .*", result.stdout.str()) == ["failed subtest: wrong"]


def test_an_expected_failure_of_a_unittest_stays_one(run: Run) -> None:
    """One that fails by itself, as it is expected to, is not made a failure by what its calls broke besides."""
    result = run(
        """
        import unittest
        import app, pytest

        class TestStart(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def a_fake(self, fakesources):
                self.id = fakesources.datasift.sources.add().id

            @unittest.expectedFailure
            def test_of_its_own(self):
                app.start_and_swallow(self.id)
                raise AssertionError("of its own")
        """
    )

    result.assert_outcomes(xfailed=1)


def test_fakes_are_let_go_of_with_their_test(run: Run) -> None:
    """A run with very many tests does not keep the state of all their fakes."""
    result = run(
        """
        def test_one(fakesources):
            pass

        def test_two(pytestconfig):
            verdicts = pytestconfig.pluginmanager.get_plugin("fakesources-verdicts")
            assert (verdicts._fakes, verdicts._closed) == ([], [])
        """
    )

    result.assert_outcomes(passed=2)


def test_a_check_that_raises_reaches_junit_too(run: Run, pytester: pytest.Pytester) -> None:
    """The rules are properties of the test case also where the test itself asked for the failure."""
    run(
        """
        import app

        def test_start(fakesources):
            with fakesources.server():
                app.start_and_swallow(fakesources.datasift.sources.add().id)
        """,
        "--junit-xml=report.xml",
    )

    written = (pytester.path / "report.xml").read_text()
    assert written.count('<property name="fakesources_violation" value="datasift.source.start.unknown-parameter"') == 1


def test_a_lenient_fake_lists_also_what_a_failing_test_broke(run: Run) -> None:
    """That a test fails by itself is no reason to keep quiet about its calls."""
    result = run(
        """
        import app, pytest

        @pytest.mark.fakesources(strict=False)
        def test_start(fakesources):
            app.start_and_swallow(fakesources.datasift.sources.add().id)
            raise AssertionError("of its own")
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*fakesources: contract violations, not strict*"])
    assert shows(result, "test_it.py::test_start\n  " + FIRST_LINE.removeprefix("fakesources.ContractViolation: "))
