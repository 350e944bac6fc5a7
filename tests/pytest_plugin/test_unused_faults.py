"""Planned faults that never happen: listed for the test in the summary, or a failure, as `unused_faults` says."""

from __future__ import annotations

import pytest
from somebody import Run

SECTION = "fakesources: planned faults that never happened"

BODIES = {
    "a refusal": ('faults.error("datasift.source.stop", "not-found")', "not-found of datasift.source.stop: never happened"),
    "a status": ('faults.respond("datasift.source.stop", 503, times=None)', "status 503 of datasift.source.stop: never"),
    "a break": ('faults.disconnect("datasift.source.stop", "reset", times=2)', "reset of datasift.source.stop: never"),
    "a delay": ('faults.delay("datasift.source.stop", 1)', "delay of 1 s of datasift.source.stop: never"),
    "a latch": ('faults.hold("datasift.source.stop")', "latch of datasift.source.stop: no request reached it"),
    "a latch that was left": ('with faults.hold("datasift.source.stop"): pass', "latch of datasift.source.stop: no request"),
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
    "used whenever": 'faults.error("datasift.source.start", "not-found", times=None); app.start(id)',
    "a delay that passed": 'faults.delay("datasift.source.start", 1); app.start(id)',
    "cancelled": 'faults.error("datasift.source.start", "not-found").cancel()',
    "cleared": 'faults.error("datasift.source.start", "not-found"); faults.hold("datasift.source.start"); faults.clear()',
    "reset": 'faults.error("datasift.source.start", "not-found"); fakesources.reset()',
    "a latch taken back": 'faults.hold("datasift.source.start").cancel()',
    "nothing planned": "app.start(id)",
    "skipped": 'faults.error("datasift.source.start", "not-found"); pytest.skip("enough")',
}


def suite(body: str, marker: str = "") -> str:
    """A test of somebody's with a body, and perhaps a marker."""
    return several({"it": body}, marker)


def several(bodies: dict[str, str], marker: str = "") -> str:
    """Tests of somebody's with these bodies, by name."""
    made = "import app, pytest\n"
    for name, body in bodies.items():
        made += f"""
{marker}
def test_{name.replace(" ", "_").replace(",", "")}(fakesources):
    faults = fakesources.faults
    id = fakesources.datasift.sources.add().id
    {body}
"""
    return made


def test_what_never_happened_is_listed(run: Run) -> None:
    """The test passes, and the summary names it, the fault and where it was planned."""
    result = run(several({name: body for name, (body, _) in BODIES.items()}))

    result.assert_outcomes(passed=len(BODIES))
    expected = [f"*{SECTION}*"]
    for name, (_, line) in BODIES.items():
        expected += [
            f"test_it.py::test_{name.replace(' ', '_').replace(',', '')}",
            f"  {line}*, planned at *test_it.py:*",
        ]
    result.stdout.fnmatch_lines(expected)


def test_what_happened_or_was_taken_back_is_not_listed(run: Run) -> None:
    """With `fail` too nothing is said."""
    result = run(several(USED), "--fakesources-unused-faults=fail")

    result.assert_outcomes(passed=len(USED) - 1, skipped=1)
    assert SECTION not in result.stdout.str()


def test_what_never_happened_may_fail_the_test(run: Run) -> None:
    """Its call phase, with every fault."""
    body = 'faults.error("datasift.source.stop", "not-found"); faults.hold("datasift.source.stop")'
    result = run(suite(body), "--fakesources-unused-faults=fail")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"{SECTION}:", "not-found of *: never happened, *", "latch of *: no request *"])


def test_a_test_that_fails_tells_of_them_too(run: Run) -> None:
    """In its own report and in the summary; once."""
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
def test_who_decides(run: Run, pytester: pytest.Pytester, ini: str, marker: str, flag: str, outcome: str) -> None:
    """The command line, else the marker, else the ini file."""
    if ini:
        pytester.makeini(f"[pytest]\nfakesources_unused_faults = {ini}\n")
    mark = f'@pytest.mark.fakesources(unused_faults="{marker}")' if marker else ""
    body = 'faults.error("datasift.source.stop", "not-found")'

    result = run(suite(body, mark), *([f"--fakesources-unused-faults={flag}"] if flag else []))

    result.assert_outcomes(**({"failed": 1} if outcome == "failed" else {"passed": 1}))
    assert (SECTION in result.stdout.str()) is (outcome != "ignored")


def test_a_way_that_does_not_exist_is_rejected(run: Run, pytester: pytest.Pytester) -> None:
    """In the marker and in the ini file, with the nearest."""
    marked = run(suite("pass", '@pytest.mark.fakesources(unused_faults="fial")'))
    pytester.makeini("[pytest]\nfakesources_unused_faults = reprot\n")
    named = run(suite("pass"))

    assert (marked.ret, named.ret) == (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.USAGE_ERROR)
    marked.stderr.fnmatch_lines(["*unused_faults: expected report, fail or ignore, got 'fial'; did you mean 'fail'?*"])
    named.stderr.fnmatch_lines(["*fakesources_unused_faults: *got 'reprot'; did you mean 'report'?*"])


def test_the_server_fixture_is_the_same_fake(run: Run) -> None:
    """What its clients met has happened; what they did not is listed."""
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


def test_a_fake_that_tests_share_is_looked_at_when_it_is_closed(run: Run) -> None:
    """What one test planned may happen in another."""
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


def test_a_test_whose_setup_fails_is_not_told_of(run: Run) -> None:
    """It could not use what a fixture had planned."""
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


def test_workers_tell_of_them(run: Run) -> None:
    """With xdist the fakes are in other processes."""
    result = run(suite('faults.error("datasift.source.stop", "not-found")'), "-n", "1", "-p", "xdist")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"*{SECTION}*", "test_it.py::test_it", "  not-found of *: never happened, *"])
