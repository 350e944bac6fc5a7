"""How to use the fake from a program in another language.

`fakesources run -- COMMAND` starts a server on a free port, tells COMMAND where it is (FAKESOURCES_URL), and stops it
again; COMMAND's exit code is its own. A server that stays is `fakesources serve`. State, journal, clock and faults
are under `/_fakesources/`, with plain HTTP. The program here is a few lines of Python that use nothing but sockets of
their own; any language will do.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import json, os, urllib.request

base = os.environ["FAKESOURCES_URL"]

def call(method, path, fields=None):
    body = "&".join(f"{name}={value}" for name, value in (fields or {}).items()).encode()
    asked = urllib.request.Request(base + path, body or None, {"Authorization": "user:key"}, method=method)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)

made = call("GET", "/v1.6/source/get")
assert made["count"] == 0, made
call("GET", "/v1.6/source/get?pge=2" if os.environ.get("MISSPELL") else "/v1.6/source/get?page=1")
journal = call("GET", "/_fakesources/journal")
print(len(journal["exchanges"]), "calls")
"""


def run(folder: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program beside a fake."""
    program = folder / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-m", "fakesources", "run", *flags, "--", sys.executable, str(program)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)


def test_a_program_beside_a_fake(tmp_path: Path) -> None:
    """The program finds the server, and its exit code is that of the command."""
    done = run(tmp_path)

    assert (done.stdout, done.returncode) == ("2 calls\n", 0)


@pytest.mark.parametrize(("flags", "fails"), [((), False), (("--strict",), True)], ids=["lenient", "strict"])
def test_what_is_swallowed_is_told(tmp_path: Path, flags: tuple[str, ...], fails: bool) -> None:
    """A misspelt parameter is listed when the program is done; with --strict the command fails for it."""
    done = run(tmp_path, *flags, MISSPELL="yes")

    assert (done.returncode != 0) == fails
    assert "datasift.source.get.unknown-parameter" in done.stdout + done.stderr
