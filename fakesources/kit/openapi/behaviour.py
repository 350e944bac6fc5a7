"""Handlers of the operations of an OpenAPI document whose behaviour was guessed: they keep rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...core.contract.api import Result
from ...core.contract.call import Call
from ...core.contract.errors import ApiError, ApiErrorRaised
from ...core.storage.frozen import freeze, plain
from ..declarations import Declarations
from ..names import slug, unused
from .guess import Described, Guess, guess_all
from .lists import list_handler
from .requests import given_row
from .rows import Collection, RowShape
from .values import ABSENT

Handler = Callable[[Call], Any]


class Behaviour:
    """Handlers for the operations of a document. `not_implemented` is the error of what cannot be done."""

    def __init__(self, api: Declarations, operations: Sequence[Described], not_implemented: ApiError) -> None:
        self._api, self._not_implemented = api, not_implemented
        self._guesses = guess_all(operations)
        self._collections: dict[str, Collection] = {}
        by_path: dict[str, list[Guess]] = {}
        for each in operations:
            guess = self._guesses.get(each.id)
            if guess is not None:
                by_path.setdefault(each.path.collection_form, []).append(guess)
        for form, guesses in by_path.items():
            collection = self._collections[form] = Collection(guesses[0].operation.path.collection, guesses)
            collection.declare(api, self._name_of(collection.path))
        for collection in self._collections.values():
            collection.place_below(self._collections)

    def handler(self, id: str) -> Handler | None:
        """Return the handler of an operation, or None where it could not be guessed."""
        guess = self._guesses.get(id)
        if guess is None:
            return None
        collection = self._collections[guess.operation.path.collection_form]
        if guess.action == "list":
            handle: Handler = list_handler(collection, guess, self._refuse)
        else:
            make = {"create": self._create, "read": self._read, "replace": self._write, "change": self._write}
            handle = make.get(guess.action, self._remove)(collection, guess)

        def below_a_row(call: Call) -> Any:
            if not collection.has_parent(guess, call, self._api.overridden):
                raise self._not_found(guess, call)
            return handle(call)

        return below_a_row

    def unknown(self, id: str) -> Handler:
        """Return the handler of an operation that could not be guessed, which raises an error."""
        return lambda _: self._refuse(f"override {id!r} to implement it")

    def _refuse(self, reason: str) -> Any:
        raise ApiErrorRaised(self._not_implemented, reason=reason)

    def _name_of(self, path: str) -> str:
        name = slug(path.rstrip("/").rpartition("/")[2]) or "rows"
        return unused(name if name[0].isalpha() else f"rows_{name}", self._api.row_names)

    # -- handlers --------------------------------------------------------------------------------------------------

    def _create(self, collection: Collection, guess: Guess) -> Handler:
        shape = collection.shapes.get(guess.operation.id)

        def create(call: Call) -> Result:
            within = collection.within(guess, call)
            given = given_row(call, guess)
            conflict = guess.operation.errors.get(409)
            for key in collection.keys if conflict is not None else ():
                if key in given and collection.rows.of(call).first(f"by {key}", (within, str(given[key]))) is not None:
                    assert conflict is not None
                    raise ApiErrorRaised(conflict, **call.path)
            body, fields = self._fitted(shape, collection.with_ids(call, within, given), within)
            self._add(collection, call, within, fields)
            address = collection.address(call, fields) if guess.operation.has_location else ""
            return Result(guess.operation.status, body, {"Location": address} if address else {})

        return create

    def _add(self, collection: Collection, call: Call, within: Any, fields: Mapping[str, Any]) -> None:
        collection.rows.of(call).add(id=collection.row_id(call, fields), within=within, fields=freeze(dict(fields)))

    def _read(self, collection: Collection, guess: Guess) -> Handler:
        shape = collection.shapes.get(guess.operation.id)

        def read(call: Call) -> Result:
            row = self._found(collection, guess, call)
            return Result(guess.operation.status, self._fitted(shape, row.fields, row.within)[0])

        return read

    def _write(self, collection: Collection, guess: Guess) -> Handler:
        shape = collection.shapes.get(guess.operation.id)
        is_merge = guess.action == "change"

        def write(call: Call) -> Result:
            created = guess.operation.created
            if created and collection.find(guess, call) is None:
                within = collection.within(guess, call)
                named = {**given_row(call, guess), **collection.named(guess, call)}
                body, new = self._fitted(shape, collection.with_ids(call, within, named), within)
                self._add(collection, call, within, new)
                return Result(created, body)
            row = self._found(collection, guess, call)
            given = given_row(call, guess)
            old = plain(row.fields)
            kept = {key: old[key] for key in ("id", *collection.keys) if key in old}
            if is_merge:
                refused = {
                    name for name, value in given.items() if value is None and not collection.may_be_null(guess, name)
                }
                fields: Mapping[str, Any] = _merged(old, {name: given[name] for name in given if name not in refused})
            else:
                sent = collection.given_names(guess)
                fields = {name: value for name, value in old.items() if name not in sent} | given
            own = {name: kept[name] for name in ("id",) if name in kept}
            fields = {
                **kept,
                **{name: each for name, each in fields.items() if each is not None or name not in kept},
                **own,
            }
            fields = {**fields, **collection.times(call, fields, is_new=False)}
            body, fields = self._fitted(shape, fields, row.within)
            collection.rows.of(call).change(row.id, fields=freeze(dict(fields)))
            return Result(guess.operation.status, body)

        return write

    def _remove(self, collection: Collection, guess: Guess) -> Handler:
        shape = collection.shapes.get(guess.operation.id)

        def remove(call: Call) -> Result:
            row = self._found(collection, guess, call)
            body, _ = self._fitted(shape, {"deleted": True, **row.fields}, row.within)
            collection.remove(call, row)
            return Result(guess.operation.status, body)

        return remove

    # -- rows ------------------------------------------------------------------------------------------------------

    def _found(self, collection: Collection, guess: Guess, call: Call) -> Any:
        row = collection.find(guess, call)
        if row is None:
            raise self._not_found(guess, call)
        return row

    def _not_found(self, guess: Guess, call: Call) -> ApiErrorRaised:
        error = guess.operation.errors.get(404, self._api.no_such_endpoint)
        return ApiErrorRaised(error, **{"method": call.request.method, "path": call.request.path, **call.path})

    def _fitted(
        self, shape: RowShape | None, fields: Mapping[str, Any], within: Mapping[str, str]
    ) -> tuple[Any, Mapping[str, Any]]:
        """Return the body of a response for a row, and the fields of the row as that shows them.

        Raises the error of what is not implemented where no value of the response's schema was found.
        """
        if shape is None:
            return None, fields
        body = shape.body(fields, within)
        if body is ABSENT:
            self._refuse("no response that the schema allows was found")
        row = shape.row_in(body)
        if "id" not in shape.properties and not {*fields} & {*shape.properties}:
            return body, fields  # the response is about something else
        gone = {
            name for name, value in fields.items() if value is None and name in shape.properties and name not in row
        }
        return body, {**{name: value for name, value in fields.items() if name not in gone}, **row}


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return an object with the changes of another, those of objects within it too (RFC 7396)."""
    merged = dict(old)
    for name, value in new.items():
        before = merged.get(name)
        merged[name] = _merged(before, value) if isinstance(before, Mapping) and isinstance(value, Mapping) else value
    return merged
