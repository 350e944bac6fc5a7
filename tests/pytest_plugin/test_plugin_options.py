"""Where a fake's options come from: the command line, the marker, the ini file, the fixture, in this order."""

from __future__ import annotations

import re

import pytest
from somebody import ALONE, Run, shows

from fakesources import options

TELLS = """
    def test_it(fakesources):
        print(fakesources, "seed", fakesources.seed)
"""


def test_a_marker_chooses_and_merges_from_module_to_function(run: Run) -> None:
    """The narrowest marker that names an option has the last word on it; others keep theirs."""
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
    ("mark", "said"),
    [
        ("datasfit='live-1.6'", "there is no option 'datasfit'; did you mean 'datasift'?"),
        ("'live-1.6'", "it takes options by name, such as strict=False, not 'live-1.6'"),
        ("strict='no'", "strict: expected True or False, got 'no'"),
        ("seed=1.5", "seed: expected an integer or a text, got 1.5"),
    ],
)
def test_unknown_options_are_refused_at_collection(run: Run, mark: str, said: str) -> None:
    """A marker with an option that does not exist, or a value of another kind, stops the run before any test."""
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
    assert f"test_it.py::test_it: @pytest.mark.fakesources: {said}" in result.stderr.str()
    assert "has run" not in result.stdout.str()


def test_a_wrong_marker_is_refused_wherever_it_stands(run: Run) -> None:
    """One of the module holds for tests that have a right one, or another one, of their own."""
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


def test_an_edition_that_does_not_exist_is_told_when_the_fake_is_made(run: Run) -> None:
    """A value that cannot be is an error of the test that asked for it, and the nearest is named."""
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
def test_the_ini_file_chooses(run: Run, pytester: pytest.Pytester, name: str, text: str) -> None:
    """Options of the ini file hold for every fake, in either form and both tables."""
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


def test_lists_in_the_ini_file_are_read(run: Run, pytester: pytest.Pytester) -> None:
    """Hosts and credentials are lines of the ini file."""
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
    """What stands behind the equals sign is nothing, in a line or a list: the fixture has its say, as without the line."""
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
    ("line", "said"),
    [
        ("clock = yesterday", "clock: expected a time such as"),
        ("strict = perhaps", "strict: invalid truth value 'perhaps'"),
        ("rate_limit = many", "rate_limit: "),  # in whose words depends on pytest's version
    ],
)
def test_a_wrong_value_in_the_ini_file_is_a_usage_error(
    run: Run, pytester: pytest.Pytester, line: str, said: str
) -> None:
    """A value that cannot be read, by us or by pytest, stops the run and says which option it is of."""
    pytester.makeini(f"[pytest]\nfakesources_{line}\n")

    result = run(TELLS)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"ini option fakesources_{said}" in result.stderr.str()


def test_the_order_of_precedence(run: Run, pytester: pytest.Pytester) -> None:
    """The command line wins over the marker, that over the ini file, that over the fixture, that over the default."""
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
            made = fakesources.options
            assert (made.rate_limit, made.seed, made.curator, made.datasift, made.strict, made.journal_size) == (
                40, 3, "docs-2025", "live-1.6", True, 9
            )
        """,
        "--fakesources-rate-limit=40",
    )

    result.assert_outcomes(passed=1)


def test_options_of_another_kind_are_refused(run: Run, pytester: pytest.Pytester) -> None:
    """The options fixture gives Options and nothing else."""
    pytester.makeconftest(
        "import pytest\n@pytest.fixture(scope='session')\ndef fakesources_options():\n    return {'seed': 1}\n"
    )

    result = run(TELLS)

    result.assert_outcomes(errors=1)
    assert "fakesources_options gives fakesources.Options(...), not dict" in result.stdout.str()


def test_a_wrong_value_on_the_command_line_is_a_usage_error(pytester: pytest.Pytester) -> None:
    """A value that cannot be read is refused as pytest refuses its own options."""
    pytester.makepyfile(TELLS)

    result = pytester.runpytest_subprocess(*ALONE, "--fakesources-strict=perhaps")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "strict: expected yes or no, got 'perhaps'" in result.stderr.str()


def test_the_header_tells_what_fakes_are_made_with(run: Run) -> None:
    """One line of the report's header has the version, the editions, strictness and seed."""
    result = run(TELLS, "--fakesources-datasift=live-1.6", "--fakesources-strict=no", "--fakesources-seed=docs")

    assert shows(result, "fakesources: 0.1.0, datasift live-1.6, curator docs-2017, not strict, seed docs")


def test_the_header_is_silent_when_asked_to_be_quiet(run: Run) -> None:
    """Under -q nothing of the plugin is printed."""
    assert "fakesources" not in run(TELLS, "-q").stdout.str()


def test_help_lists_every_option(run: Run, pytester: pytest.Pytester) -> None:
    """`pytest --help` and `pytest --markers` list each option once for the command line and once for the ini file."""
    text = run(TELLS, "--help").stdout.str()
    markers = run(TELLS, "--markers").stdout.str()

    for option in options.ALL.values():
        assert re.search(rf"--fakesources-{option.name.replace('_', '-')}[= ]{re.escape(option.metavar)}", text)
        assert re.search(rf"^ *fakesources_{option.name}\b", text, re.MULTILINE)
        assert f"{option.name}={option.default!r}" in markers


SEVEN = """
    def test_it(fakesources):
        assert fakesources.seed == 7
"""

NAMED = {
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


@pytest.mark.parametrize("where", NAMED)
def test_an_option_is_found_wherever_it_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    """Options are offered only to a run that may name one, and every way of naming one counts."""
    arguments, environment, files = NAMED[where]
    if "-n1" in arguments:
        pytest.importorskip("xdist")
    if where == "an ini option in addopts" and pytest.version_tuple < (9, 2):
        pytest.skip("an older pytest takes no ini option from addopts")
    for name, text in files.items():
        pytester.path.joinpath(name).write_text(text)
    pytester.makepyfile(SEVEN)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    alone = () if "PYTEST_DISABLE_PLUGIN_AUTOLOAD" in environment else ALONE
    result = pytester.runpytest_subprocess(*alone, *arguments)

    result.assert_outcomes(passed=1)


def test_the_plugin_handed_to_pytest_has_its_options(pytester: pytest.Pytester) -> None:
    """A plugin given to pytest.main is there before pytest has read anything, and offers its options to be safe."""
    pytester.makepyfile(
        test_it=SEVEN,
        start="""
        import pytest
        import fakesources.pytest_plugin.plugin

        plugins = [fakesources.pytest_plugin.plugin]
        raise SystemExit(pytest.main(["-p", "no:fakesources", "--fakesources-seed=7", "test_it.py"], plugins))
        """,
    )

    assert pytester.runpython("start.py").ret == 0


def test_a_run_that_names_no_option_is_offered_none(run: Run) -> None:
    """The header has the version alone then, and fakes are made with the defaults."""
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
