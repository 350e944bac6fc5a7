"""A user's own API: declared at import, built into the same object as the built-in APIs when a fake is made."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from ..core.contract import api as contract
from ..core.contract.annotations import UnreadableType, schema_of_type
from ..core.contract.errors import ApiError
from ..core.contract.schemas import SchemaSource
from ..core.contract.settings import Settings
from ..core.http.messages import Pairs
from ..core.http.parsing import FORM
from ..core.text.spelling import did_you_mean
from . import hooks
from .auth import Auth, no_auth
from .definitions import calling_place, error_at, place_of
from .ids import MakeId
from .rows import KitAccount, KitHandle, Rows

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")
Body = Any
Template = tuple[int, Any]
"""Status and body of an error. Texts in the body may have fields: `{field}`, `{expected}`, `{path}`, `{method}`."""

JSON = "application/json"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TEXT = r"[\w.~!$&'()*+,;=:@%-]"
_PATH = re.compile(rf"(/({_TEXT}+|{_TEXT}*<[A-Za-z_]\w*>{_TEXT}*))+|/")

DEFAULT_ERRORS: Mapping[str, Template] = {
    "unauthorized": (401, {"error": "Unauthorized"}),
    "unreadable": (400, {"error": "The {part} cannot be read: {reason}"}),
    "invalid": (400, {"error": "{field} is invalid: expected {expected}"}),
    "no_such_endpoint": (404, {"error": "Not found"}),
    "no_such_method": (405, {"error": "Method not allowed"}),
    "too_large": (413, {"error": "The body is too large"}),
}


class Api:
    """An API of your own.

    - `host` is its host, or several; `*.example.com` stands for every name below. `base` is a prefix of all paths.
    - `editions` are the names of its editions, the default one first; `source` is the address of its documentation.
    - `auth` is how requests authenticate (`bearer`, `basic`, `api_key`); none unless given.
    - `unauthorized`, `unreadable`, `invalid`, `no_such_endpoint`, `no_such_method` and `too_large` are a status and a body.
    - `media_types` are the types of request bodies, JSON and forms; `error_media_type` the type of error bodies.
    - `headers` are headers of every response, or a function `(call, result)` that returns them.
    - `secrets` are names whose values are masked, besides those of the credential.
    - `settings` is an instance of a subclass of `Settings`, for `set={"NAME.OPTION": …}`.
    - `unknown_query="ignore"` accepts query parameters that an operation does not declare; otherwise each is a violation.

    Raises DefinitionError with file and line for what cannot be.
    """

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
        self._place = calling_place()
        if not _NAME.fullmatch(name):
            raise error_at(self._place, f"Api: expected a name of lower-case letters, digits and _, got {name!r}")
        if unknown_query not in ("report", "ignore"):
            raise error_at(self._place, f"unknown_query: expected 'report' or 'ignore', got {unknown_query!r}")
        self.name, self.title, self.source, self.base = name, title or name, source or "none", base.rstrip("/")
        self.hosts = (host,) if isinstance(host, str) else tuple(host)
        self.editions = (edition,) if edition else tuple(editions)
        self.auth = auth or no_auth()
        self.media_types, self.error_media_type, self.headers = tuple(media_types), error_media_type, headers
        self.secrets = frozenset(name.lower() for name in secrets) | self.auth.secrets
        self.settings, self.trailing_slash, self.unknown_query = settings or Settings(), trailing_slash, unknown_query
        self.templates: dict[ApiError, Any] = {}
        self.schemas: dict[str, Any] = {}
        self._rows: dict[str, Rows[Any]] = {}
        self._endpoints: dict[str, contract.Endpoint] = {}
        self.not_guessed: list[str] = []
        """Operations of an OpenAPI document that answer 501 until they are overridden."""
        self.not_served: list[str] = []
        """Operations of an OpenAPI document whose paths cannot be served, with the reason."""
        self._built: contract.Api[Any] | None = None
        self.unauthorized = self._general("unauthorized", unauthorized, "A request has to show a valid credential.")
        self.unreadable = self._general("unreadable", unreadable, "A query and a body have to be readable.")
        self.invalid = self._general("invalid", invalid, "Parameters have to be as their schema describes them.")
        self.no_such_endpoint = self._general("no-such-endpoint", no_such_endpoint, "A path has to be an endpoint's.")
        self.no_such_method = self._general(
            "no-such-method", no_such_method, "An endpoint takes its own methods alone."
        )
        self.too_large = self._general("too-large", too_large, "A body has at most 1 MiB.")

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
        place = calling_place()
        if not _NAME.fullmatch(name) or name in self._rows:
            raise error_at(place, f"rows: expected a new name of lower-case letters, digits and _, got {name!r}")
        self._changed()
        self._rows[name] = Rows(
            self.name, name, row, place, ids=ids, unique=unique or {}, created=created, updated=updated,
            newest_first=newest_first,
        )  # fmt: skip
        return self._rows[name]

    def collection(self, name: str) -> Rows[Any]:
        """Return the rows that are declared under a name, by `rows` or by an OpenAPI document. Raises DefinitionError."""
        if name not in self._rows:
            known = ", ".join(self._rows) or "none"
            raise error_at(
                calling_place(), f"collection: expected one of the rows of {self.name} ({known}), got {name!r}"
            )
        return self._rows[name]

    def error(self, name: str, status: int, body: Body, *, summary: str = "", source: str = "") -> ApiError:
        """Declare an error of some operations; `name` is the one that `faults.error` takes."""
        place = calling_place()
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name) or any(each.name == name for each in self.templates):
            raise error_at(place, f"error: expected a new name of lower-case letters, digits and -, got {name!r}")
        if not 400 <= status <= 599:
            raise error_at(place, f"error {name!r}: expected a status from 400 to 599, got {status!r}")
        return self._error(name, status, body, summary or HTTPStatus(status).phrase, source)

    def _general(self, name: str, template: Template, summary: str) -> ApiError:
        given: Any = template
        if not (isinstance(given, tuple) and len(given) == 2 and isinstance(given[0], int)):
            expected = "a status and a body, such as (401, {'error': 'Unauthorized'})"
            raise error_at(self._place, f"{name.replace('-', '_')}: expected {expected}, got {template!r}")
        return self._error(name, template[0], template[1], summary, "")

    def _error(self, name: str, status: int, body: Body, summary: str, source: str) -> ApiError:
        self._changed()
        error = ApiError(name, status, hooks.text_of_template(body), source or self.source, summary)
        self.templates[error] = body
        return error

    # -- operations ------------------------------------------------------------------------------------------------

    def get(self, path: str, **options: Any) -> Callable[[F], F]:
        """Declare the operation GET of a path; see `operation`."""
        return self.operation("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[F], F]:
        """Declare the operation POST of a path; see `operation`."""
        return self.operation("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[F], F]:
        """Declare the operation PUT of a path; see `operation`."""
        return self.operation("PUT", path, **options)

    def patch(self, path: str, **options: Any) -> Callable[[F], F]:
        """Declare the operation PATCH of a path; see `operation`."""
        return self.operation("PATCH", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[F], F]:
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
        responses: Mapping[int, Any],
        errors: Sequence[ApiError] = (),
        public: bool = False,
        media_types: Sequence[str] = (),
        source: str = "",
        summary: str = "",
        in_edition: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Callable[[F], F]:
        """Declare an operation; the decorated function handles it. Its name is the operation's, its docstring the summary.

        `path` has parameters as whole parts: `/repos/<owner>/<repo>/labels`. `body`, `query` and `responses` are shapes:
        TypedDicts, dataclasses, or JSON Schemas; None is no body. `in_edition` replaces them for an edition:
        `{"2024-01": {"responses": {200: NewShape}}}`. The function takes a Call and returns a row, a list of rows, a JSON
        value, or a Result.
        """
        place = calling_place()
        if not _PATH.fullmatch(path):
            raise error_at(place, f"path: expected parts of text or <name>, such as '/things/<id>', got {path!r}")

        def declare(function: F) -> F:
            where = place_of(function)
            name = id or function.__name__
            operation = f"{self.name}.{name}"
            if operation in self._endpoints:
                raise error_at(where, f"{name}: expected an operation of another name, got the second {operation!r}")
            clash = next(
                (e for e in self._endpoints.values() if method in e.methods and self.base + path in e.paths), None
            )
            if clash is not None:
                raise error_at(where, f"{name}: expected a path and a method of its own, got those of {clash.id!r}")
            hooks.check_handler(function, where)
            unknown = [each for each in errors if each not in self.templates]
            if unknown:
                raise error_at(where, f"{name}: errors: expected errors of this API, got {unknown[0]!r}")
            success = [status for status in responses if 200 <= status < 300]
            if not success:
                raise error_at(where, f"{name}: responses: expected a status from 200 to 299, got {list(responses)}")
            given = {"body": body, "query": query, "responses": responses}
            for edition, shapes in ({"": given} | dict(in_edition or {})).items():
                if edition and edition not in self.editions:
                    raise error_at(
                        where, f"{name}: in_edition: expected one of {', '.join(self.editions)}, got {edition!r}"
                    )
                self._add_schemas(name, edition, shapes, where)
            self._changed()
            self._endpoints[operation] = contract.Endpoint(
                id=operation,
                methods=(method,),
                documented=(method,),
                paths=(self.base + path,),
                handler=hooks.handler(self, function, success),
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

    def override(self, id: str) -> Callable[[F], F]:
        """Handle a declared operation by the decorated function; `id` is its name, with the API's or without."""
        place = calling_place()
        operation = id if id.startswith(f"{self.name}.") else f"{self.name}.{id}"
        if operation not in self._endpoints:
            hint = did_you_mean(operation, self._endpoints)
            raise error_at(place, f"override: expected an operation of {self.name}, got {operation!r}{hint}")

        def declare(function: F) -> F:
            hooks.check_handler(function, place_of(function))
            endpoint = self._endpoints[operation]
            success = [status for status in endpoint.responses if 200 <= status < 300]
            self._changed()
            self._endpoints[operation] = replace(endpoint, handler=hooks.handler(self, function, success))
            if operation in self.not_guessed:
                self.not_guessed.remove(operation)
            return function

        return declare

    @classmethod
    def from_openapi(
        cls, source: str | Path | Mapping[str, Any], *, name: str = "", host: str = "", **options: Any
    ) -> Api:
        """Return the API of an OpenAPI document of version 3.0 or 3.1, in YAML or JSON; `options` are those of `Api`.

        Operations on paths of the usual form (`POST /things`, `GET /things`, `GET`, `PUT`, `PATCH` and `DELETE
        /things/{id}`) create, list, read, change and remove rows; any other answers 501 and is listed in `not_guessed`.
        Raises DefinitionError with file and JSON path.
        """
        from .openapi_import import from_openapi

        return from_openapi(source, name=name, host=host, **options)

    def _add_schemas(self, name: str, edition: str, shapes: Mapping[str, Any], where: str) -> None:
        folder = edition or "common"
        try:
            for part, key in (("request", "body"), ("query", "query")):
                if shapes.get(key) is not None:
                    self._add_schema(
                        f"{folder}/{name}.{part}.json", schema_of_type(shapes[key], place=f"{name}: {key}")
                    )
            for status, shape in shapes.get("responses", {}).items():
                if shape is not None:
                    schema = schema_of_type(shape, is_response=True, place=f"{name}: responses[{status}]")
                    self._add_schema(f"{folder}/{name}.{status}.json", schema)
        except UnreadableType as error:
            raise error_at(where, str(error)) from None

    def _add_schema(self, path: str, schema: dict[str, Any]) -> None:
        self.schemas[path] = {"title": path.rpartition("/")[2].removesuffix(".json"), "x-source": self.source} | schema

    # -- the object that is served ---------------------------------------------------------------------------------

    def _changed(self) -> None:
        self._built = None

    @property
    def api(self) -> contract.Api[Any]:
        """The API as the engine serves it. Raises DefinitionError where no operation is declared."""
        if self._built is None:
            self._built = self._build()
        return self._built

    def _build(self) -> contract.Api[Any]:
        if not self._endpoints:
            raise error_at(self._place, f"Api {self.name!r}: expected at least one operation, got none")
        rows = dict(self._rows)
        account = type("Account", (KitAccount,), {"rows": {name: each.row for name, each in rows.items()}})
        handle = type(self.name.title().replace("_", ""), (KitHandle,), {"definitions": rows})
        schemas = self.schemas | {"common/error.json": hooks.error_schema(self.templates.values())}
        return contract.Api(
            name=self.name,
            title=self.title,
            hosts=self.hosts,
            endpoints=tuple(self._endpoints.values()),
            editions={name: contract.Edition(name=name, description=self.title) for name in self.editions},
            no_such_endpoint=self.no_such_endpoint,
            no_such_method=self.no_such_method,
            too_large=self.too_large,
            errors=(self.unauthorized, self.unreadable, self.invalid),
            error_schema="error",
            secrets=self.secrets,
            open_account=lambda label, seed, _: account(label, seed, rows),
            before_request=hooks.read_query(self),
            authenticate=hooks.authenticate(self),
            charge=lambda _: None,
            parse=hooks.parse(self),
            invalid=hooks.invalid(self),
            render_error=hooks.render_error(self),
            response_headers=hooks.response_headers(self),
            serialize=hooks.serialize,
            settings=self.settings,
            handle=handle,
            ignore_trailing_slash=self.trailing_slash,
            accounts_by_key=self.auth.by_key,
            rules=hooks.rules(self.name, self.source),
            pages=lambda: hooks.pages(self.source),
            security=self.auth.security,
            schemas=SchemaSource(self.name, documents={f"{self.name}/{path}": each for path, each in schemas.items()}),
        )


__all__ = ["FORM", "JSON", "Api", "Template"]
