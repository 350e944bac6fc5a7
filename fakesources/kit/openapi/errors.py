"""Errors of the operations of an OpenAPI document: status, body and media type as each operation declares them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...core.contract.errors import ApiError
from ...core.http.messages import phrase_of
from ...core.http.parsing import JSON
from ..declarations import Declarations
from ..names import slug
from .document import Document
from .file import Place
from .media import Content, content_of
from .values import ABSENT, Shape

Responses = Mapping[str, tuple[Mapping[str, Any], Place]]
"""Responses of an operation with their places, by the keys of the document: `404`, `4XX`, `default`."""

INVALID = "{field} is invalid: expected {expected}"
_TITLES = ("title", "error", "reason", "name")
_DETAILS = ("detail", "message", "description", "error_description", "error_message", "msg")
_STATUSES = ("status", "statuscode", "status_code", "code", "errorcode")
_LISTS = (*_DETAILS, "errors", "details", "violations", "messages", "issues")
_FILLED = frozenset((*_STATUSES, *_TITLES, *_DETAILS))
_STATED = ("const", "default", "example", "examples", "enum")


class Errors:
    """Declares the errors of operations. Those that are equal are one; `media_types` are those that are not plain JSON."""

    def __init__(self, api: Declarations, document: Document) -> None:
        self._api, self._document = api, document
        self._known: dict[str, ApiError] = {}
        self.media_types: dict[ApiError, str] = {}

    def declared(self, responses: Responses) -> list[ApiError]:
        """Return the errors that the responses of an operation declare, each status once."""
        found = {}
        for key in sorted(responses):
            status = int(f"{key[0]}00") if re.fullmatch(r"[45][Xx]{2}", key) else int(key) if key.isdecimal() else 0
            if 400 <= status <= 599 and status not in found:
                found[status] = self._error(status, responses[key], phrase_of(status))
        return list(found.values())

    def of(self, responses: Responses, status: int, detail: str = "", *, needs_body: bool = False) -> ApiError | None:
        """Return the error that an operation gives with a status: its own, that of `4XX` or `default`, or None.

        With `needs_body` the responses without a body of JSON do not count.
        """
        keys = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
        for key in keys:
            if key in responses and (not needs_body or content_of(self._document, *responses[key]) is not None):
                return self._error(status, responses[key], detail or phrase_of(status))
        return None

    def in_place_of(
        self, responses: Responses, general: int, statuses: Sequence[int], detail: str = ""
    ) -> ApiError | None:
        """Return the error that an operation gives in place of a general one, or None.

        It has the first of `statuses` that the operation declares by number, else the general status. A response without a
        body of JSON counts only where its status is another than the general one.
        """
        status = next((each for each in statuses if str(each) in responses), general)
        return self.of(responses, status, detail, needs_body=status == general)

    def _error(self, status: int, response: tuple[Mapping[str, Any], Place], detail: str) -> ApiError:
        value, place = response
        content = content_of(self._document, value, place)
        phrase = phrase_of(status)
        body = self._body(content, status, phrase, detail) if content is not None else {"error": detail}
        media = content.media_type if content is not None else JSON
        summary = str(value.get("description") or phrase).partition("\n")[0]
        key = json.dumps([status, body, media, summary], sort_keys=True)
        if key not in self._known:
            name = slug(phrase, "-")
            error = self._api.operation_error(f"{name}-{status}", status, body, summary=summary)
            self._known[key] = error
            if media != JSON:
                self.media_types[error] = media
        return self._known[key]

    def _body(self, content: Content, status: int, phrase: str, detail: str) -> Any:
        if content.example is not ABSENT:
            return content.example
        if content.schema is None:
            return {"error": detail}
        shape = Shape(content.schema)
        body = shape.sample(shape.schema)
        if body is ABSENT or body is None:
            return {"error": detail}
        if any(word in shape.whole for word in _STATED):
            return body
        return _filled(shape, shape.schema, body, status, phrase, detail, 0)


def _filled(shape: Shape, schema: Any, body: Any, status: int, phrase: str, detail: str, depth: int) -> Any:
    """Return a body whose members have the status and the texts of an error, where the schema says nothing else."""
    if isinstance(body, list) and depth < 3:
        items = shape.part(schema).get("items", {})
        return [_filled(shape, items, each, status, phrase, detail, depth + 1) for each in body]
    if not isinstance(body, dict):
        return body
    properties = shape.properties(schema)
    filled = dict(body)
    for name, inner in properties.items():
        if name not in body and name.lower() not in _FILLED:
            continue
        value = body[name] if name in body else shape.sample(inner)
        if value is not ABSENT:
            filled[name] = value
        if not isinstance(inner, Mapping) or any(word in shape.part(inner) for word in _STATED):
            continue
        if value == [] and name.lower() in _LISTS:
            value = filled[name] = _one_item(shape, inner)
        if isinstance(value, dict | list):
            if depth < 3:
                filled[name] = _filled(shape, inner, value, status, phrase, detail, depth + 1)
            continue
        known = [(_STATUSES, status), (_STATUSES, str(status)), (_TITLES, phrase), (_DETAILS, detail)]
        candidates = [text for names, text in known if name.lower() in names]
        filled[name] = next((each for each in candidates if shape.is_valid(each, inner)), value)
    filled = {name: each for name, each in filled.items() if each is not ABSENT}
    if (
        shape.part(schema).get("properties", {}).get("type") is not None
        and filled.get("type") == "https://example.com/"
    ):
        filled["type"] = "about:blank"  # RFC 9457, section 4.2.1
    return filled


def _one_item(shape: Shape, schema: Any) -> list[Any]:
    """Return an array with one value, in which an error can say what is wrong, or an empty one where that is not valid."""
    item = shape.sample(shape.part(schema).get("items", {}))
    return [item] if isinstance(item, dict) and shape.is_valid([item], schema) else []
