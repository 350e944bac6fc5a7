"""Generator of the recordings in this folder: the calls of calls.json, to a fake, with each recorder.

    python tests/verify/recordings/make.py            vcrpy.yaml, vcrpy.json (needs vcrpy)
    python tests/verify/recordings/make.py serve      for make_har.mjs, which writes chromium.har (needs playwright-core)

ruby.yml was converted manually from vcrpy.yaml to the layout of Ruby's VCR.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import requests

from fakesources import FakeSources

HERE = Path(__file__).parent
PORT = 18400
HEADERS = {"Authorization": "alice:0123456789abcdef0123456789abcdef"}
KEY = {"Authorization": "Basic " + "ZXhhbXBsZS1rZXk6"}


def main() -> None:
    """Record the cassettes, or serve until standard input ends."""
    if sys.argv[1:] == ["serve"]:
        with FakeSources(strict=False).server(port=PORT) as server:
            print(server.url, flush=True)  # noqa: T201
            sys.stdin.read()
        return
    import vcr

    for name, serializer in (("vcrpy.yaml", "yaml"), ("vcrpy.json", "json")):
        (HERE / name).unlink(missing_ok=True)
        with (
            FakeSources(strict=False).server(port=PORT) as server,
            vcr.use_cassette(str(HERE / name), serializer=serializer),
        ):
            make_calls(server.url)


def make_calls(url: str) -> None:
    """Make the calls with one session."""
    ids: dict[str, str] = {}
    with requests.Session() as session:
        for call in json.loads((HERE / "calls.json").read_text("utf-8")):
            path, body = fill(call["path"], ids), fill(call.get("json"), ids)
            headers = HEADERS if "/source/" in path else KEY
            response = session.request(call["method"], url + path, json=body, headers=headers)
            if "keep" in call:
                value = response.json()
                ids[call["keep"]] = (value[0] if isinstance(value, list) else value)["id"]


def fill(value: Any, ids: dict[str, str]) -> Any:
    """Return a value with the ids of earlier responses."""
    if isinstance(value, dict):
        return {name: fill(inner, ids) for name, inner in value.items()}
    if isinstance(value, str):
        for name, id in ids.items():
            value = value.replace(f"{{{name}}}", id)
    return value


if __name__ == "__main__":
    main()
