"""Options of fakes: from the command line, the marker, the ini file and the fixture, in this order."""

from __future__ import annotations

import re

import pytest
from plugin_runs import ALONE, Run, shows

from fakesources import options

USES_A_FAKE = """
    def test_it(fakesources):
        print(fakesources, "seed", fakesources.seed)
"""


def test_markers_of_module_class_and_function_are_merged(run: Run) -> None:
    """For each option, the closest marker that names it takes precedence."""
    result = run(
        """
        import pytest

        pytestmark = pytest.mark.fakesources(datasift="live-1.6", seed=1)

        @pytest.mark.fakesources(seed=2)
        class TestIt:
            @pytest.mark.fakesources(seed=3)
            def test_it(self, fakesources):
                assert fakesources.seed == 3
                assert "live-1.6" in repr(fakesources)

            def test_that(self, fakesources):
                assert fakesources.seed == 2
        """
    )

    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("mark", "error"),
    [
        ("datasfit='live-1.6'", "there is no option 'datasfit'; did you mean 'datasift'?"),
        ("'live-1.6'", "expected options by name, such as strict=False, got 'live-1.6'"),
        ("strict='no'", "strict: expected True or False, got 'no'"),
        ("seed=1.5", "seed: expected an integer or a text, got 1.5"),
    ],
)
def test_a_wrong_marker_is_a_usage_error(run: Run, mark: str, error: str) -> None:
    """It stops the run before any test."""
    result = run(
        f"""
        import pytest

        @pytest.mark.fakesources({mark})
        def test_it():
            print("has run")
        """,
        "-s",
    )

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"test_it.py::test_it: @pytest.mark.fakesources: {error}" in result.stderr.str()
    assert "has run" not in result.stdout.str()


def test_a_wrong_marker_of_a_module_is_a_usage_error(run: Run) -> None:
    result = run(
        """
        import pytest

        pytestmark = pytest.mark.fakesources(colour="red")

        @pytest.mark.filterwarnings("error")
        def test_it(fakesources):
            print("has run")
        """,
        "-s",
    )

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "there is no option 'colour'" in result.stderr.str()
    assert "has run" not in result.stdout.str()


def test_an_unknown_edition_is_an_error_of_the_test(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.fakesources(curator="docs-2018")
        def test_it(fakesources):
            pass
        """
    )

    result.assert_outcomes(errors=1)
    assert "curator: expected an edition, docs-2017 or docs-2025, got 'docs-2018'; did you mean" in result.stdout.str()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pytest.ini", "[pytest]\nfakesources_seed = 7\nfakesources_strict = no\nfakesources_journal_size = 5\n"),
        (
            "pyproject.toml",
            "[tool.pytest.ini_options]\nfakesources_seed = '7'\nfakesources_strict = false\nfakesources_journal_size = '5'\n",
        ),
        (
            "pyproject.toml",
            "[tool.pytest]\nfakesources_seed = 7\nfakesources_strict = false\nfakesources_journal_size = 5\n",
        ),
    ],
    ids=["pytest.ini", "[tool.pytest.ini_options]", "[tool.pytest]"],
)
def test_options_of_the_ini_file(run: Run, pytester: pytest.Pytester, name: str, text: str) -> None:
    if "[tool.pytest]" in text and pytest.version_tuple < (9, 2):
        pytest.skip("values of their own types need pytest 9.2")
    pytester.path.joinpath(name).write_text(text)

    result = run(
        """
        def test_it(fakesources):
            assert fakesources.seed == 7
            assert not fakesources.strict
            assert fakesources.journal.size == 5
        """
    )

    result.assert_outcomes(passed=1)


def test_hosts_and_credentials_are_lines_of_the_ini_file(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini(
        """
        [pytest]
        fakesources_hosts =
            https://staging.example/ds = datasift
            https://staging.example/cu = curator
        fakesources_credentials = datasift:alice=key-of-alice
        """
    )

    result = run(
        """
        import requests

        def test_it(fakesources):
            url = "https://staging.example/ds/v1.6/source/get"
            assert requests.get(url, headers={"Authorization": "alice:key-of-alice"}).status_code == 200
            assert requests.get(url, headers={"Authorization": "alice:another"}).status_code == 401
        """
    )

    result.assert_outcomes(passed=1)


def test_an_option_of_the_ini_file_without_a_value_is_not_given(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakesources_seed =\nfakesources_clock =\nfakesources_hosts =\n")
    pytester.makeconftest(
        """
        import pytest
        from fakesources import Options

        @pytest.fixture(scope="session")
        def fakesources_options():
            return Options(seed=7, hosts={"https://staging.example": "curator"})
        """
    )

    result = run(
        """
        from fakesources import Options

        def test_it(fakesources):
            assert fakesources.options == Options(seed=7, hosts={"https://staging.example": "curator"})
        """
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("clock = yesterday", "clock: expected a time such as"),
        ("strict = perhaps", "strict: invalid truth value 'perhaps'"),
        ("rate_limit = many", "rate_limit: "),  # the rest is pytest's
    ],
)
def test_a_wrong_value_in_the_ini_file_is_a_usage_error(
    run: Run, pytester: pytest.Pytester, line: str, error: str
) -> None:
    pytester.makeini(f"[pytest]\nfakesources_{line}\n")

    result = run(USES_A_FAKE)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ini option fakesources_{error}" in result.stderr.str()


def test_precedence_of_all_sources(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nfakesources_rate_limit = 20\nfakesources_seed = 2\nfakesources_curator = docs-2025\n")
    pytester.makeconftest(
        """
        import pytest
        from fakesources import Options

        @pytest.fixture(scope="session")
        def fakesources_options():
            return Options(rate_limit=10, seed=1, curator="docs-2017", datasift="live-1.6", journal_size=9)
        """
    )

    result = run(
        """
        import pytest

        @pytest.mark.fakesources(rate_limit=30, seed=3)
        def test_it(fakesources):
            chosen = fakesources.options
            assert (chosen.rate_limit, chosen.seed, chosen.curator, chosen.datasift, chosen.strict, chosen.journal_size) == (
                40, 3, "docs-2025", "live-1.6", True, 9
            )
        """,
        "--fakesources-rate-limit=40",
    )

    result.assert_outcomes(passed=1)


def test_a_wrong_value_on_the_command_line_is_a_usage_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(USES_A_FAKE)

    result = pytester.runpytest_subprocess(*ALONE, "--fakesources-strict=perhaps")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "strict: expected yes or no, got 'perhaps'" in result.stderr.str()


def test_the_header_has_version_editions_strictness_and_seed(run: Run) -> None:
    result = run(USES_A_FAKE, "--fakesources-datasift=live-1.6", "--fakesources-strict=no", "--fakesources-seed=docs")

    assert shows(result, "fakesources: 0.1.0, datasift live-1.6, curator docs-2017, not strict, seed docs")


def test_a_quiet_run_has_no_header(run: Run) -> None:
    assert "fakesources" not in run(USES_A_FAKE, "-q").stdout.str()


def test_help_and_markers_list_every_option(run: Run, pytester: pytest.Pytester) -> None:
    text = run(USES_A_FAKE, "--help").stdout.str()
    markers = run(USES_A_FAKE, "--markers").stdout.str()

    for option in options.ALL.values():
        assert re.search(rf"--fakesources-{option.name.replace('_', '-')}[= ]{re.escape(option.metavar)}", text)
        assert re.search(rf"^ *fakesources_{option.name}\b", text, re.MULTILINE)
        default = "..." if ":" in repr(option.default) else repr(option.default)
        assert f"{option.name}={default}" in markers
    assert "...): use the `fakesources` fixture" in re.sub(r"unused_faults='report'", "...", markers)


SEED_7 = """
    def test_it(fakesources):
        assert fakesources.seed == 7
"""

SOURCES = {
    "command line": (("--fakesources-seed=7",), {}, {}),
    "an ini option on the command line": (("-o", "fakesources_seed=7"), {}, {}),
    "PYTEST_ADDOPTS": ((), {"PYTEST_ADDOPTS": "-q --fakesources-seed=7"}, {}),
    "addopts": ((), {}, {"pytest.ini": "[pytest]\naddopts = --fakesources-seed=7\n"}),
    "an ini option in addopts": ((), {}, {"pytest.ini": "[pytest]\naddopts = -o fakesources_seed=7\n"}),
    "a file of arguments": (("@more.txt",), {}, {"more.txt": "--fakesources-seed=7\n"}),
    "the ini file": ((), {}, {"tox.ini": "[pytest]\nfakesources_seed = 7\n"}),
    "an ini file elsewhere": (("-c", "its.ini"), {}, {"its.ini": "[pytest]\nfakesources_seed = 7\n"}),
    "a worker's command line": (("-n1", "--fakesources-seed=7"), {}, {}),
    "a worker's ini option": (("-n1", "-o", "fakesources_seed=7"), {}, {}),
    "a worker's PYTEST_ADDOPTS": (("-n1",), {"PYTEST_ADDOPTS": "--fakesources-seed=7"}, {}),
    "a plugin loaded by name": (("-p", "fakesources.pytest_plugin.plugin", "-p", "no:fakesources", "--fakesources-seed=7"), {}, {}),
    "a plugin loaded by a conftest": (
        ("--fakesources-seed=7",),
        {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        {"conftest.py": "pytest_plugins = ['fakesources.pytest_plugin.plugin']\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_an_option_is_found_wherever_it_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """Options are registered only in a run that may name one."""
    arguments, environment, files = SOURCES[source]
    if "-n1" in arguments:
        pytest.importorskip("xdist")
    if source == "an ini option in addopts" and pytest.version_tuple < (9, 2):
        pytest.skip("an older pytest takes no ini option from addopts")
    for name, text in files.items():
        pytester.path.joinpath(name).write_text(text)
    pytester.makepyfile(SEED_7)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    alone = () if "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in environment else ALONE
    result = pytester.runpytest_subprocess(*alone, *arguments)

    result.assert_outcomes(passed=1)


def test_a_plugin_object_registers_its_options(pytester: pytest.Pytester) -> None:
    """A plugin passed to pytest.main is loaded before pytest has read its arguments."""
    pytester.makepyfile(
        test_it=SEED_7,
        start="""
        import pytest
        import fakesources.pytest_plugin.plugin

        plugins = [fakesources.pytest_plugin.plugin]
        raise SystemExit(pytest.main(["-p", "no:fakesources", "--fakesources-seed=7", "test_it.py"], plugins))
        """,
    )

    assert pytester.runpython("start.py").ret == 0


def test_a_run_without_options_does_not_register_them(run: Run) -> None:
    result = run(
        """
        from fakesources import Options

        def test_it(fakesources, pytestconfig):
            assert fakesources.options == Options()
            assert not hasattr(pytestconfig.option, "fakesources_seed")
        """
    )

    result.assert_outcomes(passed=1)
    assert shows(result, "fakesources: 0.1.0")
