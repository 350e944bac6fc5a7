"""Requests as people read them, secrets masked: the curl command that repeats one, and the part around a violation."""

from __future__ import annotations

import json
import re
from ast import literal_eval
from contextlib import suppress
from functools import cached_property
from shlex import quote
from typing import Any

from ..text.display import shorten
from .masking import Secrets, mask_pairs, mask_url, mask_value, show_at
from .messages import Request
from .parsing import FORM, Unreadable, is_json, json_of, media_type, pairs_of, text_of

_OMITTED = frozenset(
    {
        "accept", "accept-encoding", "connection", "content-length", "host", "user-agent", "transfer-encoding", "expect",
        "content-type",
    }
)  # fmt: skip
"""Headers that curl sends itself or that change nothing. Content-Type is added where curl's default differs."""

_MAX_BODY_LENGTH = 2_000


def curl(request: Request, secrets: Secrets) -> str:
    """Return the curl command that sends the request again, once its masked secrets are filled in."""
    parts = ["curl", *_method(request), quote(mask_url(request.url, secrets))]
    media = request.header("content-type")
    body, default = _body(request, secrets)
    for name, value in mask_pairs(request.headers, secrets):
        if name.lower() not in _OMITTED:
            parts += ["-H", quote(f"{name}: {value}")]
    if media is not None and body and media_type(media) != default:
        parts += ["-H", quote(f"Content-Type: {media}")]
    return " ".join([*parts, *body])


def _method(request: Request) -> list[str]:
    return [] if request.method == ("POST" if request.body else "GET") else ["-X", quote(request.method)]


def _body(request: Request, secrets: Secrets) -> tuple[list[str], str]:
    """Return curl's arguments for the body, and the media type it would send with them."""
    if not request.body:
        return [], ""
    media = media_type(request.header("content-type"))
    try:
        text = text_of(request.body)
        if media == FORM:
            fields = []
            for name, value in mask_pairs(pairs_of(text), secrets):
                fields += ["--data-urlencode", quote(f"{name}={value}")]
            return fields, FORM
        if is_json(media) or text[:1] in "[{":
            masked = json.dumps(mask_value(json_of(text), secrets), ensure_ascii=False)
            return ["--data-raw", quote(shorten(masked, _MAX_BODY_LENGTH))], FORM
    except Unreadable:
        pass
    return ["--data-binary", quote(f"@body-of-{len(request.body)}-bytes")], FORM


class RequestTexts:
    """Texts of one request for its violations: the curl command, and snippets. Parsed and rendered on first access."""

    def __init__(self, request: Request, secrets: Secrets) -> None:
        self._request = request
        self._secrets = secrets

    @cached_property
    def curl(self) -> str:
        """The request as a curl command."""
        return curl(self._request, self._secrets)

    @cached_property
    def _parameters(self) -> Any:
        return read_parameters(self._request)

    def snippet(self, at: str) -> str:
        """Return the part of the request at a JSON path: its object, reduced to that one name."""
        path = parse_json_path(at)
        if not path:
            return ""
        value = self._parameters
        for step in path[:-1]:
            try:
                value[step] = _parse_json(value[step])  # a string of JSON is parsed once
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return ""
        last = path[-1]
        if isinstance(value, dict) and last in value:
            inner = show_at(value[last], path, self._secrets)
            more = len(value) - 1
            rest = f", … {more} more" if more else ""
            return "{" + f"{json.dumps(last, ensure_ascii=False)}: {inner}{rest}" + "}"
        if isinstance(value, list) and isinstance(last, int) and last < len(value):
            return f"[… {show_at(value[last], path, self._secrets)} …]"
        return ""


def _parse_json(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json_of(value)
        except Unreadable:
            return value
    return value


def read_parameters(request: Request) -> dict[str, Any]:
    """Return the parameters of a request by name, from query and body, as far as they parse without a schema.

    Values of queries and forms stay strings; the last of repeated names counts.
    """
    parameters: dict[str, Any] = {}
    with suppress(Unreadable):
        parameters.update(pairs_of(request.query_string))
    if request.body:
        try:
            text = text_of(request.body)
            if is_json(media_type(request.header("content-type"))) or text.lstrip()[:1] == "{":
                body = json_of(text)
                parameters.update(body if isinstance(body, dict) else {})
            else:
                parameters.update(pairs_of(text))
        except Unreadable:
            pass
    return parameters


_STEP = re.compile(r"""\.([^.\[]+)|\[([0-9]+)\]|\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]""")


def parse_json_path(at: str) -> list[str | int]:
    """Return the keys and indexes of a JSON path of `json_path`: `["resources", 0]` for `$.resources[0]`."""
    return [
        int(index) if index else str(literal_eval(quoted)) if quoted else name
        for name, index, quoted in _STEP.findall(at)
    ]
