"""Command `python -m tests.mutation`: test the tests, by changing the code and the schemas one place at a time.

Each mutant is one small change of a Python file of the package or of a schema. It is made in a copy of the tree, where
the tests that run the changed function run until one of them fails. The table has, for each package, the mutants that
were killed (a test failed, or time ran out), those that survived, and those known to be equivalent, which are listed with
their reasons in `equivalent.json`. The command exits with 1 when fewer than 95 % of the others were killed.

    python -m tests.mutation --sample 300 --seed 7               # the same number from every package
    python -m tests.mutation --sample 40 --only core,schemas     # some packages
    python -m tests.mutation --list --sample 40                  # the mutants, without running them
    python -m tests.mutation --again LOG                         # those that survived an earlier run

The first run records which lines of which functions each test runs, with `coverage` (extra `mutation`), in a folder under
the temporary folder; later runs record the test files that have changed since. Of the tests that run the changed line those
in the folder that mirrors the package come first, for a change outside functions then those of the contract, then those
that call the fewest functions, up to `--budget` seconds of their recorded time.

Two tools were tried in November 2026, and the reasons against them stand here, so that they can be tried again:

- mutmut 3 calls every function through a trampoline, and a violation's location is the caller's line, found by walking the
  frames; it puts all mutants of a file into that file, which makes half a million lines of this package, and did not
  finish writing them in three minutes; it selects mutants by an environment variable that tests which start a process
  with an environment of their own do not pass on. It has no mutants of data files, thus none of schemas.
- cosmic-ray changes the checkout itself, and a run that is stopped leaves the change behind; one test command serves all
  mutants of a configuration, so that the tests cannot be chosen by what they call; its operators change annotations
  (`int | None`), which no test can notice, and neither strings, keywords, defaults nor statements.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from copies import end_on_signals  # noqa: E402
from mutants import PACKAGES, choose, survivors  # noqa: E402
from recorded_calls import RecordedCalls  # noqa: E402
from results import PASSING_PERCENT, Results  # noqa: E402
from running import run_all  # noqa: E402


def main() -> int:
    """Run a sample and print the table. Return 1 below the promised percentage, 2 where `coverage` is not installed."""
    arguments = parsed()
    if arguments.again:
        mutants = survivors(arguments.again.read_text("utf-8"))
    else:
        mutants = choose(arguments.only or list(PACKAGES), arguments.sample, arguments.seed)
    if arguments.list:
        print(*mutants, sep="\n")
        return 0
    try:
        import coverage  # noqa: F401
    except ImportError:
        sys.stderr.write("coverage: expected it to be installed; run: pip install -e '.[mutation]'\n")
        return 2
    end_on_signals()
    calls = RecordedCalls.load(refresh=not arguments.no_refresh)
    results = Results()
    for mutant, outcome in run_all(mutants, calls, arguments.workers, arguments.budget):
        results.add(mutant, outcome)
        if arguments.verbose or outcome.survived:
            print(f"{results.status(mutant, outcome):10} {outcome.seconds:5.1f} s  {mutant}", flush=True)
    print(results.table())
    return 0 if results.percent >= PASSING_PERCENT else 1


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description="Test the tests with small changes.")
    parser.add_argument(
        "--sample", type=positive, default=300, help="number of mutants, spread evenly over the packages"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the choice; the same tree gives the same mutants")
    parser.add_argument("--only", type=packages, metavar="PACKAGES", help=f"some of {', '.join(PACKAGES)}")
    parser.add_argument(
        "--again", type=Path, metavar="LOG", help="what a run printed: its survivors in place of a sample"
    )
    parser.add_argument("--workers", type=positive, default=2, help="mutants that are tested at the same time")
    parser.add_argument("--budget", type=float, default=120.0, help="seconds of tests, as recorded, for each mutant")
    parser.add_argument("--list", action="store_true", help="print the mutants and run none")
    parser.add_argument("--no-refresh", action="store_true", help="use the recorded calls as they are")
    parser.add_argument("--verbose", action="store_true", help="print every mutant with its outcome")
    return parser.parse_args()


def positive(text: str) -> int:
    """Return a number from the command line; 0 and less are errors of it."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {text!r}")
    return int(text)


def packages(text: str) -> list[str]:
    """Return the names of packages on the command line; unknown ones are errors of it."""
    names = text.split(",")
    for name in names:
        if name not in PACKAGES:
            raise argparse.ArgumentTypeError(f"expected some of {', '.join(PACKAGES)}, got {name!r}")
    return names


if __name__ == "__main__":
    sys.exit(main())
