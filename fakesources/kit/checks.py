"""Checks of what a user declares: each mistake is an error at import, with file and line."""

from __future__ import annotations

import inspect
import re
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ..core.contract import paths
from ..core.contract.field_types import UnreadableType, read_type
from ..core.contract.schemas import invalid_part, json_path
from ..core.contract.settings import Settings
from ..core.contract.type_schemas import has_keywords, schema_of
from ..core.text.arguments import check_headers
from ..core.text.spelling import did_you_mean
from ..fake import FakeSources
from .auth import Auth
from .definitions import error_at
from .keywords import find_misspelt

_HOST = re.compile(r"(\*\.)?[\w-]+(\.[\w-]+)*(:\d+)?|\[[\da-fA-F:]+\](:\d+)?")
NAME = re.compile(r"[a-z][a-z0-9_]*")
_OPERATION = re.compile(r"[A-Za-z_][\w.-]*")
_METHOD = re.compile(r"[A-Z]+(-[A-Z]+)*")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+*-]+")
_TEXT = r"[\w .~!$&'()*+,;=:@%-]"
_PATH = re.compile(rf"(/({_TEXT}+|{_TEXT}*<[A-Za-z_]\w*>{_TEXT}*))+/?|/")
_BASE = re.compile(rf"(/{_TEXT}+)*/?")

RESERVED = frozenset(name for name in dir(FakeSources) if not name.startswith("_")) | {
    "apis", "clock", "faults", "handle", "handle_nonblocking", "handles", "hosts", "journal", "seed", "services", "steps",
    "strict", "tests", "violations",
}  # fmt: skip
"""Names of a fake's own attributes, which an API's handle would hide."""
_IN_EDITION = ("body", "query", "responses")


def expect(is_right: object, place: str, name: str, expected: str, got: Any) -> None:
    """Raise DefinitionError unless something is right."""
    if not is_right:
        raise error_at(place, f"{name}: expected {expected}, got {got!r}")


def check_name(name: Any, place: str) -> None:
    """Raise DefinitionError for what cannot be the name of an API."""
    is_name = isinstance(name, str) and NAME.fullmatch(name)
    expect(is_name, place, "Api", "a name of lower-case letters, digits and _", name)
    expect(name not in RESERVED, place, "Api", "a name that a fake does not use itself", name)


def check_deviation(name: Any, texts: Mapping[str, Any], place: str) -> None:
    """Raise DefinitionError for a deviation without a name or without one of its texts."""
    is_name = isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9-]*", name)
    expect(is_name, place, "deviation", "a name of lower-case letters, digits and -", name)
    for field, text in texts.items():
        expect(isinstance(text, str) and text.strip(), place, f"deviation {name!r}: {field}", "a text", text)


def check_hosts(host: Any, place: str) -> tuple[str, ...]:
    """Return the hosts of an API. Raises DefinitionError."""
    hosts = (host,) if isinstance(host, str) else tuple(host) if isinstance(host, Iterable) else (host,)
    if not hosts:
        raise error_at(place, "host: expected at least one host, got none")
    for each in hosts:
        is_host = isinstance(each, str) and _HOST.fullmatch(each)
        expect(is_host, place, "host", "a host such as 'api.example.com' or '*.example.com'", each)
    return hosts


def check_editions(editions: Any, edition: str, place: str) -> tuple[str, ...]:
    """Return the names of the editions. Raises DefinitionError."""
    expect(not edition or editions == ("1",), place, "editions", "either edition or editions", editions)
    names = _texts(editions, place, "editions")
    names = (edition,) if edition else names
    if not names:
        raise error_at(place, "editions: expected at least one name, got none")
    twice = [each for each, count in Counter(names).items() if count > 1]
    if twice:
        raise error_at(place, f"editions: expected names of their own, got {twice[0]!r} twice")
    return names


def check_media_types(media_types: Any, place: str) -> tuple[str, ...]:
    """Return media types. Raises DefinitionError."""
    names = _texts(media_types, place, "media_types")
    for each in names:
        expect(_MEDIA_TYPE.fullmatch(each), place, "media_types", "types such as 'application/json'", each)
    return names


def check_options(auth: Any, settings: Any, base: Any, headers: Any, unknown_query: Any, place: str) -> None:
    """Raise DefinitionError for a wrong option of an API."""
    kinds = "one of bearer(), basic(), api_key(header=...) or an Auth"
    expect(auth is None or isinstance(auth, Auth), place, "auth", kinds, auth)
    expect(settings is None or isinstance(settings, Settings), place, "settings", "an instance of Settings", settings)
    expect(isinstance(base, str) and _BASE.fullmatch(base), place, "base", "a path such as '/v1'", base)
    expect(unknown_query in ("report", "ignore"), place, "unknown_query", "'report' or 'ignore'", unknown_query)
    if not callable(headers):
        try:
            check_headers(tuple(headers.items()) if isinstance(headers, Mapping) else headers)
        except TypeError as error:
            raise error_at(place, str(error)) from None


def check_status(status: Any, label: str, place: str) -> None:
    """Raise DefinitionError for a status that no error has; 200 is one of some APIs."""
    is_status = type(status) is int and 200 <= status <= 599
    expect(is_status, place, label, "a status from 200 to 599", status)


def check_row_options(
    name: str, indexes: Any, unique: Mapping[str, Any], times: Sequence[str], fields: Mapping[str, Any], place: str
) -> None:
    """Raise DefinitionError for wrong indexes, errors of unique ones, or fields that the clock fills."""
    label = f"rows {name!r}"
    is_mapping = isinstance(indexes, Mapping) and all(map(callable, indexes.values()))
    expect(is_mapping, place, f"{label}: indexes", "a mapping from names to functions", indexes)
    for index, error in unique.items():
        if index not in indexes:
            known = ", ".join(indexes) or "none"
            raise error_at(place, f"{label}: unique: expected one of its indexes ({known}), got {index!r}")
        expect(hasattr(error, "status"), place, f"{label}: unique: {index}", "an error of the API", error)
    for field in times:
        is_time = getattr(fields.get(field), "kind", "") == "date-time"
        expect(is_time, place, label, f"a field of type datetime among {', '.join(fields)}", field)


def check_ids(name: str, ids: Any, place: str) -> None:
    """Raise DefinitionError for what cannot make the ids of rows: `uuid_ids` without its call among them."""
    is_right = ids is None or callable(ids)
    if ids is not None and is_right:
        with suppress(ValueError):  # a function in C that does not show its parameters
            try:
                inspect.signature(ids).bind("ids", "kind", "fields")
            except TypeError:
                is_right = False
    expect(is_right, place, f"rows {name!r}: ids", "a function of three arguments, such as uuid_ids()", ids)


def check_route(method: Any, path: Any, place: str) -> None:
    """Raise DefinitionError for a wrong method or path of an operation."""
    if callable(path):
        raise error_at(place, f"path: expected a path, such as @api.get('/things'), got the function {path.__name__}")
    expect(isinstance(method, str) and _METHOD.fullmatch(method), place, "method", "a method such as 'GET'", method)
    is_path = isinstance(path, str) and _PATH.fullmatch(path) and "/:" not in path
    expect(is_path, place, "path", "parts of text or <name>, such as '/things/<id>'", path)
    twice = [name for name, count in Counter(paths.names(path)).items() if count > 1]
    expect(not twice, place, "path", "parameters of different names", path)


def check_responses(responses: Any, name: str, place: str) -> None:
    """Raise DefinitionError unless responses are shapes by status, one of them that of a success."""
    label = f"{name}: responses"
    expect(isinstance(responses, Mapping), place, label, "shapes by status, such as {200: Thing}", responses)
    for status in responses:
        is_status = type(status) is int and 200 <= status <= 599
        expect(is_status, place, label, "statuses from 200 to 599", status)
    is_complete = any(200 <= status < 300 for status in responses)
    expect(is_complete, place, label, "a status from 200 to 299", list(responses))


def check_operation(name: str, errors: Any, known: Iterable[Any], in_edition: Any, editions: Any, place: str) -> None:
    """Raise DefinitionError for a wrong name, wrong errors, or shapes of an edition that does not exist."""
    expect(_OPERATION.fullmatch(name), place, name, "a name of letters, digits, _ and -", name)
    is_sequence = isinstance(errors, Iterable)
    expect(is_sequence, place, f"{name}: errors", "a list of errors, such as (NOT_FOUND,)", errors)
    unknown = [each for each in errors if each not in known]
    if unknown:
        raise error_at(place, f"{name}: errors: expected errors of this API, got {unknown[0]!r}")
    for edition, shapes in (in_edition or {}).items():
        expect(edition in editions, place, f"{name}: in_edition", f"one of {', '.join(editions)}", edition)
        for part in shapes:
            hint = did_you_mean(part, _IN_EDITION)
            if part not in _IN_EDITION:
                raise error_at(place, f"{name}: in_edition: expected body, query or responses, got {part!r}{hint}")


def check_handler(function: Callable[..., Any], place: str, call: type[Any]) -> None:
    """Raise DefinitionError unless a function can be called with one argument, the call."""
    name = getattr(function, "__name__", repr(function))
    if inspect.iscoroutinefunction(function):
        raise error_at(place, f"{name}: expected a function, got a coroutine function")
    if inspect.isgeneratorfunction(function) or inspect.isclass(function) or not callable(function):
        raise error_at(place, f"{name}: expected a function that returns a value, got {function!r}")
    signature = inspect.signature(function)
    try:
        signature.bind(object())
    except TypeError:
        raise error_at(place, f"{name}: expected a function of one parameter, (call: Call), got {signature}") from None
    parameter = next(iter(signature.parameters.values()))
    try:
        annotation = typing.get_type_hints(function).get(parameter.name, Any)
    except (NameError, TypeError):  # a name that is imported for type checkers alone
        annotation = Any
    is_call = annotation in (Any, object, call)
    expect(is_call, place, name, "a parameter of type Call", annotation)


class ValidSchema(dict[str, Any]):
    """A JSON Schema that is known to be valid: a large one is not checked again."""


def check_schema(shape: Any, label: str, place: str, *, is_response: bool) -> dict[str, Any]:
    """Return the JSON Schema of a shape. Raises DefinitionError where it has none."""
    try:
        field = read_type(shape, label)
    except UnreadableType as error:
        raise error_at(place, str(error)) from None
    schema = schema_of(field, is_response)
    invalid = invalid_part(schema) if has_keywords(field) and not isinstance(shape, ValidSchema) else None
    if invalid is not None:
        raise error_at(place, f"{label}: expected a JSON Schema, got one whose {invalid[0]} is {invalid[1]!r}")
    misspelt = find_misspelt(schema) if has_keywords(field) and not isinstance(shape, ValidSchema) else None
    if misspelt is not None:
        path, name, hint = misspelt
        raise error_at(place, f"{label}: expected keywords of JSON Schema, got {name!r} at {json_path(path)}{hint}")
    return schema


def check_query(schema: Mapping[str, Any], label: str, place: str) -> None:
    """Raise DefinitionError for the schema of a query that is no object."""
    kind = schema.get("type", "object")
    if kind != "object":
        raise error_at(place, f"{label}: expected an object, got one of type {kind!r}")


def _texts(value: Any, place: str, name: str) -> tuple[str, ...]:
    is_list = (
        isinstance(value, Iterable) and not isinstance(value, str) and all(isinstance(each, str) for each in value)
    )
    expect(is_list, place, name, "a list of texts", value)
    return tuple(value)
