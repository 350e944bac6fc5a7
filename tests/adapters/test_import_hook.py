"""A library that is imported while a fake is open is answered from its first call on."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

PRELUDE = """
import importlib.resources, inspect, sys
from fakesources import FakeSources

FEEDS = "https://api.curator.io/v1/feeds?api_key=key"
fake = FakeSources()
before = list(sys.meta_path)
"""


def run(code: str) -> str:
    """What a Python of its own prints, in which no client library has been imported yet."""
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
def test_it_is_answered_once_it_is_imported(library: str) -> None:
    """The code under test may import its client as late as it likes."""
    pytest.importorskip(library)
    told = run(
        f"""
        with fake:
            assert "{library}" not in sys.modules
            import {library}
            print({library}.get(FEEDS).status_code, fake.journal.count())
        print(sys.meta_path == before)
        """
    )

    assert told == "200 1\nTrue\n"


def test_nested_fakes_answer_in_turn() -> None:
    """The innermost answers; when it is left, the one around it does."""
    told = run(
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

    assert told == "1 1\n"


def test_the_library_is_as_it_would_be() -> None:
    """Its loader, source and resources are its own, and its transport is given back when the fake is left."""
    told = run(
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

    assert told == "True\n"


def test_a_library_that_is_not_there_is_missing_as_ever() -> None:
    """What cannot be imported is told by Python, as without a fake."""
    told = run(
        """
        sys.modules["httpx2"] = None
        with fake:
            try:
                import httpx2
            except ModuleNotFoundError as error:
                print(error.name)
        """
    )

    assert told == "httpx2\n"
