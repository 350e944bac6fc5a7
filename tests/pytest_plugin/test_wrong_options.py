"""Values that no fake can be made with: the test that asks for the fake fails, with one line and no traceback."""

from __future__ import annotations

import pytest
from plugin_runs import ALONE, Run

WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "the ini file": (
        {"tox.ini": "[pytest]\nfakesources_datasift = live-1.7\n"},
        "",
        "datasift: expected an edition, docs-1.6 or live-1.6, got 'live-1.7'; did you mean 'live-1.6'?",
    ),
    "the marker": (
        {},
        "@pytest.mark.fakesources(curator='docs-2018')",
        "curator: expected an edition, docs-2017 or docs-2025, got 'docs-2018'; did you mean 'docs-2017'?",
    ),
    "the fixture of options": (
        {"conftest.py": "import pytest\n@pytest.fixture(scope='session')\ndef fakesources_options():\n    return {'seed': 1}\n"},
        "",
        "fakesources_options: expected fakesources.Options(...), got a dict",
    ),
    "an API": (
        {"tox.ini": "[pytest]\nfakesources_apis = nowhere\n"},
        "",
        "apis: expected an Api, datasift, curator or package.module:API, got 'nowhere'",
    ),
    "a limit": ({}, "@pytest.mark.fakesources(violation_bytes=0)", "violation_bytes: expected 1 or more, got 0"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "marker", "message"), WRONG.values(), ids=WRONG)
def test_a_wrong_value_fails_the_test_without_a_traceback(
    run: Run, pytester: pytest.Pytester, files: dict[str, str], marker: str, message: str
) -> None:
    for name, text in files.items():
        pytester.path.joinpath(name).write_text(text, "utf-8")

    result = run(f"import pytest\n{marker}\ndef test_it(fakesources): pass\n")

    result.assert_outcomes(errors=1)
    [report] = [each for each in result.reports if each.failed]
    assert str(report.longrepr) == f"fakesources: {message}"


def test_the_error_of_an_api_of_the_user_keeps_its_traceback(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(pets="int('three')", test_it="def test_it(fakesources): pass\n")
    pytester.makeini("[pytest]\nfakesources_apis = pets:API\n")

    result = pytester.runpytest_subprocess(*ALONE)  # it is known to its whole process

    assert any("pets.py" in line for line in result.outlines)
