"""The parts that stand alone: cursors, slugs, dice, settings, and the table of what is tolerated."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from curator_calls import FEED, FORM, Caller, rules
from hypothesis import given
from hypothesis import strategies as st

from fakesources.apis.curator.account import slug
from fakesources.apis.curator.data import source_types, ignored_params
from fakesources.apis.curator.pagination import format_cursor, is_cursor, parse_cursor
from fakesources.apis.curator.post_generator import LETTERS, SeededRandom
from fakesources.apis.curator.settings import CuratorSettings

MOMENTS = st.datetimes().map(lambda it: it.replace(tzinfo=UTC))


@given(pinned=st.booleans(), created=MOMENTS, id=st.integers(1, 10**12))
def test_a_cursor_names_a_place_and_nothing_is_lost(pinned: bool, created: datetime, id: int) -> None:
    """A place written as a cursor is read as the same place, to the microsecond."""
    assert parse_cursor(format_cursor((pinned, created, id))) == (pinned, created, id)


@given(text=st.text() | st.binary().map(lambda data: b64encode(data).decode()))
def test_any_other_text_is_no_cursor(text: str) -> None:
    """A text that names no place is told apart without an exception."""
    if is_cursor(text):
        assert is_cursor(format_cursor(parse_cursor(text)))


@pytest.mark.parametrize(
    "named",
    [
        '{"pinned":0}', "[]", "7", '{"pinned":2,"source_created_at":"2023-09-21T00:45:37.000000Z","id":1}',
        '{"pinned":0,"source_created_at":"yesterday","id":1}',
        '{"pinned":0,"source_created_at":"2023-09-21T00:45:37.000000Z","id":"1"}',
        '{"pinned":0,"source_created_at":7,"id":1}',
        '{"pinned":[],"source_created_at":"2023-09-21T00:45:37.000000Z","id":1}',
        "[" * 100_000,
    ],
    ids=range(9),
)  # fmt: skip
def test_a_cursor_with_other_contents_is_none(named: str) -> None:
    """Pinned is 0 or 1, the time is a time, the id a number."""
    assert not is_cursor(b64encode(named.encode()).decode())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("My feed", "curator-feed-my-feed"), ("  A/B  test! ", "curator-feed-a-b-test"), ("Über", "curator-feed-über"), ("!", "curator-feed")],
)  # fmt: skip
def test_a_slug_is_made_from_the_name(name: str, expected: str) -> None:
    """Words in lower case with hyphens between."""
    assert slug(name) == expected


def test_dice_follow_from_their_text() -> None:
    """The same text throws the same numbers, another text others; identifiers have the form of their network."""
    again = [[SeededRandom(text).identifier(style) for style in ("number", "pair", "code")] for text in ("a", "a", "b")]

    assert again[0] == again[1] != again[2]
    number, pair, code = again[0]
    assert (len(number), number.isdigit()) == (18, True)
    assert [len(part) for part in pair.split("_")] == [18, 9]
    assert (len(code), set(code) <= set(LETTERS)) == (11, True)


@pytest.mark.parametrize(("posts", "seconds"), [("immediate", 0), ("90", 90), (1.5, 1.5), ("manual", float("inf"))])
def test_settings_say_when_posts_arrive(posts: str | float, seconds: float) -> None:
    """At once, when told, or after a number of seconds, as text or as a number."""
    assert CuratorSettings(posts=posts).posts_delay_seconds == seconds


def test_settings_that_cannot_be_are_refused() -> None:
    """A wrong key gets 401 or 403."""
    with pytest.raises(ValueError, match="401 or 403"):
        CuratorSettings(wrong_key_status=404)


@pytest.mark.parametrize("number", sorted(source_types()))
def test_the_newer_type_keeps_to_its_tables(number: int) -> None:
    """What newer answers show of a type has its own number and its network's."""
    kind = source_types()[number]

    assert (kind.view["id"], kind.view["network_id"]) == (number, kind.network.id)
    assert kind.minimum_interval == kind.view["minimum_interval"] >= 1


@pytest.mark.parametrize("row", ignored_params(), ids=lambda row: f"{row['where']}:{row['name']}")
def test_what_is_tolerated_changes_nothing_and_is_no_violation(call: Caller, row: dict[str, str]) -> None:
    """Each row of the table is taken as if it had not been sent, and the test hears nothing."""
    call.create()
    path, plain = f"/v1/feeds/{FEED}", call.posts(limit=3)
    if row["where"] == "query":
        name = {"*": "anything"}.get(row["name"], row["name"])
        assert call.posts(limit=3, **{name: "1"}) == plain
    elif row["where"] == "path":
        assert call("GET", f"{path}/posts{row['name']}", query={"limit": 3}).json == plain
    elif row["where"] == "body":
        feed = call("GET", "/v1/feeds").json[0]
        assert call("POST", path, {"moderation": None, "anything": None}).json == feed
    elif row["where"] == "form":
        sent = row["name"].encode()
        assert call("POST", f"{path}/post/1/inappropriate", body=sent, content_type=FORM).status == 200
    else:
        assert row["name"] == FORM
        assert call("POST", f"{path}/post/1/inappropriate", body=b"reason=x", content_type=FORM).status == 200

    assert rules(call.fake) == []
