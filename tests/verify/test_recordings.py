"""Facts about reading recordings: the three layouts, bodies in every form, and input that cannot be used."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fakesources.verify.recordings.entries import MIB, Bounds, Entry, Unusable, moment
from fakesources.verify.recordings.reading import read

URL = "https://api.curator.io/v1/sources?api_key=k"
TEXT = '[{"id":"é"}]'
BODY = TEXT.encode()


def har(**response: Any) -> dict[str, Any]:
    """A HAR document of one exchange."""
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
    """A file with text, bytes or a JSON value in it."""
    path = folder / name
    text = content if isinstance(content, (str, bytes)) else json.dumps(content)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def only(path: Path, bounds: Bounds | None = None) -> Entry:
    """The one exchange of a file."""
    (entry,) = read(path, bounds)
    return entry


def coded(name: str, body: bytes) -> dict[str, Any]:
    """A line of an answer with a Content-Encoding."""
    headers = {"Content-Type": "application/json", "Content-Encoding": name}
    response = {"status": 200, "headers": headers, "base64": base64.b64encode(body).decode()}
    return {"request": {"method": "GET", "url": URL}, "response": response}


def raw_deflate(body: bytes) -> bytes:
    """Deflate without zlib's frame, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("x-gzip", gzip.compress(BODY, mtime=0)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", raw_deflate(BODY)),
        ("gzip, deflate", zlib.compress(gzip.compress(BODY, mtime=0))),
        ("identity", BODY),
        ("gzip", BODY),
    ],
)
def test_compression_is_undone(encoding: str, body: bytes, tmp_path: Path) -> None:
    """A body comes out as the API wrote it, also where a recorder undid the compression and kept the header."""
    assert only(written(tmp_path, "a.jsonl", coded(encoding, body))).reply.body == BODY


def test_brotli_is_undone_where_it_can_be(tmp_path: Path) -> None:
    """A body in brotli is read with the package of that name."""
    brotli = pytest.importorskip("brotli", reason="the package brotli is not installed")

    assert only(written(tmp_path, "a.jsonl", coded("br", brotli.compress(BODY)))).reply.body == BODY


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
    """A browser's export has bodies as text or in base64; the headers of HTTP/2's own are no headers."""
    entry = only(
        written(tmp_path, "a.har", har(content=content, headers=[{"name": "content-encoding", "value": "gzip"}]))
    )

    assert entry.reply.body == BODY
    assert entry.request.headers == (("Accept", "*/*"),)
    assert entry.request.target == "/v1/sources?api_key=k"
    assert entry.request.host == "api.curator.io"
    assert entry.at == 1767225600.5


def test_what_was_blocked_is_no_exchange(tmp_path: Path) -> None:
    """An entry that a browser never got an answer to is passed over."""
    assert list(read(written(tmp_path, "a.har", har(status=0)))) == []


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
    """Where a length says that there was a body, its absence says nothing."""
    assert not only(written(tmp_path, "a", document)).answered


def test_parameters_of_a_form_are_put_together(tmp_path: Path) -> None:
    """A browser may export a form as its parameters alone."""
    document = har()
    document["log"]["entries"][0]["request"]["postData"] = {
        "mimeType": "application/x-www-form-urlencoded", "params": [{"name": "a b", "value": "ä"}, {"name": "c", "value": "1"}],
    }  # fmt: skip

    assert only(written(tmp_path, "a.har", document)).request.body == b"a%20b=%C3%A4&c=1"


def test_a_line_has_its_body_as_text_as_json_or_in_base64(tmp_path: Path) -> None:
    """The three ways of writing a body in JSON lines mean the same; lines are counted from 1, empty ones too."""
    ways = ({"body": TEXT}, {"json": [{"id": "é"}]}, {"base64": base64.b64encode(BODY).decode()})
    lines = [json.dumps({"request": {"method": "GET", "url": URL}, "response": {"status": 200, **way}}) for way in ways]

    entries = list(read(written(tmp_path, "a.jsonl", "\n\n".join(lines))))

    assert [json.loads(entry.reply.body) for entry in entries] == [[{"id": "é"}]] * 3
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
    """Seconds, ISO 8601 and HTTP's own form are times; anything else is no time."""
    assert moment(value) == seconds


def bomb() -> str:
    """A small document that stands for nine to the ninth values."""
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    return "\n".join([*lines, "interactions: *a8"])


LINE = {"request": {"method": "GET", "url": URL}, "response": {"status": 200}}
UNUSABLE: dict[str, tuple[Any, str, str]] = {
    "empty": (b"", "", "is empty"),
    "blank": (b" \n\n ", "", "is empty"),
    "binary": (bytes(range(256)) * 40, "", "is binary"),
    "truncated JSON": ('{"log": {"entries": [{"request"', "line 1, column 32", "is not JSON"),
    "truncated line": (json.dumps(LINE)[:-9], "line 1", "is not JSON"),
    "second line truncated": (json.dumps(LINE) + "\n" + json.dumps(LINE)[:-9], "line 2", "is not JSON"),
    "no layout": ({"hello": 1}, "", "is neither HAR"),
    "a list": ([1, 2], "", "is neither HAR"),
    "a sentence": ("to be or not to be", "", "is neither HAR"),
    "HAR without entries": ({"log": {"version": "1.2"}}, "log", "has no 'entries' array"),
    "HAR with entries that are none": ({"log": {"entries": {}}}, "log", "has no 'entries' array"),
    "HAR with an empty entry": ({"log": {"entries": [{}]}}, "log.entries[0]", "has no 'request' object"),
    "HAR whose log is a text": ({"log": "1.2"}, "", "has no 'log' object"),
    "no method": ({**LINE, "request": {"url": URL}}, "line 1", "the request has no method"),
    "a method that is none": ({**LINE, "request": {"method": "G T", "url": URL}}, "line 1", "the request has no method"),
    "no URL": ({**LINE, "request": {"method": "GET"}}, "line 1", "the request has no URL"),
    "a URL that is none": ({**LINE, "request": {"method": "GET", "url": "http://[::1/x?api_key=s3cret"}}, "line 1", "URL is none"),
    "a status that is none": ({**LINE, "response": {"status": "ok"}}, "line 1", "the answer has no status: 'ok'"),
    "a status too large": ({**LINE, "response": {"status": 1000}}, "line 1", "the answer has no status"),
    "headers that are none": ({**LINE, "response": {"status": 200, "headers": "x"}}, "line 1", "headers are neither"),
    "a header that is none": ({**LINE, "response": {"status": 200, "headers": [1]}}, "line 1", "a header is no pair"),
    "base64 that is none": ({**LINE, "response": {"status": 200, "base64": "é!"}}, "line 1", "is said to be base64"),
    "a body that is a list": ({**LINE, "response": {"status": 200, "body": []}}, "line 1", "a body is no text"),
    "a damaged body": (coded("gzip", gzip.compress(BODY, mtime=0)[:12] + b"xxxxxxxx"), "line 1", "a compressed body"),
    "a body that ends early": (coded("gzip", gzip.compress(BODY * 99)[:-9]), "line 1", "ends early"),
    "a body that explodes": (coded("gzip", gzip.compress(bytes(40 * MIB))), "line 1", "becomes more than"),
    "deep JSON": ('{"log": ' + "[" * 100_000, "", "nested too deep"),
    "a deep line": ('{"request": ' + "[" * 100_000, "line 1", "nested more than 64 levels"),
    "not UTF-8": (b'{"log": {"entries": "\xff"}}', "byte 21", "is not UTF-8"),
    "a line that is not UTF-8": (json.dumps(LINE).encode() + b'\n{"request": "\xff"}', "line 2", "is not UTF-8"),
    "YAML that is none": ("interactions: [\n- }", "line 2, column ", "is not YAML"),
    "YAML with a tab": ("interactions:\n\t- request", "line 2, column 1", "is not YAML"),
    "YAML of Ruby's own": ("interactions: !ruby/object:Gem {}", "line 1, column 15", "is not YAML that can be read"),
    "a YAML bomb": (bomb(), "", "values by its aliases"),
    "YAML in itself": ("interactions: &a [*a]", "line 1", "contains itself by an alias"),
    "deep YAML": ("interactions: " + "[" * 5000, "line 1", "nested more than 64 levels deep"),
    "deep YAML of mappings": ("interactions: " + "{a: " * 5000, "line 1", "nested more than 64 levels deep"),
    "deep YAML in lines": ("interactions:\n" + "- " * 100 + "x", "line 2", "nested more than 64 levels deep"),
    "a cassette without a list": ("interactions: 5", "interactions", "is no list"),
    "an interaction without an answer": ("interactions:\n- request: {}", "interactions[0]", "has no 'response' object"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "place", "why"), UNUSABLE.values(), ids=UNUSABLE)
def test_unusable_input_is_told_in_one_line_with_its_place(content: Any, place: str, why: str, tmp_path: Path) -> None:
    """Whatever is wrong with a file, the reason is one line that names the place and gives no secret away."""
    path = written(tmp_path, "traffic", content)

    with pytest.raises(Unusable) as caught:
        list(read(path))

    told = str(caught.value)
    assert told.startswith(f"{path}: {place}" if place else f"{path}: ")
    assert why in told
    assert "\n" not in told
    assert "s3cret" not in told


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path) -> None:
    """A missing file and a folder are told as what they are."""
    with pytest.raises(Unusable, match="No such file"):
        list(read(tmp_path / "nothing.har"))
    with pytest.raises(Unusable, match="directory"):
        list(read(tmp_path))


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.har", b'{"log": {"entries": ['), ("a.yaml", b"interactions:\n"), ("a.jsonl", b'{"request": "')],
)
def test_sizes_are_bounded(name: str, start: bytes, tmp_path: Path) -> None:
    """A file that has to be read whole, and one line of a file that has not, may have so many bytes and no more."""
    path = written(tmp_path, name, start + b" " * (3 * MIB))

    with pytest.raises(Unusable, match=r"is larger than 2 MiB|is longer than 2097152 bytes"):
        list(read(path, Bounds.of(2 * MIB)))


def memory_is_limited() -> None:
    """Let this process have a gigabyte and no more."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited by a call of Linux")
@pytest.mark.parametrize("kind", ["lines", "document", "one line"])
def test_memory_is_bounded_whatever_the_size(kind: str, tmp_path: Path) -> None:
    """A file of two gigabytes is read, or refused, by a process that may have one."""
    path = tmp_path / "large"
    line = json.dumps(
        {
            "request": {"method": "GET", "url": "https://elsewhere.example/"},
            "response": {"status": 200, "body": "x" * 90_000},
        }
    )
    with path.open("wb") as file:
        if kind == "lines":
            file.write(json.dumps(LINE | {"response": {"status": 200, "json": []}}).encode() + b"\n")
            file.writelines([line.encode() + b"\n"] * 300)
        else:
            file.write(b'{"log": {' if kind == "document" else b'{"request": "')
            file.truncate(2 << 30)

    ran = subprocess.run(
        [sys.executable, "-m", "fakesources", "check", str(path)],
        capture_output=True, text=True, preexec_fn=memory_is_limited, check=False,
    )  # fmt: skip

    assert ran.returncode == (0 if kind == "lines" else 2), ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.count("\n") <= 1
