"""Tests of reading recordings: the three layouts, bodies in every form, and unusable input."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from whole_texts import WholeText

from fakesources.verify.recordings.entry import MIB, Bounds, Entry, RecordingError, parse_time
from fakesources.verify.recordings.reader import read

URL = "https://api.curator.io/v1/sources?api_key=k"
TEXT = '[{"id":"é"}]'
BODY = TEXT.encode()


def har(**response: Any) -> dict[str, Any]:
    """Return a HAR document of one exchange."""
    request = {
        "method": "GET",
        "url": URL,
        "headers": [{"name": ":authority", "value": "x"}, {"name": "Accept", "value": "*/*"}],
    }
    response = {"status": 200, "headers": [], "content": {"text": TEXT}, **response}
    return {
        "log": {"entries": [{"startedDateTime": "2026-01-01T00:00:00.500Z", "request": request, "response": response}]}
    }


def written(folder: Path, name: str, content: Any) -> Path:
    """Write a file with text, bytes or a JSON value. Return its path."""
    path = folder / name
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def only(path: Path, bounds: Bounds | None = None) -> Entry:
    """Return the one exchange of a file."""
    (found,) = read(path, bounds)
    return found.load()


def coded(name: str, body: bytes) -> dict[str, Any]:
    """Return a line whose response has a Content-Encoding."""
    headers = {"Content-Type": "application/json", "Content-Encoding": name}
    response = {"status": 200, "headers": headers, "base64": base64.b64encode(body).decode()}
    return {"request": {"method": "GET", "url": URL}, "response": response}


@pytest.mark.parametrize(
    "content",
    [
        {"text": TEXT},
        {"text": base64.b64encode(BODY).decode(), "encoding": "base64"},
        {"text": base64.b64encode(gzip.compress(BODY, mtime=0)).decode(), "encoding": "base64"},
    ],
    ids=["text", "base64", "still compressed"],
)
def test_a_browsers_bodies_are_read(content: dict[str, Any], tmp_path: Path) -> None:
    """Bodies in a browser's export are text or base64; pseudo headers of HTTP/2 are left out."""
    entry = only(
        written(tmp_path, "a.har", har(content=content, headers=[{"name": "content-encoding", "value": "gzip"}]))
    )

    assert entry.response.body == BODY
    assert entry.request.headers == (("Accept", "*/*"),)
    assert entry.request.target == "/v1/sources?api_key=k"
    assert entry.request.host == "api.curator.io"
    assert entry.time == 1767225600.5


def test_an_entry_without_a_response_is_left_out_as_failed(tmp_path: Path) -> None:
    assert [each.left_out for each in read(written(tmp_path, "a.har", har(status=0)))] == ["failed"]


@pytest.mark.parametrize(
    "document",
    [
        har(content={"size": 12}, headers=[{"name": "Content-Length", "value": "12"}]),
        {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "headers": {"Content-Length": "12"}}},
        {"interactions": [{"request": {"method": "GET", "uri": URL, "body": None, "headers": {}},
                           "response": {"status": {"code": 200}, "headers": {"Content-Length": ["12"]}, "body": {}}}]},
    ],
    ids=["HAR", "line", "cassette"],
)  # fmt: skip
def test_a_body_that_was_not_recorded_is_not_an_empty_one(document: Any, tmp_path: Path) -> None:
    assert not only(written(tmp_path, "a", document)).is_response_complete


def test_a_form_is_built_from_its_parameters(tmp_path: Path) -> None:
    """A browser may export a form as parameters only."""
    document = har()
    document["log"]["entries"][0]["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "ä"}, {"name": "c", "value": "1"}],
    }  # fmt: skip

    assert only(written(tmp_path, "a.har", document)).request.body == b"a%20b=%C3%A4&c=1"


def test_a_line_has_its_body_as_text_as_json_or_in_base64(tmp_path: Path) -> None:
    """The three forms of a body are equivalent; lines are counted from 1, including empty ones."""
    ways = ({"body": TEXT}, {"json": [{"id": "é"}]}, {"base64": base64.b64encode(BODY).decode()})
    lines = [json.dumps({"request": {"method": "GET", "url": URL}, "response": {"status": 200, **way}}) for way in ways]

    entries = [each.load() for each in read(written(tmp_path, "a.jsonl", "\n\n".join(lines)))]

    assert [json.loads(entry.response.body) for entry in entries] == [[{"id": "é"}]] * 3
    assert [entry.place.rpartition(": ")[2] for entry in entries] == ["line 1", "line 3", "line 5"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1767225600, 1767225600.0),
        (1767225600.25, 1767225600.25),
        ("2026-01-01T00:00:00Z", 1767225600.0),
        ("2026-01-01T01:00:00+01:00", 1767225600.0),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 1767225600.0),
        ("2026-01-01T00:00:00", 1767225600.0),
        (datetime(2026, 1, 1, tzinfo=UTC), 1767225600.0),
        (0, 0.0),
        (253402300799, 253402300799.0),
        (253402300799.5, None),
        (253402300800, None),
        ("yesterday", None),
        (-1, None),
        (1e300, None),
        (float("nan"), None),
        ("0001-01-01T00:00:00+14:00", None),
        (True, None),
        (None, None),
    ],
)
def test_times_are_read_in_every_form_recorders_use(value: Any, seconds: float | None) -> None:
    """Seconds, ISO 8601 and HTTP dates are times; any other value is not."""
    assert parse_time(value) == seconds


def bomb(top: str) -> str:
    """Return a small YAML document of nine to the ninth values."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join([*lines, top])


def interaction(yaml: str) -> str:
    """Return a cassette of one interaction with the request body as given."""
    return (
        f"interactions:\n- request: {{method: PUT, uri: '{URL}', body: {yaml}}}\n  response: {{status: {{code: 200}}}}"
    )


LINE = {"request": {"method": "GET", "url": URL}, "response": {"status": 200}}
UNUSABLE: dict[str, tuple[Any, str, str]] = {
    "empty": (b"", "", "is empty"),
    "blank": (b" \n\n ", "", "is empty"),
    "a BOM alone": (b"\xef\xbb\xbf", "", "is empty"),
    "binary": (bytes(range(256)) * 40, "", "is binary"),
    "truncated JSON": ('{"log": {"entries": [{"request"', "line 1, column 32", "is not JSON"),
    "truncated after an entry": (json.dumps(har())[:-4], "line 1, column", "is not JSON"),
    "truncated line": (json.dumps(LINE)[:-9], "line 1", "is not JSON"),
    "no layout": ({"hello": 1}, "line 1", "expected HAR"),
    "a list": ([1, 2], "[0]", "expected HAR"),
    "a sentence": ("to be or not to be", "line 1", "expected HAR"),
    "HAR without entries": ({"log": {"version": "1.2"}}, "log", "has no 'entries' array"),
    "HAR with entries that are none": ({"log": {"entries": {}}}, "log", "has no 'entries' array"),
    "HAR whose log is a text": ({"log": "1.2"}, "line 1", "log: expected an object"),
    "a deep line": ('{"request": ' + "[" * 100_000, "line 1", "nested too deep"),
    "deep lists": ("[" * 100_000, "line 1, column 9", "nested too deep"),
    "deep JSON": ('{"log": ' + "[" * 100_000, "line 1", "nested too deep"),
    "YAML that is none": ("interactions: [\n- }", "line 2, column ", "is not YAML"),
    "YAML with a tab": ("interactions:\n\t- request", "line 2, column 1", "is not YAML"),
    "YAML of Ruby's own": ("interactions: !ruby/object:Gem {}", "line 1, column 15", "!ruby/object:Gem, which would run code"),
    "a YAML bomb": (bomb("interactions: *a8"), "line 1", "expected a list"),
    "a list of YAML bombs": (bomb("interactions: [*a8]"), "interactions[0]", "expected HAR"),
    "YAML in itself": ("interactions: &a [*a]", "line 1", "contains itself by an alias"),
    "YAML of anchors that are none": ("interactions: [*a]", "line 1", "is not"),
    "deep YAML": ("interactions: " + "[" * 5000, "line 1", "nest"),
    "a request that would run code": ("interactions:\n- request: !!python/object:vcr.request.Request {}\n  response: {}", "line 2, column ", "would run code"),
    "deep YAML in blocks": ("\n".join("  " * n + "a:" for n in range(100)), "line 65", "nested more than 64 levels deep"),
    "a cassette without a list": ("interactions: 5", "line 1", "expected a list"),
}  # fmt: skip
"""Files that raise an error as a whole."""

UNREADABLE: dict[str, tuple[Any, str, str]] = {
    "no method": ({**LINE, "request": {"url": URL}}, "line 1", "request method: expected"),
    "a method that is none": ({**LINE, "request": {"method": "G T", "url": URL}}, "line 1", "request method: expected"),
    "a URL that is none": ({**LINE, "request": {"method": "GET", "url": "http://[::1/x?api_key=s3cret"}}, "line 1", "URL: malformed"),
    "a status that is none": ({**LINE, "response": {"status": "ok"}}, "line 1", "status: expected a number from 100 to 599, got 'ok'"),
    "a status too large": ({**LINE, "response": {"status": 1000}}, "line 1", "status: expected"),
    "a response that is none": ({**LINE, "response": "x"}, "line 1", "response: expected an object"),
    "headers that are none": ({**LINE, "response": {"status": 200, "headers": "x"}}, "line 1", "headers: expected"),
    "a header that is none": ({**LINE, "response": {"status": 200, "headers": [1]}}, "line 1", "header: expected"),
    "base64 that is none": ({**LINE, "response": {"status": 200, "base64": "é!"}}, "line 1", "body: expected base64"),
    "a damaged body": (coded("gzip", gzip.compress(BODY, mtime=0)[:12] + b"xxxxxxxx"), "line 1", "a body is not valid gzip"),
    "a body that ends early": (coded("gzip", gzip.compress(BODY * 99)[:-9]), "line 1", "ends early"),
    "a body that explodes": (coded("gzip", gzip.compress(bytes(40 * MIB))), "line 1", "becomes larger than"),
    "a label that moves the cursor": ({**LINE, "label": "\x1b[2J\udc00", "response": {"status": 7}}, r"line 1 (\x1b[2J\udc00)", "status"),
    "a YAML bomb in a body": (bomb(interaction("*a8")), "interactions[0]", "more than 100000 values"),
    "a body that would run code": (interaction("!!python/object/new:_io.BytesIO {}"), "line 2, column ", "record the body as text or bytes"),
    "a tag that runs code": (interaction("!!python/object/apply:os.system ['true']") + "\n- " + interaction("x").partition("- ")[2],
                             "line 2, column ", "would run code"),
}  # fmt: skip
"""Entries of an API that cannot be read, in a readable file."""


OTHERS_WORDS = {
    "YAML that is none", "YAML with a tab", "deep YAML", "truncated JSON", "truncated after an entry", "truncated line",
    "a damaged body",
}  # fmt: skip
"""Files and entries whose error ends in the words of a library."""


def is_one_line(message: str, path: Path, place: str, reason: str) -> bool:
    """Return whether a message is one printable line that begins with its place and has no secret."""
    start = f"{path}: {place}" if place else f"{path}: "
    return message.startswith(start) and reason in message and message.isprintable() and "s3cret" not in message


@pytest.mark.parametrize("title", UNUSABLE)
def test_an_unusable_file_raises_an_error_of_one_line_with_its_place(
    title: str, whole_text: WholeText, tmp_path: Path
) -> None:
    content, place, reason = UNUSABLE[title]
    path = written(tmp_path, "traffic", content)

    with pytest.raises(RecordingError) as caught:
        list(read(path))

    assert is_one_line(str(caught.value), path, place, reason), str(caught.value)
    if title not in OTHERS_WORDS:
        whole_text(title, str(caught.value).removeprefix(f"{path}: "))


@pytest.mark.parametrize("title", UNREADABLE)
def test_an_unreadable_entry_raises_an_error_of_one_line_with_its_place(
    title: str, whole_text: WholeText, tmp_path: Path
) -> None:
    """The file is read to the end; only loading the entry raises."""
    content, place, reason = UNREADABLE[title]
    path = written(tmp_path, "traffic", content)

    first, *_ = read(path)
    with pytest.raises(RecordingError) as caught:
        first.load()

    assert first.left_out == ""
    assert is_one_line(str(caught.value), path, place, reason), str(caught.value)
    if title not in OTHERS_WORDS:
        whole_text(title, str(caught.value).removeprefix(f"{path}: "))


@pytest.mark.parametrize(
    ("content", "left_out"),
    [
        ({"log": {"entries": [har()["log"]["entries"][0], {}]}}, ["", "unreadable entry"]),
        ({"log": {"entries": [None, 7, "x", [], har()["log"]["entries"][0]]}}, ["unreadable entry"] * 4 + [""]),
        (json.dumps(LINE) + "\n" + json.dumps(LINE)[:-9] + "\n" + json.dumps(LINE), ["", "", ""]),
        (json.dumps(LINE) + '\n{"label": 1}\nhello\n' + json.dumps(LINE), ["", *["unreadable entry"] * 2, ""]),
        (json.dumps(LINE).encode() + b'\n{"request": "\xff"}', ["", "unreadable entry"]),
        ('{"log": {"entries": [{"a": \\x, "b": [{}]}, ' + json.dumps(LINE) + "]}}", ["unreadable entry", ""]),
        ('{"log": {"entries": [' + json.dumps(LINE) + ', {"a": x}]}}', ["", "unreadable entry"]),
        ('{"log": {"entries": [' + json.dumps(LINE) + ', {"a": "\\x"}]}}', ["", "unreadable entry"]),
        ('{"log": {"entries": [{"a": ' + "[" * 5000 + "]" * 5000 + "}, " + json.dumps(LINE) + "]}}", ["unreadable entry", ""]),
    ],
)  # fmt: skip
def test_an_unreadable_entry_does_not_affect_the_others(content: Any, left_out: list[str], tmp_path: Path) -> None:
    assert [each.left_out for each in read(written(tmp_path, "traffic", content))] == left_out


@pytest.mark.parametrize("end", ["", "]}", ', {"request": '])
def test_unreadable_entries_before_the_end_of_a_damaged_file_are_counted(end: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.har", '{"log": {"entries": [{"a": \\x}, ' + json.dumps(LINE) + ', {"b": \\x}' + end)
    found: list[str] = []

    with pytest.raises(RecordingError, match="is not JSON"):
        found.extend(each.left_out for each in read(path))
    assert found == ["unreadable entry", "", "unreadable entry"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"response": {"status": 0}}, "failed"),
        ({"response": {"status": -1}}, "failed"),
        ({"response": None}, "failed"),
        ({"response": {}}, "failed"),
        ({"response": {"status": 101}}, "web socket"),
        ({"_resourceType": "websocket"}, "web socket"),
        ({"request": {"method": "GET", "url": "wss://api.curator.io/"}}, "web socket"),
        ({"request": {"method": "GET", "url": "data:text/plain,x"}}, "not HTTP"),
        ({"request": {"method": "GET", "url": "blob:https://api.curator.io/1"}}, "not HTTP"),
        ({"request": {"method": "GET", "url": "chrome-extension://abc/x.js"}}, "not HTTP"),
        ({"request": {"method": "GET", "url": None}}, "unreadable entry"),
        ({"request": None}, "unreadable entry"),
    ],
)  # fmt: skip
def test_an_entry_without_an_exchange_has_a_reason(change: dict[str, Any], reason: str, tmp_path: Path) -> None:
    document = har()
    document["log"]["entries"][0] |= change

    assert [each.left_out for each in read(written(tmp_path, "a.har", document))] == [reason]


def test_a_missing_file_and_a_folder_are_unusable(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        list(read(tmp_path / "nothing.har"))
    with pytest.raises(RecordingError, match="directory"):
        list(read(tmp_path))


@pytest.mark.parametrize(
    "text", ["interactions: []", "http_interactions:", '{"interactions": null}', '{"log": {"entries": []}}', "[]"]
)
def test_a_recording_without_entries_has_none(text: str, tmp_path: Path) -> None:
    assert list(read(written(tmp_path, "a", text))) == []
