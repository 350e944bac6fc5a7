"""Command `python -m tests.fuzz TARGET --seconds N`: fuzz a target, guided by the lines that an input reaches.

It ends with 0 where nothing was found, 2 where atheris is not installed, and with another code after a finding, whose
input it writes to `build/fuzz/`. Keep that as a file of `tests/fuzz/seeds/TARGET/`: a test passes each of them to its target.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

NAMES = ("requests", "recordings", "states", "control")


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Fuzz one target.")
    parser.add_argument("target", choices=NAMES)
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="how long, 60 by default")
    arguments = parser.parse_args()
    if arguments.seconds < 1:
        parser.error(f"--seconds: expected 1 or more, got {arguments.seconds}")
    try:
        import atheris
    except ImportError:
        sys.stderr.write("atheris: expected it to be installed; run: pip install atheris\n")
        return 2
    with atheris.instrument_imports(include=["fakesources"]):
        from tests.fuzz.targets import SEEDS, TARGETS

    found = Path("build/fuzz") / arguments.target
    found.mkdir(parents=True, exist_ok=True)
    options = [f"-max_total_time={arguments.seconds}", f"-artifact_prefix={found}/", "-max_len=4096", "-timeout=20"]
    corpus = found / "corpus"
    corpus.mkdir(exist_ok=True)
    atheris.Setup([sys.argv[0], *options, str(corpus), str(SEEDS / arguments.target)], TARGETS[arguments.target])
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
