"""Rows of an OpenAPI document's collections: what is kept of requests, and its form in the responses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from random import Random
from typing import Any, ClassVar
from urllib.parse import quote

from ...core.contract.call import Call
from ...core.contract.paths import form
from ...core.storage.frozen import FrozenDict, plain
from ...core.text.display import utc_text
from ..declarations import Declarations
from ..ids import integer_ids, slug_ids, uuid_ids
from ..patterns import text_matching
from ..rows import Rows
from .guess import Guess, row_names
from .requests import is_read_only
from .values import ABSENT, Shape

_CREATED = ("createdat", "created", "createdon", "datecreated", "creationdate", "createdtime", "createtime")
_UPDATED = ("updatedat", "updated", "updatedon", "modified", "modifiedat", "lastmodified", "dateupdated", "updatetime")
_SLUG_SOURCES = ("title", "name", "subject", "label")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of a document's API: what was sent, and the parameters of the path it was sent to."""

    id: str
    within: FrozenDict
    fields: FrozenDict
    indexes: ClassVar[Mapping[str, Callable[[Any], Any]]] = {"within": lambda row: row.within}


class RowShape:
    """A row in a response: the schema of the body, and the property of it that holds the row."""

    def __init__(self, shape: Shape, wrapper: str) -> None:
        self.shape, self.wrapper = shape, wrapper
        self.schema = shape.properties()[wrapper] if wrapper else shape.schema
        self.properties = dict(shape.properties(self.schema))
        self._hidden = {
            name for name, each in self.properties.items()
            if isinstance(each, Mapping) and shape.part(each).get("writeOnly") is True
        }  # fmt: skip
        rest = shape.part(self.schema).get("additionalProperties")
        self._is_open = not self.properties or (rest is not None and rest is not False)
        self._in_path = {plain_name(name): name for name in self.properties}
        self.times = {
            name for name, each in self.properties.items()
            if isinstance(each, Mapping) and shape.part(each).get("format") == "date-time"
        }  # fmt: skip

    def shown(self, fields: Mapping[str, Any], within: Mapping[str, str]) -> dict[str, Any]:
        """Return the members of a row that the schema names, and any other where it takes those."""
        shown = {}
        for name in self.properties:
            if name in fields and name not in self._hidden:
                shown[name] = plain(fields[name])
        for name, value in within.items():
            property_name = self._in_path.get(plain_name(name))
            if property_name is not None and property_name not in fields and property_name != "id":
                shown[property_name] = value
        if self._is_open:
            shown |= {name: plain(value) for name, value in fields.items() if name not in self.properties}
        return shown

    def body(self, fields: Mapping[str, Any], within: Mapping[str, str]) -> Any:
        """Return a response's body for a row, ABSENT where the schema allows none."""
        shown = self.shown(fields, within)
        return self.shape.fitted({self.wrapper: shown} if self.wrapper else shown)

    def row_in(self, body: Any) -> Mapping[str, Any]:
        """Return the row in a response's body."""
        row = body.get(self.wrapper) if self.wrapper and isinstance(body, Mapping) else body
        return row if isinstance(row, Mapping) else {}


class Collection:
    """The rows of one path of a document. `guesses` are the operations that are about them."""

    def __init__(self, path: str, guesses: Sequence[Guess]) -> None:
        self.path = path
        self._guesses = guesses
        self.shapes = {guess.operation.id: shape for guess in guesses if (shape := _row_shape(guess)) is not None}
        self.fields = dict.fromkeys(name for each in self.shapes.values() for name in each.properties)
        for guess in guesses:
            self.fields |= dict.fromkeys(_given_properties(guess))
        self.parameters = guesses[0].operation.path.names
        self.rows: Rows[Any]
        self._parent: tuple[Collection, Guess] | None = None
        self._children: list[Collection] = []
        self._creators = {each.operation.id for each in guesses if each.action == "create" or each.operation.created}

    def declare(self, api: Declarations, name: str) -> None:
        """Declare the rows: they are found by what is around them, and by each field that names one in a path."""
        keys = dict.fromkeys(["id", *(self.key_of(guess) for guess in self._guesses)])
        indexes = {f"by {key}": _index_of(key) for key in keys}
        row = type("Row", (Row,), {"indexes": {**Row.indexes, **indexes}, "__doc__": Row.__doc__})
        self.rows = api.rows(name, row, ids=uuid_ids())

    def key_of(self, guess: Guess) -> str:
        """Return the field by which a path names a row: one of the parameter's name, or `id`.

        The name may begin with that of a row: `/issues/{issue_number}` names one by its `number`.
        """
        path = guess.operation.path
        name = path.names.get(path.item, "id")
        if name in self.fields:
            return name
        plain = plain_name(name)
        wanted = [plain, *(plain.removeprefix(each) for each in map(plain_name, row_names(path)) if each)]
        same = [field for each in wanted for field in self.fields if plain_name(field) == each]
        return same[0] if same else "id"

    def given_names(self, guess: Guess) -> set[str]:
        """Return the fields that a request of an operation may give."""
        shape = guess.operation.body
        given = _given_properties(guess)
        return {name for name, each in given.items() if shape is None or not is_read_only(shape, each)}

    def may_be_null(self, guess: Guess, name: str) -> bool:
        """Return whether a response may show null for a field, or may leave it out."""
        row = self.shapes.get(guess.operation.id)
        if row is None or name not in row.properties:
            return True
        schema = row.properties[name]
        is_required = name in row.shape.required(row.schema)
        return not is_required or not isinstance(schema, Mapping) or row.shape.is_valid(None, schema)

    @property
    def keys(self) -> list[str]:
        """The fields by which paths name a row."""
        return list(dict.fromkeys(self.key_of(guess) for guess in self._guesses if guess.operation.path.item)) or ["id"]

    def within(self, guess: Guess, call: Call) -> FrozenDict:
        """Return the parameters of a path around its rows, by the names that they have in the document."""
        return self._within_of(_values_around(guess, call))

    def _within_of(self, values: Sequence[str]) -> FrozenDict:
        return FrozenDict(zip(list(self.parameters.values())[: len(values)], values, strict=True))

    def find(self, guess: Guess, call: Call) -> Any:
        """Return the row that the path of a call names, or None."""
        key = self.key_of(guess)
        within = self.within(guess, call)
        value = str(call.path[guess.operation.path.item])
        return self.rows.of(call).first(f"by {key}", (within, value))

    def place_below(self, others: Mapping[str, Collection]) -> None:
        """Find the rows that these stand below, `/owners/<>` for `/owners/<>/pets`, if requests can create them."""
        around, _, _ = form(self.path).rpartition("/")
        above, _, last = around.rpartition("/")
        parent = others.get(above) if last == "<>" else None
        items = [each for each in parent._guesses if each.operation.path.item] if parent is not None else []
        if parent is not None and parent._creators and items:
            self._parent = parent, items[0]
            parent._children.append(self)

    def has_parent(self, guess: Guess, call: Call, overridden: Set[str]) -> bool:
        """Return whether the row that a path names around its rows is there, where rows stand below others.

        Of rows that overridden operations create nothing is known.
        """
        if self._parent is None:
            return True
        parent, item = self._parent
        if parent._creators <= overridden:
            return True
        *around, value = _values_around(guess, call)
        return parent.rows.of(call).first(f"by {parent.key_of(item)}", (parent._within_of(around), value)) is not None

    def remove(self, call: Call, row: Any) -> None:
        """Remove a row and those below it."""
        for child in self._children:
            assert child._parent is not None
            value = str(row.fields.get(self.key_of(child._parent[1])))
            for each in list(child.rows.of(call).where("within", child._within_of([*row.within.values(), value]))):
                child.remove(call, each)
        self.rows.of(call).remove(row.id)

    def named(self, guess: Guess, call: Call) -> dict[str, Any]:
        """Return the field that names the row of a path, as its schema has it; none for a value that this does not allow."""
        key, text = self.key_of(guess), str(call.path[guess.operation.path.item])
        for value in (text, int(text) if re.fullmatch(r"[1-9][0-9]{0,17}|0", text) else text):
            schemas = [(each.shape, each.properties[key]) for each in self.shapes.values() if key in each.properties]
            if all(not isinstance(schema, Mapping) or shape.is_valid(value, schema) for shape, schema in schemas):
                return {key: value}
        return {}

    def address(self, call: Call, fields: Mapping[str, Any]) -> str:
        """Return the URL of a new row, an empty text where no operation reads one."""
        read = next((each for each in self._guesses if each.action == "read"), None)
        value = None if read is None else fields.get(self.key_of(read))
        if read is None or value is None:
            return ""
        request, end = call.request, "/" if read.operation.path.text.endswith("/") else ""
        return f"{request.scheme}://{request.host}{request.raw_path.rstrip('/')}/{quote(str(value), safe='')}{end}"

    # -- new rows --------------------------------------------------------------------------------------------------

    def with_ids(self, call: Call, within: FrozenDict, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a new row with those that name it, and with its times."""
        made = dict(fields)
        rows = self.rows.of(call)
        for key in dict.fromkeys([*(["id"] if "id" in self.fields else []), *self.keys]):
            given = made.get(key)
            is_taken = key == "id" and given is not None and rows.first("by id", (within, str(given))) is not None
            if given is None or is_taken:
                made[key] = self._new_id(call, key, fields)
        return made | self.times(call, made, is_new=True)

    def times(self, call: Call, fields: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
        """Return the times that the schemas of a row name and a change of it sets."""
        names = {name for shape in self.shapes.values() for name in shape.times}
        now = utc_text(int(call.time))
        return {
            name: now for name in sorted(names)
            if (plain_name(name) in _UPDATED and (not is_new or name not in fields))
            or (is_new and plain_name(name) in _CREATED and name not in fields)
        }  # fmt: skip

    def row_id(self, call: Call, fields: Mapping[str, Any]) -> str:
        """Return the id of a new row among all of the account's: the one that the API shows where that is free."""
        rows = self.rows.of(call)
        text = str(fields[self.keys[0]])
        return text if text not in rows else uuid_ids()(call.ids, f"{self.rows.name} rows", {})

    def _new_id(self, call: Call, key: str, fields: Mapping[str, Any]) -> Any:
        schemas = [(each.shape, each.properties[key]) for each in self.shapes.values() if key in each.properties]
        kinds = {shape.kind(schema) for shape, schema in schemas}
        name = self.rows.name if key == "id" else f"{self.rows.name} {key}"
        if "slug" in key.lower():
            source = next((each for each in _SLUG_SOURCES if fields.get(each)), key)
            return slug_ids(source)(call.ids, name, fields)
        if {"integer", "number"} & kinds:
            return integer_ids()(call.ids, name, {})
        for shape, schema in schemas[:1]:
            for candidate in self._texts(call, shape.part(schema).get("pattern")):
                if not isinstance(schema, Mapping) or shape.is_valid(candidate, schema):
                    return candidate
            found = shape.sample(schema)
            return found if found is not ABSENT else None
        return uuid_ids()(call.ids, name, {})

    def _texts(self, call: Call, pattern: str | None) -> Iterator[str]:
        """Yield texts that name a new row, other ones each time, the last of them by the pattern of the schema."""
        name = self.rows.name
        yield uuid_ids()(call.ids, name, {})
        number = str(integer_ids()(call.ids, f"{name} numbers", {}))
        yield uuid_ids(hyphens=False)(call.ids, name, {})
        for length in (24, 20, 16, 12, 8, 6, 4, 3, 2):
            yield number.rjust(length, "0")
            yield number.rjust(length, "a")
            yield number.rjust(length, "A")
        yield number
        if pattern is not None:
            random = Random(number)  # noqa: S311 - the same ids in every run
            yield from filter(None, (text_matching(pattern, random) for _ in range(20)))


def _values_around(guess: Guess, call: Call) -> list[str]:
    """Return the values of the parameters of a path around its rows."""
    return [str(value) for name, value in call.path.items() if name != guess.operation.path.item]


def _index_of(key: str) -> Callable[[Any], Any]:
    return lambda row: (row.within, str(row.fields.get(key)))


def _row_shape(guess: Guess) -> RowShape | None:
    shape = guess.operation.shape
    if shape is None:
        return None
    if guess.action != "list":
        return RowShape(shape, guess.row)
    array = shape.properties()[guess.rows] if guess.rows else shape.whole
    items = shape.part(array).get("items", {})
    return RowShape(Shape({**items, "$defs": shape.schema.get("$defs", {})} if isinstance(items, Mapping) else {}), "")


def _given_properties(guess: Guess) -> Mapping[str, Any]:
    body = guess.operation.body
    if body is None:
        return {}
    properties = body.properties()
    return body.properties(properties[guess.given]) if guess.given else properties


def plain_name(name: str) -> str:
    """Return a name without what its spellings differ in: `userName` and `user_name` are one."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
