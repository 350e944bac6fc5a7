"""Violations: they fail the test that made them, once, at the line of the call."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from plugin_runs import Run, failure, failures, shows

FIRST_LINE = (
    "fakesources.ContractViolation: datasift.source.start $.nmae: "
    'expected one of id, got "x" [datasift.source.start.unknown-parameter]'
)


def test_a_violation_fails_the_call_phase(run: Run) -> None:
    """It fails once, at the line of the application, although the application catches every exception."""
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).message.startswith(f"{FIRST_LINE}\n")
    assert failure(result).places[-1] == "app.py:13"


def test_the_traceback_begins_in_the_test(run: Run) -> None:
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """
    )

    assert failure(result).places == ("test_it.py:4", "app.py:13")


@pytest.mark.parametrize("block", ["FakeSources() as fake", "fake.responses()"])
def test_the_traceback_of_a_block_has_none_of_its_functions(run: Run, block: str) -> None:
    """The error is raised where the block ends."""
    result = run(
        f"""
        import app
        from fakesources import FakeSources

        def test_start():
            fake = FakeSources()
            with {block}:
                source = fake.datasift.sources.add()
                app.start_misspelt(source.id)
        """
    )

    assert [place for place in failure(result).places if not place.startswith(("test_it.py", "app.py"))] == []
    assert failure(result).places


@pytest.mark.parametrize(
    "call",
    [
        "journal.only()", "journal.only(operation='datasift.source.get')", "journal.last()", "journal.assert_none()",
        "journal.count(operaton='x')", "faults.error('datasift.source.get', 'not-fuond')", "faults.respond('x', 500)",
        "faults.delay('datasift.source.get', 'x')", "load({})", "datasift.sources['x']",
        "datasift.sources.add(nmae='x')", "datasift.sources.add(source_type='x')", "datasift.sources.change('x', name='y')",
        "datasift.sources.remove('x')", "curator.feeds.add(moderation='x')", "curator.posts.deliver('x')",
        "clock.advance(-1)", "clock.set('x')", "reset_account(api='x')",
    ],
)  # fmt: skip
def test_the_traceback_of_a_wrong_call_ends_in_the_test(run: Run, call: str) -> None:
    result = run(
        f"""
        def test_call(fakesources):
            fakesources.datasift.sources.add()
            if {"assert_none" in call}:
                import requests
                requests.get("https://api.curator.io/v1/feeds?api_key=K")
            fakesources.{call}
        """
    )

    assert failure(result).places == ("test_it.py:6",)


def test_the_summary_shows_the_first_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """
    )

    assert failure(result).message.splitlines()[0] == FIRST_LINE
    assert any(line.endswith(f"test_it.py::test_start - {FIRST_LINE}") for line in result.outlines)


def test_the_report_shows_the_request_without_its_secrets(run: Run) -> None:
    """Its last lines are the part of the request, the line of the call, and a curl command."""
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add(id="0123456789abcdef0123456789abcdef").id
            app.start_misspelt(id)
        """
    )

    snippet, location, curl = (line.split(maxsplit=1)[1] for line in failure(result).message.splitlines()[-3:])
    assert snippet == '{"nmae": "x", … 1 more}'
    assert location.endswith("app.py:13")
    assert curl == (
        "curl -X PUT https://api.datasift.com/v1.6/source/start -H 'Authorization: ***' "
        "--data-urlencode id=0123456789abcdef0123456789abcdef --data-urlencode nmae=x"
    )
    assert "key-of-alice" not in result.stdout.str()


def test_the_closest_name_is_suggested(run: Run) -> None:
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start(fakesources.datasift.sources.add().id, idd="x")
        """
    )

    assert "; did you mean 'id'?" in result.stdout.str()
    assert any(line.split()[1:] == ["id"] for line in failure(result).message.splitlines())


def test_a_failing_test_keeps_its_failure(run: Run) -> None:
    """Its violations are a section of its report."""
    result = run(
        """
        import app

        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
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
    "call",
    [
        "thread = threading.Thread(target=app.start_misspelt, args=(id,)); thread.start(); thread.join()",
        "client = httpx.Client(transport=fakesources.transport()); client.put(app.API + 'start', data={'id': id, 'nmae': 'x'}, headers=app.ALICE)",
        "httpx.put(app.API + 'start', data={'id': id, 'nmae': 'x'}, headers=app.ALICE)",
        "werkzeug.test.Client(fakesources.wsgi).put('/v1.6/source/start', data={'id': id, 'nmae': 'x'}, headers=app.ALICE)",
        "app.API = fakesources_server.url + '/v1.6/source/'; app.start_misspelt(id)",
        "app.API = fakesources_server.url + '/v1.6/source/'; asyncio.run(through_aiohttp(id))",
        "app.API = fakesources_server.url + '/v1.6/source/'; urllib.request.urlopen(urllib.request.Request(app.API + 'start', b'id=%b&nmae=x' % id.encode(), app.ALICE, method='PUT')).close()",
    ],
    ids=["a thread", "a transport", "httpx", "WSGI", "a socket", "aiohttp", "urllib"],
)  # fmt: skip
def test_violations_fail_in_every_adapter_and_thread(run: Run, call: str) -> None:
    """The report names the line of the call."""
    result = run(
        f"""
        import asyncio, threading, urllib.request
        import aiohttp, httpx, werkzeug.test
        import app

        async def through_aiohttp(id):
            async with aiohttp.ClientSession() as session:
                async with session.put(app.API + "start", data={{"id": id, "nmae": "x"}}, headers=app.ALICE) as response:
                    await response.read()

        def test_start(fakesources, fakesources_server):
            id = fakesources.datasift.sources.add().id
            {call}
        """,
        "--tb=short",
    )

    result.assert_outcomes(failed=1)
    lines = failure(result).message.splitlines()
    assert lines[0] == FIRST_LINE
    location = next(line for line in lines if re.search(r"\.py:[0-9]+$", line)).split()[-1]
    file, _, number = location.rpartition(":")
    line = Path(file).read_text().splitlines()[int(number) - 1]
    assert "put(" in line or "urlopen(" in line


def test_several_violations_are_one_failure(run: Run) -> None:
    """The first line is that of the first violation, with their number."""
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add().id
            app.start_misspelt(id)
            app.start(id, taste="sweet")
        """
    )

    result.assert_outcomes(failed=1)
    lines = failure(result).message.splitlines()
    assert lines[0] == f"{FIRST_LINE} (the first of 2 violations)"
    assert any(line.startswith('datasift.source.start $.taste: expected one of id, got "sweet" [') for line in lines)


def test_violations_of_a_fake_that_is_not_strict_are_listed(run: Run) -> None:
    """The test passes, and the summary lists them."""
    result = run(
        """
        import app, pytest

        @pytest.mark.fakesources(strict=False)
        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*fakesources: contract violations, not strict*"])
    assert shows(result, "test_it.py::test_start\n  " + FIRST_LINE.removeprefix("fakesources.ContractViolation: "))


def test_a_violation_in_the_teardown_is_an_error(run: Run) -> None:
    result = run(
        """
        import app, pytest

        @pytest.fixture
        def late(fakesources):
            yield
            app.start_misspelt("0123456789abcdef0123456789abcdef")

        def test_start(late):
            pass
        """
    )

    result.assert_outcomes(passed=1, errors=1)
    assert failure(result).when == "teardown"


@pytest.mark.parametrize(
    ("fixture", "statement"),
    [
        ("fakesources", "app.start_misspelt(fakesources.datasift.sources.add().id)"),
        (
            "fakesources_factory",
            "with fakesources_factory() as fake: app.start_misspelt(fake.datasift.sources.add().id)",
        ),
    ],
    ids=["an open fake", "a closed fake"],
)
def test_a_violation_in_the_setup_fails_the_call_phase(run: Run, fixture: str, statement: str) -> None:
    """It fails once, even if the fake is closed before the call phase."""
    result = run(
        f"""
        import app, pytest

        @pytest.fixture
        def early({fixture}):
            {statement}

        def test_start(early):
            pass
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_a_violation_in_a_failing_setup_is_a_section(run: Run) -> None:
    result = run(
        """
        import app, pytest

        @pytest.fixture
        def failing(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
            raise RuntimeError

        def test_start(failing):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    assert [title for title, _ in failure(result).sections] == ["fakesources: 1 contract violation"]


def test_a_violation_fails_a_test_that_skips_itself(run: Run) -> None:
    result = run(
        """
        import app, pytest

        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
            pytest.skip("not today")
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_an_expected_violation_does_not_fail_the_test(run: Run) -> None:
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add().id
            with fakesources.expect_violation("datasift.source.start.unknown-parameter") as expected:
                app.start_misspelt(id)
            assert expected.violation.path == "$.nmae"
            assert fakesources.violations == []
        """
    )

    result.assert_outcomes(passed=1)


def test_a_check_inside_the_test_points_to_the_line_of_the_call(run: Run) -> None:
    result = run(
        """
        import app

        def test_start(fakesources):
            id = fakesources.datasift.sources.add().id
            with fakesources.server():
                app.start_misspelt(id)
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_a_call_outside_all_adapters_fails_the_test(run: Run) -> None:
    """The client gets an OSError, and the test fails although it catches that."""
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
    assert "connection host: expected a call through one of the fake" in failure(result).message
    assert "fake.responses() " in failure(result).message
    assert failure(result).places[-1] == "test_it.py:5"


def test_a_failing_unittest_testcase_keeps_its_failure(run: Run) -> None:
    result = run(
        """
        import unittest
        import app, pytest

        class TestStart(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def a_fake(self, fakesources):
                self.id = fakesources.datasift.sources.add().id

            def test_violation(self):
                app.start_misspelt(self.id)

            def test_of_its_own(self):
                app.start_misspelt(self.id)
                self.fail("of its own")
        """
    )

    result.assert_outcomes(failed=2)
    own, violation = sorted(failures(result))
    assert own.message == "AssertionError: of its own"
    assert [title for title, _ in own.sections] == ["fakesources: contract violations"]
    assert violation.places[-1] == "app.py:13"


@pytest.mark.parametrize("phase", ["setUp", "test_start", "tearDown"])
def test_a_violation_fails_a_testcase_that_skips_itself(run: Run, phase: str) -> None:
    """A TestCase without a violation is skipped."""
    result = run(
        f"""
        import unittest
        import app, pytest

        class Base(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def a_fake(self, fakesources):
                self.id = fakesources.datasift.sources.add().id

            def test_start(self):
                pass

        class TestViolation(Base):
            def {phase}(self):
                app.start_misspelt(self.id)
                self.skipTest("not today")

        class TestValid(Base):
            def {phase}(self):
                self.skipTest("not today")
        """,
        "-k",
        "not Base",
    )

    result.assert_outcomes(failed=1, skipped=1)
    assert failure(result).places[-1] == "app.py:13"


@pytest.mark.parametrize(("decorator", "outcome"), [("xfail(strict=True)", "xfailed"), ("xfail", "xfailed")])
def test_xfail_expects_a_violation(run: Run, decorator: str, outcome: str) -> None:
    result = run(
        f"""
        import app, pytest

        @pytest.mark.{decorator}
        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(**{outcome: 1})


def test_rule_ids_are_in_junit_xml(run: Run, pytester: pytest.Pytester) -> None:
    """They are properties of the test case."""
    run(
        """
        import app

        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """,
        "--junit-xml=report.xml",
    )

    xml = (pytester.path / "report.xml").read_text()
    assert '<property name="fakesources_violation" value="datasift.source.start.unknown-parameter"' in xml


def test_the_first_fake_of_a_run_can_be_made_in_a_test(run: Run) -> None:
    """The hooks are registered while the test runs."""
    result = run(
        """
        import app

        def test_start(request):
            fake = request.getfixturevalue("fakesources")
            app.start_misspelt(fake.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).places[-1] == "app.py:13"


def test_a_violation_in_a_setup_that_skips_is_an_error(run: Run) -> None:
    """Also in the first test of a run."""
    result = run(
        """
        import app
        import pytest

        @pytest.fixture
        def started(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
            pytest.skip("not today")

        def test_start(started):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    assert failure(result).places[-1] == "app.py:13"


def test_a_violation_fails_its_subtest(run: Run, pytester: pytest.Pytester) -> None:
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
                app.start_misspelt(id)
            with subtests.test("right again"):
                app.start(id)
        """,
        "-s",
    )

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert failure(result).places[-1] == "app.py:13"
    assert re.findall("failed subtest: .*", result.stdout.str()) == ["failed subtest: wrong"]


def test_an_expected_failure_of_a_testcase_remains_one(run: Run) -> None:
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
                app.start_misspelt(self.id)
                raise AssertionError("of its own")
        """
    )

    result.assert_outcomes(xfailed=1)


def test_fakes_are_released_after_their_test(run: Run) -> None:
    result = run(
        """
        import gc, weakref
        fakes = weakref.WeakSet()

        def test_one(fakesources):
            fakes.add(fakesources)

        def test_two():
            gc.collect()
            assert not fakes
        """
    )

    result.assert_outcomes(passed=2)


def test_rule_ids_of_a_check_that_raises_are_in_junit_xml(run: Run, pytester: pytest.Pytester) -> None:
    run(
        """
        import app

        def test_start(fakesources):
            with fakesources.server():
                app.start_misspelt(fakesources.datasift.sources.add().id)
        """,
        "--junit-xml=report.xml",
    )

    xml = (pytester.path / "report.xml").read_text()
    assert xml.count('<property name="fakesources_violation" value="datasift.source.start.unknown-parameter"') == 1


def test_violations_of_a_failing_test_are_listed_too(run: Run) -> None:
    result = run(
        """
        import app, pytest

        @pytest.mark.fakesources(strict=False)
        def test_start(fakesources):
            app.start_misspelt(fakesources.datasift.sources.add().id)
            raise AssertionError("of its own")
        """
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*fakesources: contract violations, not strict*"])
    assert shows(result, "test_it.py::test_start\n  " + FIRST_LINE.removeprefix("fakesources.ContractViolation: "))


def test_a_violation_without_a_known_line_fails_the_test_with_its_report(run: Run) -> None:
    """A call of another process has no line of this one to point to."""
    result = run(
        """
        import subprocess, sys, app

        def test_start(fakesources, fakesources_server):
            id = fakesources.datasift.sources.add().id
            call = f"import app; app.API = '{fakesources_server.url}/v1.6/source/'; app.start_misspelt('{id}')"
            subprocess.run([sys.executable, "-c", call], check=True)
        """
    )

    result.assert_outcomes(failed=1)
    [report] = [each for each in result.reports if each.failed]
    assert report.when == "call"
    assert str(report.longrepr).startswith(f"{FIRST_LINE.partition(': ')[2]}\n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # since Python 3.12, in a process with threads
def test_a_forked_child_reports_nothing_of_its_parent(run: Run, pytester: pytest.Pytester) -> None:
    """Violations and planned faults are those of the parent, which reports them once; the child has copies."""
    pytester.makeconftest(
        """
        import os
        from pathlib import Path

        PARENT = os.getpid()

        def pytest_runtest_logreport(report):
            if os.getpid() != PARENT:
                Path("child.txt").write_text(f"{report.when} {report.outcome} {report.sections}", "utf-8")
                os._exit(0)
        """
    )
    result = run(
        """
        import os, app

        def test_fork(fakesources):
            id = fakesources.datasift.sources.add().id
            app.start_misspelt(id)
            fakesources.faults.error("datasift.source.stop", "not-found")
            child = os.fork()
            if child:
                os.waitpid(child, 0)
        """
    )

    result.assert_outcomes(failed=1)
    assert failure(result).message.startswith(f"{FIRST_LINE}\n")
    assert [title for title, _ in failure(result).sections] == ["fakesources: planned faults that never happened"]
    assert (pytester.path / "child.txt").read_text("utf-8") == "call passed []"
