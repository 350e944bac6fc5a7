"""Option `unused_faults`: planned faults that never happen are listed, fail the test or are ignored."""

from __future__ import annotations

import pytest
from plugin_runs import Run

SECTION = "fakesources: planned faults that never happened"

UNUSED = {
    "an error": ('faults.error("datasift.source.stop", "not-found")', "not-found of datasift.source.stop: never happened"),
    "a status": ('faults.respond("datasift.source.stop", 503, times=None)', "status 503 of datasift.source.stop: never"),
    "a disconnect": ('faults.disconnect("datasift.source.stop", "reset", times=2)', "reset of datasift.source.stop: never"),
    "a delay": ('faults.delay("datasift.source.stop", 1)', "delay of 1 s of datasift.source.stop: never"),
    "a hold": ('faults.hold("datasift.source.stop")', "* of datasift.source.stop: no request reached it"),
    "a hold that has ended": ('with faults.hold("datasift.source.stop"): pass', "* of datasift.source.stop: no request reached it"),
    "another request": (
        'faults.error("datasift.source.start", "not-found", when={"id": "x"}); app.start(id)', "not-found of datasift",
    ),
    "twice, used once": (
        'faults.error("datasift.source.start", "not-found", times=2); app.start(id)',
        "not-found of datasift.source.start: happened 1 of 2 times",
    ),
}  # fmt: skip

USED = {
    "used": 'faults.error("datasift.source.start", "not-found"); app.start(id)',
    "used, any number of times": 'faults.error("datasift.source.start", "not-found", times=None); app.start(id)',
    "a delay that passed": 'faults.delay("datasift.source.start", 1); app.start(id)',
    "cancelled": 'faults.error("datasift.source.start", "not-found").cancel()',
    "cleared": 'faults.error("datasift.source.start", "not-found"); faults.hold("datasift.source.start"); faults.clear()',
    "reset": 'faults.error("datasift.source.start", "not-found"); fakesources.reset()',
    "a cancelled hold": 'faults.hold("datasift.source.start").cancel()',
    "nothing planned": "app.start(id)",
    "skipped": 'faults.error("datasift.source.start", "not-found"); pytest.skip("enough")',
}


def suite(body: str, marker: str = "") -> str:
    """Return a test file with one test."""
    return several({"it": body}, marker)


def several(bodies: dict[str, str], marker: str = "") -> str:
    """Return a test file with tests of these bodies, by name."""
    text = "import app, pytest\n"
    for name, body in bodies.items():
        text += f"""
{marker}
def test_{name.replace(" ", "_").replace(",", "")}(fakesources):
    faults = fakesources.faults
    id = fakesources.datasift.sources.add().id
    {body}
"""
    return text


def test_unused_faults_are_listed(run: Run) -> None:
    """The test passes; the summary names it, the fault and the line that planned it."""
    result = run(several({name: body for name, (body, _) in UNUSED.items()}))

    result.assert_outcomes(passed=len(UNUSED))
    expected = [f"*{SECTION}*"]
    for name, (_, line) in UNUSED.items():
        expected += [
            f"test_it.py::test_{name.replace(' ', '_').replace(',', '')}",
            f"  {line}*, planned at *test_it.py:*",
        ]
    result.stdout.fnmatch_lines(expected)


def test_used_and_cancelled_faults_are_not_listed(run: Run) -> None:
    result = run(several(USED), "--fakesources-unused-faults=fail")

    result.assert_outcomes(passed=len(USED) - 1, skipped=1)
    assert SECTION not in result.stdout.str()


SUBTESTS = {
    "of pytest": """
        @pytest.mark.skipif(pytest.version_tuple < (9, 0), reason="pytest has subtests since 9.0")
        def test_it(request, fakesources):
            subtest = request.getfixturevalue("subtests").test
            plan(fakesources)
            with subtest("first"):
                pass
            with subtest("second"):
                assert app.start("x") == 404
        """,
    "of unittest": """
        class TestIt(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def a_fake(self, fakesources):
                self.fake = fakesources

            def test_it(self):
                plan(self.fake)
                with self.subTest("first"):
                    pass
                with self.subTest("second"):
                    assert app.start("x") == 404
        """,
}


@pytest.mark.parametrize("mode", ["report", "fail"])
@pytest.mark.parametrize("test", SUBTESTS.values(), ids=SUBTESTS)
def test_faults_are_unused_only_after_the_last_subtest(run: Run, test: str, mode: str) -> None:
    """One that a later subtest meets is used, and one that none meets belongs to the test."""
    result = run(
        """
        import unittest
        import app, pytest

        def plan(fake):
            fake.faults.error("datasift.source.start", "not-found")
            fake.faults.error("datasift.source.stop", "not-found")
        """
        + test,
        f"--fakesources-unused-faults={mode}",
    )

    if "skipped" in result.parseoutcomes():
        pytest.skip("this version of pytest has no subtests")
    assert [each.outcome for each in result.reports if each.when == "call"][-1] == {
        "report": "passed",
        "fail": "failed",
    }[mode]
    [line] = [line for line in result.outlines if line.lstrip().startswith("not-found of datasift.source.")]
    assert "datasift.source.stop: never happened" in line


def test_unused_faults_can_fail_the_call_phase(run: Run) -> None:
    body = 'faults.error("datasift.source.stop", "not-found"); faults.hold("datasift.source.stop")'
    result = run(suite(body), "--fakesources-unused-faults=fail")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"{SECTION}:", "not-found of *: never happened, *", "* of *: no request *"])


def test_a_failing_test_lists_its_unused_faults_once(run: Run) -> None:
    result = run(
        suite('faults.error("datasift.source.stop", "not-found"); assert False'), "--fakesources-unused-faults=fail"
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"*{SECTION}*", "test_it.py::test_it", "  not-found of *: never happened, *"])


@pytest.mark.parametrize(
    ("ini", "marker", "flag", "outcome"),
    [
        ("", "", "", "listed"),
        ("report", "", "", "listed"),
        ("ignore", "", "", "ignored"),
        ("fail", "", "", "failed"),
        ("fail", "ignore", "", "ignored"),
        ("", "fail", "", "failed"),
        ("ignore", "ignore", "fail", "failed"),
        ("fail", "fail", "report", "listed"),
    ],
)
def test_precedence_of_command_line_marker_and_ini_file(
    run: Run, pytester: pytest.Pytester, ini: str, marker: str, flag: str, outcome: str
) -> None:
    if ini:
        pytester.makeini(f"[pytest]\nfakesources_unused_faults = {ini}\n")
    mark = f'@pytest.mark.fakesources(unused_faults="{marker}")' if marker else ""
    body = 'faults.error("datasift.source.stop", "not-found")'

    result = run(suite(body, mark), *([f"--fakesources-unused-faults={flag}"] if flag else []))

    result.assert_outcomes(**({"failed": 1} if outcome == "failed" else {"passed": 1}))
    assert (SECTION in result.stdout.str()) is (outcome != "ignored")


def test_an_unknown_mode_is_a_usage_error_with_the_closest_one(run: Run, pytester: pytest.Pytester) -> None:
    marked = run(suite("pass", '@pytest.mark.fakesources(unused_faults="fial")'))
    pytester.makeini("[pytest]\nfakesources_unused_faults = reprot\n")
    named = run(suite("pass"))

    assert (marked.ret, named.ret) == (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.USAGE_ERROR)
    marked.stderr.fnmatch_lines(["*unused_faults: expected report, fail or ignore, got 'fial'; did you mean 'fail'?*"])
    named.stderr.fnmatch_lines(["*fakesources_unused_faults: *got 'reprot'; did you mean 'report'?*"])


def test_faults_that_clients_of_the_server_meet_are_used(run: Run) -> None:
    result = run(
        """
        import requests

        def test_it(fakesources, fakesources_server):
            fakesources.faults.respond("datasift.source.get", 503)
            fakesources.faults.respond("datasift.source.log", 503)
            requests.get(f"{fakesources_server.url}/v1.6/source/get", headers={"Auth": "a:b"}, timeout=5)
        """
    )

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*{SECTION}*", "test_it.py::test_it", "  status 503 of datasift.source.log: *"])
    assert "datasift.source.get" not in result.stdout.str()


def test_faults_of_a_shared_fake_are_reported_when_it_is_closed(run: Run) -> None:
    """A fault that one test plans may happen in another."""
    result = run(
        """
        import app, pytest

        @pytest.fixture(scope="module")
        def shared(fakesources_factory):
            with fakesources_factory() as fake:
                yield fake

        def test_plan(shared):
            shared.faults.error("datasift.source.start", "not-found")
            shared.faults.error("datasift.source.stop", "not-found")

        def test_use(shared):
            app.start(shared.datasift.sources.add().id)
        """
    )

    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines([f"*{SECTION}*", "test_it.py::test_use", "  not-found of datasift.source.stop: *"])
    assert "of datasift.source.start" not in result.stdout.str()


def test_faults_are_not_listed_after_a_failed_setup(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.fixture
        def broken(fakesources):
            fakesources.faults.error("datasift.source.start", "not-found")
            raise ValueError

        def test_it(broken):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    assert SECTION not in result.stdout.str()


def test_workers_send_unused_faults(run: Run) -> None:
    result = run(suite('faults.error("datasift.source.stop", "not-found")'), "-n", "1", "-p", "xdist")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*{SECTION}*", "test_it.py::test_it", "  not-found of *: never happened, *"])
