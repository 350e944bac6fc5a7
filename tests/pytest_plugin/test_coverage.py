"""Options `--fakesources-coverage` and `--fakesources-editions`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from plugin_runs import outcomes

from fakesources.core.engine.journal import Journal

TESTS = """
    import pytest, requests
    from fakesources import FakeSources, Request

    SOURCE = "https://api.datasift.com/v1.6/source/"
    KEY = {"Authorization": "alice:0123456789"}

    def test_a_source_is_started_and_stopped(fakesources):
        source = fakesources.datasift.sources.add(running=False)
        requests.put(SOURCE + "start", json={"id": source.id}, headers=KEY)
        requests.put(SOURCE + "stop", json={"id": source.id}, headers=KEY)

    def test_a_source_is_unknown(fakesources_server):
        response = requests.put(fakesources_server.url + "/v1.6/source/stop", json={"id": "x"}, headers=KEY)
        assert response.status_code == 404

    def test_a_fake_without_a_fixture():
        body = b'{"source_type": "twitter_gnip", "name": "n", "resources": [{"parameters": {"mapping": "gnip_1"}}]}'
        headers = (*KEY.items(), ("Content-Type", "application/json"))
        FakeSources().handle(Request("POST", "/v1.6/source/create", headers, body, "api.datasift.com"))
"""


def read_coverage(folder: Path) -> dict[str, Any]:
    """Return the coverage of DataSift that a run wrote."""
    coverage: dict[str, Any] = json.loads((folder / "coverage.json").read_text("utf-8"))["datasift"]
    return coverage


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_coverage_counts_what_the_tests_used(run, pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    """Exchanges of every fake and every process are counted."""
    result = run(TESTS, "--fakesources-coverage", "--fakesources-coverage-json=coverage.json", *workers)

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*fakesources coverage*",
            "datasift operations: 3 of 11 met",
            "  never datasift.source.update",
            "datasift responses: *",
        ]
    )
    result.stdout.no_fnmatch_line("curator*")
    coverage = read_coverage(pytester.path)
    assert coverage["operations"]["counts"] == {
        "datasift.source.create": 1, "datasift.source.start": 1, "datasift.source.stop": 2,
    }  # fmt: skip
    assert coverage["responses"]["met"] == 3
    assert coverage["errors"]["counts"] == {"datasift.source.stop.not-found": 1}
    assert set(coverage["changes"]["counts"]) == {
        "datasift.source.create: nothing to stopped",
        "datasift.source.start: stopped to running",
        "datasift.source.stop: running to stopped",
    }
    assert "datasift.source.create.request.resources" in coverage["parameters"]["counts"]
    assert "datasift.shape.twitter_gnip.resources.parameters.mapping" in coverage["parameters"]["counts"]
    assert "datasift.source.create.request.auth" in coverage["parameters"]["never"]


def test_the_journal_is_patched_only_during_a_run_with_the_option(run, pytester: pytest.Pytester) -> None:
    keep = Journal.record
    result = run(TESTS)
    assert Journal.record is keep
    result.stdout.no_fnmatch_line("*fakesources coverage*")

    run(TESTS, "--fakesources-coverage-json=coverage.json").stdout.no_fnmatch_line("*fakesources coverage*")

    assert read_coverage(pytester.path)["operations"]["met"] == 3
    assert Journal.record is keep


def test_objects_of_different_fakes_are_distinguished(run, pytester: pytest.Pytester) -> None:
    """Ids are the same in every fake and after every reset."""
    result = run(
        """
        import pytest, requests

        SOURCE = "https://api.datasift.com/v1.6/source/"
        KEY = {"Authorization": "alice:0123456789"}

        @pytest.mark.parametrize("again", [False, True])
        def test_start(fakesources, again):
            for _ in range(2):
                source = fakesources.datasift.sources.add()
                requests.put(SOURCE + "start", json={"id": source.id}, headers=KEY)
                fakesources.reset()
        """,
        "--fakesources-coverage-json=coverage.json",
    )

    result.assert_outcomes(passed=2)
    assert read_coverage(pytester.path)["changes"]["counts"] == {"datasift.source.start: stopped to running": 4}


EDITIONS = """
    import pytest

    def test_any(fakesources, request):
        print("any", fakesources.options.datasift, fakesources.options.curator)

    @pytest.mark.fakesources(datasift="live-1.6")
    def test_marked(fakesources):
        assert fakesources.options.datasift == "live-1.6"

    @pytest.mark.parametrize("number", [1, 2])
    def test_twice(fakesources_server, number):
        pass

    def test_none():
        pass
"""


def test_tests_run_once_for_every_edition_of_an_api(run) -> None:
    """A test with an edition in its marker, or without a fake, runs once."""
    result = run(EDITIONS, "--fakesources-editions=datasift", "-rP")

    result.assert_outcomes(passed=8)
    assert {"test_any[docs-1.6]", "test_any[live-1.6]", "test_marked", "test_none"} < set(outcomes(result))
    assert sum(name.startswith("test_twice[") for name in outcomes(result)) == 4
    result.stdout.fnmatch_lines_random(["any docs-1.6 docs-2017", "any live-1.6 docs-2017"])


def test_tests_run_once_for_every_pair_of_editions(run) -> None:
    result = run(EDITIONS, "--fakesources-editions=datasift", "--fakesources-editions=curator", "-rP")

    result.assert_outcomes(passed=4 + 2 + 8 + 1)
    result.stdout.fnmatch_lines_random(["any live-1.6 docs-2025", "any docs-1.6 docs-2025"])


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (
            ["--fakesources-editions=datasit"],
            "*--fakesources-editions: expected datasift or curator, got 'datasit'; did you mean 'datasift'?*",
        ),
        (
            ["--fakesources-editions=curator", "--fakesources-curator=docs-2025"],
            "*--fakesources-editions: expected no --fakesources-curator beside it*",
        ),
    ],
)
def test_a_wrong_api_is_a_usage_error(run, options: list[str], error: str) -> None:
    result = run(EDITIONS, *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([error])
