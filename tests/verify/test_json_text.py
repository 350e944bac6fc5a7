"""Tests of the parser for a stream of JSON text: where the text is cut into pieces does not matter."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_recordings import LINE, TEXT, written

from fakesources.verify.recordings import opening
from fakesources.verify.recordings.entry import MIB, RecordingError
from fakesources.verify.recordings.json_text import SKIPPED, JsonText, Malformed
from fakesources.verify.recordings.reader import read

LIMIT = 64


def stream(*pieces: str, limit: int = MIB) -> JsonText:
    return JsonText("a file", iter(pieces), limit, None)


def halves(text: str) -> Iterator[tuple[str, ...]]:
    """Yield a text in two pieces, cut at each place, and one character at a time."""
    yield from ((text[:at], text[at:]) for at in range(1, len(text)))
    yield tuple(text)


@pytest.mark.parametrize(
    "value",
    [7, -7, 12.5, 1e5, -1.5e-7, 10**20, True, False, None, "", 'é"\\\n', [], {}, [1, [2.5]], {"a": {"b": -0.5}}],
    ids=str,
)
@pytest.mark.parametrize("after", ["", " ", "\n7", ', "x"'])
def test_a_value_may_be_cut_anywhere(value: Any, after: str) -> None:
    text = json.dumps(value)

    for pieces in halves(text + after):
        found = stream(*pieces)
        assert (found.read_value(), found.peek()) == (value, after.strip()[:1]), pieces


@pytest.mark.parametrize("number", ["1E5", "1e+5", "1E-5", "0.5e+07", "-1.25"])
def test_a_number_may_be_cut_anywhere(number: str) -> None:
    for pieces in halves(number + ","):
        found = stream(*pieces)
        assert (found.read_value(), found.peek()) == (float(number), ","), pieces


@pytest.mark.parametrize("piece", range(1, 40))
def test_a_recording_is_read_whatever_is_read_at_once(
    piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries on several lines, with a time after them: no number is cut off at the end of a piece."""
    documents = [json.dumps({**LINE, "at": 1767225600.25 + number}, indent=1) for number in range(3)]
    path = written(tmp_path, "a.json", "\n".join(documents))
    monkeypatch.setattr(opening, "PIECE", piece)

    entries = [each.load() for each in read(path)]

    assert [entry.time for entry in entries] == [1767225600.25, 1767225601.25, 1767225602.25]


@pytest.mark.parametrize(
    ("text", "column"),
    [('{"a": 1', 8), ('{"a": 1.5', 10), ('{"a": "x"', 10), ('{"a": [1]', 10), ('{"a": true', 11), ('{"a": 1 ', 9)],
)
def test_a_text_that_ends_early_is_an_error_at_its_end(text: str, column: int, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=rf"line 2, column {column}: is not JSON: expected ',', got 'the end'"):
        list(read(written(tmp_path, "a.json", f"\n{text}")))


@pytest.mark.parametrize("after", ["rest", "}", "]", ";", "</html>", "tru!", "nul1", "{'a': 1}", "+7"])
def test_text_after_the_last_value_is_an_error_where_it_begins(after: str, tmp_path: Path) -> None:
    """The file does not end early: it has more than a recording."""
    with pytest.raises(RecordingError, match=r"line 2, column [23]: is not JSON: ") as caught:
        list(read(written(tmp_path, "a.har", f'{{"log": {{"entries": []}}}}\n {after}')))

    assert "ends early" not in str(caught.value)


@pytest.mark.parametrize(
    "end",
    ["t", "fals", "nul", "-", "-Infini", "Na", '"\\', '"\\u', '"\\ud83d\\ud', '"x', "[", '{"a"', "[1, ", '{"a": '],
)
def test_text_that_ends_within_a_value_ends_early(end: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"line 1, column \d+: is not JSON: .*; the file ends early$"):
        list(read(written(tmp_path, "a.har", f'{{"log": {{"entries": [{{"a": [1, {end}')))


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('[1 "]" {"a": "}"} [2]] 7', 7),
        ('{"a" 1, "b": "\\"}", "c": [[], {}]} 7', 7),
        ('[[[{"a" "b\\\\"}]], "another text"] 7', 7),
        ('{"a": [1, 2 3], "b": "' + "x" * 40 + '"}\n7', 7),
    ],
    ids=["brackets in texts", "escaped quotes", "a backslash at the end", "text after the last bracket"],
)
def test_a_malformed_value_is_skipped_to_its_end_wherever_it_is_cut(text: str, after: int) -> None:
    for pieces in halves(text):
        found = stream(*pieces)
        with pytest.raises(Malformed, match=r"line 1, column .* is not JSON"):
            found.read_value()
        assert found.read_value() == after, pieces

    with pytest.raises(Malformed) as whole:
        stream(text).read_value()
    assert whole.value.head == text[: -len(f" {after}")]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ('{"a": 1,}', 9), ('{"a": nil}', 7), ('{"a": tru}', 7), ("[1, 2,]", 7), ("['a']", 2), ('{"a": .5}', 7),
        ('{"a": 1.}', 8), ("{a: 1}", 2), ('["\\u12"]', 3), ('["\\x"]', 3), ("[1 2]", 4),
    ],
)  # fmt: skip
@pytest.mark.parametrize("after", ["", "]}}", "\n7", "\0\0"])
def test_a_malformed_value_near_the_end_is_skipped_like_any_other(text: str, column: int, after: str) -> None:
    for pieces in halves(text + after):
        found = stream(*pieces)
        with pytest.raises(Malformed, match=r"^line 1, column \d+: is not JSON: [^;]*$") as error:
            found.read_value()
        assert error.value.head == text, pieces
        assert abs(int(re.findall(r"\d+", error.value.reason)[1]) - column) <= 1, error.value.reason
        assert found.peek() == after.strip("\n\0")[:1], pieces


def test_a_value_is_read_up_to_the_limit() -> None:
    text = json.dumps("x" * LIMIT)

    assert stream(text[:LIMIT], text[LIMIT:], limit=LIMIT).read_value() == "x" * LIMIT


@pytest.mark.parametrize(("text", "column"), [
        (" [1, ", 6), (' {"a": ', 8), (' {"a" ', 7), (' "abc', 2), (" [1, tru", 6), (" [-", 3), (' ["a', 3), (" [nul\0", 3),
        (" [1.", 4), (" [1e", 4), (" [2E-", 4), ("  ", 3), (" [-Inf", 3), (" [Na", 3), (" [f", 3),
    ],
)  # fmt: skip
def test_a_value_that_ends_early_is_an_error_with_its_place(text: str, column: int) -> None:
    with pytest.raises(RecordingError, match=rf"^a file: line 2, column {column}: .*; the file ends early$"):
        stream("\n", text).read_value()


@pytest.mark.parametrize("times", [2, SKIPPED - 2])
def test_a_value_over_the_limit_is_skipped(times: int) -> None:
    large = json.dumps("x" * LIMIT * times)

    found = stream(*halves_of(large), " 7", limit=LIMIT)

    with pytest.raises(Malformed, match="larger than 0 MiB") as error:
        found.read_value()
    assert large.startswith(error.value.head)
    assert len(error.value.head) > LIMIT
    assert found.read_value() == 7


def test_a_value_is_skipped_up_to_the_limit_of_skipping() -> None:
    whole = "[" + "1" * (LIMIT * SKIPPED - 1)

    found = stream(whole, "]", " 7", limit=LIMIT)
    with pytest.raises(Malformed):
        found.read_value()
    assert found.read_value() == 7

    with pytest.raises(RecordingError):
        stream(whole + "1", "]", limit=LIMIT).read_value()


def test_a_value_far_over_the_limit_is_not_read_to_its_end() -> None:
    """The error has the place where the value begins; what follows is not read."""
    pieces = iter(["\n ", "[1"] + [", 1"] * LIMIT * SKIPPED)
    found = JsonText("a file", pieces, LIMIT, None)

    with pytest.raises(RecordingError, match=r"^a file: line 2, column 2: larger than 0 MiB; raise --max-size$"):
        found.read_value()
    assert len(list(pieces)) > LIMIT * SKIPPED / 2


@pytest.mark.parametrize(("total", "is_read"), [(len(TEXT), True), (len(TEXT) - 1, False)])
def test_the_whole_text_has_a_limit(total: int, is_read: bool) -> None:
    found = JsonText("a file", iter([TEXT]), MIB, total)

    if is_read:
        assert found.read_value() == json.loads(TEXT)
    else:
        with pytest.raises(RecordingError, match=r"^a file: larger than 0 MiB; raise --max-size$"):
            found.read_value()


def halves_of(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]
