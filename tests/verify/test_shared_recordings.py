"""Tests of recordings in a folder beside the checkout, each with its expected exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fakesources.commands.main import main

FOLDER = Path(__file__).parents[3] / "shared" / "cases" / "recordings"
EXPECTED: dict[str, Any] = {}
if (FOLDER / "expected.json").is_file():
    EXPECTED = json.loads((FOLDER / "expected.json").read_text("utf-8"))


@pytest.mark.skipif(not EXPECTED, reason="the recordings are not beside this checkout")
@pytest.mark.parametrize("name", EXPECTED)
def test_a_recording_has_the_expected_exit_code(name: str) -> None:
    ran = CliRunner().invoke(main, ["check", str(FOLDER / name)])

    assert ran.exit_code in EXPECTED[name], ran.output
