"""Rows of a user's own API: their stores in each account, and what handlers and tests reach them through."""

from __future__ import annotations

import re
import typing
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import UTC, datetime
from threading import RLock
from typing import Any, ClassVar, Generic, TypeVar, cast, overload

from ..core.contract.call import Call, Service
from ..core.contract.errors import ApiError, ApiErrorRaised
from ..core.contract.field_types import UnreadableType, row_type
from ..core.state.handles import AccountHandle, Collection
from ..core.state.row_fields import Keyword, Keywords, without
from ..core.state.typed_values import typed_row
from ..core.storage.accounts import Account
from ..core.storage.store import Row, Store
from ..core.text.arguments import check_names
from ..fake import FakeSources
from .checks import check_ids, check_row_options, expect
from .definitions import error_at
from .ids import MakeId, default_ids
from .rendering import Views
from .selections import Selection

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")

R = TypeVar("R", bound=Row)
Key = Callable[[Any], Hashable]


class Rows(Generic[R]):
    """One type of rows of an API: a frozen dataclass with an `id`. `of(call)` and `of(fake)` give those of an account.

    A class variable `indexes` of the dataclass maps names to functions from a row to a value: `where`, `first` and `count`
    find rows by them at a cost that does not grow with the other rows.
    """

    def __init__(
        self,
        api: str,
        name: str,
        row: type[R],
        place: str,
        *,
        ids: MakeId | None,
        unique: Mapping[str, ApiError],
        created: str,
        updated: str,
        newest_first: bool,
    ) -> None:
        self.api, self.name, self.row = api, name, row
        self.unique, self.created, self.updated, self.newest_first = unique, created, updated, newest_first
        self.fields = _fields_of(row, name, place)
        kind: Any = row
        self.indexes: Mapping[str, Key] = getattr(row, "indexes", {})
        try:
            known = row_type(kind).fields
        except UnreadableType as error:
            raise error_at(place, f"rows {name!r}: {error}") from None
        check_ids(name, ids, place)
        self.make_id = ids or default_ids(typing.get_type_hints(row)["id"])
        if self.make_id is None:
            raise error_at(place, f"rows {name!r}: expected ids that are int or str, or ids=, for {row.__name__}")
        check_row_options(name, self.indexes, unique, [*filter(None, (created, updated))], known, place)
        expect(name not in dir(KitHandle), place, f"rows {name!r}", "a name that an account does not use itself", name)

    def __repr__(self) -> str:
        return f"<Rows {self.api}.{self.name} of {self.row.__name__}>"

    def of(self, owner: Call | FakeSources) -> AccountRows[R]:
        """Return the rows of a call's account, or of the home account of a fake."""
        if isinstance(owner, Call):
            return AccountRows(owner.service, RLock(), lambda: owner.account or owner.accounts.home, self, owner)
        return cast("AccountRows[R]", getattr(getattr(owner, self.api), self.name))


class AccountRows(Collection[Account, R]):
    """The rows of one type of one account: a mapping from id to row, in the order they were added."""

    def __init__(
        self, service: Service, lock: RLock, account: Callable[[], Account], rows: Rows[R], call: Call | None = None
    ) -> None:
        super().__init__(service, lock, account, rows.name)
        self._rows, self._call = rows, call

    @property
    def columns(self) -> Sequence[str]:  # type: ignore[override]
        """Fields that a table of the rows shows."""
        return self._rows.fields[:6]

    @property
    def _add_keywords(self) -> Keywords:
        row: Any = self._rows.row
        own, filled = row_type(row), {"id", self._rows.created, self._rows.updated}
        return {
            name: Keyword(type, name not in own.optional and name not in filled) for name, type in own.fields.items()
        }

    @property
    def _change_keywords(self) -> Keywords:
        return {name: Keyword(type, False) for name, (type, _) in without(self._add_keywords, "id").items()}

    def add(self, **given: Any) -> R:
        """Add a row and return it; its id and its times are filled where they are not given.

        Raises TypeError for a field that the row lacks or that is missing; in a call the API's error for a row that has
        to be unique, elsewhere ValueError.
        """
        with self._lock:
            check_names(given, self._rows.fields, f"a {self._rows.row.__name__}")
            account = self._account()
            filled = {name: self._now() for name in (self._rows.created, self._rows.updated) if name} | given
            if "id" not in filled:
                filled["id"] = self._new_id(account, filled)
            elif filled["id"] in self._store:
                raise ValueError(f"id: expected one that no row has, got {filled['id']!r}")
            row = typed_row(self._rows.row(**filled))
            self._check_unique(row, None)
            return self._store.put(row)

    def _new_id(self, account: Account, filled: Mapping[str, Any]) -> Any:
        """Return the next id that no row has: some rows may have been added with ids of their own."""
        make_id = self._rows.make_id
        assert make_id is not None
        made = set()
        while (id := make_id(account.ids, self._rows.name, filled)) in self._store:
            if id in made:
                raise ValueError(f"{self._name}: expected ids= to make an id that no row has, got {id!r} again")
            made.add(id)
        return id

    def put(self, row: R) -> R:
        """Put a row in place of the one with its id, and return it. Raises as `add`, NoSuchRow for an id that is new."""
        with self._lock:
            old = self._store[row.id]
            if self._rows.updated:
                row = replace(cast(Any, row), **{self._rows.updated: self._now()})
            self._check_unique(row, old)
            return self._store.put(typed_row(row))

    def change(self, id: Any, **changes: Any) -> R:
        """Change fields of a row and return it. Raises NoSuchRow; TypeError for a field that cannot change."""
        with self._lock:
            row = self._store[id]
            check_names(
                changes, [name for name in self._rows.fields if name != "id"], f"a {type(row).__name__} that can change"
            )
            return self.put(cast(R, replace(cast(Any, row), **changes)))

    @overload  # type: ignore[override]  # a mapping's default may be of another type
    def get(self, id: Any, default: R | None = None) -> R | None: ...
    @overload
    def get(self, id: Any, default: R | None = None, *, otherwise: ApiError) -> R: ...
    def get(self, id: Any, default: R | None = None, *, otherwise: ApiError | None = None) -> R | None:
        """Return the row with an id, or the default; with `otherwise`, raise that error of the API where there is none.

        A text from a path stands for the integer that it writes, where ids are integers.
        """
        row = self._store.find(id)
        if row is None and isinstance(id, str) and _INTEGER.fullmatch(id):
            row = self._store.find(int(id))
        return self._found(row, otherwise, default)

    @overload
    def first(self, index: str, value: Hashable) -> R | None: ...
    @overload
    def first(self, index: str, value: Hashable, *, otherwise: ApiError) -> R: ...
    def first(self, index: str, value: Hashable, *, otherwise: ApiError | None = None) -> R | None:
        """Return the first row that an index has under a value, or None; with `otherwise`, raise that error instead."""
        return self._found(next(iter(self.where(index, value)[:1]), None), otherwise, None)

    def where(self, index: str, value: Hashable) -> Sequence[R]:
        """Return the rows that an index has under a value, in order; they are read when they are used."""
        self._check_index(index)
        return self._selection(index, value)

    def all(self) -> Sequence[R]:
        """Return all rows, in order; they are read when they are used."""
        return self._selection("", None)

    def _selection(self, index: str, value: Hashable) -> Selection[R]:
        return Selection(lambda: self._store, newest=self._rows.newest_first, index=index, value=value)

    def count(self, index: str = "", value: Hashable = None) -> int:
        """Return the number of rows that an index has under a value, or of all rows."""
        if index:
            self._check_index(index)
        return self._store.count(index, value)

    def _check_index(self, index: str) -> None:
        check_names([index], self._rows.indexes, f"the indexes of {self._rows.name}")

    def _found(self, row: R | None, otherwise: ApiError | None, default: R | None) -> R | None:
        if row is not None:
            return row
        if otherwise is not None:
            raise ApiErrorRaised(otherwise)
        return default

    def _check_unique(self, row: Any, old: Any) -> None:
        for index, error in self._rows.unique.items():
            value = self._rows.indexes[index](row)
            others = [each for each in self._store.page(group=index, value=value) if old is None or each.id != old.id]
            if others and self._call is not None:
                raise ApiErrorRaised(error)
            if others:
                raise ValueError(
                    f"{self._name}: expected a row that is unique by {index!r}, got one equal to {others[0].id!r}"
                )

    def _now(self) -> datetime:
        seconds = self._call.time if self._call is not None else self._service.clock.seconds()
        return datetime.fromtimestamp(int(seconds), UTC)


class KitAccount(Account):
    """Account of a user's own API."""

    def __init__(self, label: str, seed: int | str, rows: Mapping[str, Rows[Any]]) -> None:
        super().__init__(label, seed, {name: Store(groups=each.indexes) for name, each in rows.items()})
        self.views: Views = {}


class KitHandle(AccountHandle[KitAccount]):
    """Handle of an account of a user's own API: `fake.<api>.<rows>`."""

    definitions: ClassVar[Mapping[str, Rows[Any]]] = {}

    def __init__(self, service: Service, lock: RLock, name: str | None = None) -> None:
        super().__init__(service, lock, name)
        for rows in self.definitions.values():
            setattr(self, rows.name, AccountRows(service, lock, lambda: self._account, rows))

    def account(self, name: str) -> KitHandle:
        """Return the handle of another account. Raises ValueError for a name that no account can have."""
        return type(self)(self._service, self._lock, name)

    def __getattr__(self, name: str) -> Any:
        """Raise AttributeError with the rows there are."""
        known = ", ".join(self.definitions) or "none"
        raise AttributeError(f"{name}: expected one of the rows of the API ({known}), got {name!r}")

    @property
    def _rows(self) -> Sequence[Collection[Any, Any]]:
        return [getattr(self, name) for name in self.definitions]


def _fields_of(row: type[Any], name: str, place: str) -> list[str]:
    if not (isinstance(row, type) and is_dataclass(row)):
        raise error_at(place, f"rows {name!r}: expected a dataclass, got {row!r}")
    parameters: Any = row.__dataclass_params__  # type: ignore[attr-defined]
    if not parameters.frozen:
        raise error_at(
            place, f"rows {name!r}: expected a frozen dataclass, got {row.__name__}; write @dataclass(frozen=True)"
        )
    known = [each.name for each in fields(row)]
    if "id" not in known:
        raise error_at(place, f"rows {name!r}: expected a field 'id' in {row.__name__}, got {', '.join(known)}")
    if any(each.name == "id" and each.default is not MISSING for each in fields(row)):
        raise error_at(place, f"rows {name!r}: expected no default for the id of {row.__name__}, got one")
    return known
