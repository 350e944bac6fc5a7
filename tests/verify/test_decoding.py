"""Tests of content codings in recordings: decoded with a bound, or else not recorded, with a note for users."""

from __future__ import annotations

import base64
import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from fakesources.verify.recordings import decoding
from fakesources.verify.recordings.decoding import MissingDecoder, TooLarge, Undecodable, codings, decode
from fakesources.verify.recordings.entry import MIB, Bounds, Entry, RecordingError
from fakesources.verify.recordings.loading import Context, load_entry

URL = "https://api.curator.io/v1/sources?api_key=k"
BODY = json.dumps([{"id": "é" * 200}]).encode()
PACKAGES = {"br": "brotli", "zstd": "backports.zstd"}


def raw_deflate(body: bytes) -> bytes:
    """Return deflate without zlib's header, as sent by some servers."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


def packed_with(name: str) -> Callable[[bytes], bytes]:
    """Return the compressor of a package that may not be installed."""

    def pack(body: bytes) -> bytes:
        if name == "zstd" and sys.version_info >= (3, 14):
            module = pytest.importorskip("compression.zstd")
        else:
            module = pytest.importorskip(PACKAGES[name], reason=f"{PACKAGES[name]} is not installed")
        return bytes(module.compress(body))

    return pack


CODINGS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip, in capitals": ("X-GZIP", gzip.compress),
    "gzip of two members": ("gzip", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
    "deflate": ("deflate", zlib.compress),
    "deflate without a header": ("deflate", raw_deflate),
    "br": ("br", packed_with("br")),
    "zstd": ("zstd", packed_with("zstd")),
    "two": ("gzip, deflate", lambda body: zlib.compress(gzip.compress(body))),
    "two, with spaces": ("br ,gzip", lambda body: gzip.compress(packed_with("br")(body))),
    "none": ("identity", bytes),
    "empty": ("", bytes),
    "decoded before": ("gzip", bytes),
    "decoded before, of br": ("br", bytes),
    "without a header": ("", gzip.compress),
}


def coded(coding: str, body: bytes, key: str = "base64", **headers: str) -> Entry:
    """Return an entry whose response has a Content-Encoding."""
    stored: Any = base64.b64encode(body).decode() if key == "base64" else body if key == "body" else {"string": body}
    headers = {"Content-Type": "application/json", "Content-Encoding": coding, **headers}
    response = {"status": 200, "headers": headers, ("body" if key == "string" else key): stored}
    return load_entry(Context("", Bounds()), "x", {"request": {"method": "GET", "url": URL}, "response": response})


@pytest.mark.parametrize("key", ["base64", "body", "string"])
@pytest.mark.parametrize(("coding", "pack"), CODINGS.values(), ids=CODINGS)
def test_a_coding_is_decoded(coding: str, pack: Callable[[bytes], bytes], key: str) -> None:
    """The body is as the API sent it, also if a recorder decoded it and kept the header."""
    found = coded(coding, pack(BODY), key)

    assert (found.response.body, found.is_response_complete, found.notes) == (BODY, True, ())


@pytest.mark.parametrize(("coding", "pack"), [CODINGS[name] for name in ("gzip", "deflate", "br", "zstd", "two")])
def test_the_bound_on_the_output_holds(coding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(b"[" + b" " * MIB + b"]")

    assert len(decode(packed, codings(coding), MIB + 2)) == MIB + 2
    with pytest.raises(TooLarge):
        decode(packed, codings(coding), MIB + 1)


BOMB = """
import gzip, resource, sys
from fakesources.verify.recordings.decoding import TooLarge, decode
packed = sys.stdin.buffer.read()
decode(gzip.compress(b"x"), ["gzip"], 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    decode(packed, sys.argv[1].split(","), 1 << 20)
except TooLarge:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is counted in kilobytes by Linux")
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip,gzip"])
def test_memory_is_bounded_while_decoding(coding: str) -> None:
    """A body of 64 MiB in a few kilobytes takes little more memory than its bound of 1 MiB."""
    zeros = bytes(64 * MIB)
    if coding == "br":
        packed = pytest.importorskip("brotli", reason="brotli is not installed").compress(zeros, quality=1)
    elif coding == "gzip,gzip":
        packed = gzip.compress(gzip.compress(zeros, 1), 1)
    else:
        packed = CODINGS[coding][1](zeros)

    ran = subprocess.run([sys.executable, "-c", BOMB, coding], input=packed, capture_output=True, check=True)

    assert int(ran.stdout) < 32


@pytest.mark.parametrize(
    ("coding", "package"),
    [("br", "brotli>=1.2"), ("zstd", "backports.zstd"), ("gzip", "urllib3>=2.6"), ("lzma", "'lzma'")],
)
def test_a_body_without_a_decoder_is_not_recorded(coding: str, package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note names the package to install; the body is not checked."""
    monkeypatch.setattr(decoding, "_missing", lambda _, name: decoding._PACKAGES[name])

    found = coded(coding, b"\x1f\x8b\x08\xff not text", "base64")

    assert (found.response.body, found.is_response_complete) == (b"", False)
    assert package in found.notes[0]


@pytest.mark.parametrize("text", [b"Not found", "é".encode(), b"line\tby\nline\r\n", b"<p>", b"7"])
@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "lzma", "gzip, br"])
@pytest.mark.parametrize("is_installed", [True, False])
def test_text_was_decoded_before(text: bytes, coding: str, is_installed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recorders decode a body and keep its header; that needs no decoder."""
    if not is_installed:
        monkeypatch.setattr(decoding, "_missing", lambda _, name: decoding._PACKAGES[name])

    found = coded(coding, text)

    assert (found.response.body, found.is_response_complete, found.notes) == (text, True, ())


@pytest.mark.parametrize("body", [b"\x1f\x00 not packed", b"\xff\xfe", b"\x08"])
def test_bytes_that_are_neither_packed_nor_text_are_an_error(body: bytes) -> None:
    with pytest.raises(RecordingError, match="a body is not valid gzip: "):
        coded("gzip", body)


@pytest.mark.parametrize("name", ["gzip", "deflate", "deflate without a header", "two", "gzip of two members"])
@pytest.mark.parametrize("key", ["body", "string"])
def test_a_packed_body_may_be_stored_as_one_character_a_byte(name: str, key: str) -> None:
    coding, pack = CODINGS[name]
    stored = pack(BODY).decode("latin-1")
    response = {"status": 200, "headers": {"Content-Encoding": coding}}
    response["body"] = stored if key == "body" else {"string": stored}

    found = load_entry(Context("", Bounds()), "x", {"request": {"method": "GET", "url": URL}, "response": response})

    assert (found.response.body, found.is_response_complete, found.notes) == (BODY, True, ())


def test_a_text_with_other_characters_is_no_packed_body() -> None:
    """A body that was decoded when it was recorded, with the header of its coding kept."""
    body = '{"a": "\x1b日本"}'
    response = {"status": 200, "headers": {"Content-Encoding": "gzip"}, "body": body}

    found = load_entry(Context("", Bounds()), "x", {"request": {"method": "GET", "url": URL}, "response": response})

    assert not found.is_response_complete
    assert found.notes == ("response body not recorded: it was compressed, and stored as text",)


def test_an_old_decoder_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brotli before 1.2 cannot bound its output."""
    brotli = pytest.importorskip("brotli", reason="brotli is not installed")
    packed = brotli.compress(BODY)

    class Old:
        def process(self, data: bytes) -> bytes:
            raise AssertionError("an unbounded decoder is used")

    monkeypatch.setattr(brotli, "Decompressor", Old)
    monkeypatch.setitem(sys.modules, "brotlicffi", None)

    with pytest.raises(MissingDecoder, match=r"brotli>=1\.2"):
        decode(packed, ["br"], MIB)


@pytest.mark.parametrize(
    ("coding", "damage"),
    [
        ("gzip", lambda packed: packed[:-9]),
        ("gzip", lambda packed: packed[:12]),
        ("gzip", lambda packed: packed[:12] + b"\xff" * 30),
        ("deflate", lambda packed: packed[:-9]),
        ("br", lambda packed: packed[:12] + b"\xff" * 30),
        ("zstd", lambda packed: packed[:-9]),
    ],
)
def test_a_damaged_body_is_not_decoded(coding: str, damage: Callable[[bytes], bytes]) -> None:
    packed = damage(CODINGS[coding][1](BODY))

    with pytest.raises(Undecodable):
        decode(packed, [coding], MIB)


NOT_RECORDED: dict[str, dict[str, Any]] = {
    "a length": {"headers": {"Content-Length": "12"}},
    "a coding of nothing": {"headers": {"Content-Encoding": "gzip"}, "content": {"text": "", "size": 0}},
    "no text": {"content": {"size": 12, "mimeType": "application/json"}},
    "no text and no size": {"content": {"mimeType": "application/json"}},
    "no content": {"content": {}},
    "empty text with a size": {"content": {"text": "", "size": 4000}},
    "empty text with a size that is not known": {"content": {"text": "", "size": -1}},
    "empty text with a size on the wire": {"content": {"text": "", "size": 0}, "bodySize": 90},
    "empty text with a size as text": {"content": {"text": "", "size": "4000"}},
    "empty text with a size as text that is not known": {"content": {"text": "", "size": "-1"}},
    "empty text with a size on the wire as text": {"content": {"text": "", "size": 0}, "bodySize": " 90"},
    "cut off, by its size as text": {"content": {"text": '[{"id": 1, "na', "size": "2000"}},
    "an empty list for content": {"content": []},
    "a failed transfer": {"content": {"text": "", "size": 0}, "_error": "net::ERR_ABORTED"},
    "a failed transfer, of a part": {
        "content": {"text": '[{"id"', "size": 6},
        "_error": "net::ERR_HTTP2_PROTOCOL_ERROR",
    },
    "a failed transfer, of Playwright": {"content": {"text": "", "size": 0}, "_failureText": "net::ERR_ABORTED"},
    "a file that is missing": {"content": {"_file": "x.json", "size": -1}},
    "304": {"status": 304, "content": {"text": "", "size": 0}},
    "cut off": {"content": {"text": '[{"id": 1, "na', "size": 2000}},
    "cut off, by its length": {"content": {"text": '[{"id": 1, "na'}, "headers": {"Content-Length": "2000"}},
    "stars": {"content": {"text": "***", "size": 400}},
    "filtered": {"content": {"text": "[FILTERED]", "size": 400}},
    "redacted": {"content": {"text": "<REDACTED>"}},
    **{
        text: {"content": {"text": text, "size": len(text)}}
        for text in [
            "<binary>",
            "[binary data, 212 bytes]",
            "(response body truncated)",
            "Body omitted",
            "[Content too large]",
            "{{base64}}",
            "Content not available",
            "Response body: not captured by the proxy",
            "<omitted: 12 kB>",
        ]
    },
    "a placeholder without quotes": {"content": {"text": '[{"id": <SOURCE_ID>, "name": "x"}]'}},
    "compressed text": {"content": {"text": "\x1f\ufffd\x08\x00\x00"}, "headers": {"Content-Encoding": "gzip"}},
    "compressed text of br": {"content": {"text": "\x1b\ufffd\x01[\x05"}, "headers": {"Content-Encoding": "br"}},
}


@pytest.mark.parametrize("response", NOT_RECORDED.values(), ids=NOT_RECORDED)
def test_a_missing_or_damaged_body_is_not_recorded(response: dict[str, Any]) -> None:
    document = {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "content": {}, **response}}

    found = load_entry(Context("", Bounds()), "x", document)

    assert (found.is_response_complete, found.response.body) == (False, b"")


@pytest.mark.parametrize("text", ["eyJh", "H4sIAAAA", "MTIz", '["H4sIAAAA"]', "W10="])
def test_text_that_is_not_declared_as_base64_is_never_decoded(text: str) -> None:
    document = {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "content": {"text": text}}}

    assert load_entry(Context("", Bounds()), "x", document).response.body == text.encode()


@pytest.mark.parametrize(
    "content", [{"text": "", "size": 0}, {"text": "[]", "size": 2}, {"text": '{"a": "***"}', "size": 12}, {"text": "<p>", "size": 9},
                {"text": "<html>removed</html>"}, {"text": "The source was removed"}, {"text": "data"}, {"text": '["omitted"]'}]
)  # fmt: skip
def test_a_recorded_body_is_complete(content: dict[str, Any]) -> None:
    document = {"request": {"method": "GET", "url": URL}, "response": {"status": 200, "content": content}}

    found = load_entry(Context("", Bounds()), "x", document)

    assert (found.is_response_complete, found.response.body) == (True, content["text"].encode())


@pytest.mark.parametrize("mark", [{"_error": None}, {"_error": ""}, {"_error": "x"}, {"_failureText": None}], ids=str)
def test_a_complete_body_is_read_whatever_ended_its_transfer(mark: dict[str, Any]) -> None:
    response = {"status": 200, "content": {"text": "[7]", "size": 3}, **mark}
    document = {"request": {"method": "GET", "url": URL}, "response": response}

    found = load_entry(Context("", Bounds()), "x", document)

    assert (found.is_response_complete, found.response.body) == (True, b"[7]")


@pytest.mark.parametrize("mark", [{}, {"_error": None}, {"_error": ""}], ids=str)
def test_an_empty_body_of_a_complete_transfer_is_empty(mark: dict[str, Any]) -> None:
    response = {"status": 200, "content": {"text": "", "size": "0"}, **mark}
    document = {"request": {"method": "GET", "url": URL}, "response": response}

    assert load_entry(Context("", Bounds()), "x", document).is_response_complete


def test_without_a_body_or_a_coding_nothing_is_decoded() -> None:
    assert (decode(b"", ["gzip"], 1), decode(b"as it is", [], 1)) == (b"", b"as it is")


def test_deflate_without_a_header_may_begin_like_one() -> None:
    """A block that is stored as it is, and whose first bytes are those of a header of zlib too."""
    body = bytes([0x78, 1, 0, 0xFE, 0xFF]) + b"x" + bytes([1, 5, 0, 0xFA, 0xFF]) + b"hello"

    assert decode(body, ["deflate"], MIB) == b"xhello"


@pytest.mark.parametrize(("size", "is_read"), [(MIB, True), (MIB + 1, False)])
def test_a_body_that_was_not_compressed_has_the_same_bound(size: int, is_read: bool) -> None:
    def read() -> Entry:
        response = {"status": 200, "body": "x" * size}
        document = {"request": {"method": "GET", "url": URL}, "response": response}
        return load_entry(Context("", Bounds(body=MIB)), "x", document)

    if is_read:
        assert len(read().response.body) == size
    else:
        with pytest.raises(RecordingError, match="response body: larger than 1 MiB; raise --max-size"):
            read()
