"""Bodies of errors: templates whose texts have fields, the bodies they are filled to, and their schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ..core.contract.call import Call
from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.contract.schemas import json_path
from ..core.engine.planned import error_fields

_FIELD = re.compile(r"\{(\w+)\}")


def render_error(templates: Mapping[ApiError, Any]) -> Callable[[ApiErrorRaised], Any]:
    """Return the hook that fills the body of an error."""
    return lambda raised: _filled(templates.get(raised.error, {"error": str(raised)}), raised.fields)


def _filled(template: Any, fields: Mapping[str, Any]) -> Any:
    if isinstance(template, str):
        return _FIELD.sub(lambda found: str(fields.get(found[1], "")), template)
    if isinstance(template, Mapping):
        return {name: _filled(inner, fields) for name, inner in template.items()}
    if isinstance(template, list | tuple):
        return [_filled(inner, fields) for inner in template]
    return template


def find_not_json(value: Any, path: tuple[str | int, ...] = ()) -> tuple[str, Any] | None:
    """Return the JSON path and the value of the first part that JSON does not have, or None."""
    if isinstance(value, Mapping):
        odd = next((name for name in value if not isinstance(name, str)), None)
        if odd is not None:
            return f"the names of {json_path(path)}", odd
        parts: Iterable[tuple[str | int, Any]] = value.items()
    elif isinstance(value, list | tuple):
        parts = enumerate(value)
    else:
        return None if value is None or isinstance(value, str | int | float) else (json_path(path), value)
    return next(filter(None, (find_not_json(inner, (*path, name)) for name, inner in parts)), None)


def text_of_template(template: Any) -> str:
    """Return the texts of a template, with their fields: what an error may be filled with is read from them."""
    if isinstance(template, str):
        return _escaped(template)
    if isinstance(template, Mapping):
        return " ".join(filter(None, map(text_of_template, template.values())))
    if isinstance(template, list | tuple):
        return " ".join(filter(None, map(text_of_template, template)))
    return ""


def _escaped(text: str) -> str:
    """Return a format string in which only the fields of a template are fields."""
    parts = re.split(r"(\{\w+\})", text)
    return "".join(part if _FIELD.fullmatch(part) else part.replace("{", "{{").replace("}", "}}") for part in parts)


def error_schema(templates: Iterable[Any]) -> dict[str, Any]:
    """Return a schema that every error body matches: the names and types of the templates."""
    return {"title": "error", "x-source": "none"} | _shape_of_any(templates)


def _shape_of_any(templates: Iterable[Any]) -> dict[str, Any]:
    shapes = list({json.dumps(shape, sort_keys=True): shape for shape in map(_shape_of, templates)}.values())
    return shapes[0] if len(shapes) == 1 else {"anyOf": shapes} if shapes else {}


def _shape_of(template: Any) -> dict[str, Any]:
    if isinstance(template, Mapping):
        properties = {name: _shape_of(inner) for name, inner in template.items()}
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    if isinstance(template, list | tuple):
        return {"type": "array", "items": _shape_of_any(template)}
    types = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return {"type": types[type(template)]}


def fields_of(call: Call, error: ApiError, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an error's text: those that are given, then the parameters of the call."""
    params = call.params if isinstance(call.params, Mapping) else {}
    request = {"method": call.request.method, "path": call.request.path}
    return {**given, **error_fields(error, given, call.path, params, call.query, request)}


OwnErrors = dict[tuple[str, ApiError], ApiError]
"""Errors of single operations in place of a general one, by operation and general error."""


def raised(own: OwnErrors, call: Call, general: ApiError, at: str = "$", **fields: Any) -> ApiErrorRaised:
    """Return a general error, or that of the operation in place of it, to be raised, with all fields of its text."""
    error = own.get((call.operation, general), general)
    return ApiErrorRaised(error, at, **fields_of(call, error, fields))
