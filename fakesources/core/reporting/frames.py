"""Frames of a stack: which of them are user code, and which belong to a library or to the runner of the tests.

Code of an installed package is user code where it came from this machine, as an application under test does, or where
there is no other user code.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import PathDistribution
from pathlib import Path
from types import FrameType

_LIBRARIES = frozenset(
    {
        "fakesources", "requests", "urllib3", "responses", "httpx", "httpx2", "httpcore", "httpcore2", "aiohttp", "anyio",
        "trio", "h11", "werkzeug", "pytest_asyncio",
    }
)  # fmt: skip
"""Packages outside of the standard library that may be between user code and the fake: never the caller."""

_RUNNERS = frozenset({"_pytest", "pluggy", "unittest"})
"""Packages that call the tests: no frame outside of them is user code."""

_STANDARD_FOLDER = os.path.dirname(os.__file__) + os.sep
_INSTALLED_FOLDERS = ("site-packages", "dist-packages")

Step = tuple[FrameType, int]
"""A frame, and its line at the time it was read."""


def steps_from(frame: FrameType | None) -> Iterator[Step]:
    """Yield a frame and those that called it, the innermost first."""
    while frame is not None:
        yield frame, frame.f_lineno
        frame = frame.f_back


def user_steps(steps: Iterable[Step], *, or_installed: bool = True) -> list[Step]:
    """Return the steps in user code, innermost first, up to the runner of the tests.

    Without any, they are those in installed packages, unless `or_installed` is false.
    """
    found: list[Step] = []
    for frame, line in steps:
        if package_of(frame) in _RUNNERS and frame.f_globals["__name__"] != "unittest.mock":
            if found:
                break
        elif not is_library(frame):
            found.append((frame, line))
    own = [step for step in found if not _is_installed(step[0].f_code.co_filename, package_of(step[0]))]
    return own or (found if or_installed else [])


def is_library(frame: FrameType) -> bool:
    """Return whether a frame belongs to a library that is never the caller, or to the standard library."""
    return package_of(frame) in _LIBRARIES or _is_standard(frame.f_code.co_filename)


def package_of(frame: FrameType) -> str:
    """Return the top-level package of a frame's code."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


@cache
def _is_standard(file: str) -> bool:
    if file.startswith("<frozen"):
        return True
    return file.startswith(_STANDARD_FOLDER) and _installed_folder(file) is None


@cache
def _is_installed(file: str, package: str) -> bool:
    """Return whether code belongs to a package that was installed from an index."""
    folder = _installed_folder(file)
    return folder is not None and package not in _local_packages(folder)


def _installed_folder(file: str) -> Path | None:
    return next((folder for folder in Path(file).parents if folder.name in _INSTALLED_FOLDERS), None)


@cache
def _local_packages(folder: Path) -> frozenset[str]:
    """Return the packages of a folder that were installed from files of this machine or from a repository, by PEP 610."""
    origins = folder.glob("*.dist-info/direct_url.json")
    files = [file for origin in origins for file in PathDistribution(origin.parent).files or ()]
    return frozenset(Path(file.parts[0]).stem for file in files)
