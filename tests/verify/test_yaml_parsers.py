"""Cassettes in YAML read by both parsers of PyYAML: the one in C, and the one in Python where there is no libyaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from test_recordings import URL, written

from fakesources.verify.recordings import opening
from fakesources.verify.recordings.entry import Entry, RecordingError
from fakesources.verify.recordings.reader import read

RECORDINGS = Path(__file__).parent / "recordings"


def cassette(body: str) -> str:
    """Return a cassette of one interaction, whose request has a body."""
    return (
        f"interactions:\n- request:\n    uri: '{URL}'\n    method: PUT\n    body: {body}\n"
        "  response:\n    status: {code: 200}\n"
    )


@pytest.fixture
def read_in_python(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that reads a file by the parser in Python."""

    def read_by_it(path: Path) -> list[Entry]:
        with monkeypatch.context() as patch:
            patch.delattr(yaml, "CSafeLoader", raising=False)
            return [each.load() for each in read(path)]

    return read_by_it


@pytest.mark.parametrize("name", ["vcrpy.yaml", "ruby.yml"])
def test_both_parsers_read_the_same_entries(name: str, read_in_python: Any) -> None:
    found = read_in_python(RECORDINGS / name)

    assert found == [each.load() for each in read(RECORDINGS / name)] != []


@pytest.mark.parametrize(
    "body",
    [
        "text", "'text'", '"t\\u00e9xt\\n"', "|\n      text\n      more", ">-\n      text\n      more", "'{\"a\": 1}'", "{a: [1, 2.5]}",
        "!!binary dGV4dA==", "!!str 7", "&a [x, &b y]", '"\\U0001F600"', "\u2028", "~", "1e3", "0x1F", "12:30",
        '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00\\ud83d"', '"\\\\ud83d"',
    ],
)  # fmt: skip
def test_both_parsers_read_the_same_body(body: str, read_in_python: Any, tmp_path: Path) -> None:
    path = written(tmp_path, "a.yaml", cassette(body))

    assert read_in_python(path) == [each.load() for each in read(path)]


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 11, 64, 1 << 18])
@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ('"\\uD83D\\uDE00\\uD83D\\uDE01"', "\U0001f600\U0001f601"),
        ('!!python/unicode "a\\ud83d\\ude00b"', "a\U0001f600b"),
        ('"{\\"a\\": \\"\\\\ud83d\\\\ude00\\"}"', '{"a": "\\ud83d\\ude00"}'),
        ('\'{"a": "\\ud83d\\ude00"}\'', '{"a": "\U0001f600"}'),
        ("'\\\\ud83d\\\\ude00'", "\\\\ud83d\\\\ude00"),
        ('"\\ud83d"', "\ufffd"),
        ('"\\ude00\\ud83d\\u00e9"', "\ufffd\ufffdé"),
        ('"' + "\\\\" * 99 + '\\ud83d\\ude00"', "\\" * 99 + "\U0001f600"),
        ("'\\u'", "\\u"),
        ("'\\ud83d\\'", "\ufffd\\"),
    ],
)
def test_escapes_of_surrogates_are_their_character(
    body: str, text: str, piece: int, read_in_python: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Python 2 has written them: in quotes, and in JSON within a text, which has the same value afterwards."""
    monkeypatch.setattr(opening, "PIECE", piece)
    path = written(tmp_path, "a.yaml", cassette(body))

    for (found,) in (read_in_python(path), [each.load() for each in read(path)]):
        assert found.request.body.decode() == text


UNREADABLE = {
    "an escape of no character": cassette('"\\U00110000"'),
    "an escape of any size": cassette('"\\UFFFFFFFF"'),
    "an unknown escape": cassette('"\\q"'),
    "half an escape": cassette('"\\x1'),
    "a version of many digits": f"%YAML 1.{'9' * 5000}\n---\n" + cassette("x"),
    "another version": "%YAML 3.0\n---\n" + cassette("x"),
    "a tag of bytes that are no text": cassette("!%ff x"),
    "a tag that is not complete": cassette("!<%zz> x"),
    "an unknown tag handle": cassette("!a!b x"),
    "an anchor of nothing": cassette("*a"),
    "an open text": cassette('"'),
    "an open list": cassette("[1, "),
    "many levels": cassette("[" * 3_000),
    "an indentation of any size": cassette("|99999999999\n x"),
    "a reserved character": cassette("@x"),
    "a name of many levels": "? " * 200 + cassette("x"),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_both_parsers_reject_the_same_texts(text: str, read_in_python: Any, tmp_path: Path) -> None:
    """The error is one line that begins with the name of the file."""
    path = written(tmp_path, "a.yaml", text)

    for read_by_it in (read_in_python, lambda path: [each.load() for each in read(path)]):
        with pytest.raises(RecordingError) as error:
            read_by_it(path)
        assert str(error.value).startswith(f"{path}: ")
        assert "\n" not in str(error.value)
