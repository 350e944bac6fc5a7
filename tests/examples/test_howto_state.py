"""How to arrange state, share it between tests, and see what changed.

Rows are values: one that was handed out does not follow later changes. A snapshot is free, may be gone back to as
often as one likes, and two of them can be compared. A whole state can be written to a file and loaded elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from fakesources import FakeFactory, FakeSources, Snapshot

KEY = {"Authorization": "user:key"}


@pytest.fixture(scope="module")
def busy(fakesources_factory: FakeFactory) -> Iterator[FakeSources]:
    """A fake that the tests of this module share, with 100 sources that take a while to arrange."""
    with fakesources_factory(rate_limit=1_000_000) as fake:
        for number in range(100):
            fake.datasift.sources.add(name=f"Source {number}", running=number % 2 == 0)
        yield fake


@pytest.fixture
def shared(busy: FakeSources) -> Iterator[FakeSources]:
    """The same, as it was, for each test."""
    before: Snapshot = busy.snapshot()
    yield busy
    busy.restore(before)


@pytest.mark.parametrize("number", range(3))
def test_every_test_sees_the_same_state(shared: FakeSources, number: int) -> None:
    """What one test deletes is there again in the next."""
    assert len(shared.datasift.sources) == 100
    id = list(shared.datasift.sources)[number]

    requests.delete(f"https://api.datasift.com/v1.6/source/delete?id={id}", headers=KEY, timeout=5)

    assert len(shared.datasift.sources) == 99


def test_a_read_changes_nothing(fakesources: FakeSources) -> None:
    """Comparing two states says what a call has done; a read costs credits and leaves the rows alone."""
    fakesources.datasift.sources.add()
    before = fakesources.snapshot()

    requests.get("https://api.datasift.com/v1.6/source/get", headers=KEY, timeout=5)

    assert [change.kind for change in fakesources.diff(before)] == ["counts"]


def test_a_change_reads_well(fakesources: FakeSources) -> None:
    """The text of a difference is for people."""
    source = fakesources.datasift.sources.add()
    before = fakesources.snapshot()

    fakesources.datasift.sources.change(source.id, running=True)

    assert str(fakesources.diff(before)) == f"datasift home sources {source.id} changed: running false → true"


def test_other_accounts(fakesources: FakeSources) -> None:
    """Rows belong to accounts, as they do in the real services: one does not see the other's."""
    fakesources.datasift.sources.add(name="Ours")
    fakesources.datasift.account("bob").sources.add(name="Bob's")

    def names(user: str) -> list[str]:
        answer = requests.get(
            "https://api.datasift.com/v1.6/source/get", headers={"Authorization": f"{user}:key"}, timeout=5
        )
        return [source["name"] for source in answer.json()["sources"]]

    assert names("alice") == ["Ours"]  # the first to call is at home, unless the credentials say who is
    assert names("bob") == ["Bob's"]


def test_a_state_in_a_file(fakesources: FakeSources, tmp_path: Path) -> None:
    """What one fake wrote another one reads, be it in a test or behind `fakesources serve --load`."""
    source = fakesources.datasift.sources.add(name="Rock Music")
    fakesources.dump(tmp_path / "state.json")

    other = FakeSources(datasift="live-1.6")
    other.load(tmp_path / "state.json")

    assert other.datasift.sources[source.id].name == "Rock Music"
