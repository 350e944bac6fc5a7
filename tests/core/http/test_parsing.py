"""Parsing of query strings, forms and JSON bodies."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakesources.core.http.parsing import MAX_DEPTH, Unreadable, is_json, json_of, media_type, pairs_of, text_of


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        ("id=1", [("id", "1")]),
        ("a=1&a=2", [("a", "1"), ("a", "2")]),
        ("a&b=", [("a", ""), ("b", "")]),
        ("&&a=1&", [("a", "1")]),
        ("a=b=c", [("a", "b=c")]),
        ("n=Rock+Music%21", [("n", "Rock Music!")]),
        ("n=caf%C3%A9", [("n", "café")]),
        ('p={"comments": true}', [("p", '{"comments": true}')]),
    ],
)
def test_pairs_are_parsed_in_order(text: str, pairs: list[tuple[str, str]]) -> None:
    """Repeated names and unescaped JSON, as curl sends it, are kept."""
    assert pairs_of(text) == pairs


@pytest.mark.parametrize(
    ("text", "reason"),
    [("a=%FF", "not UTF-8"), ("a=%00", "NUL"), ("a=\0", "NUL"), ("a=%41\ud800", "unpaired surrogates")],
)
def test_pairs_with_invalid_text_are_unreadable(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        pairs_of(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON: .* line 1, column 2"),
        ("NaN", "NaN is not a JSON number"),
        ("[-Infinity]", "-Infinity is not"),
        ("1e999", "too large"),
        ("9" * 5000, "not JSON"),
        ("[" * 100_000, f"more than {MAX_DEPTH} levels"),
        ('{"a":' * 100 + "1" + "}" * 100, f"more than {MAX_DEPTH} levels"),
        ('"\\ud800"', "unpaired surrogate"),
        ('{"\\udc00": 1}', "unpaired surrogate"),
        ('"a\\u0000b"', "NUL"),
        ('"\\\\\\u0000"', "NUL"),
        ('{"\\u0000": 1}', "NUL"),
    ],
)
def test_invalid_json_is_unreadable(text: str, reason: str) -> None:
    """So is valid JSON that other parsers might reject."""
    with pytest.raises(Unreadable, match=reason):
        json_of(text)


@pytest.mark.parametrize(("before", "after"), [("[" * 63, "]" * 63), ('{"a":' * 62 + "[", "]" + "}" * 62)])
def test_the_deepest_json_may_have_more_brackets_than_levels(before: str, after: str) -> None:
    """Brackets in strings are none, and those beside each other are not deeper."""
    assert json_of(f'{before}{{}},[],"[[[]"{after}')
    with pytest.raises(Unreadable, match=f"more than {MAX_DEPTH} levels"):
        json_of(f"{before}[[]],[]{after}")


def test_a_name_given_twice_is_reported_and_the_last_value_wins() -> None:
    """Repeated names are reported at every level."""
    repeated: list[str] = []

    value = json_of('{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}', repeated)

    assert (value, sorted(repeated)) == ({"a": 3, "b": {"c": 2}}, ["a", "c"])


def test_the_last_value_wins_where_no_names_are_collected() -> None:
    assert json_of('{"a": 1, "b": {"c": 2, "c": 3}, "a": 4}') == {"a": 4, "b": {"c": 3}}


def test_brackets_inside_strings_do_not_nest() -> None:
    text = json.dumps("[" * 1000 + '"\\')

    assert json_of(text) == "[" * 1000 + '"\\'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\\u0000"', r"\u0000"),
        (r'"\\\\u0000"', r"\\u0000"),
        (r'{"\\u0000": "\u00e9"}', {r"\u0000": "é"}),
        (r'"\\ud800"', r"\ud800"),
    ],
)
def test_text_that_spells_an_escape_sequence_is_plain_text(text: str, value: object) -> None:
    """A client may send a regular expression or source code, in which a backslash is a character."""
    assert json_of(text) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(JSON)
def test_encoded_values_are_parsed_to_the_same_values(value: object) -> None:
    """Escaped or not."""
    assert json_of(json.dumps(value)) == json_of(json.dumps(value, ensure_ascii=False)) == value


@given(st.binary())
def test_any_bytes_are_parsed_or_unreadable(body: bytes) -> None:
    """No bytes raise another exception."""
    for parse in (json_of, pairs_of):
        try:
            parse(text_of(body))
        except Unreadable as error:
            assert str(error)


@pytest.mark.parametrize(
    ("header", "media", "json_"),
    [
        (None, "", False),
        ("application/json", "application/json", True),
        ("Application/JSON; charset=utf-8", "application/json", True),
        ("application/problem+json", "application/problem+json", True),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded", False),
    ],
)
def test_media_types_are_compared_without_case_and_parameters(header: str | None, media: str, json_: bool) -> None:
    assert (media_type(header), is_json(media)) == (media, json_)
