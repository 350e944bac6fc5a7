"""Stores: rows in order, in groups, lent and copied once."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.storage import store as stores
from fakesources.core.storage.store import NoSuchRow, Store


@dataclass(frozen=True, slots=True)
class Song:
    id: str
    year: int = 0
    band: str = ""


def store(*songs: Song) -> Store[Song]:
    made: Store[Song] = Store(order=lambda song: song.year, groups={"band": lambda song: song.band})
    for song in songs:
        made.put(song)
    return made


def ids(rows: list[Song]) -> str:
    return "".join(row.id for row in rows)


def test_rows_are_read_in_the_order_of_their_key() -> None:
    """A page is sorted by the store's order, whatever the order of writing was."""
    assert ids(store(Song("b", 2), Song("c", 3), Song("a", 1)).page()) == "abc"


def test_equal_keys_keep_the_order_of_making_and_newest_turns_it_round() -> None:
    """Of two rows with the same key the latest made comes first when newest come first."""
    songs = store(Song("a", 1), Song("b", 1), Song("c", 0))

    assert (ids(songs.page()), ids(songs.page(newest=True))) == ("cab", "bac")


def test_replacing_a_row_keeps_its_turn() -> None:
    """A row that is written again stands where it stood among its equals."""
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
    """A row that changes its group's value leaves one group and joins the other."""
    songs = store(Song("a", 1, "Queen"), Song("b", 2, "Queen"))
    songs.put(Song("a", 1, "Cream"))

    assert (ids(songs.page(group="band", value="Queen")), songs.count("band", "Cream"), songs.count()) == ("b", 1, 2)


def test_an_unknown_id_is_no_such_row() -> None:
    """Reading and removing what is not there say so."""
    songs = store(Song("a"))
    for act in (songs.__getitem__, songs.remove):
        with pytest.raises(NoSuchRow, match="z"):
            act("z")


def test_lent_tables_do_not_follow_later_writes() -> None:
    """A snapshot stays as it was: the first write after it copies the tables, and a second one does not."""
    songs = store(Song("a", 1, "Queen"))
    lent = songs.lend()
    songs.put(Song("b", 2, "Queen"))
    copied = songs._tables
    songs.remove("a")

    queen = [row.id for _, _, row in lent.groups["band"]["Queen"]]
    assert (list(lent.entries), queen, copied is songs._tables) == (["a"], ["a"], True)


def test_borrowed_tables_are_not_changed_by_the_borrower() -> None:
    """A snapshot can be restored any number of times."""
    songs = store(Song("a", 1))
    lent = songs.lend()
    for _ in range(2):
        songs.borrow(lent)
        songs.remove("a")

    assert list(lent.entries) == ["a"]


def test_places_around_a_key_are_counted() -> None:
    """`below` counts what is ordered before a key, `up_to` also what stands at it."""
    songs = store(*(Song(str(n), year) for n, year in enumerate((1, 2, 2, 3))))

    assert (songs.below(2), songs.up_to(2), songs.below(0), songs.up_to(9)) == (1, 3, 0, 4)


SONGS = st.builds(Song, st.sampled_from("abcdef"), st.integers(0, 3), st.sampled_from(["Queen", "Cream"]))


@given(st.lists(st.one_of(SONGS, st.sampled_from("abcdef"))))
def test_a_store_agrees_with_a_plain_dict(steps: list[Song | str]) -> None:
    """Whatever is put and removed, the store holds what a dict would, and each group what a filter would give."""
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
def test_many_rows_at_once_are_as_each_in_its_turn(batches: list[list[Song]], few: int) -> None:
    """Rows, places and groups are the same, whatever was there before and whichever way entries are merged."""
    singly, at_once = store(), store()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stores, "_FEW", few)
        for batch in batches:
            at_once.put_all(batch)
            for song in batch:
                singly.put(song)

            assert at_once.lend() == singly.lend()


def test_many_rows_at_once_leave_lent_tables_alone() -> None:
    """A snapshot does not follow them."""
    songs = store(Song("a"))
    lent = songs.lend()

    songs.put_all([Song("b"), Song("a", 1)])

    assert (list(lent.entries), ids(songs.page())) == (["a"], "ba")


def test_very_many_rows_at_once_cost_no_search_of_a_place_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are merged, however they lie among the rows that are there; a few among many are not."""
    searched: list[object] = []
    monkeypatch.setattr(stores, "insort", lambda entries, entry: searched.append(entry) or insort(entries, entry))
    songs = store(*(Song(f"a{n}", 2 * n) for n in range(100)))

    songs.put_all(Song(f"b{n}", 2 * n + 1) for n in range(90))
    assert searched == []

    songs.put_all([Song("c", 1)])
    assert len(searched) == 2
    assert [song.year for song in songs] == sorted(song.year for song in songs)


def test_a_group_that_nobody_is_in_any_more_is_not_kept() -> None:
    """Groups that come and go, as those of sources that are deleted do, leave nothing behind."""
    songs = store(Song("a", 1, "Queen"))
    songs.put(Song("a", 1, "Cream"))
    assert list(songs.lend().groups["band"]) == ["Cream"]

    songs.remove("a")
    assert songs.lend().groups == {"": {}, "band": {}}


def test_rows_are_told_in_the_order_of_making_whatever_their_key() -> None:
    """`as_made` is what a store can be filled from anew: equal keys keep their order only so; a replaced row its turn."""
    songs = store(Song("b", 2), Song("c", 1), Song("a", 1))
    songs.put(Song("c", 3))

    assert ids(songs.as_made()) == "bca"


def test_nothing_is_found_where_nothing_is() -> None:
    """`find` gives the row of an id, or None; it raises nothing."""
    songs = store(Song("a", 1))

    assert (songs.find("a"), songs.find("z")) == (Song("a", 1), None)
