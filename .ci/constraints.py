"""Refresh the pinned versions: tests/constraints.txt for the README's test command, and the build backend's.

One resolution for every supported Python and platform, with markers where they differ. Needs `uv` (extra `lint`).
"""

import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
CONSTRAINTS = TOP / "tests" / "constraints.txt"
PROJECT = TOP / "pyproject.toml"
HEADER = "# Versions that the README's test command installs. Refreshed with: python .ci/constraints.py\n"


def compile_pins(*arguments: str, source: str = "") -> list[str]:
    """Resolve requirements to `name==version` lines, valid on every Python from the oldest supported one."""
    resolve = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    resolve += ["--no-header", "--no-annotate", *arguments]
    done = subprocess.run(resolve, cwd=TOP, input=source, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout.splitlines()


CONSTRAINTS.write_text(HEADER + "\n".join(compile_pins("--extra", "test", "pyproject.toml")) + "\n", "utf-8")
backend = compile_pins("--constraint", str(CONSTRAINTS), "-", source="hatchling\n")
listed = "".join(f'    "{pin}",\n' for pin in backend)
text = re.sub(
    r"(?s)(\[build-system\]\n.*?requires = )\[.*?\]\n", rf"\1[\n{listed}]\n", PROJECT.read_text("utf-8"), count=1
)
PROJECT.write_text(text, "utf-8")
