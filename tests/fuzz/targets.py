"""Targets of fuzzing: functions of bytes that raise only for a defect of the fake.

A target's inputs in `seeds/` begin a run, and a test passes each of them to it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fakesources import FakeSources
from fakesources.control.hosted import Hosted
from fakesources.core.http.messages import Request
from fakesources.core.state.state_files import InvalidState
from fakesources.server.parsing import RequestParser
from fakesources.server.service import Service
from fakesources.verify.checker import Check
from fakesources.verify.recordings.entry import Bounds, RecordingError
from fakesources.verify.recordings.reader import read

SEEDS = Path(__file__).parent / "seeds"
BOUNDS = Bounds()


def requests(data: bytes) -> None:
    """Parse bytes as those of a connection, and answer every request in them."""
    fake = FakeSources(strict=False)
    parser = RequestParser(Service(fake.handle), "127.0.0.1")
    parser.feed(data)
    for parsed in parser.ready:
        response = parsed.error_response or fake.handle(parsed.request)
        assert response.status < 500 or parsed.error_response, response.body


def recordings(data: bytes) -> None:
    """Read bytes as a recording and check what is in it."""
    check = Check()
    check.begin("fuzzed")
    with suppress(RecordingError):
        for recorded in read(io.BytesIO(data), BOUNDS, name="fuzzed"):
            check.add_recorded(recorded)
    check.report()


def states(data: bytes) -> None:
    """Load bytes as a state file; what loads can be shown, dumped and loaded again."""
    fake = FakeSources(strict=False)
    try:
        document = json.loads(data)
        if not isinstance(document, dict):
            return
        fake.load(document)
    except (InvalidState, ValueError, RecursionError):
        return
    for target in ("/v1.6/source/get", "/v1/sources?api_key=key", "/v1/feeds?api_key=key"):
        host = "api.curator.io" if "api_key" in target else "api.datasift.com"
        assert fake.handle(Request("GET", target, (("Authorization", "user:key"),), b"", host)).status < 500
    dumped = fake.dump()
    fake.load(json.loads(json.dumps(dumped)))
    assert fake.dump() == dumped


def control(data: bytes) -> None:
    """Send requests to the control plane: lines of method, target and body."""
    hosted = Hosted({})
    for line in data.split(b"\n")[:5]:
        method, _, rest = line.partition(b" ")
        target, _, body = rest.partition(b" ")
        request = Request(
            method.decode("latin-1"),
            "/_fakesources/" + target.decode("utf-8", "replace"),
            (("Content-Type", "application/json"),),
            body,
            "127.0.0.1:8080",
            "http",
            "server",
            "127.0.0.1",
            timeout=0.01,
        )
        if any(word in request.target for word in ("events", "wait", "timeout")):
            continue  # these wait for exchanges
        assert hosted.handle(request).status < 500
    hosted.close()


TARGETS: dict[str, Callable[[bytes], None]] = {
    "requests": requests,
    "recordings": recordings,
    "states": states,
    "control": control,
}
