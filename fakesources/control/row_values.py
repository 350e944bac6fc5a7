"""Rows and their fields as JSON values with secrets masked, and the values of a request as those of a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from ..core.contract.api import Api
from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiErrorRaised, InternalError
from ..core.contract.field_types import ConstrainedType, FieldType, row_type
from ..core.contract.schema_properties import describe_type, properties_of
from ..core.contract.schemas import json_path
from ..core.contract.type_schemas import schema_of
from ..core.http.masking import MASK, is_secret, mask_path, mask_value, show_at
from ..core.state.handles import RowTable
from ..core.state.row_fields import Keywords
from ..core.state.typed_values import InvalidValue, from_json, to_json
from ..core.storage.store import NoSuchRow
from ..core.text.spelling import did_you_mean
from . import errors


def shown_row(row: Any, service: Service) -> Any:
    """Return a row as a JSON object, secrets masked."""
    return mask_value(to_json(row), service.api.secrets)


def shown_fields(table: RowTable[Any], service: Service) -> list[dict[str, Any]]:
    """Return the fields of rows of one type: those they have, and those that only a request to add one has."""
    row: Any = table.row
    types = {**row_type(row).saved, **{name: each.type for name, each in {**table.change, **table.add}.items()}}
    texts = _descriptions(service.api, service.edition.name, table.name)
    return [
        {
            **shown_type(type, texts.get(name, "")),
            "name": name,
            "required": name in table.add and table.add[name].is_required,
            "secret": is_secret(name, service.api.secrets),
            "add": name in table.add,
            "change": name in table.change,
        }
        for name, type in types.items()
    ]


def shown_type(type: FieldType, description: str = "") -> dict[str, Any]:
    """Return the type of a field: as a text, as a JSON Schema, and its description where it has none of its own."""
    schema = schema_of(type)
    own = type.keywords.get("description", "") if isinstance(type, ConstrainedType) else ""
    branches = schema.get("anyOf", [schema])
    return {
        "type": " or ".join(each.get("format") or describe_type(each) for each in branches),
        "schema": schema,
        "description": own or description,
    }


@lru_cache(maxsize=256)
def _descriptions(api: Api[Any], edition: str, rows: str) -> Mapping[str, str]:
    """Return descriptions of fields by name: those of properties of the same name in the operations' schemas.

    Operations that are named after the rows come first, `shop.order.create` for the rows `orders`.
    """
    own = {rows, rows.removesuffix("s")}
    endpoints = sorted(api.endpoints, key=lambda endpoint: own.isdisjoint(endpoint.id.split(".")))
    names = [
        name
        for endpoint in endpoints
        for name in (endpoint.body_schema, endpoint.query_schema, *endpoint.responses.values())
        if name
    ]
    found: dict[str, str] = {}
    for name in dict.fromkeys(names):
        for each in properties_of(api.schemas.schema_of(edition, name)):
            text = each.schema.get("description", "")
            if each.path and text:
                found.setdefault(each.path[-1], text)
    return found


def parse_fields(given: Mapping[str, Any], keywords: Keywords, service: Service, *, is_new: bool) -> dict[str, Any]:
    """Return the fields of a request's body as values of their types. Raises ApiErrorRaised with the JSON path."""
    secrets = service.api.secrets
    for name in given:
        if name not in keywords:
            expected = f"one of {', '.join(keywords)}" if keywords else "no fields, since these rows cannot change"
            (shown,) = mask_path((name,), secrets)
            raise errors.invalid("$", repr(shown), expected, hint=did_you_mean(name, keywords))
    missing = [name for name, each in keywords.items() if each.is_required and name not in given] if is_new else []
    if missing:
        raise errors.invalid("$", _names(given, secrets), f"also {', '.join(map(repr, missing))}")
    if not is_new and not given:
        raise errors.invalid("$", "none", f"at least one of {', '.join(keywords)}")
    try:
        return {name: from_json(keywords[name].type, value, (name,)) for name, value in given.items()}
    except InvalidValue as error:
        actual = show_at(error.actual, error.path, secrets)
        path = json_path(mask_path(error.path, secrets))
        raise errors.invalid(path, actual, error.expected, hint=error.hint) from None


def _names(given: Mapping[str, Any], secrets: frozenset[str]) -> str:
    return f"an object with {', '.join(map(repr, mask_path(given, secrets))) or 'nothing'}"


def check_unmasked(given: Any, row: Any, service: Service) -> None:
    """Raise ApiErrorRaised for the mask of a secret in a request's body: written to a row, it would replace the secret.

    That is the mask itself, and a text with a mask in it as `row`, the one to change, is shown.
    """
    shown = set(_texts(shown_row(row, service))) - set(_texts(to_json(row))) if row is not None else set()
    for path, text in _places(given, ()):
        if text == MASK or (MASK in text and text in shown):
            place = json_path(mask_path(path, service.api.secrets))
            raise ApiErrorRaised(errors.MASKED_VALUE, json_path=place, mask=MASK)


def _texts(value: Any) -> Iterator[str]:
    return (text for _, text in _places(value, ()))


def _places(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every text in a JSON value with its path, names included."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield (*path, str(name)), str(name)
            yield from _places(inner, (*path, str(name)))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _places(inner, (*path, number))
    elif isinstance(value, str):
        yield path, value


@contextmanager
def row_checked(call: Call) -> Iterator[None]:
    """Turn what rows reject, those of a user's own API included, into an error of the control plane."""
    try:
        yield
    except NoSuchRow as error:
        fields = [name for name, value in call.params.items() if value == error.id]
        reason = f"{fields[0]}{str(error).removeprefix('id')}" if fields else error
        raise ApiErrorRaised(errors.INVALID_ROW, reason=reason) from None
    except InternalError:
        raise
    except (TypeError, ValueError) as error:
        raise ApiErrorRaised(errors.INVALID_ROW, reason=error) from None
    except Exception as error:  # raised by the class of the row
        raise ApiErrorRaised(errors.INVALID_ROW, reason=f"{type(error).__name__}: {error}") from None
