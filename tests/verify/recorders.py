"""Recordings in the layout of each tool, built from the same calls."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import requests
import yaml

from fakesources import FakeSources

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Recorded:
    """One call as sent over the wire."""

    method: str
    url: str
    sent: dict[str, str]
    body: bytes
    status: int
    headers: dict[str, str]
    answer: bytes


def session() -> list[Recorded]:
    """Return calls with a form for DataSift, with JSON for Curator, with a query only, and a deletion."""
    with FakeSources() as fake:
        source = fake.datasift.sources.add(name="Röck", source_type="facebook_page")
        feed = fake.curator.feeds.add(name="Cats")
        auth, key = {"Authorization": "user:key"}, {"api_key": "k"}
        requests.put("https://api.datasift.com/v1.6/source/start", data={"id": source.id}, headers=auth)
        requests.post(
            "https://api.curator.io/v1/sources", params=key, json={"feed_id": feed.id, "source_type": 1, "tag": "cäts"}
        )
        requests.get("https://api.curator.io/v1/feeds", params=key)
        requests.delete("https://api.datasift.com/v1.6/source/delete", params={"id": source.id}, headers=auth)
        return [
            Recorded(
                each.raw_request.method, each.raw_request.url, dict(each.raw_request.headers), each.raw_request.body,
                each.response.status, dict(each.response.headers), each.response.body,
            )
            for each in fake.journal
        ]  # fmt: skip


# -- HAR -----------------------------------------------------------------------------------------------------------


def as_pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    """Return headers in the format of HAR."""
    return [{"name": name, "value": value} for name, value in headers.items()]


def entry(call: Recorded) -> dict[str, Any]:
    """Return a HAR entry with every required field."""
    kind = call.sent.get("Content-Type", "")
    request: dict[str, Any] = {
        "method": call.method, "url": call.url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": as_pairs(call.sent),
        "queryString": as_pairs(dict(parse_qsl(call.url.partition("?")[2]))), "headersSize": -1, "bodySize": len(call.body),
    }  # fmt: skip
    if call.body:
        request["postData"] = {"mimeType": kind, "text": call.body.decode()}
    content: dict[str, Any] = {"size": len(call.answer), "mimeType": call.headers.get("Content-Type", "x-unknown")}
    if call.answer:
        content["text"] = call.answer.decode()
    response = {
        "status": call.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": as_pairs(call.headers),
        "content": content, "redirectURL": "", "headersSize": -1, "bodySize": len(call.answer),
    }  # fmt: skip
    return {
        "startedDateTime": "2026-01-01T00:00:00.000Z", "time": 1.5, "request": request, "response": response,
        "cache": {}, "timings": {"send": 0, "wait": 1, "receive": 0.5},
    }  # fmt: skip


def har(calls: list[Recorded], change: Callable[[dict[str, Any], Recorded], None] | None = None) -> dict[str, Any]:
    """Return a HAR document, with its entries changed to the dialect of a tool."""
    entries = [entry(call) for call in calls]
    for each, call in zip(entries, calls, strict=True):
        if change is not None:
            change(each, call)
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"}, "pages": [], "entries": entries}}


def chrome(each: dict[str, Any], call: Recorded) -> None:
    """Change to Chrome: pseudo headers of HTTP/2, decoded text with a Content-Encoding, unknown sizes, own fields."""
    each |= {"_initiator": {"type": "script"}, "_priority": "High", "_resourceType": "fetch", "connection": "443"}
    each["request"]["headers"].insert(0, {"name": ":authority", "value": "x"})
    each["response"] |= {
        "headers": [*as_pairs(call.headers), {"name": "content-encoding", "value": "br"}],
        "_error": None,
    }
    each["response"]["bodySize"] = -1
    if call.sent.get("Content-Type") == FORM:
        pairs = [pair.partition("=") for pair in call.body.decode().split("&")]
        each["request"]["postData"]["params"] = [{"name": name, "value": value} for name, _, value in pairs]


def firefox(each: dict[str, Any], call: Recorded) -> None:
    """Change to Firefox: parameters of a form beside an empty text."""
    each |= {"pageref": "page_1", "serverIPAddress": "192.0.2.1", "_securityState": "secure"}
    if call.sent.get("Content-Type") == FORM:
        pairs = parse_qsl(call.body.decode(), keep_blank_values=True)
        each["request"]["postData"] |= {"text": "", "params": [{"name": name, "value": value} for name, value in pairs]}


def safari(each: dict[str, Any], call: Recorded) -> None:
    """Change to Safari: type of fetch, and base64 without padding."""
    each |= {"_fetchType": "Network Load", "_priority": "low"}
    each["request"]["headersSize"] = 400
    if call.answer:
        text = base64.b64encode(call.answer).decode().rstrip("=")
        each["response"]["content"] |= {"text": text, "encoding": "base64", "compression": 0}


def charles(each: dict[str, Any], call: Recorded) -> None:
    """Change to Charles: base64 of compressed bodies, numbers that are null."""
    each["time"] = None
    each["response"] |= {"bodySize": None, "headersSize": None, "_charlesStatus": "COMPLETE"}
    if call.answer:
        each["response"]["headers"].append({"name": "Content-Encoding", "value": "gzip"})
        text = base64.b64encode(gzip.compress(call.answer, mtime=0)).decode()
        each["response"]["content"] |= {"text": text, "encoding": "base64"}


def mitmproxy(each: dict[str, Any], call: Recorded) -> None:
    """Change to mitmproxy: base64 of text, with line breaks; empty parameters of forms."""
    each["request"].pop("cookies")
    if call.body:
        each["request"]["postData"]["params"] = []
    if call.answer:
        each["response"]["content"] |= {"text": base64.encodebytes(call.answer).decode(), "encoding": "base64"}


def insomnia(each: dict[str, Any], call: Recorded) -> None:
    """Change to Insomnia: no statusText, headers in an object, the query beside the URL alone."""
    each["response"] |= {"headers": call.headers, "statusText": None}
    each["request"] |= {"headers": call.sent, "url": call.url.partition("?")[0]}


def postman(each: dict[str, Any], call: Recorded) -> None:
    """Change to Postman: a form as parameters only, no media types."""
    if call.sent.get("Content-Type") == FORM:
        pairs = parse_qsl(call.body.decode(), keep_blank_values=True)
        params = [{"name": name, "value": value} for name, value in pairs]
        each["request"]["postData"] = {"mimeType": FORM, "params": params}
    each["response"]["content"].pop("mimeType")


def browsermob(each: dict[str, Any], call: Recorded) -> None:
    """Change to browsermob: empty comments, `postData` with empty values, text declared as base64."""
    for part in (each, each["request"], each["response"], each["response"]["content"]):
        part["comment"] = ""
    if not call.body:
        each["request"]["postData"] = {"mimeType": "", "params": [], "text": "", "comment": ""}
    each["response"]["content"]["encoding"] = "base64" if call.answer else ""


def polly(each: dict[str, Any], call: Recorded) -> None:
    """Change to Polly.js: chunks of compressed bytes in base64 within a JSON array."""
    each["_id"], each["_order"] = "0", 0
    if call.answer:
        packed = zlib.compress(call.answer)
        chunks = [base64.b64encode(packed[at : at + 99]).decode() for at in range(0, len(packed), 99)]
        each["response"]["content"] |= {"text": json.dumps(chunks), "encoding": "base64", "size": len(packed)}
        each["response"]["headers"].append({"name": "content-encoding", "value": "deflate"})


def polly_hex(each: dict[str, Any], call: Recorded) -> None:
    """Change to Polly.js before version 5: chunks in hexadecimal."""
    if call.answer:
        chunks = [gzip.compress(call.answer, mtime=0).hex()]
        each["response"]["content"] |= {"text": json.dumps(chunks), "_isBinary": True}
        each["response"]["headers"].append({"name": "content-encoding", "value": "gzip"})


def proxyman(each: dict[str, Any], call: Recorded) -> None:
    """Change to Proxyman: both bodies in base64."""
    if call.body:
        each["request"]["postData"] |= {"text": base64.b64encode(call.body).decode(), "encoding": "base64"}
    each["response"]["content"] |= {"text": base64.b64encode(call.answer).decode(), "encoding": "base64"}


def stripped(each: dict[str, Any], call: Recorded) -> None:
    """Remove headers and every other optional field."""
    each["request"] = {key: each["request"][key] for key in ("method", "url", "postData") if key in each["request"]}
    each["response"] = {"status": call.status, "content": {"text": call.answer.decode()} if call.answer else {}}


def text_only(each: dict[str, Any], call: Recorded) -> None:
    """Change to a tool whose `postData` is the text itself."""
    each["request"]["postData"] = call.body.decode() or None


DIALECTS = (
    chrome, firefox, safari, charles, mitmproxy, insomnia, postman, browsermob, polly, polly_hex, proxyman, stripped, text_only,
)  # fmt: skip


def playwright(calls: list[Recorded], files: dict[str, bytes]) -> bytes:
    """Return Playwright's HAR, whose bodies are added to `files`."""

    def attach(each: dict[str, Any], call: Recorded) -> None:
        for holder, body in ((each["request"].get("postData"), call.body), (each["response"]["content"], call.answer)):
            if holder and holder.pop("text", None) is not None:
                holder["_file"] = f"{hashlib.sha1(body).hexdigest()}.json"
                files[holder["_file"]] = body
        each["response"]["content"]["size"] = each["response"]["bodySize"] = each["request"]["headersSize"] = -1

    return json.dumps(har(calls, attach)).encode()


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive of files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def write_har_files(folder: Path, calls: list[Recorded]) -> dict[str, Path]:
    """Write a file for each dialect and each encoding of HAR. Return the paths by name."""
    plain, entries = json.dumps(har(calls)), [json.dumps(entry(call)) for call in calls]
    contents: dict[str, bytes] = {each.__name__: json.dumps(har(calls, each)).encode() for each in DIALECTS}
    attachments: dict[str, bytes] = {}
    contents["playwright"] = playwright(calls, attachments)
    contents["playwright zip"] = zipped({"har.har": contents["playwright"], **attachments})
    contents |= {
        "indented": json.dumps(har(calls), indent=2).encode(),
        "CRLF": json.dumps(har(calls), indent=2).replace("\n", "\r\n").encode(),
        "BOM": b"\xef\xbb\xbf" + plain.encode(),
        "UTF-16": json.dumps(har(calls), ensure_ascii=False).encode("utf-16"),
        "UTF-16 without a BOM": json.dumps(har(calls), ensure_ascii=False).encode("utf-16-le"),
        "gzip": gzip.compress(plain.encode()),
        "gzip of two members": gzip.compress(plain[:500].encode()) + gzip.compress(plain[500:].encode()),
        "zip": zipped({"a/b.har": plain.encode(), "a/readme.txt": b"x"}),
        "zip made by macOS": zipped({"__MACOSX/._b.har": b"\0\5\26\7", "b.har": plain.encode()}),
        "zip of gzip": zipped({"b.har.gz": gzip.compress(plain.encode())}),
        "array of HARs": json.dumps([har(calls[:2]), har(calls[2:])]).encode(),
        "array of entries": f"[{','.join(entries)}]".encode(),
        "HAR in an object": json.dumps({"success": True, "har": har(calls)}).encode(),
        "HARs in an object": json.dumps({"id": 1, "hars": [har(calls[:2]), har(calls[2:])]}).encode(),
        "padded with NUL": plain.encode() + bytes(4096),
        "an entry a line": "\n".join(entries).encode(),
        "an entry a line, with a BOM and CRLF": ("\ufeff" + "\r\n".join(entries) + "\r\n").encode(),
        "indented entries in a row": "\n".join(json.dumps(entry(call), indent=2) for call in calls).encode(),
        "HARs in a row": (json.dumps(har(calls[:2])) + "\n" + json.dumps(har(calls[2:]))).encode(),
    }  # fmt: skip
    (folder / "har").mkdir()
    for name, data in attachments.items():
        (folder / "har" / name).write_bytes(data)
    return {name: _written(folder / "har" / f"{name}.har", data) for name, data in contents.items()}


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def yaml_of(value: Any) -> str:
    """Return YAML in block style, as written by recorders."""
    return yaml.safe_dump(value, allow_unicode=True, width=70)
