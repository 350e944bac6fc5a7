"""Recordings as few programs write them: values in other forms, damaged archives, and streams."""

from __future__ import annotations

import base64
import gzip
import io
import json
import os
import random
import sys
import zipfile
from pathlib import Path
from typing import Any, NoReturn

import pytest
from test_recordings import BODY, LINE, URL, har, only, written

from fakesources.verify.recordings import opening, yaml
from fakesources.verify.recordings.entry import MIB, Bounds, RecordingError
from fakesources.verify.recordings.reader import read

POSTED = '[{"a": 1}]'
FORM = "application/x-www-form-urlencoded"


def cassette(request: str = "method: GET", more: str = "") -> str:
    """Return a YAML cassette of one interaction."""
    return f"interactions:\n- request:\n    uri: '{URL}'\n    {request}\n  response:\n    status: {{code: 200}}\n{more}"


def posted(data: Any, **headers: str) -> dict[str, Any]:
    """Return a HAR document of one POST."""
    document = har()
    request = document["log"]["entries"][0]["request"]
    request |= {"method": "POST", "postData": data}
    request["headers"] = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    return document


@pytest.mark.parametrize(
    ("data", "body"),
    [
        ({"mimeType": FORM, "params": ["a=1", "b=x y"]}, b"a=1&b=x%20y"),
        ({"mimeType": FORM, "params": ["a", "b"]}, None),
        ({"mimeType": "multipart/form-data", "params": [{"name": "a", "value": "1"}]}, None),
        ({"mimeType": "application/json", "text": POSTED}, POSTED.encode()),
        ([], None),
    ],
    ids=["parameters as texts", "names alone", "a form in parts", "text", "an empty list"],
)
def test_a_posted_body_is_read_or_was_not_recorded(data: Any, body: bytes | None, tmp_path: Path) -> None:
    entry = only(written(tmp_path, "a.har", posted(data)))

    assert (entry.request.body, entry.is_request_complete) == (body or b"", body is not None)


@pytest.mark.parametrize(
    ("size", "kind", "is_known"),
    [(-1, FORM, False), ("-1", "application/json", False), (-1, "", True), (0, FORM, True), (None, FORM, True)],
)
def test_the_empty_text_of_a_body_whose_size_is_not_known_was_not_recorded(
    size: Any, kind: str, is_known: bool, tmp_path: Path
) -> None:
    """Playwright names the media type of a body that it leaves out."""
    document = posted({"mimeType": kind, "text": "", "params": []})
    document["log"]["entries"][0]["request"]["bodySize"] = size

    assert only(written(tmp_path, "a.har", document)).is_request_complete == is_known


def test_a_text_whose_size_is_not_known_is_the_body(tmp_path: Path) -> None:
    document = posted({"mimeType": FORM, "text": "a=1"})
    document["log"]["entries"][0]["request"]["bodySize"] = -1

    entry = only(written(tmp_path, "a.har", document))

    assert (entry.request.body, entry.is_request_complete) == (b"a=1", True)


@pytest.mark.parametrize(
    ("size", "headers", "is_known"),
    [
        (0, {}, True),
        (0, {"Content_Type": "application/json"}, False),
        (0, {"Content_Type": "application/json", "Content_Length": "0"}, True),
        (0, {"Accept": "*/*"}, True),
        (-1, {"Accept": "*/*"}, False),
        (9, {"Content_Length": "9"}, False),
        (None, {}, False),
        (None, {"Accept": "*/*"}, True),
        (None, {"Content_Type": "application/json"}, False),
    ],
)
def test_the_size_and_the_headers_of_a_request_tell_whether_it_had_a_body(
    size: Any, headers: dict[str, str], is_known: bool, tmp_path: Path
) -> None:
    """Chromium records no body of a Blob, and a size of 0."""
    document = posted(None, **headers)
    document["log"]["entries"][0]["request"]["bodySize"] = size

    assert only(written(tmp_path, "a.har", document)).is_request_complete == is_known


@pytest.mark.parametrize(
    ("url", "params", "target"),
    [
        ("/v1/feeds", [{"name": "api_key", "value": "k"}, {"name": "a b", "value": "é"}], "/v1/feeds?api_key=k&a%20b=%C3%A9"),
        ("/v1/feeds?", [{"name": "api_key", "value": "k"}], "/v1/feeds?api_key=k"),
        ("/v1/feeds#top", [{"name": "api_key", "value": "k"}], "/v1/feeds?api_key=k"),
        ("/v1/feeds?api_key=k", [{"name": "api_key", "value": "k"}], "/v1/feeds?api_key=k"),
        ("/v1/feeds", [{"name": "q", "value": "a%20b"}, {"name": "empty", "value": None}], "/v1/feeds?q=a%20b&empty="),
        ("/v1/feeds", [{"value": "k"}, 7, None, {"name": 7, "value": "x"}], "/v1/feeds"),
        ("/v1/feeds", {"api_key": "k"}, "/v1/feeds"),
        ("/v1/feeds", None, "/v1/feeds"),
    ],
)  # fmt: skip
def test_a_url_without_a_query_has_the_one_beside_it(url: str, params: Any, target: str, tmp_path: Path) -> None:
    """As exported by Insomnia."""
    document = har()
    document["log"]["entries"][0]["request"] |= {"url": f"https://api.curator.io{url}", "queryString": params}

    (found,) = read(written(tmp_path, "a.har", document))

    assert found.load().request.target == target
    assert found.url.partition("#")[0].removesuffix("?").endswith(target.replace("%C3%A9", "%C3%A9"))


@pytest.mark.parametrize("param", [{"value": "1"}, {"name": "a", "fileName": "a.txt"}, 7])
def test_a_parameter_that_is_none_is_unreadable(param: Any, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"postData\.params: expected a name and a value"):
        only(written(tmp_path, "a.har", posted({"mimeType": FORM, "params": [param]})))


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (json.dumps([BODY[:4].hex(), BODY[4:].hex()]), BODY),
        ('["zz!"]', b'["zz!"]'),
        ("[not JSON", b"[not JSON"),
        ("[7]", b"[7]"),
    ],
    ids=["chunks in hexadecimal", "chunks that are none", "not JSON", "numbers"],
)
def test_chunks_of_a_body_are_joined(text: str, body: bytes, tmp_path: Path) -> None:
    entry = only(written(tmp_path, "a.har", har(content={"text": text, "encoding": "hex"})))

    assert entry.response.body in (body, b"")
    assert entry.response.body == body or not entry.is_response_complete


@pytest.mark.parametrize(
    ("change", "status", "headers"),
    [
        ({"status": 200.0}, 200, ()),
        ({"status": "200 OK"}, 200, ()),
        ({"status": 200, "headers": ["X-A: 1", ["X-B", "2"]]}, 200, (("X-A", "1"), ("X-B", "2"))),
    ],
)
def test_a_status_and_headers_are_read_in_every_form(change: Any, status: int, headers: Any, tmp_path: Path) -> None:
    entry = only(written(tmp_path, "a", {**LINE, "response": change}))

    assert (entry.response.status, entry.response.headers) == (status, headers)


@pytest.mark.parametrize(
    ("request_of_it", "host"),
    [
        ({"method": "GET", "url": "/v1/feeds", "host": "api.curator.io"}, "api.curator.io"),
        ({"method": "GET", "url": "/v1/feeds", "headers": {"Host": "api.curator.io"}}, "api.curator.io"),
        ({"method": "GET", "url": "/v1/feeds", "host": "", "headers": [{"name": "host", "value": "a.io"}]}, "a.io"),
        ({"method": "GET", "url": "https://b.io/v1/feeds", "headers": {"Host": "api.curator.io"}}, "b.io"),
        ({"method": "GET", "url": "/v1/feeds", "headers": {"Accept": "*/*"}}, ""),
    ],
)
def test_a_path_has_the_host_beside_it(request_of_it: Any, host: str, tmp_path: Path) -> None:
    """Beside it or in the headers, as recorded in front of a server."""
    assert only(written(tmp_path, "a", {**LINE, "request": request_of_it})).request.host == host


@pytest.mark.parametrize("url", ["https://a\\b/x", "https://a b/x", "https://a<b>/x"])
def test_a_url_that_is_none_is_unreadable(url: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="request URL: malformed"):
        only(written(tmp_path, "a", {**LINE, "request": {"method": "GET", "url": url}}))


NUMBER = "9" * 5000
"""A number with more digits than Python reads."""


@pytest.mark.parametrize(
    ("url", "left_out"),
    [('"\\q"', "unreadable entry"), (f'"{URL}"', "")],
    ids=["beside a URL that is none", "beside a URL"],
)
def test_an_entry_with_a_number_of_any_length_is_unreadable(url: str, left_out: str, tmp_path: Path) -> None:
    text = f'{{"log": {{"entries": [{{"a": {NUMBER}, "url": {url}}}, {json.dumps(LINE)}]}}}}'

    unreadable, after = read(written(tmp_path, "a", text))

    assert (unreadable.left_out, after.load().response.status) == (left_out, 200)
    with pytest.raises(RecordingError, match="is not JSON"):
        unreadable.load()


def test_a_body_with_such_a_number_is_read(tmp_path: Path) -> None:
    body = f'{{"a": {NUMBER}}}'

    entry = only(written(tmp_path, "a", {**LINE, "response": {"status": 200, "body": body}}))

    assert entry.response.body == body.encode()


@pytest.mark.parametrize("separator", ["", " 7 "], ids=["nothing", "a number"])
def test_entries_without_a_comma_between_them_are_unusable(separator: str, tmp_path: Path) -> None:
    text = f'{{"log": {{"entries": [{json.dumps(LINE)}{separator}{json.dumps(LINE)}]}}}}'

    with pytest.raises(RecordingError, match="is not JSON"):
        list(read(written(tmp_path, "a", text)))


# -- YAML --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (cassette("<<: {method: PUT, body: merged}"), b"merged"),
        (cassette("<<: [{method: PUT}, {method: GET, body: merged}]"), b"merged"),
        (cassette("<<: 7\n    method: PUT"), b""),
        (cassette("!!binary bWV0aG9k: PUT"), b""),
        (cassette("method: PUT\n    body: !!python/bytes 'ab'"), b"ab"),
        (cassette("method: PUT\n    body: !!binary YWI="), b"ab"),
        (cassette("method: !binary |-\n      UFVU"), b""),
        (
            cassette("method: PUT").replace(
                f"uri: '{URL}'", f"uri: !!binary {base64.b64encode(URL.encode()).decode()}"
            ),
            b"",
        ),
        (cassette("method: PUT").replace("code: 200", "code: !binary MjAw, message: !binary T0s="), b""),
    ],
    ids=[
        "a merged map",
        "merged maps",
        "a merge of nothing",
        "a name of bytes",
        "bytes of Python",
        "bytes in base64",
        "a method of bytes",
        "a URL of bytes",
        "a status of bytes",
    ],
)
def test_a_value_of_yaml_is_read(text: str, body: bytes, tmp_path: Path) -> None:
    entry = only(written(tmp_path, "a.yaml", text))

    assert (entry.request.method, entry.request.url, entry.request.body) == ("PUT", URL, body)
    assert entry.response.status == 200


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "? {a: b}\n: 1\n"),
        ("", "? - a\n: 1\n"),
        ("a: &it {b: 1}\n", "? *it\n: 1\n"),
        ("? !!set {a}\n: 1\n", "1.5: 1\n!!binary YQ==: 1\nnull: 1\n"),
        ("base: &it {response: {status: 404}}\n", "<<: *it\n"),
    ],
    ids=["nothing else", "a mapping", "a list", "an alias", "a set, a number, bytes and null", "a merge"],
)
def test_a_document_of_one_entry_is_read_whatever_names_it_has(before: str, after: str, tmp_path: Path) -> None:
    text = f"{before}request: {{method: GET, uri: '{URL}'}}\nresponse: {{status: 200}}\n{after}"

    entry = only(written(tmp_path, "a.yaml", text))

    assert (entry.place[-10:], entry.response.status) == ("document 1", 200)


def test_an_anchor_ends_with_its_document(tmp_path: Path) -> None:
    """An alias in the next one refers to nothing."""
    text = "---\n".join(cassette(f"method: PUT\n    body: {body}") for body in ("&sent text", "*sent"))

    entries = read(written(tmp_path, "a.yaml", text))

    assert next(entries).load().request.body == b"text"
    with pytest.raises(RecordingError, match="line 13, column 11: the anchor 'sent' is not defined"):
        next(entries)


@pytest.mark.parametrize("name", ["{a: b}", "[a]", "[[a], {b: c}]", "!!set {a}"])
def test_a_name_of_yaml_that_is_no_text_is_left_out(name: str, tmp_path: Path) -> None:
    entry = only(written(tmp_path, "a.yaml", cassette(f"method: PUT\n    ? {name}\n    : 1\n    body: found")))

    assert (entry.request.method, entry.request.body) == ("PUT", b"found")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (cassette("method: PUT\n    body: !!binary 'é'"), "base64"),
        ("interactions:\n- !!python/object:vcr.Interaction {}\n", "would run code"),
    ],
)
def test_a_value_that_cannot_be_built_is_unreadable(text: str, reason: str, tmp_path: Path) -> None:
    path = written(tmp_path, "a.yaml", text)

    with pytest.raises(RecordingError, match=reason):
        [each.load() for each in read(path)]


def test_the_number_of_values_of_a_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml, "EVENTS", 20)

    with pytest.raises(RecordingError, match="more than 20 values"):
        list(read(written(tmp_path, "a.yaml", cassette(more=cassette()[14:] * 9))))


def test_without_yaml_a_cassette_is_an_error_that_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)

    with pytest.raises(RecordingError, match="yaml"):
        list(read(written(tmp_path, "a.yaml", cassette())))


# -- files and streams -------------------------------------------------------------------------------------------------


class InPieces(io.RawIOBase):
    """Stream without positions that gives one byte at a time, as a slow pipe does."""

    def __init__(self, content: bytes, error: type[Exception] | None = None) -> None:
        self._rest, self._error = io.BytesIO(content), error

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = self._rest.read(1)
        if not found and self._error is not None:
            raise self._error("cut")
        return found

    def seek(self, *_: Any) -> NoReturn:
        raise OSError


def zipped(**files: bytes) -> bytes:
    """Return a zip archive; an underscore in a name stands for a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return target.getvalue()


TEXT = json.dumps(LINE).encode()


@pytest.mark.parametrize(
    "content",
    [TEXT, gzip.compress(TEXT), gzip.compress(TEXT) + gzip.compress(b"") + bytes(9), gzip.compress(TEXT) + b"rest"],
    ids=["text", "gzip", "gzip in parts, padded", "gzip and something else"],
)
def test_a_stream_is_read_however_it_comes(content: bytes) -> None:
    assert [each.load().request.host for each in read(InPieces(content))] == ["api.curator.io"]


def test_an_archive_is_read_from_a_stream() -> None:
    stream = InPieces(zipped(a_jsonl=TEXT, _DS_Store=b"x"))

    assert [each.load().response.status for each in read(stream, name="traffic")] == [200]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(TEXT)[:20] + b"\xff" * 40, "damaged gzip file"),
        (gzip.compress(TEXT)[:-9], "ends early"),
        (zipped(a_txt=b"x"), "expected a recording in the archive"),
        (zipped(a_jsonl=TEXT)[:-30], "damaged or encrypted zip file"),
    ],
    ids=["damaged gzip", "truncated gzip", "no recording in an archive", "damaged archive"],
)
def test_a_damaged_file_is_unusable(content: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=reason):
        list(read(written(tmp_path, "a", content)))


@pytest.mark.parametrize("content", [gzip.compress(b" " * 4096 + TEXT), zipped(a_jsonl=b" " * 4096 + TEXT)])
def test_the_size_of_a_file_is_bounded_once_it_is_unpacked(
    content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "UNPACKED", 1024)

    with pytest.raises(RecordingError, match="becomes larger than"):
        list(read(written(tmp_path, "a", content)))


def test_the_size_of_an_archive_from_a_stream_is_bounded() -> None:
    with pytest.raises(RecordingError, match=r"^<stream>: larger than 1 MiB; raise --max-size$"):
        list(read(InPieces(zipped(a_jsonl=random.Random(1).randbytes(2 * MIB))), Bounds(file=MIB)))


@pytest.mark.parametrize("error", [OSError, EOFError])
def test_a_stream_that_fails_is_unusable(error: type[Exception]) -> None:
    with pytest.raises(RecordingError, match=r"^traffic: cannot be read: cut$"):
        list(read(InPieces(TEXT[:9], error), name="traffic"))


@pytest.mark.parametrize("name", ["a\0b"])
def test_a_text_that_names_no_file_is_unusable(name: str) -> None:
    with pytest.raises(RecordingError, match="not the name of a file"):
        list(read(name))


@pytest.mark.parametrize(("source", "place"), [("absent.har", "absent.har"), ("a\0b", r"a\x00b"), ("-", "<stdin>")])
def test_an_error_is_at_the_name_that_was_given(source: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one it is at the path."""
    monkeypatch.setattr(sys, "stdin", None)

    for name, expected in (("traffic", "traffic"), ("", place)):
        with pytest.raises(RecordingError) as raised:
            list(read(source, name=name))
        assert raised.value.place == expected


def test_standard_input_may_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    with pytest.raises(RecordingError, match="standard input is closed"):
        list(read("-"))


@pytest.mark.parametrize("kind", ["folder", "stream", "archive"])
def test_a_body_in_a_file_that_is_absent_was_not_recorded(kind: str, tmp_path: Path) -> None:
    text = json.dumps(har(content={"_file": "body.json", "size": 9})).encode()
    source: Any = {
        "folder": written(tmp_path, "a.har", text),
        "stream": io.BytesIO(text),
        "archive": written(tmp_path, "a.zip", zipped(a_har=text)),
    }[kind]

    [found] = read(source, name=os.fspath(tmp_path / "a"))

    assert not found.load().is_response_complete
