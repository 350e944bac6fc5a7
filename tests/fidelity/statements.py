"""Statements about the APIs, as data: `datasift.json` and `curator.json` hold one table each.

A table has a list of `calls`. A call has an `id`, a sentence `about` it, and the `request` that is sent; before it, the
fake is made with `options`, has the rows `given` (or those of a named one of the table's `states`), and is sent the requests
of `before`, where `${N.PATH}` stands for a value in the N-th answer. Its `statements` are one a line:
the `source` (a page of the API's pages.json), the `path` into the answer, and one expectation. `edition` restricts a
statement to one edition; `differs` is the reason why the fake is known to disagree with it.

A path begins with `status`, `headers`, `text`, `body`, or `violations`; `*` stands for every item of a list, of which
there has to be one at least.
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


def equals(got: Any, expected: Any) -> bool:
    """Compare as JSON does: 1 and true are different, and the order of keys has no meaning."""
    return got is not ABSENT and json.dumps(got, sort_keys=True) == json.dumps(expected, sort_keys=True)


def has_type(got: Any, expected: str) -> bool:
    """Compare with the name of a JSON type, or with several: `string or null`. A boolean is no number."""
    types = {type for name in expected.split(" or ") for type in TYPES[name]}
    return type(got) in types


EXPECTATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": equals,
    "type": has_type,
    "absent": lambda got, expected: (got is ABSENT) is expected,
    "matches": lambda got, expected: isinstance(got, str) and re.fullmatch(expected, got) is not None,
    "length": lambda got, expected: isinstance(got, list | dict | str) and len(got) == expected,
    "keys": lambda got, expected: isinstance(got, dict) and sorted(got) == sorted(expected),
    "in_order": lambda got, expected: isinstance(got, dict) and list(got) == expected,
    "contains": lambda got, expected: isinstance(got, list | dict | str) and expected in got,
    "lacks": lambda got, expected: isinstance(got, list | dict | str) and expected not in got,
}


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """One statement about the answer to a call."""

    call: str
    source: str
    path: str
    operator: str
    expected: Any
    edition: str
    differs: str

    @property
    def id(self) -> str:
        """Its name in a table: call, place, expectation, and the edition where it is restricted to one."""
        expected = json.dumps(self.expected, ensure_ascii=False)
        return " ".join(word for word in (self.call, self.path, self.operator, expected, self.edition) if word)

    def disagreement(self, answer: Mapping[str, Any]) -> str:
        """Return what was expected and what came, or an empty text where the answer agrees."""
        found = list(places(answer, self.path.split(".")))
        holds = EXPECTATIONS[self.operator]
        wrong = [value for value in found if not holds(value, self.expected)]
        if found and not wrong:
            return ""
        got = repr(wrong[0]) if wrong else "an empty list"
        return f"{self.id}: got {got[:300]} ({self.source})"


@dataclass(frozen=True, slots=True)
class Call:
    """One request, all that comes before it, and the statements about its answer."""

    id: str
    about: str
    request: Mapping[str, Any]
    statements: tuple[Statement, ...]
    options: Mapping[str, Any]
    given: Mapping[str, list[Mapping[str, Any]]]
    before: tuple[Mapping[str, Any], ...]


def places(value: Any, path: list[str]) -> Iterator[Any]:
    """Yield the values at a path, ABSENT where there is none."""
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
