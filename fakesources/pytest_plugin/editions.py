"""`--fakesources-editions=API`: each test that uses a fake, once under every edition of an API.

Loaded by the plugin only when the option is given. A test whose marker names an edition of the API is about that one
and runs once.
"""

from __future__ import annotations

from itertools import product

import pytest

from ..apis import ALL
from ..core.contract.validation import nearest

FIXTURE = "fakesources"


class Editions:
    """The plugin of one run: the APIs whose editions tests are repeated under."""

    def __init__(self, names: list[str]) -> None:
        self._apis = {api.name: tuple(api.editions) for api in ALL if api.name in names}

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Repeat a test that uses the fixture, or has the marker, unless it chooses its editions itself."""
        marks = list(metafunc.definition.iter_markers(FIXTURE))
        if FIXTURE not in metafunc.fixturenames:
            if not marks:
                return
            metafunc.fixturenames.append(FIXTURE)  # as the plugin does once all tests are collected
        chosen = {name for mark in marks for name in mark.kwargs}
        free = {name: editions for name, editions in self._apis.items() if name not in chosen}
        if free:
            sets = [dict(zip(free, editions, strict=True)) for editions in product(*free.values())]
            metafunc.parametrize(FIXTURE, sets, indirect=True, ids=["-".join(each.values()) for each in sets])


def start(config: pytest.Config, names: list[str]) -> None:
    """Repeat tests under the editions of some APIs. Raises UsageError for an API that is none, or that is pinned."""
    known = [api.name for api in ALL]
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
            raise pytest.UsageError(f"--fakesources-editions: there is no API {name!r}; {hint}")
        if config.getoption(f"fakesources_{name}", None) is not None:
            raise pytest.UsageError(f"--fakesources-editions={name} and --fakesources-{name} contradict each other")
    config.pluginmanager.register(Editions(names), "fakesources-editions")
