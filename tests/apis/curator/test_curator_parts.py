"""Units without requests: cursors, slugs, pseudo-random numbers, settings, and the table of ignored parameters."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest
from curator_calls import FEED, FORM, Caller
from hypothesis import given
from hypothesis import strategies as st
from parsed_response import rules

from fakesources.apis.curator.account import slug
from fakesources.apis.curator.data import ignored_params, source_types
from fakesources.apis.curator.pagination import format_cursor, is_cursor, parse_cursor
from fakesources.apis.curator.post_generator import LETTERS, SeededRandom
from fakesources.apis.curator.settings import CuratorSettings

TIMES = st.datetimes().map(lambda it: it.replace(tzinfo=UTC))


@given(pinned=st.booleans(), created=TIMES, id=st.integers(1, 10**12))
def test_a_cursor_holds_a_whole_sort_key(pinned: bool, created: datetime, id: int) -> None:
    """A formatted sort key is parsed to the same sort key, to the microsecond."""
    assert parse_cursor(format_cursor((pinned, created, id))) == (pinned, created, id)


@given(text=st.text() | st.binary().map(lambda data: b64encode(data).decode()))
def test_any_other_text_is_not_a_cursor(text: str) -> None:
    """Any text can be checked without an exception."""
    if is_cursor(text):
        assert is_cursor(format_cursor(parse_cursor(text)))


@pytest.mark.parametrize(
    "text",
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
def test_a_cursor_with_invalid_contents_is_not_a_cursor(text: str) -> None:
    """`pinned` is 0 or 1, the time is a time, the id an integer."""
    assert not is_cursor(b64encode(text.encode()).decode())


@pytest.mark.parametrize(
    ("name", "expected"),
    [("My feed", "curator-feed-my-feed"), ("  A/B  test! ", "curator-feed-a-b-test"), ("Über", "curator-feed-über"), ("!", "curator-feed")],
)  # fmt: skip
def test_a_slug_is_made_from_the_name(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_pseudo_random_numbers_are_derived_from_a_text() -> None:
    """The same text gives the same numbers; identifiers have the format of their network."""
    identifiers = [
        [SeededRandom(text).identifier(style) for style in ("number", "pair", "code")] for text in ("a", "a", "b")
    ]

    assert identifiers[0] == identifiers[1] != identifiers[2]
    number, pair, code = identifiers[0]
    assert (len(number), number.isdigit()) == (18, True)
    assert [len(part) for part in pair.split("_")] == [18, 9]
    assert (len(code), set(code) <= set(LETTERS)) == (11, True)


@pytest.mark.parametrize(("posts", "seconds"), [("immediate", 0), ("90", 90), (1.5, 1.5), ("manual", float("inf"))])
def test_the_setting_posts_is_a_delay(posts: str | float, seconds: float) -> None:
    """Immediate, manual, or a number of seconds, as text or as a number."""
    assert CuratorSettings(posts=posts).posts_delay_seconds == seconds


def test_the_status_for_a_wrong_key_is_401_or_403() -> None:
    with pytest.raises(ValueError, match="401 or 403"):
        CuratorSettings(wrong_key_status=404)


@pytest.mark.parametrize("number", sorted(source_types()))
def test_the_newer_object_of_a_type_matches_the_tables(number: int) -> None:
    """The object has the numbers of the type and of its network."""
    kind = source_types()[number]

    assert (kind.view["id"], kind.view["network_id"]) == (number, kind.network.id)
    assert kind.minimum_interval == kind.view["minimum_interval"] >= 1


@pytest.mark.parametrize("row", ignored_params(), ids=lambda row: f"{row['where']}:{row['name']}")
def test_an_ignored_parameter_changes_nothing_and_is_not_reported(call: Caller, row: dict[str, str]) -> None:
    """A request with the parameter has the response of one without it."""
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
