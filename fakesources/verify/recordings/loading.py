"""From one parsed entry of any layout to a RecordedEntry, and on to an Entry.

HAR, the cassettes of Python, Ruby, PHP and Go, and JSON lines differ in the names of a few fields; what an entry has
decides how it is read, not the file it stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ...core.http.messages import Pairs, Response
from . import bodies, har
from .bodies import Body, Stored, finish
from .entry import (
    FAILED,
    NOT_HTTP,
    UNREADABLE,
    WEB_SOCKET,
    Bounds,
    Entry,
    RecordedEntry,
    RecordingError,
    header,
    moment,
    printable,
    requested,
)
from .fields import accepted, fields, first, message, pairs, status_code, status_field


def _no_attachment(_: str) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """Everything an entry needs beside itself: the name of its file, the bounds, and access to files beside it."""

    file: str
    bounds: Bounds
    attachment: har.Attachment = _no_attachment


def recorded(context: Context, entry: str, raw: Any) -> RecordedEntry:
    """Return an entry with its method and URL alone."""
    whole = fields(raw)
    if isinstance(whole.get("label"), str) and whole["label"]:
        entry = f"{entry} ({printable(whole['label'][:60])})"
    request = fields(whole.get("request"))
    method, url = _method(request), _url(request)
    reason = _left_out(whole, url) if url else UNREADABLE
    load = partial(loaded, context, f"{context.file}: {entry}", raw)
    return RecordedEntry(context.file, entry, method, url, load, _moment(whole), reason)


def unreadable(context: Context, entry: str, why: str, method: str = "", url: str = "") -> RecordedEntry:
    """Return an entry of which no more than method and URL are known, if that."""

    def load() -> Entry:
        raise RecordingError(f"{context.file}: {entry}", why)

    return RecordedEntry(context.file, entry, method, url, load, None, "" if url else UNREADABLE)


def loaded(context: Context, place: str, raw: Any) -> Entry:
    """Return the whole of an entry. Raises Unusable."""
    whole = fields(raw)
    request, response = message(place, whole, "request"), message(place, whole, "response")
    sent = typed(pairs(place, request.get("headers")), request.get("postdata"))
    headers = typed(pairs(place, response.get("headers")), response.get("content"))
    asked = finish(place, "request", _asked(place, request, sent, context), sent, context.bounds.body)
    status, limit = status_code(place, response), context.bounds.body
    if status == 304 or _method(request).upper() == "HEAD":
        answered = Body(b"", False)
    else:
        answered = finish(place, "response", _answered(place, whole, response, headers, context), headers, limit)
        if status == 204 and not answered.data:
            answered = Body()
    return Entry(
        place,
        requested(
            place, _method(request), _url(request), inferred(sent, request.get("postdata"), asked.data), asked.data
        ),
        Response(status, completed(headers, answered.data), answered.data),
        _moment(whole),
        asked.is_known,
        answered.is_known,
        tuple(note for note in (asked.note, answered.note) if note),
    )


def typed(headers: Pairs, holder: Any) -> Pairs:
    """Return headers with the Content-Type out of HAR's `mimeType` if they were recorded without a valid one."""
    kind = header(headers, "content-type")
    if not headers or (kind is not None and "/" in kind):
        return headers
    headers = tuple(pair for pair in headers if pair[0].lower() != "content-type")
    return (*headers, ("Content-Type", mime)) if (mime := har.mime_type(holder)) else headers


def inferred(headers: Pairs, holder: Any, body: bytes) -> Pairs:
    """Return the headers of a request; of one recorded without any, the Content-Type that its body goes by."""
    if headers or not body:
        return headers
    return (("Content-Type", har.mime_type(holder) or (_FORM[0][1] if body[:1] not in b"{[" else _JSON)),)


def completed(headers: Pairs, body: bytes) -> Pairs:
    """Return the headers of a response; one recorded without Content-Type says nothing about that of a JSON body."""
    if not headers or header(headers, "content-type") is not None or not bodies.is_json_body(body):
        return headers
    return (*headers, ("Content-Type", _JSON))


def _asked(place: str, request: Mapping[str, Any], headers: Pairs, context: Context) -> Stored:
    if (own := _own(place, request)) is not None:
        return own
    if "postdata" in request or "bodysize" in request:
        return har.post_data(place, request, headers, context.attachment)
    for name in ("post_fields", "form"):  # php-vcr's, go-vcr's
        if (value := accepted(request.get(name))) and not request.get("body"):
            form = bodies.serialized(place, value, _FORM) if isinstance(value, dict) else value
            return (
                Stored(form, is_encoded=False) if isinstance(form, bytes) else bodies.from_value(place, form, headers)
            )
    if "body" in request:
        return bodies.from_value(place, request["body"], headers)
    return har.post_data(place, request, headers, context.attachment) if "querystring" in request else Stored(b"")


_JSON = "application/json"
_FORM = (("Content-Type", "application/x-www-form-urlencoded"),)


def _answered(
    place: str, whole: Mapping[str, Any], response: Mapping[str, Any], headers: Pairs, context: Context
) -> Stored:
    if (own := _own(place, response)) is not None:
        return own
    if "content" in response and not isinstance(response["content"], (str, bytes)):
        return har.content(place, response, headers, _is_cached(whole, response), context.attachment)
    if "body" in response or "content" in response:
        return bodies.from_value(place, first(response, "body", "content"), headers)
    is_har = bool(response.keys() & {"bodysize", "httpversion", "statustext", "redirecturl"})
    return Stored(None) if is_har else Stored(b"")


def _own(place: str, message: Mapping[str, Any]) -> Stored | None:
    """A body in one of the two forms that JSON lines have beside text."""
    if message.get("json") is not None:
        return Stored(bodies.serialized(place, message["json"], ()), is_encoded=False)
    if message.get("base64") is not None:
        return bodies.strict_base64(place, message["base64"])
    return None


def _is_cached(whole: Mapping[str, Any], response: Mapping[str, Any]) -> bool:
    source = first(whole, "_fromcache", "_fetchtype") or response.get("_fetchtype")
    return isinstance(source, str) and "network" not in source.lower() and source != ""


def _left_out(whole: Mapping[str, Any], url: str) -> str:
    if (reason := _scheme_reason(url)) or whole.get("_resourcetype") == "websocket" or "_websocketmessages" in whole:
        return reason or WEB_SOCKET
    response = whole.get("response")
    if response is None or response == {}:
        return FAILED
    found = fields(response)
    if isinstance(response, dict) and status_field(found) in (0, -1, "0", "-1", ""):
        return FAILED
    if status_field(found) is None and isinstance(response, dict) and not first(found, "body", "json", "base64"):
        return FAILED
    return WEB_SOCKET if status_field(found) in (101, "101") else ""


def _scheme_reason(url: str) -> str:
    scheme, _, rest = url.strip().lower().partition(":")
    if scheme in ("ws", "wss"):
        return WEB_SOCKET
    is_other = scheme in ("data", "blob", "about", "javascript", "filesystem") or rest.startswith("//")
    return NOT_HTTP if is_other and scheme not in ("http", "https") else ""


def _method(request: Mapping[str, Any]) -> str:
    method = request.get("method")
    return method.strip().lstrip(":") if isinstance(method, str) else ""


def _url(request: Mapping[str, Any]) -> str:
    url, host = first(request, "url", "uri"), request.get("host")
    if isinstance(url, str) and url.startswith("/") and isinstance(host, str) and host:
        return f"https://{host}{url}"  # go-vcr in front of a server
    return url if isinstance(url, str) else ""


def _moment(whole: Mapping[str, Any]) -> float | None:
    return next((at for name in _TIMES if (at := moment(whole.get(name))) is not None), None)


_TIMES = ("starteddatetime", "recorded_at", "recordedat", "at", "timestamp")
