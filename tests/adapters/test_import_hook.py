"""A library that is imported while a fake is open is intercepted from its first call on."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

import pytest

from fakesources.adapters.import_hook import ImportHook

PRELUDE = """
import importlib.resources, inspect, sys
from fakesources import FakeSources

FEEDS = "https://api.curator.io/v1/feeds?api_key=key"
fake = FakeSources()
before = list(sys.meta_path)
"""


def run(code: str) -> str:
    """Return the output of code in a new Python, in which no client library is imported yet."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_a_library_is_intercepted_once_it_is_imported(library: str) -> None:
    pytest.importorskip(library)
    output = run(
        f"""
        with fake:
            assert "{library}" not in sys.modules
            import {library}
            print({library}.get(FEEDS).status_code, fake.journal.count())
        print(sys.meta_path == before)
        """
    )

    assert output == "200 1\nTrue\n"


def test_nested_fakes_respond_in_turn() -> None:
    """The innermost one; after it is left, the one around it."""
    output = run(
        """
        inner = FakeSources()
        with fake:
            with inner:
                import httpx
                httpx.get(FEEDS)
            httpx.get(FEEDS)
        print(inner.journal.count(), fake.journal.count())
        """
    )

    assert output == "1 1\n"


def test_the_library_is_unchanged() -> None:
    """Its loader, source and resources are its own, and its transport is restored when the fake is left."""
    output = run(
        """
        with fake:
            import httpx
            patched = httpx.HTTPTransport.handle_request
        assert httpx.HTTPTransport.handle_request is not patched
        assert type(httpx.__loader__).__name__ == type(httpx.__spec__.loader).__name__ == "SourceFileLoader"
        assert "httpx" in inspect.getsource(httpx)
        print(importlib.resources.files("httpx").joinpath("py.typed").is_file())
        """
    )

    assert output == "True\n"


def test_importing_a_missing_library_fails_as_without_a_fake() -> None:
    output = run(
        """
        sys.modules["httpx2"] = None
        with fake:
            try:
                import httpx2
            except ModuleNotFoundError as error:
                print(error.name)
        """
    )

    assert output == "httpx2\n"


LIBRARIES = tuple(f"library_of_the_import_hook_{kind}" for kind in ("one", "other", "folder", "missing"))
ONE, OTHER, A_FOLDER, MISSING = LIBRARIES


@pytest.fixture
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two modules, and a folder without `__init__.py`."""
    monkeypatch.syspath_prepend(tmp_path)
    for name in (ONE, OTHER):
        (tmp_path / f"{name}.py").touch()
    (tmp_path / A_FOLDER).mkdir()
    importlib.invalidate_caches()
    yield
    for name in LIBRARIES:
        sys.modules.pop(name, None)


class Adapter:
    """Adapter that records when it is opened and closed."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.hook = ImportHook(LIBRARIES, self.opened)

    @contextmanager
    def opened(self) -> Iterator[None]:
        self.steps.append("opened")
        yield
        self.steps.append("closed")


@pytest.mark.usefixtures("importable")
def test_one_adapter_is_opened_for_several_libraries() -> None:
    adapter = Adapter()
    with adapter.hook:
        importlib.import_module(ONE)
        importlib.import_module(OTHER)
        assert adapter.steps == ["opened"]

    assert adapter.steps == ["opened", "closed"]


@pytest.mark.usefixtures("importable")
@pytest.mark.parametrize("name", [A_FOLDER, MISSING])
def test_what_is_no_library_opens_no_adapter(name: str) -> None:
    """A folder of that name is not the library, nor is a missing one."""
    adapter = Adapter()
    with adapter.hook:
        if name == MISSING:
            with pytest.raises(ModuleNotFoundError, match=MISSING):
                importlib.import_module(name)
        else:
            assert importlib.import_module(name).__path__

    assert adapter.steps == []


@pytest.mark.usefixtures("importable")
def test_a_hook_may_be_removed_before_it_is_left() -> None:
    """As by a tool that restores `sys.meta_path`."""
    adapter = Adapter()
    with adapter.hook:
        sys.meta_path.remove(adapter.hook)  # type: ignore[arg-type]
        importlib.import_module(ONE)

    assert adapter.steps == []
