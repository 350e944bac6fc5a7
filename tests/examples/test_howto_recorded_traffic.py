"""How to hold traffic to the contract that no fake had a hand in.

Three ways: a recording, from the command line or in a test; a `requests` session while it talks to a live service; one
exchange at a time. A recording is a HAR file as browsers export it, a VCR cassette, or JSON lines that any program can
write: an object with `request` and `response` on each line, as below.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from fakesources import ContractViolation, FakeSources
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
    """`check` gives what an exchange breaks, each with its place and its rule."""
    (found,) = check(LINE)

    assert found.at == "$.error_count"
    assert found.rule == "curator.sources.update.200.error_count"
    assert found.got == '"none"'


def test_a_recording(tmp_path: Path) -> None:
    """`fakesources check FILE` and `check_files` do the same; the edition that fits best is found out."""
    recording = tmp_path / "traffic.jsonl"
    recording.write_text(json.dumps(LINE), "utf-8")

    report = check_files([recording])

    assert report.findings == 1
    assert [part.edition for part in report.parts] == ["docs-2017"]


def test_a_session_while_it_talks() -> None:
    """`watch` alters nothing, and tells of what was found when the block is left.

    The service is a fake here, so that this page runs anywhere; with the vendors' own hosts `base_url` is left out.
    """
    with FakeSources(strict=False).server() as live, requests.Session() as session:
        session.headers["Authorization"] = "user:key"
        source = {"source_type": "twitter_gnip", "name": "Tweets", "nmae": "Tweets", "resources": []}
        with pytest.raises(ContractViolation, match=r"did you mean 'name'"), watch(session, base_url=live.url):
            session.post(f"{live.url}/v1.6/source/create", json=source)
