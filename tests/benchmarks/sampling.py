"""Sampling profiler: shares of a call's processor time by package, module and function.

A sample counts for the Python function that was running, C functions it had called included. Sampling slows a call far
less than tracing does, so the shares are those of the undisturbed call.
"""

from __future__ import annotations

import signal
import sys
import sysconfig
import time
from collections import Counter
from pathlib import Path
from types import FrameType

from harness import AdapterContext
from report import table

INTERVAL_SECONDS = 0.0005
SECONDS = 4.0

_STDLIB = sysconfig.get_paths()["stdlib"]
_HERE = str(Path(__file__).parent)


def sample_functions(open_call: AdapterContext, seconds: float = SECONDS) -> Counter[tuple[str, str]]:
    """Return the number of samples in each function, by (module, name)."""
    counted: Counter[tuple[str, str]] = Counter()

    def count_sample(signum: int, frame: FrameType | None) -> None:
        if frame is not None:
            counted[module_of(frame.f_code.co_filename), frame.f_code.co_qualname] += 1

    before = signal.signal(signal.SIGPROF, count_sample)
    try:
        with open_call() as call:
            until = time.perf_counter() + seconds
            signal.setitimer(signal.ITIMER_PROF, INTERVAL_SECONDS, INTERVAL_SECONDS)
            while time.perf_counter() < until:
                call()
            signal.setitimer(signal.ITIMER_PROF, 0)
    finally:
        signal.signal(signal.SIGPROF, before)
    return counted


def module_of(file: str) -> str:
    """Return the name of a module from its file: `fakesources.core.engine.engine`, `urllib3.response`, `stdlib.re`."""
    path = Path(file)
    if file.startswith(_HERE):
        return "the benchmark"
    for root in sorted(sys.path, key=len, reverse=True):
        if root and root != _HERE and path.is_relative_to(root) and root != _STDLIB:
            return ".".join(path.relative_to(root).with_suffix("").parts)
    if file.startswith(_STDLIB):
        return "stdlib." + ".".join(path.relative_to(_STDLIB).with_suffix("").parts)
    return path.stem


def profile_tables(counted: Counter[tuple[str, str]], functions: int = 15) -> str:
    """Return tables with the shares of packages, of our own modules, and of the slowest functions."""
    total = counted.total() or 1
    packages: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for (module, _), count in counted.items():
        packages[module.partition(".")[0]] += count
        if module.startswith("fakesources."):
            modules[module] += count

    def rows(counts: Counter[str], most: int) -> list[tuple[str, str]]:
        return [(name, f"{count / total:.1%}") for name, count in counts.most_common(most)]

    named = Counter({f"{module}: {name}": count for (module, name), count in counted.items()})
    return "\n\n".join(
        [
            table(("package", "share"), rows(packages, 8)),
            table(("module", "share"), rows(modules, 12)),
            table(("function", "share"), rows(named, functions)),
        ]
    )
