"""Every input in `seeds/`, and every beginning of it, passed to its target; the command without atheris."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from targets import SEEDS, TARGETS

TOP = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in SEEDS.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_seed_is_handled_without_a_defect(path: Path) -> None:
    data = path.read_bytes()

    for end in {len(data) // 3, len(data) // 2, len(data) - 1, len(data)}:
        TARGETS[path.parent.name](data[:end])


def test_every_target_has_seeds() -> None:
    assert {path.parent.name for path in FILES} == set(TARGETS)


def test_without_atheris_the_command_says_so() -> None:
    program = "import sys, runpy; sys.modules['atheris'] = None; sys.argv = ['fuzz', 'states', '--seconds', '1']; "
    program += "runpy.run_module('tests.fuzz', run_name='__main__')"

    ran = subprocess.run([sys.executable, "-c", program], cwd=TOP, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr.count("pip install atheris")) == (2, 1)
