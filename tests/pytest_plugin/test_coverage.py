"""Facts about `--fakesources-coverage` and `--fakesources-editions`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from somebody import outcomes

from fakesources.core.engine.journal import Journal

TESTS = """
    import pytest, requests
    from fakesources import FakeSources, Request

    SOURCE = "https://api.datasift.com/v1.6/source/"
    WHO = {"Authorization": "alice:0123456789"}

    def test_a_source_is_started_and_stopped(fakesources):
        source = fakesources.datasift.sources.add(running=False)
        requests.put(SOURCE + "start", json={"id": source.id}, headers=WHO)
        requests.put(SOURCE + "stop", json={"id": source.id}, headers=WHO)

    def test_a_source_is_unknown(fakesources_server):
        answer = requests.put(fakesources_server.url + "/v1.6/source/stop", json={"id": "x"}, headers=WHO)
        assert answer.status_code == 404

    def test_a_fake_of_ones_own():
        sent = b'{"source_type": "twitter_gnip", "name": "n", "resources": [{"parameters": {"mapping": "gnip_1"}}]}'
        headers = (*WHO.items(), ("Content-Type", "application/json"))
        FakeSources().handle(Request("POST", "/v1.6/source/create", headers, sent, "api.datasift.com"))
"""


def counted(folder: Path) -> dict[str, Any]:
    """What the run wrote down of DataSift."""
    found: dict[str, Any] = json.loads((folder / "coverage.json").read_text("utf-8"))["datasift"]
    return found


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "two workers"])
def test_a_run_tells_what_it_met_and_what_it_never_did(
    run, pytester: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    """Operations, answers, parameters, refusals and changes, whichever fake and whichever process met them."""
    result = run(TESTS, "--fakesources-coverage", "--fakesources-coverage-json=coverage.json", *workers)

    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(
        [
            "*fakesources coverage*",
            "datasift operations: 3 of 11 met",
            "  never datasift.source.update",
            "datasift answers: *",
        ]
    )
    result.stdout.no_fnmatch_line("curator*")
    told = counted(pytester.path)
    assert told["operations"]["counts"] == {
        "datasift.source.create": 1, "datasift.source.start": 1, "datasift.source.stop": 2,
    }  # fmt: skip
    assert told["answers"]["met"] == 3
    assert told["refusals"]["counts"] == {"datasift.source.stop.not-found": 1}
    assert set(told["changes"]["counts"]) == {
        "datasift.source.create: nothing to stopped",
        "datasift.source.start: stopped to running",
        "datasift.source.stop: running to stopped",
    }
    assert "datasift.source.create.request.resources" in told["parameters"]["counts"]
    assert "datasift.shape.twitter_gnip.resources.parameters.mapping" in told["parameters"]["counts"]
    assert "datasift.source.create.request.auth" in told["parameters"]["never"]


def test_a_run_without_the_option_is_not_listened_to(run, pytester: pytest.Pytester) -> None:
    """Nothing is told, nothing is written, and a journal is as it was, then and afterwards."""
    keep = Journal.keep
    result = run(TESTS)
    assert Journal.keep is keep
    result.stdout.no_fnmatch_line("*fakesources coverage*")

    run(TESTS, "--fakesources-coverage-json=coverage.json").stdout.no_fnmatch_line("*fakesources coverage*")

    assert counted(pytester.path)["operations"]["met"] == 3
    assert Journal.keep is keep


def test_objects_of_different_tests_are_not_taken_for_each_other(run, pytester: pytest.Pytester) -> None:
    """Ids are the same in every fake: what one test did to a source says nothing of another's, nor after a reset."""
    result = run(
        """
        import pytest, requests

        SOURCE = "https://api.datasift.com/v1.6/source/"
        WHO = {"Authorization": "alice:0123456789"}

        @pytest.mark.parametrize("again", [False, True])
        def test_start(fakesources, again):
            for _ in range(2):
                source = fakesources.datasift.sources.add()
                requests.put(SOURCE + "start", json={"id": source.id}, headers=WHO)
                fakesources.reset()
        """,
        "--fakesources-coverage-json=coverage.json",
    )

    result.assert_outcomes(passed=2)
    assert counted(pytester.path)["changes"]["counts"] == {"datasift.source.start: stopped to running": 4}


EDITIONS = """
    import pytest

    def test_any(fakesources, request):
        print("any", fakesources.options.datasift, fakesources.options.curator)

    @pytest.mark.fakesources(datasift="live-1.6")
    def test_chosen(fakesources):
        assert fakesources.options.datasift == "live-1.6"

    @pytest.mark.parametrize("number", [1, 2])
    def test_twice(fakesources_server, number):
        pass

    def test_none():
        pass
"""


def test_a_suite_runs_under_every_edition_of_an_api(run) -> None:
    """Each test that uses a fake is repeated; one that chooses its edition is not, nor is one without a fake."""
    result = run(EDITIONS, "--fakesources-editions=datasift", "-rP")

    result.assert_outcomes(passed=8)
    assert {"test_any[docs-1.6]", "test_any[live-1.6]", "test_chosen", "test_none"} < set(outcomes(result))
    assert sum(name.startswith("test_twice[") for name in outcomes(result)) == 4
    result.stdout.fnmatch_lines_random(["any docs-1.6 docs-2017", "any live-1.6 docs-2017"])


def test_a_suite_runs_under_every_pair_of_editions(run) -> None:
    """Given for both APIs, every edition of the one is met by every edition of the other."""
    result = run(EDITIONS, "--fakesources-editions=datasift", "--fakesources-editions=curator", "-rP")

    result.assert_outcomes(passed=4 + 2 + 8 + 1)
    result.stdout.fnmatch_lines_random(["any live-1.6 docs-2025", "any docs-1.6 docs-2025"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--fakesources-editions=datasit"], "*there is no API 'datasit'; did you mean 'datasift'?*"),
        (["--fakesources-editions=curator", "--fakesources-curator=docs-2025"], "*contradict each other*"),
    ],
)
def test_a_wrong_api_is_refused_before_any_test(run, options: list[str], told: str) -> None:
    """The run ends with a usage error that says what is wrong."""
    result = run(EDITIONS, *options)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([told])
