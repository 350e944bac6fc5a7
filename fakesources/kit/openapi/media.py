"""Bodies of requests and responses in an OpenAPI document, by media type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ...core.http.parsing import FORM, JSON, is_json, media_type
from .document import Document
from .file import Place
from .values import ABSENT

_ANY = ("*/*", "application/*")


class Content(NamedTuple):
    """A body in JSON: its media type, its schema or None, and an example or ABSENT."""

    media_type: str
    schema: dict[str, Any] | None
    example: Any


class Body(NamedTuple):
    """The body of a request: its schema and its media types."""

    schema: dict[str, Any]
    media_types: tuple[str, ...]


def content_of(document: Document, response: Mapping[str, Any], place: Place) -> Content | None:
    """Return the body in JSON of a response, or None where it has none."""
    for name, media, where in _media_types(document, response, place):
        kind = media_type(name)
        if is_json(kind) or kind in _ANY:
            value = media.get("schema")
            schema = None if value is None else document.schema(value, (*where, "schema"), for_request=False)
            return Content(JSON if kind in _ANY else kind, schema, _example(document, media, where))
    return None


def has_other_content(document: Document, response: Mapping[str, Any], place: Place) -> bool:
    """Return whether a response has a body that is not in JSON."""
    return any(True for _ in _media_types(document, response, place)) and content_of(document, response, place) is None


def body_of(document: Document, operation: Mapping[str, Any], place: Place) -> Body | None:
    """Return the body in JSON or of a form that an operation takes, or None where it takes none."""
    body, where = document.object_at(operation.get("requestBody"), (*place, "requestBody"), "a body with 'content'")
    found = []
    for name, media, at in _media_types(document, body, where):
        kind = media_type(name)
        if is_json(kind) or kind in (FORM, *_ANY):
            found.append((FORM if kind == FORM else JSON, media, at))
    if not found:
        return None
    _, media, at = found[0]
    schema = document.schema(media.get("schema", {}), (*at, "schema"), for_request=True)
    return Body(schema, tuple(dict.fromkeys(kind for kind, *_ in found)))


def other_media_types(document: Document, operation: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    """Return the media types of the bodies of an operation that takes none in JSON or of a form."""
    body, where = document.object_at(operation.get("requestBody"), (*place, "requestBody"), "a body with 'content'")
    return tuple(dict.fromkeys(media_type(name) for name, *_ in _media_types(document, body, where)))


def _media_types(
    document: Document, owner: Mapping[str, Any], place: Place
) -> list[tuple[str, Mapping[str, Any], Place]]:
    content, where = document.object_at(owner.get("content"), (*place, "content"), "an object with media types")
    return [
        (name, *document.object_at(value, (*where, name), "an object with a 'schema'"))
        for name, value in content.items()
    ]


def _example(document: Document, media: Mapping[str, Any], place: Place) -> Any:
    """Return the example of a media type; the first of several."""
    if "example" in media:
        return media["example"]
    examples, where = document.object_at(media.get("examples"), (*place, "examples"))
    for name, each in examples.items():
        value, _ = document.object_at(each, (*where, name))
        if "value" in value:
            return value["value"]
    return ABSENT
