"""Arrange state, share it between tests, and compare it.

Rows are values: a row does not follow later changes. A snapshot costs nothing, can be restored any number of times, and
can be compared with another one. A whole state can be written to a file and loaded by another fake.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from fakesources import FakeFactory, FakeSources, Snapshot

KEY = {"Authorization": "user:key"}


@pytest.fixture(scope="module")
def populated(fakesources_factory: FakeFactory) -> Iterator[FakeSources]:
    """A fake with 100 sources, shared by the tests of this module."""
    with fakesources_factory(rate_limit=1_000_000) as fake:
        for number in range(100):
            fake.datasift.sources.add(name=f"Source {number}", running=number % 2 == 0)
        yield fake


@pytest.fixture
def shared(populated: FakeSources) -> Iterator[FakeSources]:
    """The same fake; its state is restored after each test."""
    before: Snapshot = populated.snapshot()
    yield populated
    populated.restore(before)


@pytest.mark.parametrize("number", range(3))
def test_every_test_sees_the_same_state(shared: FakeSources, number: int) -> None:
    """A source that one test deletes exists in the next."""
    assert len(shared.datasift.sources) == 100
    id = list(shared.datasift.sources)[number]

    requests.delete(f"https://api.datasift.com/v1.6/source/delete?id={id}", headers=KEY, timeout=5)

    assert len(shared.datasift.sources) == 99


def test_a_read_changes_no_row(fakesources: FakeSources) -> None:
    """The difference of two states shows the effect of a call; a read costs credits and changes no row."""
    fakesources.datasift.sources.add()
    before = fakesources.snapshot()

    requests.get("https://api.datasift.com/v1.6/source/get", headers=KEY, timeout=5)

    assert [change.kind for change in fakesources.diff(before)] == ["counts"]


def test_the_text_of_a_difference(fakesources: FakeSources) -> None:
    """The text of a difference is meant for people."""
    source = fakesources.datasift.sources.add()
    before = fakesources.snapshot()

    fakesources.datasift.sources.change(source.id, running=True)

    assert str(fakesources.diff(before)) == f"datasift home sources {source.id} changed: running false → true"


def test_other_accounts(fakesources: FakeSources) -> None:
    """Rows belong to accounts, as in the real services."""
    fakesources.datasift.sources.add(name="Ours")
    fakesources.datasift.account("bob").sources.add(name="Bob's")

    def names(user: str) -> list[str]:
        response = requests.get(
            "https://api.datasift.com/v1.6/source/get", headers={"Authorization": f"{user}:key"}, timeout=5
        )
        return [source["name"] for source in response.json()["sources"]]

    assert names("alice") == [
        "Ours"
    ]  # the home account is that of the first call, unless `credentials` or `home` is given
    assert names("bob") == ["Bob's"]


def test_a_state_in_a_file(fakesources: FakeSources, tmp_path: Path) -> None:
    """A state file can be loaded in a test or by `fakesources serve --load`."""
    source = fakesources.datasift.sources.add(name="Rock Music")
    fakesources.dump(tmp_path / "state.json")

    other = FakeSources(datasift="live-1.6")
    other.load(tmp_path / "state.json")

    assert other.datasift.sources[source.id].name == "Rock Music"
