"""Option `--fakesources-editions=API`: run each test that uses a fake once for every edition of an API.

Imported only when the option is given. A test whose marker names an edition of the API runs once.
"""

from __future__ import annotations

from itertools import product

import pytest

from ..apis.registry import installed
from ..core.text.spelling import unknown_name

FIXTURE = "fakesources"


class Editions:
    """Plugin of one run that parametrizes tests with the editions of some APIs."""

    def __init__(self, names: list[str]) -> None:
        self._editions = {api.name: tuple(api.editions) for api in installed() if api.name in names}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Parametrize a test with the fixture or the marker, except for APIs whose edition a marker names."""
        marks = list(metafunc.definition.iter_markers(FIXTURE))
        if FIXTURE not in metafunc.fixturenames:
            if not marks:
                return
            metafunc.fixturenames.append(FIXTURE)  # pytest_collection_modifyitems, which adds it, comes later
        marked = {name for mark in marks for name in mark.kwargs}
        free = {name: editions for name, editions in self._editions.items() if name not in marked}
        if free:
            sets = [dict(zip(free, editions, strict=True)) for editions in product(*free.values())]
            metafunc.parametrize(FIXTURE, sets, indirect=True, ids=["-".join(each.values()) for each in sets])


def start(config: pytest.Config, names: list[str]) -> None:
    """Register the plugin. Raises UsageError for an unknown API, or one whose edition the command line gives too."""
    known = [api.name for api in installed()]
    for name in names:
        if name not in known:
            raise pytest.UsageError(unknown_name("--fakesources-editions", name, known))
        if config.getoption(f"fakesources_{name}", None) is not None:
            raise pytest.UsageError(
                f"--fakesources-editions: expected no --fakesources-{name} beside it, got both for {name}"
            )
    config.pluginmanager.register(Editions(names), "fakesources-editions")
