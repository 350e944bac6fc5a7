"""Names in filters and faults: operations, their parameters, APIs and accounts.

A filter with a misspelt name would match nothing, and the test that uses it would pass. So a name that no operation and
no recorded request has raises ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from ..text.arguments import WrongArgument, hidden_for
from ..text.display import short_json
from ..text.spelling import any_of, did_you_mean, is_within, suggestion_or_list
from . import paths
from .api import Api, Endpoint
from .call import Service
from .validation import convert_text

__tracebackhide__ = hidden_for(WrongArgument)

MIN_MISSPELT_LENGTH = 4
"""Minimum length of a name, in characters, for another one to count as a misspelling of it."""


def path_names(api: Api[Any], endpoint: Endpoint) -> frozenset[str]:
    """Return the names of the parameters in an operation's paths, without the version of the API."""
    return frozenset(name for path in endpoint.paths for name in paths.names(path)) - api.unlisted_in_path


@cache
def parameter_names(api: Api[Any], endpoint: Endpoint) -> tuple[str, ...]:
    """Return the names of an operation's parameters in any edition: of path, query and body."""
    names = dict.fromkeys(sorted(path_names(api, endpoint)))
    for edition in api.editions:
        for schema in filter(None, (endpoint.query_schema, endpoint.body_schema)):
            names |= dict.fromkeys(api.schemas.schema_of(edition, schema).kinds)
    return tuple(names)


@cache
def _path_kinds(api: Api[Any], edition: str) -> Mapping[str, str]:
    """Return the JSON types of an API's path parameters, by name, as far as a schema gives them."""
    return api.schemas.schema_of(edition, "path").kinds if "path" in api.schemas.names(edition) else {}


def path_params(api: Api[Any], edition: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return path parameters converted to the types of their schema."""
    kinds = _path_kinds(api, edition)
    return {
        name: convert_text(kinds.get(name, ""), value)
        for name, value in values.items()
        if name not in api.unlisted_in_path
    }


def credential_names(api: Api[Any], place: str) -> tuple[str, ...]:
    """Return the names of the credentials that an API reads from the "query", or the "header"."""
    return tuple(row["name"] for row in api.security.values() if row.get("in") == place)


class Names:
    """Names that the filters of one fake may use."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.services = services

    @cached_property
    def _endpoints(self) -> Mapping[str, tuple[Api[Any], Endpoint]]:
        return {
            endpoint.id: (service.api, endpoint)
            for service in self.services.values()
            for endpoint in service.api.endpoints
        }

    @property
    def operations(self) -> Sequence[str]:
        """The ids of all operations, in order."""
        return tuple(self._endpoints)

    def endpoint(self, operation: str) -> tuple[Api[Any], Endpoint]:
        """Return an operation with its API. Raises ValueError for an unknown one."""
        if operation not in self._endpoints:
            hint = suggestion_or_list(operation, self.operations)
            raise WrongArgument(f"operation: expected the id of an operation, got {operation!r}{hint}")
        return self._endpoints[operation]

    def beginning_with(self, prefix: str) -> list[str]:
        """Return the operations whose ids equal a prefix or begin with it and a dot; all of them for an empty one."""
        return [each for each in self.operations if not prefix or f"{each}.".startswith(f"{prefix}.")]

    def check_api(self, api: str) -> None:
        """Raise ValueError for an unknown API."""
        if api not in self.services:
            hint = did_you_mean(api, self.services)
            raise WrongArgument(f"api: expected {any_of(map(repr, self.services))}, got {api!r}{hint}")

    def check_parameters(
        self,
        where: str,
        given: Iterable[str],
        operations: Iterable[str] = (),
        recorded: Callable[[], Iterable[Iterable[str]]] = tuple,
        also: Iterable[str] = (),
    ) -> None:
        """Raise ValueError for a name that is no parameter.

        Known are the parameters of `operations` (of all where there are none), the names in `also`, and the names that
        `recorded` returns for each recorded request. `where` is the argument with the names.
        """
        searched = tuple(operations) or self.operations
        known = {name for each in searched for name in parameter_names(*self._endpoints[each])}.union(also)
        unknown = [name for name in given if name not in known]
        if unknown and (unknown := [name for name in unknown if not any(name in each for each in recorded())]):
            owner = searched[0] if len(searched) == 1 else "the operations"
            names = ", ".join(sorted(known)) or "it has none"
            hint = did_you_mean(str(unknown[0]), known)
            raise WrongArgument(
                f"{where}: expected a parameter of {owner} ({names}), got {short_json(unknown[0])}{hint}"
            )

    def check_account(self, account: str, recorded: Callable[[], Iterable[str]] = tuple) -> None:
        """Raise ValueError for an account that cannot exist, or whose name is a misspelling of an existing one.

        Where credentials are given, no other account can exist; without them any may be created by its first call. Keys
        are secrets and not compared.
        """
        is_open, known, keys = False, {"home", *recorded()}, set[str]()
        for service in self.services.values():
            names = set(service.credentials or service.accounts.names())
            is_open = is_open or not service.credentials
            known |= names
            keys |= names if service.has_secret_names else set()
        if account in known:
            return
        shown_names = known - keys
        if not is_open or any(_is_misspelt(account, name) for name in shown_names):
            names_text, hint = ", ".join(sorted(shown_names)), did_you_mean(account, shown_names)
            raise WrongArgument(f"account: expected one of those there are ({names_text}), got {account!r}{hint}")


def _is_misspelt(account: str, name: str) -> bool:
    """Return whether an account's name is another one with a letter missing, added or swapped with the next.

    Names that differ in one letter or in digits are a series: `suite-a` and `suite-b`, `worker1` and `worker12`.
    """
    same_letters = len(account) != len(name) or sorted(account) == sorted(name)
    in_a_series = re.sub(r"\d", "", account) == re.sub(r"\d", "", name)
    long_enough = min(len(account), len(name)) >= MIN_MISSPELT_LENGTH
    return long_enough and same_letters and not in_a_series and is_within(account, name, 1)
