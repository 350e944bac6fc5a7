"""How the recordings beside this file were made: the calls of calls.json, against a fake, through each recorder.

    python tests/verify/recordings/make.py            vcrpy.yaml, vcrpy.json (needs vcrpy)
    python tests/verify/recordings/make.py serve      for make_har.mjs, which makes chromium.har (needs playwright-core)

ruby.yml was written by hand after the answers of vcrpy.yaml, in the layout of Ruby's VCR.
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
    """Make the cassettes, or serve until standard input ends."""
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
            talk(server.url)


def talk(url: str) -> None:
    """Make the calls, as a person with one session would."""
    kept: dict[str, str] = {}
    with requests.Session() as session:
        for call in json.loads((HERE / "calls.json").read_text("utf-8")):
            path, sent = filled(call["path"], kept), filled(call.get("json"), kept)
            headers = HEADERS if "/source/" in path else KEY
            answer = session.request(call["method"], url + path, json=sent, headers=headers)
            if "keep" in call:
                shown = answer.json()
                kept[call["keep"]] = (shown[0] if isinstance(shown, list) else shown)["id"]


def filled(value: Any, kept: dict[str, str]) -> Any:
    """A call with what earlier answers gave."""
    if isinstance(value, dict):
        return {name: filled(inner, kept) for name, inner in value.items()}
    if isinstance(value, str):
        for name, id in kept.items():
            value = value.replace(f"{{{name}}}", id)
    return value


if __name__ == "__main__":
    main()
