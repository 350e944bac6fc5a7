"""A request as a curl line that reproduces it, and the smallest part of it around a fault: for eyes, secrets masked."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from functools import cached_property
from shlex import quote
from typing import Any

from .masking import MASK, Secrets, is_secret, mask_headers, mask_pairs, mask_url, mask_value, show
from .messages import Request
from .parsing import FORM, Unreadable, is_json, json_of, media_type, pairs_of, text_of

_UNSAID = frozenset(
    {
        "accept", "accept-encoding", "connection", "content-length", "host", "user-agent", "transfer-encoding", "expect",
        "content-type",
    }
)  # fmt: skip
"""Headers that curl sends by itself or that change nothing; the media type is told where curl would tell another."""

_LONG = 2_000


def curl(request: Request, secrets: Secrets) -> str:
    """A line for a shell that sends the request again, once the masked secrets are put in."""
    parts = ["curl", *_method(request), quote(mask_url(request.url, secrets))]
    media = request.header("content-type")
    body, default = _body(request, secrets)
    for name, value in mask_headers(request.headers, secrets):
        if name.lower() not in _UNSAID:
            parts += ["-H", quote(f"{name}: {value}")]
    if media is not None and body and media_type(media) != default:
        parts += ["-H", quote(f"Content-Type: {media}")]
    return " ".join([*parts, *body])


def _method(request: Request) -> list[str]:
    return [] if request.method == ("POST" if request.body else "GET") else ["-X", quote(request.method)]


def _body(request: Request, secrets: Secrets) -> tuple[list[str], str]:
    """The arguments that carry the body, and the media type curl would give it."""
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
            written = json.dumps(mask_value(json_of(text), secrets), ensure_ascii=False)
            return ["--data-raw", quote(written if len(written) <= _LONG else written[:_LONG] + "…")], FORM
    except Unreadable:
        pass
    return ["--data-binary", quote(f"@body-of-{len(request.body)}-bytes")], FORM


class RequestTexts:
    """The texts that show one request: its curl line, and excerpts of it. What they need is read and rendered once,
    when somebody looks, however many violations there are.
    """

    def __init__(self, request: Request, secrets: Secrets) -> None:
        self._request = request
        self._secrets = secrets

    @cached_property
    def curl(self) -> str:
        """The request as a line for a shell."""
        return curl(self._request, self._secrets)

    @cached_property
    def _parameters(self) -> Any:
        return readable(self._request)

    def excerpt(self, at: str) -> str:
        """Return the smallest part of the request around a place: the object it is in, reduced to that one name."""
        path = steps(at)
        if not path:
            return ""
        value = self._parameters
        for step in path[:-1]:
            try:
                value[step] = _parsed(value[step])  # text that is JSON is read once
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return ""
        last = path[-1]
        hidden = any(isinstance(step, str) and is_secret(step, self._secrets) for step in path)
        if isinstance(value, dict) and last in value:
            inner = MASK if hidden else show(value[last], self._secrets)
            more = len(value) - 1
            rest = f", … {more} more" if more else ""
            return "{" + f"{json.dumps(last, ensure_ascii=False)}: {inner}{rest}" + "}"
        if isinstance(value, list) and isinstance(last, int) and last < len(value):
            return f"[… {MASK if hidden else show(value[last], self._secrets)} …]"
        return ""


def _parsed(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json_of(value)
        except Unreadable:
            return value
    return value


def readable(request: Request) -> dict[str, Any]:
    """The parameters of a request by name, from the query and the body, as far as they can be read without knowing
    the API: text stays text, of repeated names the last counts.
    """
    read: dict[str, Any] = {}
    with suppress(Unreadable):
        read.update(pairs_of(request.query_string))
    if request.body:
        try:
            text = text_of(request.body)
            if is_json(media_type(request.header("content-type"))) or text.lstrip()[:1] == "{":
                body = json_of(text)
                read.update(body if isinstance(body, dict) else {})
            else:
                read.update(pairs_of(text))
        except Unreadable:
            pass
    return read


_STEP = re.compile(r"\.([^.\[]+)|\[([0-9]+)\]|\['((?:[^'\\]|\\.)*)'\]")


def steps(at: str) -> list[str | int]:
    """A JSON path taken apart: `$.resources[0]` is `["resources", 0]`."""
    return [int(number) if number else name or odd for name, number, odd in _STEP.findall(at)]
