"""Statements about the APIs, as data: `datasift.json` and `curator.json` hold one table each.

A table has a list of `calls`. A call has an `id`, a sentence `about` it, and a `request`. Before the request, a fake is
created with `options` and the rows `given` (or the name of one of the table's `states`), and the requests of `before`
are sent; `${N.PATH}` is a value of the N-th response. Its `statements` are one per line: the `source` (a page of the
API's pages.json), the `path` into the response, and one expectation. `edition` restricts a statement to one edition;
`differs` is the id of the deviation (`schemas/NAME/deviations.json`) because of which the fake disagrees.

A path begins with `status`, `headers`, `text`, `body`, or `violations`; `*` is every item of a list with at least one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any

HERE = Path(__file__).parent
ABSENT = type("Absent", (), {"__repr__": lambda self: "nothing"})()
TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (NoneType,),
}


def equals(actual: Any, expected: Any) -> bool:
    """Compare JSON values: 1 and true are different, and the order of keys does not matter."""
    return actual is not ABSENT and json.dumps(actual, sort_keys=True) == json.dumps(expected, sort_keys=True)


def has_type(actual: Any, expected: str) -> bool:
    """Compare with the name of a JSON type, or with several: `string or null`. A boolean is no number."""
    types = {type for name in expected.split(" or ") for type in TYPES[name]}
    return type(actual) in types


EXPECTATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": equals,
    "type": has_type,
    "absent": lambda actual, expected: (actual is ABSENT) is expected,
    "matches": lambda actual, expected: isinstance(actual, str) and re.fullmatch(expected, actual) is not None,
    "length": lambda actual, expected: isinstance(actual, list | dict | str) and len(actual) == expected,
    "keys": lambda actual, expected: isinstance(actual, dict) and sorted(actual) == sorted(expected),
    "in_order": lambda actual, expected: isinstance(actual, dict) and list(actual) == expected,
    "contains": lambda actual, expected: isinstance(actual, list | dict | str) and expected in actual,
    "lacks": lambda actual, expected: isinstance(actual, list | dict | str) and expected not in actual,
}


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement about the response to a call."""

    call: str
    source: str
    path: str
    operator: str
    expected: Any
    edition: str
    differs: str

    @property
    def id(self) -> str:
        """Call, path, expectation, and the edition if it is restricted to one."""
        expected = json.dumps(self.expected, ensure_ascii=False)
        return " ".join(word for word in (self.call, self.path, self.operator, expected, self.edition) if word)

    def disagreement(self, response: Mapping[str, Any]) -> str:
        """Return the expected and the actual value, or an empty text if the response agrees."""
        found = list(places(response, self.path.split(".")))
        holds = EXPECTATIONS[self.operator]
        wrong = [value for value in found if not holds(value, self.expected)]
        if found and not wrong:
            return ""
        actual = repr(wrong[0]) if wrong else "an empty list"
        return f"{self.id}: got {actual[:300]} ({self.source})"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, its preparation, and the statements about its response."""

    id: str
    about: str
    request: Mapping[str, Any]
    statements: tuple[Statement, ...]
    options: Mapping[str, Any]
    given: Mapping[str, list[Mapping[str, Any]]]
    before: tuple[Mapping[str, Any], ...]


def places(value: Any, path: list[str]) -> Iterator[Any]:
    """Yield the values at a path; ABSENT if there is none."""
    if not path:
        yield value
    elif path[0] == "*" and isinstance(value, list):
        for item in value:
            yield from places(item, path[1:])
    elif isinstance(value, list) and path[0].isdecimal() and int(path[0]) < len(value):
        yield from places(value[int(path[0])], path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from places(value[path[0]], path[1:])
    else:
        yield ABSENT


@cache
def table(api: str) -> tuple[Call, ...]:
    """Return the calls of one API's table. Raises ValueError for a row with an unknown field."""
    read = json.loads((HERE / f"{api}.json").read_text("utf-8"))
    return tuple(_call(row, read["states"]) for row in read["calls"])


def _call(row: dict[str, Any], states: Mapping[str, Any]) -> Call:
    statements = tuple(_statement(row["id"], line) for line in row["statements"])
    unknown = row.keys() - {"id", "about", "request", "statements", "options", "given", "before"}
    if unknown:
        raise ValueError(f"{row['id']}: expected a field of Call, got {sorted(unknown)}")
    given = row.get("given", {})
    return Call(
        id=row["id"],
        about=row["about"],
        request=row["request"],
        statements=statements,
        options=row.get("options", {}),
        given=states[given] if isinstance(given, str) else given,
        before=tuple(row.get("before", ())),
    )


def _statement(call: str, line: dict[str, Any]) -> Statement:
    (operator,) = line.keys() - {"source", "path", "edition", "differs"}
    if operator not in EXPECTATIONS:
        raise ValueError(f"{call} {line['path']}: expected one of {', '.join(EXPECTATIONS)}, got {operator!r}")
    return Statement(
        call, line["source"], line["path"], operator, line[operator], line.get("edition", ""), line.get("differs", "")
    )


def statements(api: str, edition: str = "") -> list[Statement]:
    """Return the statements of one API, or those about one edition."""
    return [each for call in table(api) for each in call.statements if not edition or each.edition in ("", edition)]
