"""Checking traffic of a real service against the contract.

Three ways: a recording, from the command line or in a test; a `requests` session or an `httpx` client while it calls a
live service; one exchange at a time. A recording is a HAR file as exported by browsers and proxies, a VCR cassette, or
JSON lines that any program can write: an object with `request` and `response` on each line, as below.

A contradiction to a documented or recorded rule is a finding. A contradiction to a rule that was decided for the fake,
or observed in client code alone, is a warning, since the real service may behave so. The response of a gateway is a
note. Other hosts and other endpoints are left out, and bodies that were not recorded are not checked.
"""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
import requests
from click.testing import CliRunner

from fakesources import ContractViolation, FakeSources
from fakesources.commands.main import main
from fakesources.verify import check, check_files, watch

LINE = {
    "request": {
        "method": "PUT",
        "url": "https://api.curator.io/v1/sources/1301a1f9-4982-4101-8a2f-2bd4d98db41a",
        "headers": {"Content-Type": "application/json"},
        "json": {"tag": "curator_io"},
    },
    "response": {
        "status": 200,
        "headers": {"Content-Type": "application/json"},
        "json": {
            "id": "1301a1f9-4982-4101-8a2f-2bd4d98db41a", "feed_id": "660b923a-a6e7-4540-bd03-7e08fd006e0d",
            "source_type": 4, "tag": "curator_io", "status": 1, "initialised": 0, "error_count": "none",
        },
    },
    "at": "2026-01-01T00:00:00Z",
}  # fmt: skip


def test_one_exchange() -> None:
    """`check` returns the findings of an exchange, each with its path and its rule."""
    (found,) = check(LINE)

    assert found.path == "$.error_count"
    assert found.rule == "curator.sources.update.200.error_count"
    assert found.actual == '"none"'


def test_a_recording(tmp_path: Path) -> None:
    """`fakesources check FILE` and `check_files` do the same, with the best-fitting edition by default."""
    recording = tmp_path / "traffic.jsonl"
    recording.write_text(json.dumps(LINE), "utf-8")

    report = check_files([recording])

    assert report.findings == 1
    assert [part.edition for part in report.parts] == ["docs-2017"]


def test_known_findings(tmp_path: Path) -> None:
    """A baseline is a file of known findings: only new ones make a check fail.

    In a shell, as in a CI job:

        fakesources check traffic/ --baseline known.json --write-baseline     # once
        fakesources check traffic/ --baseline known.json                      # from then on
    """
    recording, known = tmp_path / "traffic.jsonl", tmp_path / "known.json"
    recording.write_text(json.dumps(LINE), "utf-8")
    check_it = ["check", str(tmp_path / "*.jsonl"), "--baseline", str(known)]

    assert CliRunner().invoke(main, [*check_it, "--write-baseline"]).exit_code == 0
    assert CliRunner().invoke(main, check_it).exit_code == 0

    other = {**LINE, "request": {**LINE["request"], "url": "https://api.curator.io/v1/sorces", "method": "GET"}}
    recording.write_text(json.dumps(LINE) + "\n" + json.dumps(other), "utf-8")
    assert CliRunner().invoke(main, check_it).exit_code == 1


def test_a_report_for_people(tmp_path: Path) -> None:
    """`--format html` is one page without external assets, for the artifacts of a CI job."""
    recording, page = tmp_path / "traffic.jsonl", tmp_path / "report.html"
    recording.write_text(json.dumps(LINE), "utf-8")

    CliRunner().invoke(main, ["check", str(recording), "--format", "html", "--output", str(page)])

    assert "curator.sources.update.200.error_count" in page.read_text("utf-8")


def test_a_session_of_requests() -> None:
    """`watch` does not change requests or responses, and raises the findings at the end of the block.

    The service is a fake here, so that this page runs anywhere; `base_url` is not needed for the vendors' own hosts.
    """
    with FakeSources(strict=False).server() as live, requests.Session() as session:
        session.headers["Authorization"] = "user:key"
        source = {"source_type": "twitter_gnip", "name": "Tweets", "nmae": "Tweets", "resources": []}
        with pytest.raises(ContractViolation, match=r"did you mean 'name'"), watch(session, base_url=live.url):
            session.post(f"{live.url}/v1.6/source/create", json=source)


def test_a_client_of_httpx() -> None:
    """`httpx` clients are watched alike, sync or async. Without `strict`, read `findings` and `warnings`."""
    with FakeSources(strict=False).server() as live, httpx.Client(headers={"Authorization": "user:key"}) as client:
        watched = watch(client, base_url=live.url, strict=False)
        with watched:
            client.get(f"{live.url}/v1.6/source/get", params={"pge": 2})

    assert [found.suggestion for found in watched.findings] == ["page"]
