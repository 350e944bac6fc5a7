"""Conversion of one parsed entry of any layout to a RecordedEntry, and then to an Entry.

HAR, the cassettes of Python, Ruby, PHP and Go, and JSON lines differ in the names of a few fields; the fields of an
entry decide how it is read, not its file. JSON lines, a format that any program can write, have one exchange a line:

    {"request":  {"method": "PUT", "url": "https://api.example/v1/items/…", "headers": {…}, "json": {"tag": "cats"}},
     "response": {"status": 200, "headers": {…}, "body": "…"},
     "at": 1767225600.5, "label": "retag"}

`headers` is an object (a value or a list of values by name) or a list of pairs. A body is `body` (text), `json` (a
value) or `base64`, null or left out if there is none; if all are left out and the Content-Length is positive, the body
counts as not recorded. `at` (seconds since 1970, or ISO 8601) and `label` are optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...core.http.messages import Pairs, Response, first_header
from ...core.http.parsing import FORM, JSON
from ...core.text.display import printable
from . import bodies, har
from .bodies import Body, Stored, restore_body
from .entry import (
    FAILED,
    NOT_HTTP,
    UNREADABLE,
    WEB_SOCKET,
    Bounds,
    Entry,
    RecordedEntry,
    RecordingError,
    parse_request,
    parse_time,
)
from .fields import fields, first, method_of, parse_headers, parse_message, parse_status, raw_status, text_of, unwrap


@dataclass(frozen=True, slots=True)
class Context:
    """File name, bounds, and access to the files beside a recording."""

    file: str
    bounds: Bounds
    attachment: har.Attachment = lambda _: None


def recorded_entry(context: Context, entry: str, raw: Any, is_listed: bool) -> RecordedEntry:
    """Return an entry with its method and URL; the rest is read when it is loaded."""
    whole = fields(raw)
    if isinstance(whole.get("label"), str) and whole["label"]:
        entry = f"{entry} ({printable(whole['label'][:60])})"
    request = fields(whole.get("request"))
    method, url = method_of(request), _url(request)
    reason = _left_out_reason(whole, url) if url else UNREADABLE
    load = partial(load_entry, context, f"{context.file}: {entry}", raw, is_listed)
    return RecordedEntry(context.file, entry, method, url, load, _time(whole), reason)


def unreadable_entry(
    context: Context, entry: str, reason: str, method: str = "", url: str = "", left_out: str = UNREADABLE
) -> RecordedEntry:
    """Return an entry that raises RecordingError when it is loaded; it is left out unless its URL is known."""

    def load() -> Entry:
        raise RecordingError(f"{context.file}: {entry}", reason)

    return RecordedEntry(context.file, entry, method, url, load, None, "" if url else left_out)


def load_entry(context: Context, place: str, raw: Any, is_listed: bool = False) -> Entry:
    """Return a complete entry. Raises RecordingError.

    `is_listed` is True for an entry in the list of a HAR or a cassette, where a body that is missing was not recorded;
    in a line of JSON it is empty.
    """
    whole = fields(raw)
    request, response = parse_message(place, whole, "request"), parse_message(place, whole, "response")
    sent = _with_type(parse_headers(place, request.get("headers")), har.mime_type(request.get("postdata")))
    headers = parse_headers(place, response.get("headers"))
    limit = context.bounds.body
    stored = _request_body(place, request, sent, context, is_listed)
    request_body = restore_body(place, "request", stored, sent, limit)
    status = parse_status(place, response)
    if status == 304 or method_of(request).upper() == "HEAD":
        response_body = Body(b"", False)
    else:
        stored = _response_body(place, whole, response, headers, context, is_listed)
        response_body = restore_body(place, "response", stored, headers, limit)
        if status == 204 and not response_body.data:
            response_body = Body()
    sent = with_inferred_type(sent, request_body.data)
    return Entry(
        place,
        parse_request(place, method_of(request), _url(request), sent, request_body.data),
        Response(status, with_json_type(headers, response_body.data), response_body.data),
        _time(whole),
        request_body.is_known,
        response_body.is_known,
        tuple(note for note in (request_body.note, response_body.note) if note),
        _is_repeated(whole, response),
    )


def with_inferred_type(headers: Pairs, body: bytes) -> Pairs:
    """Return the headers of a request; if no valid Content-Type was recorded, with one inferred from its body."""
    if not body:
        return headers
    return _with_type(headers, JSON if body.lstrip()[:1] in (b"{", b"[") else FORM)


def with_json_type(headers: Pairs, body: bytes) -> Pairs:
    """Return the headers of a response, with a Content-Type for a JSON body if they have no valid one.

    HAR's `mimeType` is not a header: without one, browsers name a type that they guessed.
    """
    is_typed = not headers or "/" in (first_header(headers, "content-type") or "")
    return headers if is_typed else _with_type(headers, JSON if bodies.is_json_body(body) else "")


def _with_type(headers: Pairs, kind: str) -> Pairs:
    """Return headers with a media type as Content-Type, unless they have a valid one."""
    if "/" in (first_header(headers, "content-type") or ""):
        return headers
    headers = tuple(pair for pair in headers if pair[0].lower() != "content-type")
    return (*headers, ("Content-Type", kind)) if kind else headers


def _request_body(place: str, request: Mapping[str, Any], headers: Pairs, context: Context, is_listed: bool) -> Stored:
    if (own := _json_or_base64(place, request)) is not None:
        return own
    if "postdata" in request or "bodysize" in request:
        return har.post_data(place, request, headers, context.attachment)
    for name in ("post_fields", "form"):  # php-vcr's, go-vcr's
        if (value := unwrap(request.get(name))) and not request.get("body"):
            form = bodies.serialize(place, value, (("Content-Type", FORM),)) if isinstance(value, dict) else value
            return (
                Stored(form, is_encoded=False) if isinstance(form, bytes) else bodies.from_value(place, form, headers)
            )
    if "body" in request:
        return bodies.from_value(place, request["body"], headers)
    if is_listed or "querystring" in request:
        return har.post_data(place, request, headers, context.attachment)
    return Stored(b"")


def _response_body(
    place: str,
    whole: Mapping[str, Any],
    response: Mapping[str, Any],
    headers: Pairs,
    context: Context,
    is_listed: bool,
) -> Stored:
    if (own := _json_or_base64(place, response)) is not None:
        return own
    if "content" in response and not isinstance(response["content"], (str, bytes)):
        return har.content(place, response, headers, _is_cached(whole, response), context.attachment)
    body = first(response, "body", "content")
    if not (is_listed and bodies.is_left_out(body)) and ("body" in response or "content" in response):
        return bodies.from_value(place, body, headers)
    is_har = bool(response.keys() & {"bodysize", "httpversion", "statustext", "redirecturl"})
    return Stored(None) if is_listed or is_har else Stored(b"")


def _json_or_base64(place: str, message: Mapping[str, Any]) -> Stored | None:
    """Return a body from the `json` or `base64` field of JSON lines; None if there is neither."""
    if message.get("json") is not None:
        return Stored(bodies.serialize(place, message["json"], ()), is_encoded=False)
    if message.get("base64") is not None:
        return bodies.require_base64(place, message["base64"])
    return None


def _is_cached(whole: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    source = first(whole, "_fromcache", "_fetchtype") or response.get("_fetchtype")
    return isinstance(source, str) and "network" not in source.lower() and source != ""


def _is_repeated(whole: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    """Return whether a browser made no request for an entry, or one that has another entry: of the page or its worker."""
    is_of_worker = bool(whole.get("_serviceworkerref"))  # Playwright's; Chrome marks the entry of the page instead
    return is_of_worker or response.get("_fetchedviaserviceworker") is True or _is_cached(whole, response)


def _left_out_reason(whole: Mapping[str, Any], url: str) -> str:
    if (reason := _scheme_reason(url)) or whole.get("_resourcetype") == "websocket" or whole.get("_websocketmessages"):
        return reason or WEB_SOCKET
    response = whole.get("response")
    if response in (None, {}, []):
        return FAILED
    found = fields(response)
    if isinstance(response, dict) and raw_status(found) in (0, -1, "0", "-1", ""):
        return FAILED
    if raw_status(found) is None and isinstance(response, dict) and not first(found, "body", "json", "base64"):
        return FAILED
    return WEB_SOCKET if raw_status(found) in (101, "101") else ""


def _scheme_reason(url: str) -> str:
    scheme, _, rest = url.strip().lower().partition(":")
    if scheme in ("ws", "wss"):
        return WEB_SOCKET
    is_other = scheme in ("data", "blob", "about", "javascript", "filesystem") or rest.startswith("//")
    return NOT_HTTP if is_other and scheme not in ("http", "https") else ""


def _url(request: Mapping[str, Any]) -> str:
    url = text_of(first(request, "url", "uri"))
    if not url.partition("?")[2] and (query := har.query(request)):
        url = f"{url.partition('#')[0].removesuffix('?')}?{query}"
    if url.startswith("/") and (host := text_of(request.get("host")) or _host_header(request)):
        return f"https://{host}{url}"  # recorded in front of a server
    return url


def _host_header(request: Mapping[str, Any]) -> str:
    try:
        return first_header(parse_headers("", request.get("headers")), "host") or ""
    except RecordingError:
        return ""


def _time(whole: Mapping[str, Any]) -> float | None:
    return next((time for name in _TIMES if (time := parse_time(whole.get(name))) is not None), None)


_TIMES = ("starteddatetime", "recorded_at", "recordedat", "at", "timestamp")
