"""Mutants of the package and of the schemas, and a sample of them that is spread evenly over the packages."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from code_changes import code_changes
from schema_changes import schema_changes

TOP = Path(__file__).resolve().parents[2]

PACKAGES: dict[str, tuple[str, ...]] = {
    "core": ("fakesources/core",),
    "apis": ("fakesources/apis",),
    "adapters": ("fakesources/adapters",),
    "server": ("fakesources/server",),
    "verify": ("fakesources/verify",),
    "control": ("fakesources/control",),
    "kit": ("fakesources/kit",),
    "commands": ("fakesources/commands",),
    "pytest_plugin": ("fakesources/pytest_plugin",),
    "export": ("fakesources/export",),
    "fake": ("fakesources/fake.py", "fakesources/options.py", "fakesources/wsgi.py", "fakesources/__init__.py"),
    "schemas": ("schemas",),
}
"""Packages that have an equal part of a sample, and the files or folders of each."""


@dataclass(frozen=True)
class Change:
    """One change of a text.

    `function` is the qualified name of the function or class around it, or the JSON pointer of the schema; `words` the
    old and the new text. `start` and `end` are offsets in the text, `new` replaces what is between them.
    """

    function: str
    operator: str
    words: str
    line: int
    start: int
    end: int
    new: str

    def applied(self, text: str) -> str:
        """Return the text with the change."""
        return text[: self.start] + self.new + text[self.end :]


@dataclass(frozen=True)
class Mutant:
    """One change of one file; `number` counts those of the same words in the same function, from 1."""

    package: str
    file: str
    change: Change
    number: int

    def __str__(self) -> str:
        return f"{self.file}:{self.change.line} {self.change.function or '-'} [{self.change.operator}] {self.words}"

    @property
    def words(self) -> str:
        """The old and the new text, as in `equivalent.json`: independent of lines."""
        return self.change.words + (f" #{self.number}" if self.number > 1 else "")


def choose(packages: Sequence[str], sample: int, seed: int) -> list[Mutant]:
    """Return a sample of the mutants, the same number from each package where it has enough, in the order of the files."""
    chosen: list[Mutant] = []
    for position, package in enumerate(packages):
        every = list(mutants_of(package))
        size = sample // len(packages) + (position < sample % len(packages))
        chosen += random.Random(f"{seed} {package}").sample(every, min(size, len(every)))
    return chosen


def survivors(log: str) -> list[Mutant]:
    """Return the mutants that survived by what an earlier run printed, wherever their lines are now."""
    named = {without_line(found) for found in re.findall(r"^survived +[\d.]+ s  (.+)$", log, re.MULTILINE)}
    every = (mutant for package in PACKAGES for mutant in mutants_of(package))
    return [mutant for mutant in every if without_line(str(mutant)) in named]


def without_line(mutant: str) -> str:
    """Return the text of a mutant without its line, which changes of the file above it move."""
    return re.sub(r":\d+ ", " ", mutant, count=1)


def mutants_of(package: str, only: Collection[str] = ()) -> Iterator[Mutant]:
    """Yield every mutant of a package, or of some of its files."""
    for file in files_of(package):
        if only and file.relative_to(TOP).as_posix() not in only:
            continue
        text = file.read_text("utf-8")
        rows = code_changes(text) if file.suffix == ".py" else schema_changes(text)
        yield from numbered(package, file.relative_to(TOP).as_posix(), (Change(*row) for row in rows))


def numbered(package: str, file: str, changes: Iterable[Change]) -> Iterator[Mutant]:
    counts: dict[tuple[str, str], int] = {}
    for change in changes:
        key = (change.function, change.words)
        counts[key] = counts.get(key, 0) + 1
        yield Mutant(package, file, change, counts[key])


def files_of(package: str) -> list[Path]:
    """Return the Python files or the schemas of a package."""
    found: list[Path] = []
    for name in PACKAGES[package]:
        path = TOP / name
        suffix = "*.json" if name == "schemas" else "*.py"
        found += [path] if path.is_file() else sorted(path.rglob(suffix))
    return found
