"""Files of OpenAPI documents: JSON and plain YAML as JSON values, with the place of each mistake."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from reprlib import Repr
from typing import Any

from ...core.contract.errors import DefinitionError
from ...core.contract.schemas import json_path
from ...core.system import files

Place = tuple[str | int, ...]
"""Keys and indexes from the root of a document to a value."""

MAX_VALUES = 5_000_000
"""Number of values in a document with each alias written out, beyond which it is an error."""

MAX_NESTING = 200
"""Number of objects and arrays within one another, beyond which a document is an error."""

_JSON_NAMES = (".json", ".json5")


def error_in(name: str, place: Place, message: str) -> DefinitionError:
    """Return the error of a place in a document."""
    return DefinitionError(f"{name}: {json_path(place)}: {message}")


_SHORT = Repr()
_SHORT.maxlevel, _SHORT.maxdict, _SHORT.maxlist, _SHORT.maxstring, _SHORT.maxother = 2, 4, 4, 60, 60


def short(value: Any) -> str:
    """Return a value for a message, shortened: an alias of YAML may stand for millions of values."""
    return _SHORT.repr(value)


def load_document(path: Path) -> Any:
    """Return the JSON value of a file in JSON or in YAML. Raises DefinitionError with file, JSON path and line."""
    name = str(path)
    try:
        text = files.read(path).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise error_in(name, (), f"expected a readable file in UTF-8, got {files.error_text(error)}") from None
    try:
        return json_value(json.loads(text, object_pairs_hook=_Pairs), name)
    except RecursionError:
        raise error_in(name, (), f"expected at most {MAX_NESTING} values within one another") from None
    except ValueError as error:
        if path.suffix in _JSON_NAMES:
            raise error_in(name, (), f"expected JSON, got {error}") from None
    return json_value(_yaml(text, name), name)


class _Pairs(list[tuple[str, Any]]):
    """Names and values of an object in JSON, which may have a name twice."""


def json_value(value: Any, name: str) -> Any:
    """Return a copy of a value that has JSON values alone: names are texts, dates are texts.

    Parts that occur several times are shared. Raises DefinitionError for what JSON does not have, and for a value within itself.
    """
    made: dict[int, Any] = {}
    open_values: set[int] = set()

    def pairs_of(value: Any, place: Place) -> Iterable[tuple[str, Any]]:
        seen: set[str] = set()
        for key, inner in value if isinstance(value, _Pairs) else value.items():
            if isinstance(key, bool) or not isinstance(key, str | int):
                raise error_in(name, place, f"expected names that are texts, got {key!r}; write it in quotes")
            if str(key) in seen:
                raise error_in(name, (*place, str(key)), "expected each name once, got it twice")
            seen.add(str(key))
            yield str(key), inner

    def convert(value: Any, place: Place) -> Any:
        if value is None or isinstance(value, str | bool | int):
            return value
        if isinstance(value, float):
            if math.isfinite(value):
                return value
            raise error_in(name, place, f"expected a number of JSON, got {value!r}")
        if isinstance(value, date | datetime):
            return value.isoformat()
        if not isinstance(value, Mapping | list | tuple):
            raise error_in(name, place, f"expected a JSON value, got {short(value)}")
        if id(value) in made:
            return made[id(value)]
        if id(value) in open_values or len(place) >= MAX_NESTING:
            expected = (
                "no value within itself"
                if id(value) in open_values
                else f"at most {MAX_NESTING} values within one another"
            )
            raise error_in(name, place[:6], f"expected {expected}")
        open_values.add(id(value))
        if isinstance(value, Mapping | _Pairs):
            result: Any = {key: convert(inner, (*place, key)) for key, inner in pairs_of(value, place)}
        else:
            result = [convert(inner, (*place, number)) for number, inner in enumerate(value)]
        open_values.discard(id(value))
        made[id(value)] = result
        return result

    return convert(value, ())


# -- YAML ----------------------------------------------------------------------------------------------------------


def _yaml(text: str, name: str) -> Any:
    """Return the value of a text in YAML, read by the rules of JSON as OpenAPI demands: `yes` and dates are texts."""
    try:
        import yaml  # late: an extra, and of use for documents in YAML alone
    except ImportError:
        raise error_in(name, (), "expected JSON; for YAML install fakesources[yaml]") from None
    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=kind):  # first: deeply nested nodes overflow the stack of a parser in C
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_NESTING:
                raise error_in(name, (), f"expected at most {MAX_NESTING} values within one another")
        nodes: Any = yaml.compose_all(text, Loader=kind)
        with closing(nodes):
            node, second = next(nodes, None), next(nodes, None)
        if second is not None:
            line = second.start_mark.line + 1
            raise error_in(name, (), f"expected one YAML document, got a second one in line {line}")
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # the last two without libyaml alone, from escapes
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or str(error).partition("\n")[0]
        line_text = f" in line {mark.line + 1}, column {mark.column + 1}" if mark is not None else ""
        raise error_in(name, (), f"expected plain YAML without tags, got: {reason}{line_text}") from None
    return _Nodes(name).value(node, ()) if node is not None else None


class _Nodes:
    """Turns the nodes of a YAML document into JSON values. Nodes that are named by an anchor give one value."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: dict[int, tuple[Any, int]] = {}
        self._open: set[int] = set()
        self._count = 0

    def value(self, node: Any, place: Place) -> Any:
        if id(node) in self._made:
            value, size = self._made[id(node)]
            self._count += size
            if self._count > MAX_VALUES:
                raise self._error(node, place[:6], f"expected at most {MAX_VALUES} values with aliases written out")
            return value
        if id(node) in self._open:
            raise self._error(node, place, "expected no value within itself")
        self._open.add(id(node))
        before = self._count
        self._count += 1
        kind = node.tag.rpartition(":")[2] if node.tag.startswith("tag:yaml.org,2002:") else node.tag
        if kind == "map" and isinstance(node.value, list):
            value = self._mapping(node, place)
        elif kind == "seq":
            value = [self.value(inner, (*place, number)) for number, inner in enumerate(node.value)]
        elif isinstance(node.value, str) and kind in _SCALARS:
            value = _scalar(kind, node.value) if not node.style else node.value
            if isinstance(value, float) and not math.isfinite(value):
                raise self._error(node, place, f"expected a number of JSON, got {node.value}")
        else:
            raise self._error(node, place, f"expected plain YAML without tags, got the tag {node.tag!r}")
        self._open.discard(id(node))
        self._made[id(node)] = value, self._count - before
        return value

    def _mapping(self, node: Any, place: Place) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, inner in node.value:
            if not isinstance(key.value, str):
                raise self._error(key, place, "expected names that are texts")
            if key.tag.endswith(":merge"):
                for each in inner.value if inner.id == "sequence" else [inner]:
                    found = self.value(each, (*place, "<<"))
                    if not isinstance(found, dict):
                        raise self._error(each, place, "<<: expected an object to merge")
                    merged = {**found, **merged}
            elif key.value in own:
                raise self._error(key, (*place, key.value), "expected each name once, got it twice")
            else:
                own[key.value] = self.value(inner, (*place, key.value))
        return {**merged, **own}

    def _error(self, node: Any, place: Place, message: str) -> DefinitionError:
        return error_in(self._name, place, f"{message}, in line {node.start_mark.line + 1}")


_SCALARS = ("str", "int", "float", "bool", "null", "timestamp", "value", "merge")
_WORDS: Mapping[str, Any] = {"": None, "~": None, "null": None, "true": True, "false": False}


def _scalar(kind: str, text: str) -> Any:
    """Return a plain scalar as JSON has it: a number, true, false, null, or else its text."""
    if kind in ("null", "bool") and text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if (
        kind == "int"
        and "_" not in text
        and not (text.lstrip("+-").startswith("0") and len(text.lstrip("+-")) > 1 and text.isdecimal())
    ):
        try:
            return int(text, 0) if text.lower().startswith(("0x", "0o")) else int(text)
        except ValueError:
            return text  # such as 1:30 or 1_000, numbers of YAML 1.1 alone
    if kind == "float" or (kind == "str" and text[:1] in "+-.0123456789" and text[-1:].isdecimal()):
        try:
            return float(text) if "_" not in text and text[-1:] != "." else text
        except ValueError:
            infinite = text.lower().lstrip("+-") in (".inf", ".nan")
            return float(text.lower().replace(".", "")) if infinite else text
    return text
