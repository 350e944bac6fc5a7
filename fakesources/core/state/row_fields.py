"""Fields of rows as data: those that a row has, and the keywords of the methods that add and change rows."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple, Unpack, get_args, get_origin

from ..contract.field_types import FieldType, read_type, row_type


class Keyword(NamedTuple):
    """One keyword of a method: the type of its values, and whether a call has to give it."""

    type: FieldType
    is_required: bool


Keywords = Mapping[str, Keyword]


@cache
def keywords_of(function: Callable[..., Any]) -> Keywords:
    """Return the keywords of a function by name, without its first parameter: those of `**given: Unpack[...]` included."""
    hints = typing.get_type_hints(function, include_extras=True)
    keywords: dict[str, Keyword] = {}
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        hint = hints[parameter.name]
        if parameter.kind is not parameter.VAR_KEYWORD:
            is_required = parameter.default is parameter.empty
            keywords[parameter.name] = Keyword(read_type(hint, parameter.name), is_required)
        elif get_origin(hint) is Unpack:
            own = row_type(get_args(hint)[0])
            keywords |= {name: Keyword(type, name not in own.optional) for name, type in own.fields.items()}
    return keywords


def without(keywords: Keywords, *names: str) -> Keywords:
    """Return keywords without some of them."""
    return {name: each for name, each in keywords.items() if name not in names}
