"""Bodies in HAR 1.2 and its dialects: `postData` and `content`.

HAR stores text after content codings were removed, although the headers still name them; only base64 may be encoded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ...core.http.messages import Pairs, first_header
from ...core.http.parsing import FORM, media_type
from .bodies import Stored, form, from_base64, from_text, is_json_body
from .entry import RecordingError, content_length, shown_value
from .fields import fields, method_of, unwrap

_FAILURES = ("_error", "_failuretext")
"""Members with the reason why a transfer failed: of Chrome and Safari, and of Playwright."""

Attachment = Callable[[str], bytes | None]
"""Function that returns the bytes of a file beside the HAR, or None if it is missing."""

_UPLOAD_HEADERS = re.compile(r"\A(?:content-(?:type|length):[^\r\n]*\r?\n)+\r?\n", re.IGNORECASE)
"""Headers of the stream that a browser uploads, which Firefox has exported before the text of a form."""
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


def post_data(place: str, request: Mapping[str, Any], headers: Pairs, attachment: Attachment) -> Stored:
    """Return the body of a request."""
    data = unwrap(request.get("postdata"))
    if isinstance(data, str):
        return from_text(data)
    size = _size(request.get("bodysize"))
    if data in (None, {}, []):
        may_be_empty = method_of(request).upper() not in _WITH_BODY or _declares_no_body(headers, size)
        return Stored(b"" if may_be_empty and (size or 0) <= 0 else None)
    if not isinstance(data, dict):
        raise RecordingError(place, f"postData: expected an object, got {shown_value(data)}")
    post = fields(data)
    if isinstance(text := post.get("text"), str):
        post["text"] = _UPLOAD_HEADERS.sub("", text, count=1)
    stored = _stored_text(place, post, headers, size, attachment)
    params = unwrap(post.get("params"))
    kind = media_type(_text(post.get("mimetype")) or first_header(headers, "content-type"))
    if stored.data or not isinstance(params, list) or not params:
        is_omitted = not stored.data and size == -1 and kind  # Playwright's `content: "omit"`
        return Stored(None) if is_omitted else stored
    if kind not in ("", FORM):
        return Stored(None, reason=f"only the parameters of {kind} are")
    if any(isinstance(each, str) and "=" not in each for each in params):
        return Stored(None, reason="only the names of its parameters are")
    data = form(_param(place, each) for each in params)
    is_whole = len(data) >= max(size or 0, content_length(headers) or 0)
    return Stored(data, is_encoded=False) if is_whole else Stored(None, reason="some of its parameters are missing")


def _declares_no_body(headers: Pairs, size: int | None) -> bool:
    """Return whether headers and size are those of a request without a body.

    Browsers give the body of a Blob a size of 0; but where there is no body, they send a Content-Length of 0.
    """
    is_typed = first_header(headers, "content-type") is not None
    if size is None:
        return bool(headers) and not is_typed
    return size == 0 and not (is_typed and content_length(headers) is None)


def content(place: str, response: Mapping[str, Any], headers: Pairs, is_cached: bool, attachment: Attachment) -> Stored:
    """Return the body of a response. `is_cached` is True for a response from a browser's cache, often without one."""
    holder = unwrap(response.get("content"))
    if holder not in (None, []) and not isinstance(holder, dict):
        raise RecordingError(place, f"content: expected an object, got {shown_value(holder)}")
    stored = _stored_text(place, fields(holder), headers, _size(response.get("bodysize")), attachment)
    if is_cached and not stored.data:
        return Stored(None, reason="it came from a cache")
    was_aborted = any(_text(response.get(name)) for name in _FAILURES)
    if was_aborted and not is_json_body(stored.data or b""):
        return Stored(None, reason="its transfer failed")
    return stored


def query(request: Mapping[str, Any]) -> str:
    """Return the query in `queryString`, where Insomnia stores it although the URL has none; empty if there is none."""
    params = request.get("querystring")
    named = [fields(param) for param in params] if isinstance(params, list) else []
    pairs = [(_text(each.get("name")), _text(each.get("value"))) for each in named]
    return form(pair for pair in pairs if pair[0]).decode()


def mime_type(holder: Any) -> str:
    """Return the media type of a postData or content object; empty if it has none."""
    kind = _text(fields(holder).get("mimetype"))
    return kind if "/" in kind and kind.isprintable() else ""


def _stored_text(
    place: str, holder: Mapping[str, Any], headers: Pairs, wire: int | None, attachment: Attachment
) -> Stored:
    size = _size(holder.get("size"))
    text, encoding = unwrap(holder.get("text")), _text(holder.get("encoding")).lower()
    if text is None:
        name = holder.get("_file")
        found = attachment(name) if isinstance(name, str) else None
        return Stored(found, size=size, reason="its file is missing" if name and found is None else "")
    if not isinstance(text, str):
        if isinstance(text, (dict, list)):  # parsed by the program that filtered the recording
            return Stored(json.dumps(text).encode(), is_encoded=False, size=size)
        raise RecordingError(place, f"body: expected text, got {shown_value(text)}")
    if not text:
        return Stored(b"", size=size if size not in (0, None) else (wire if (wire or 0) > 0 else None))
    data = _binary(
        text, encoding, holder.get("_isbinary") is True, first_header(headers, "content-encoding") is not None
    )
    return replace(from_text(text), size=size) if data is None else Stored(data, size=size)


def _binary(text: str, encoding: str, is_binary: bool, is_encoded: bool) -> bytes | None:
    """Return the bytes of base64, of Polly.js's hexadecimal, or of its array of such chunks; None for any other text."""
    is_binary = is_binary or encoding in ("base64", "hex")
    if text.startswith("["):
        return _from_chunks(text) if is_binary or is_encoded else None
    if encoding == "base64":
        return from_base64(text)
    return _from_hex(text) if is_binary else None


def _from_chunks(text: str) -> bytes | None:
    try:
        chunks = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not chunks or not isinstance(chunks, list) or not all(isinstance(chunk, str) for chunk in chunks):
        return None
    for read in (_from_hex, from_base64):
        parts = [part for chunk in chunks if (part := read(chunk)) is not None]
        if len(parts) == len(chunks):
            return b"".join(parts)
    return None


def _from_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def _param(place: str, param: Any) -> tuple[str, str]:
    if isinstance(param, str):
        return param.partition("=")[0], param.partition("=")[2]
    found = fields(param)
    name, value = found.get("name"), found.get("value")
    if not isinstance(name, str) or found.get("filename"):
        raise RecordingError(place, f"postData.params: expected a name and a value, got {shown_value(param)}")
    return name, "" if value is None else value if isinstance(value, str) else json.dumps(value)


def _size(value: Any) -> int | None:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,18}", value.strip(), re.ASCII):
        value = int(value)
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e18 else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
