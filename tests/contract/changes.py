"""Accepted values of each schema, and changes of them that it accepts or rejects: `changes/<path of the schema>`.

`values` are accepted. A row of `accepted` and `rejected` is one change: the number of the value, the path to a part of it,
the kind of change (`set`, `add`, `remove`), and the new value or the name of a property. `sources` has, for each property,
the pages that it is from and its provenance. `python tests/contract/changes.py` adds what a new constraint needs; rows
that are there stay, so that a constraint that was lost is noticed.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constraints import Constraint, constraints_of, met_by, value_at
from constraints import Path as ValuePath

from fakesources.core.contract.schemas import Schema, root

HERE = Path(__file__).parent
FOLDER = HERE / "changes"
OTHERS: tuple[Any, ...] = (7, "text", True, None, [], {}, 1.5)
UNKNOWN = "unknown_name"
Row = list[Any]


@dataclass
class Changes:
    """The values and the changes of one schema."""

    path: str
    values: list[Any]
    accepted: list[Row]
    rejected: list[Row]
    sources: dict[str, str]

    @staticmethod
    def read(path: str) -> Changes:
        file = FOLDER / path
        if not file.exists():
            return Changes(path, [], [], [], {})
        return Changes(path, **json.loads(file.read_text("utf-8")))

    def write(self) -> None:
        """Write one row a line."""
        parts = []
        for name in ("values", "accepted", "rejected"):
            rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in getattr(self, name))
            parts.append(f'  "{name}": [\n{rows}\n  ]' if rows else f'  "{name}": []')
        rows = ",\n".join(f"    {json.dumps(key)}: {json.dumps(value)}" for key, value in self.sources.items())
        parts.append(f'  "sources": {{\n{rows}\n  }}' if rows else '  "sources": {}')
        file = FOLDER / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")

    def changed(self, row: Row) -> Any:
        """Return the value of a row with its change."""
        number, path, kind, what = row
        return changed(self.values[number], tuple(path), kind, what)

    def every_accepted(self) -> list[Any]:
        return [*self.values, *map(self.changed, self.accepted)]

    def met(self, schema: Schema) -> set[Constraint]:
        """Return the constraints that the accepted values meet."""
        return {constraint for value in self.every_accepted() for constraint in met_by(value, schema)}

    def violated(self, schema: Schema) -> set[Constraint]:
        """Return the constraints that the rejected changes violate."""
        return {constraint for row in self.rejected for constraint in violations(schema, self.changed(row))}


def violations(schema: Schema, value: Any) -> set[Constraint]:
    """Return the constraints that a value violates; of a value of the wrong type, the type alone, since it breaks others too."""
    found = {each for error in schema.errors(value) for each in Constraint.violated_by(error)}
    return {each for each in found if each.keyword == "type"} or found


def changed(value: Any, path: ValuePath, kind: str, what: Any) -> Any:
    """Return a copy of a value with one change."""
    whole = [copy.deepcopy(value)]
    place: Any = whole
    steps: ValuePath = (0, *path)
    for step in steps[:-1]:
        place = place[step]
    if kind == "set":
        place[steps[-1]] = what
    elif kind == "add":
        place[steps[-1]][what] = 1
    else:
        del place[steps[-1]][what]
    return whole[0]


def sources_of(schema: Any) -> dict[str, str]:
    """Return the source and the provenance of every part of a schema file that has one, by its JSON pointer."""
    found: dict[str, str] = {}

    def walk(part: Any, pointer: str) -> None:
        if isinstance(part, dict):
            words = [str(part[key]) for key in ("x-source", "x-provenance") if isinstance(part.get(key), str)]
            if words:
                found[pointer] = " / ".join(words)
            for key, inner in part.items():
                walk(inner, f"{pointer}/{key}")
        elif isinstance(part, list):
            for number, inner in enumerate(part):
                walk(inner, f"{pointer}/{number}")

    walk(schema, "#")
    return found


def uncovered(schema: Schema, met: set[Constraint], violated: set[Constraint]) -> list[str]:
    """Return the constraints of a schema that are not among those that were met, or not among those violated."""
    missing: list[str] = []
    for constraint, path in constraints_of(schema).items():
        location = ".".join(filter(None, (schema.path, *map(str, path), constraint.keyword, constraint.name)))
        missing += [f"{location}: none accepted"] if constraint not in met else []
        missing += [f"{location}: none rejected"] if constraint not in violated else []
    return missing


def schema_files() -> list[str]:
    """Return the paths of the schemas; the deviations of an API are none."""
    top = Path(str(root()))
    paths = [file.relative_to(top).as_posix() for file in sorted(top.rglob("*/*.json"))]
    return [path for path in paths if path.count("/") > 1 or path.startswith("control/")]


# -- writing -------------------------------------------------------------------------------------------------------


def completed(schema: Schema, changes: Changes, elsewhere: tuple[set[Constraint], set[Constraint]]) -> None:
    """Add the changes that the constraints of a schema need."""
    violated = changes.violated(schema) | elsewhere[1]
    seen = {json.dumps(row) for row in (*changes.accepted, *changes.rejected)}
    for number, value in enumerate(changes.values):
        for constraint, path in met_by(value, schema).items():
            keyword_value = part_of(schema, constraint)
            if keyword_value is None:
                continue
            for kind, what in within(constraint, keyword_value):
                row = [number, list(path), kind, what]
                if (
                    json.dumps(row) not in seen
                    and value_at(value, path) != what
                    and schema.is_valid(changes_to(value, row))
                ):
                    changes.accepted.append(row)
                    seen.add(json.dumps(row))
            if constraint in violated:
                continue
            for kind, what in outside(constraint, keyword_value, value_at(value, path)):
                row = [number, list(path), kind, what]
                found = violations(schema, changes_to(value, row))
                if constraint in found and not schema.is_valid(changes_to(value, row)):
                    changes.rejected += [row] if json.dumps(row) not in seen else []
                    seen.add(json.dumps(row))
                    violated |= {constraint}
                    break


def changes_to(value: Any, row: Row) -> Any:
    return changed(value, tuple(row[1]), row[2], row[3])


def part_of(schema: Schema, constraint: Constraint) -> Any:
    """Return the value of a constraint's keyword."""
    found: list[Any] = []

    def walk(part: Any, base: str, depth: int) -> None:
        if isinstance(part, dict) and not found and depth < 40:
            if id(part) == constraint.schema_id:
                found.append(part[constraint.keyword])
                return
            if "$ref" in part:
                walk(*schema.source.resolve_ref(part["$ref"], base), depth + 1)
            for inner in part.values():
                walk(inner, base, depth + 1)
        elif isinstance(part, list):
            for inner in part:
                walk(inner, base, depth + 1)

    walk(schema.schema, schema.schema["$id"], 0)
    return found[0] if found else None


def within(constraint: Constraint, expected: Any) -> Iterator[tuple[str, Any]]:
    """Yield changes that the constraint just allows."""
    if constraint.keyword == "enum":
        yield from (("set", each) for each in expected)
    if constraint.keyword == "type" and isinstance(expected, list):
        examples = {
            "null": None,
            "string": "text",
            "integer": 7,
            "number": 1.5,
            "boolean": True,
            "object": {},
            "array": [],
        }
        yield from (("set", examples[name]) for name in expected)
    if constraint.keyword in ("minimum", "maximum"):
        yield "set", expected
    if constraint.keyword in ("minLength", "maxLength") and expected <= 300:
        yield "set", "x" * expected
    if constraint.keyword in ("minItems", "maxItems"):
        yield "set", ["x"] * expected


def outside(constraint: Constraint, expected: Any, actual: Any) -> Iterator[tuple[str, Any]]:
    """Yield changes that the constraint does not allow."""
    keyword = constraint.keyword
    if keyword == "required":
        yield "remove", constraint.name
    elif keyword == "additionalProperties" and expected is False:
        yield "add", UNKNOWN
    elif keyword in ("type", "enum", "const"):
        if isinstance(actual, bool):
            yield "set", not actual
        elif keyword != "type" and isinstance(actual, str):
            yield "set", f"{actual} (another)"
        elif keyword != "type" and isinstance(actual, int):
            yield "set", 99
        yield from (("set", each) for each in OTHERS)
    elif keyword == "pattern":
        yield from (("set", each) for each in (f"{actual}!", f"!{actual}", ""))
    elif keyword in ("minimum", "maximum"):
        yield "set", expected - 1 if keyword == "minimum" else expected + 1
    elif keyword in ("minLength", "maxLength"):
        yield "set", "x" * (expected - 1 if keyword == "minLength" else expected + 1)
    elif keyword in ("minItems", "maxItems"):
        yield "set", ["x"] * (expected - 1 if keyword == "minItems" else expected + 1)
    elif keyword == "minProperties":
        yield "set", {}
    elif keyword == "oneOf":
        yield from (("add", name) for branch in expected for name in branch.get("required", ()))
    elif keyword == "dependentRequired":
        yield from (("remove", needed) for names in expected.values() for needed in names if needed in actual)
        yield from (("add", name) for name in expected if name not in actual)


def main() -> int:
    """Add the missing changes, and print the constraints that need a value written by hand."""
    from shapes import new_values, shapes

    elsewhere: tuple[set[Constraint], set[Constraint]] = (set(), set())
    for schema in shapes():
        changes = Changes.read(schema.path)
        for value in new_values(schema):
            if (
                schema.is_valid(value)
                and value not in changes.values
                and not changes.met(schema) >= met_by(value, schema).keys()
            ):
                changes.values.append(value)
        completed(schema, changes, elsewhere)
        changes.write()
        elsewhere[0].update(changes.met(schema))
        elsewhere[1].update(changes.violated(schema))
        for line in uncovered(schema, *elsewhere):
            print(line)
    for path in schema_files():
        changes = Changes.read(path)
        changes.sources = {**sources_of(json.loads((root() / path).read_text("utf-8"))), **changes.sources}
        changes.write()
    return 0


if __name__ == "__main__":
    sys.exit(main())
