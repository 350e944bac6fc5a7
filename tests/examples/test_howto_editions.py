"""How to run tests under several editions of an API.

The documentation changed over the years, and the live services answered a little differently. An edition is one
consistent description; the marker chooses it for a test, a class or a module, and a parametrised mark runs a test
under each.
"""

from __future__ import annotations

import pytest
import requests

from fakesources import FakeSources

KEY = {"Authorization": "user:key"}


def status_of(id: str) -> str:
    """The code under test: the word the service has for the state of a source."""
    answer = requests.get(f"https://api.datasift.com/v1.6/source/get?id={id}", headers=KEY, timeout=5)
    return str(answer.json()["status"])


def is_on(id: str) -> bool:
    """The code under test, written so that both words will do."""
    return status_of(id) in ("active", "running")


def test_the_default_is_the_documentation(fakesources: FakeSources) -> None:
    """Unless told otherwise, the words are those of the documentation."""
    assert status_of(fakesources.datasift.sources.add(running=True).id) == "active"


@pytest.mark.fakesources(datasift="live-1.6")
def test_as_the_live_service_had_it(fakesources: FakeSources) -> None:
    """The live service called the same thing by another name."""
    assert status_of(fakesources.datasift.sources.add(running=True).id) == "running"


@pytest.mark.parametrize(
    "edition",
    [
        pytest.param("docs-1.6", marks=pytest.mark.fakesources(datasift="docs-1.6")),
        pytest.param("live-1.6", marks=pytest.mark.fakesources(datasift="live-1.6")),
    ],
)
def test_under_both(fakesources: FakeSources, edition: str) -> None:
    """One test, two editions."""
    assert edition in repr(fakesources)
    assert is_on(fakesources.datasift.sources.add(running=True).id)
    assert not is_on(fakesources.datasift.sources.add(running=False).id)


@pytest.mark.parametrize("edition", ["docs-2017", "docs-2025"])
def test_without_a_marker(edition: str) -> None:
    """A fake that is made by hand takes its edition as a keyword."""
    with FakeSources(curator=edition) as fake:
        made = fake.curator.sources.add(source_type=2, tag="cats")
        (listed,) = requests.get("https://api.curator.io/v1/sources?api_key=our-key", timeout=5).json()

    assert listed["id"] == made.id
    assert isinstance(listed["source_type"], int if edition == "docs-2017" else dict)
