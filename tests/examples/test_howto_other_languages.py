"""Use the fake from a program in another language.

`fakesources run -- COMMAND` starts a server on a free port, passes its URL to COMMAND as FAKESOURCES_URL, and stops the
server at the end; its exit code is that of COMMAND. `fakesources serve` keeps a server running. State, journal, clock
and faults are under `/_fakesources/`, by plain HTTP. The program here is a few lines of Python with the standard
library; any language will do.
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
    request = urllib.request.Request(base + path, body or None, {"Authorization": "user:key"}, method=method)
    with urllib.request.urlopen(request) as response:
        return json.load(response)

sources = call("GET", "/v1.6/source/get")
assert sources["count"] == 0, sources
call("GET", "/v1.6/source/get?pge=2" if os.environ.get("MISSPELL") else "/v1.6/source/get?page=1")
journal = call("GET", "/_fakesources/journal")
print(len(journal["exchanges"]), "calls")
"""


def run(folder: Path, *flags: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program with a fake."""
    program = folder / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, "-m", "fakesources", "run", *flags, "--", sys.executable, str(program)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)


def test_a_program_with_a_fake(tmp_path: Path) -> None:
    """The program finds the server; the exit code is the program's."""
    result = run(tmp_path)

    assert (result.stdout, result.returncode) == ("2 calls\n", 0)


@pytest.mark.parametrize(("flags", "fails"), [((), False), (("--strict",), True)], ids=["lenient", "strict"])
def test_a_contract_violation_is_reported(tmp_path: Path, flags: tuple[str, ...], fails: bool) -> None:
    """A misspelt parameter is listed at the end of the program; with --strict it is an error."""
    result = run(tmp_path, *flags, MISSPELL="yes")

    assert (result.returncode != 0) == fails
    assert "datasift.source.get.unknown-parameter" in result.stdout + result.stderr
