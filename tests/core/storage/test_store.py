"""Stores: rows in order and in groups, shared with snapshots."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.storage import store as stores
from fakesources.core.storage.store import NoSuchRow, Store, Tables


@dataclass(frozen=True, slots=True)
class Song:
    id: str
    year: int = 0
    band: str = ""


def store(*songs: Song) -> Store[Song]:
    store: Store[Song] = Store(order=lambda song: song.year, groups={"band": lambda song: song.band})
    for song in songs:
        store.put(song)
    return store


def ids(rows: list[Song]) -> str:
    return "".join(row.id for row in rows)


def test_rows_are_sorted_by_their_key() -> None:
    assert ids(store(Song("b", 2), Song("c", 3), Song("a", 1)).page()) == "abc"


def test_equal_keys_keep_insertion_order_and_newest_reverses_it() -> None:
    songs = store(Song("a", 1), Song("b", 1), Song("c", 0))

    assert (ids(songs.page()), ids(songs.page(newest=True))) == ("cab", "bac")


def test_a_replaced_row_keeps_its_position_among_equal_keys() -> None:
    songs = store(Song("a", 1), Song("b", 1))
    songs.put(Song("a", 1, "Queen"))

    assert ids(songs.page()) == "ab"


@pytest.mark.parametrize(
    ("start", "stop", "newest", "expected"),
    [
        (0, 2, False, "ab"),
        (2, 9, False, "c"),
        (5, 9, False, ""),
        (0, 2, True, "cb"),
        (2, None, True, "a"),
        (3, 9, True, ""),
    ],
)
def test_a_page_is_a_slice(start: int, stop: int | None, newest: bool, expected: str) -> None:
    """A page past the end is shorter or empty, never an error."""
    songs = store(Song("a", 1), Song("b", 2), Song("c", 3))

    assert ids(songs.page(start, stop, newest=newest)) == expected


def test_groups_follow_changes() -> None:
    """A row whose group value changes moves from one group to the other."""
    songs = store(Song("a", 1, "Queen"), Song("b", 2, "Queen"))
    songs.put(Song("a", 1, "Cream"))

    assert (ids(songs.page(group="band", value="Queen")), songs.count("band", "Cream"), songs.count()) == ("b", 1, 2)


def test_reading_and_removing_an_unknown_id_raise_no_such_row() -> None:
    songs = store(Song("a"))
    for act in (songs.__getitem__, songs.remove):
        with pytest.raises(NoSuchRow, match="z"):
            act("z")


def test_a_snapshot_does_not_follow_later_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first write after it copies the tables, and a second one does not."""
    copies: list[Tables[Song]] = []
    copy = Tables.copy
    monkeypatch.setattr(Tables, "copy", lambda tables: copies.append(tables) or copy(tables))
    songs = store(Song("a", 1, "Queen"))
    shared = songs.share()
    songs.put(Song("b", 2, "Queen"))
    songs.remove("a")

    queen = [row.id for _, _, row in shared.groups["band"]["Queen"]]
    assert (list(shared.entries), queen, copies) == (["a"], ["a"], [shared])


def test_a_snapshot_can_be_restored_any_number_of_times() -> None:
    songs = store(Song("a", 1))
    shared = songs.share()
    for _ in range(2):
        songs.adopt(shared)
        songs.remove("a")

    assert list(shared.entries) == ["a"]


def test_rows_below_and_up_to_a_key_are_counted() -> None:
    songs = store(*(Song(str(n), year) for n, year in enumerate((1, 2, 2, 3))))

    assert (songs.count_below(2), songs.count_up_to(2), songs.count_below(0), songs.count_up_to(9)) == (1, 3, 0, 4)


SONGS = st.builds(Song, st.sampled_from("abcdef"), st.integers(0, 3), st.sampled_from(["Queen", "Cream"]))


@given(st.lists(st.one_of(SONGS, st.sampled_from("abcdef"))))
def test_a_store_agrees_with_a_plain_dict(steps: list[Song | str]) -> None:
    """After any puts and removals the store has the rows of a dict, and each group those of a filter."""
    songs, rows = store(), dict[str, Song]()
    for step in steps:
        if isinstance(step, Song):
            rows[step.id] = songs.put(step)
        elif step in rows:
            assert songs.remove(step) == rows.pop(step)

    assert {row.id: row for row in songs} == rows
    assert [row.year for row in songs.page()] == sorted(row.year for row in rows.values())
    for band in ("Queen", "Cream"):
        expected = {row.id for row in rows.values() if row.band == band}
        assert {row.id for row in songs.page(group="band", value=band)} == expected
        assert songs.count("band", band) == len(expected)


@given(st.lists(st.lists(SONGS)), st.sampled_from([1, 32]))
def test_put_all_equals_many_puts(batches: list[list[Song]], ratio: int) -> None:
    """Rows, positions and groups are the same in either way of merging."""
    singly, together = store(), store()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "_INSERT_RATIO", ratio)
        for batch in batches:
            together.put_all(batch)
            for song in batch:
                singly.put(song)

            assert together.share() == singly.share()


def test_put_all_does_not_change_a_snapshot() -> None:
    songs = store(Song("a"))
    shared = songs.share()

    songs.put_all([Song("b"), Song("a", 1)])

    assert (list(shared.entries), ids(songs.page())) == (["a"], "ba")


def test_many_new_rows_are_merged_and_few_are_inserted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Merging searches no position for each row."""
    searched: list[object] = []
    monkeypatch.setattr(stores, "insort", lambda entries, entry: searched.append(entry) or insort(entries, entry))
    songs = store(*(Song(f"a{n}", 2 * n) for n in range(100)))

    songs.put_all(Song(f"b{n}", 2 * n + 1) for n in range(90))
    assert searched == []

    songs.put_all([Song("c", 1)])
    assert len(searched) == 2
    assert [song.year for song in songs] == sorted(song.year for song in songs)


def test_empty_groups_are_removed() -> None:
    songs = store(Song("a", 1, "Queen"))
    songs.put(Song("a", 1, "Cream"))
    assert list(songs.share().groups["band"]) == ["Cream"]

    songs.remove("a")
    assert songs.share().groups == {"": {}, "band": {}}


def test_rows_are_listed_in_insertion_order() -> None:
    """Filled in this order, another store has the same order of equal keys; a replaced row keeps its position."""
    songs = store(Song("b", 2), Song("c", 1), Song("a", 1))
    songs.put(Song("c", 3))

    assert ids(songs.in_insertion_order()) == "bca"


def test_find_returns_a_row_or_none() -> None:
    songs = store(Song("a", 1))

    assert (songs.find("a"), songs.find("z")) == (Song("a", 1), None)
