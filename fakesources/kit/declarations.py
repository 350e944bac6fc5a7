"""Declarations of a user's own API: its rows, errors and operations."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Required, TypedDict, TypeVar, Unpack

from ..core.contract import api as contract
from ..core.contract import paths
from ..core.contract.call import Call
from ..core.contract.errors import ApiError
from ..core.contract.settings import Settings
from ..core.http.messages import Pairs, phrase_of
from ..core.http.parsing import JSON
from ..core.reporting.callers import here
from ..core.storage.store import Row
from . import checks, hooks
from .auth import Auth, no_auth
from .definitions import error_at, place_of
from .error_bodies import OwnErrors, find_not_json, text_of_template
from .ids import MakeId
from .rows import Rows

F = TypeVar("F", bound=Callable[[Call], Any])
R = TypeVar("R", bound=Row)
Body = Any
Template = tuple[int, Any]
"""Status and body of an error. Texts in the body may have fields: `{field}`, `{expected}`, `{path}`, `{method}`."""


DEFAULT_ERRORS: Mapping[str, Template] = {
    "unauthorized": (401, {"error": "Unauthorized"}),
    "unreadable": (400, {"error": "The {part} cannot be read: {reason}"}),
    "invalid": (400, {"error": "{field} is invalid: expected {expected}"}),
    "no_such_endpoint": (404, {"error": "Not found"}),
    "no_such_method": (405, {"error": "Method not allowed"}),
    "too_large": (413, {"error": "The body is too large"}),
}


class OperationOptions(TypedDict, total=False):
    """Arguments of an operation."""

    id: str
    body: Any
    query: Any
    responses: Required[Mapping[int, Any]]
    errors: Sequence[ApiError]
    public: bool
    media_types: Sequence[str]
    source: str
    summary: str
    in_edition: Mapping[str, Mapping[str, Any]] | None


class Declarations:
    """Rows, errors and operations of an API, as they are declared; `Api` documents the arguments."""

    def __init__(
        self,
        name: str,
        *,
        host: str | Sequence[str],
        editions: Sequence[str] = ("1",),
        edition: str = "",
        title: str = "",
        source: str = "",
        base: str = "",
        auth: Auth | None = None,
        unauthorized: Template = DEFAULT_ERRORS["unauthorized"],
        unreadable: Template = DEFAULT_ERRORS["unreadable"],
        invalid: Template = DEFAULT_ERRORS["invalid"],
        no_such_endpoint: Template = DEFAULT_ERRORS["no_such_endpoint"],
        no_such_method: Template = DEFAULT_ERRORS["no_such_method"],
        too_large: Template = DEFAULT_ERRORS["too_large"],
        media_types: Sequence[str] = (JSON,),
        error_media_type: str = JSON,
        headers: Mapping[str, str] | Callable[[contract.Call, contract.Result], Pairs] = {},  # noqa: B006  # never changed
        secrets: Iterable[str] = (),
        settings: Settings | None = None,
        trailing_slash: bool = False,
        unknown_query: str = "report",
    ) -> None:
        self._place = here()
        checks.check_name(name, self._place)
        checks.check_options(auth, settings, base, headers, unknown_query, self._place)
        hosts = checks.check_hosts(host, self._place)
        names = checks.check_editions(editions, edition, self._place)
        self.name, self.title, self.source, self.base = name, title or name, source or "none", base.rstrip("/")
        self.hosts, self.editions = hosts, names
        self.auth = auth or no_auth()
        self.media_types = checks.check_media_types(media_types, self._place)
        self.error_media_type, self.headers = error_media_type, headers
        self.secrets = frozenset(name.lower() for name in secrets) | self.auth.secrets
        self.settings, self.trailing_slash, self.unknown_query = settings or Settings(), trailing_slash, unknown_query
        self.templates: dict[ApiError, Any] = {}
        self.schemas: dict[str, Any] = {}
        self.deviations: list[Mapping[str, Any]] = []
        self._rows: dict[str, Rows[Any]] = {}
        self._endpoints: dict[str, contract.Endpoint] = {}
        self._places: dict[ApiError, str] = {}
        self.not_guessed: list[str] = []
        """Operations of an OpenAPI document that answer 501 until they are overridden."""
        self.not_served: list[str] = []
        """Operations of an OpenAPI document whose paths cannot be served, with the reason."""
        self.overridden: set[str] = set()
        """Names of the operations that `override` has given another function."""
        self.own_errors: OwnErrors = {}
        """Errors of single operations in place of a general one, by operation and general error."""
        self._built: contract.Api[Any] | None = None
        self.unauthorized = self._general("unauthorized", unauthorized, "A request has to show a valid credential.")
        self.unreadable = self._general("unreadable", unreadable, "A query and a body have to be readable.")
        self.invalid = self._general("invalid", invalid, "Parameters have to be as their schema describes them.")
        self.no_such_endpoint = self._general("no-such-endpoint", no_such_endpoint, "A path has to be an endpoint's.")
        self.no_such_method = self._general(
            "no-such-method", no_such_method, "An endpoint takes its own methods alone."
        )
        self.too_large = self._general("too-large", too_large, "A body has at most 1 MiB.")

    def _changed(self) -> None:
        """Build the API anew for the next fake."""
        self._built = None

    def __repr__(self) -> str:
        return f"<kit.Api {self.name}: {len(self._endpoints)} operations>"

    # -- rows and errors -------------------------------------------------------------------------------------------

    def rows(
        self,
        name: str,
        row: type[R],
        *,
        ids: MakeId | None = None,
        unique: Mapping[str, ApiError] | None = None,
        created: str = "",
        updated: str = "",
        newest_first: bool = False,
    ) -> Rows[R]:
        """Declare a type of rows, which every account has of its own: a frozen dataclass with a field `id`.

        `ids` makes the ids of new rows: integers and UUIDs by default. `unique` maps indexes of the dataclass to the error
        for a second row with the same value. `created` and `updated` name fields that the clock fills.
        """
        place = here()
        if not checks.NAME.fullmatch(name) or name in self._rows:
            raise error_at(place, f"rows: expected a new name of lower-case letters, digits and _, got {name!r}")
        self._changed()
        self._rows[name] = Rows(
            self.name, name, row, place, ids=ids, unique=unique or {}, created=created, updated=updated,
            newest_first=newest_first,
        )  # fmt: skip
        return self._rows[name]

    @property
    def row_names(self) -> frozenset[str]:
        """Names of the declared rows."""
        return frozenset(self._rows)

    def error(self, name: str, status: int, body: Body, *, summary: str = "", source: str = "") -> ApiError:
        """Declare an error of some operations; `name` is the one that `faults.error` takes."""
        place = here()
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or any(each.name == name for each in self.templates):
            raise error_at(place, f"error: expected a new name of lower-case letters, digits and -, got {name!r}")
        checks.check_status(status, f"error {name!r}", place)
        error = self._error(
            f"error {name!r}", place, name, status, body, summary or phrase_of(status), source or self.source
        )
        self._places[error] = place
        return error

    def operation_error(self, name: str, status: int, body: Body, *, summary: str) -> ApiError:
        """Declare an error that other operations may have under the same name, with another body."""
        return self._error(f"error {name!r}", self._place, name, status, body, summary, self.source)

    def _check_errors(self) -> None:
        """Raise DefinitionError for a declared error that no operation has."""
        used = {error for endpoint in self._endpoints.values() for error in endpoint.errors}
        for error, place in self._places.items():
            if error not in used:
                expected = "an operation with it among its errors"
                raise error_at(place, f"error {error.name!r}: expected {expected}, got none; add errors=(...) to one")

    def _general(self, name: str, template: Template, summary: str) -> ApiError:
        given: Any = template
        if not (isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], int)):
            expected = "a status and a body, such as (401, {'error': 'Unauthorized'})"
            raise error_at(self._place, f"{name.replace('-', '_')}: expected {expected}, got {template!r}")
        argument = name.replace("-", "_")
        checks.check_status(template[0], argument, self._place)
        is_default = template is DEFAULT_ERRORS[argument]
        source = "none" if is_default else self.source
        return self._error(argument, self._place, name, template[0], template[1], summary, source)

    def _error(self, label: str, place: str, name: str, status: int, body: Body, summary: str, source: str) -> ApiError:
        self._changed()
        odd = find_not_json(body)
        if odd is not None:
            raise error_at(place, f"{label}: expected a body of JSON values, got {odd[1]!r} at {odd[0]}")
        error = ApiError(name, status, text_of_template(body), source, summary)
        if source == "none":
            error = replace(error, provenance="decided", reason="no page is named for it")
        self.templates[error] = body
        return error

    # -- operations ------------------------------------------------------------------------------------------------

    def get(self, path: str, **options: Unpack[OperationOptions]) -> Callable[[F], F]:
        """Declare the operation GET of a path; see `operation`."""
        return self.operation("GET", path, **options)

    def post(self, path: str, **options: Unpack[OperationOptions]) -> Callable[[F], F]:
        """Declare the operation POST of a path; see `operation`."""
        return self.operation("POST", path, **options)

    def put(self, path: str, **options: Unpack[OperationOptions]) -> Callable[[F], F]:
        """Declare the operation PUT of a path; see `operation`."""
        return self.operation("PUT", path, **options)

    def patch(self, path: str, **options: Unpack[OperationOptions]) -> Callable[[F], F]:
        """Declare the operation PATCH of a path; see `operation`."""
        return self.operation("PATCH", path, **options)

    def delete(self, path: str, **options: Unpack[OperationOptions]) -> Callable[[F], F]:
        """Declare the operation DELETE of a path; see `operation`."""
        return self.operation("DELETE", path, **options)

    def operation(
        self,
        method: str,
        path: str,
        *,
        id: str = "",
        body: Any = None,
        query: Any = None,
        responses: Mapping[int, Any] = {},  # never changed, and never enough
        errors: Sequence[ApiError] = (),
        public: bool = False,
        media_types: Sequence[str] = (),
        source: str = "",
        summary: str = "",
        in_edition: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Callable[[F], F]:
        """Declare an operation; the decorated function handles it. Its name is the operation's, its docstring the summary.

        Each part of `path` has at most one parameter, with or without text beside it: `/repos/<owner>/<repo>/labels`,
        `/messages/<sid>.json`. `body`, `query` and `responses` are shapes: TypedDicts, dataclasses, or JSON Schemas;
        None is no body. `in_edition` replaces them for an edition: `{"2024-01": {"responses": {200: NewShape}}}`. The
        function takes a Call and returns a row, a list of rows, a JSON value, or a Result.
        """
        place = here()
        checks.check_route(method, path, place)
        full_path = self.base + path
        if self.trailing_slash:
            full_path = full_path.rstrip("/") or "/"

        def declare(function: F) -> F:
            where = place_of(function)
            name = id or getattr(function, "__name__", repr(function))
            operation = f"{self.name}.{name}"
            if operation in self._endpoints:
                raise error_at(where, f"{name}: expected an operation of another name, got the second {operation!r}")
            form = paths.form(full_path)
            clash = next(
                (
                    each
                    for each in self._endpoints.values()
                    if method in each.methods and form in map(paths.form, each.paths)
                ),
                None,
            )
            if clash is not None:
                raise error_at(where, f"{name}: expected a path and a method of its own, got those of {clash.id!r}")
            checks.check_handler(function, where, Call)
            checks.check_operation(name, errors, self.templates, in_edition, self.editions, where)
            checks.check_responses(responses, name, where)
            success = [status for status in responses if 200 <= status < 300]
            given = {"body": body, "query": query, "responses": responses}
            for edition, shapes in ({"": given} | dict(in_edition or {})).items():
                self._add_schemas(name, edition, shapes, where)
            self._changed()
            self._endpoints[operation] = contract.Endpoint(
                id=operation,
                methods=(method,),
                documented=(method,),
                paths=(full_path,),
                handler=hooks.handler(function, success),
                responses={status: "" if shape is None else f"{name}.{status}" for status, shape in responses.items()},
                source=source or self.source,
                summary=summary or (inspect.getdoc(function) or name.replace("_", " ").capitalize()).partition("\n")[0],
                body_schema=f"{name}.request" if body is not None else "",
                query_schema=f"{name}.query" if query is not None else "",
                errors=tuple(errors),
                public=public,
                media_types=tuple(media_types) or self.media_types,
            )
            return function

        return declare

    def _add_schemas(self, name: str, edition: str, shapes: Mapping[str, Any], where: str) -> None:
        folder = edition or "common"
        bodies = [("request", shapes.get("body"), f"{name}: body"), ("query", shapes.get("query"), f"{name}: query")]
        for status, shape in shapes.get("responses", {}).items():
            bodies.append((str(status), shape, f"{name}: responses[{status}]"))
        for part, shape, place in bodies:
            if shape is not None:
                title = f"{name}.{part}"
                schema = checks.check_schema(shape, place, where, is_response=part.isdecimal())
                if part == "query":
                    checks.check_query(schema, place, where)
                self.schemas[f"{folder}/{title}.json"] = {"title": title, "x-source": self.source} | schema
