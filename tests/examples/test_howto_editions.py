"""Run tests with several editions of an API.

The documentation changed over the years, and the live services differ from it in details. An edition is one consistent
description. The marker selects an edition for a test, a class or a module; a marked parameter runs a test with each.
"""

from __future__ import annotations

import pytest
import requests

from fakesources import FakeSources

KEY = {"Authorization": "user:key"}


def status_of(id: str) -> str:
    """Return the status of a source (code under test)."""
    response = requests.get(f"https://api.datasift.com/v1.6/source/get?id={id}", headers=KEY, timeout=5)
    return str(response.json()["status"])


def is_on(id: str) -> bool:
    """Return whether a source is running, in the words of either edition (code under test)."""
    return status_of(id) in ("active", "running")


def test_the_default_is_the_documentation(fakesources: FakeSources) -> None:
    assert status_of(fakesources.datasift.sources.add(running=True).id) == "active"


@pytest.mark.fakesources(datasift="live-1.6")
def test_the_edition_of_the_live_service(fakesources: FakeSources) -> None:
    """The live service has another word for the same status."""
    assert status_of(fakesources.datasift.sources.add(running=True).id) == "running"


@pytest.mark.parametrize(
    "edition",
    [
        pytest.param("docs-1.6", marks=pytest.mark.fakesources(datasift="docs-1.6")),
        pytest.param("live-1.6", marks=pytest.mark.fakesources(datasift="live-1.6")),
    ],
)
def test_with_both_editions(fakesources: FakeSources, edition: str) -> None:
    """One test, two editions."""
    assert edition in repr(fakesources)
    assert is_on(fakesources.datasift.sources.add(running=True).id)
    assert not is_on(fakesources.datasift.sources.add(running=False).id)


@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_without_a_marker(edition: str) -> None:
    """A fake takes its edition as a keyword."""
    with FakeSources(curator=edition) as fake:
        source = fake.curator.sources.add(source_type=2, tag="cats")
        (listed,) = requests.get("https://api.curator.io/v1/sources?api_key=our-key", timeout=5).json()

    assert listed["id"] == source.id
    assert isinstance(listed["source_type"], int if edition == "docs-2017" else dict)
