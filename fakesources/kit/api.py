"""A user's own API: declared at import, built into the same object as the built-in APIs when a fake is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from ..core.contract import api as contract
from ..core.contract.call import Call
from ..core.contract.deviations import FILE as DEVIATIONS
from ..core.contract.schemas import SchemaSource
from ..core.reporting.callers import here
from ..core.text.spelling import did_you_mean
from . import checks, hooks, parsing
from .declarations import Declarations
from .definitions import error_at, place_of
from .error_bodies import error_schema, render_error
from .names import operation_id
from .openapi.importer import from_openapi
from .rows import KitAccount, KitHandle, Rows

F = TypeVar("F", bound=Callable[[Call], Any])


class Api(Declarations):
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

    def collection(self, name: str) -> Rows[Any]:
        """Return the rows that are declared under a name, by `rows` or by an OpenAPI document. Raises DefinitionError."""
        if name not in self._rows:
            known = ", ".join(self._rows) or "none"
            raise error_at(here(), f"collection: expected one of the rows of {self.name} ({known}), got {name!r}")
        return self._rows[name]

    def override(self, id: str) -> Callable[[F], F]:
        """Handle a declared operation by the decorated function; `id` is its name, with the API's or without."""
        place = here()
        operation = operation_id(self.name, id)
        if operation not in self._endpoints:
            hint = did_you_mean(operation, self._endpoints)
            raise error_at(place, f"override: expected an operation of {self.name}, got {operation!r}{hint}")

        def declare(function: F) -> F:
            checks.check_handler(function, place_of(function), Call)
            endpoint = self._endpoints[operation]
            success = [status for status in endpoint.responses if 200 <= status < 300]
            self._changed()
            self._endpoints[operation] = replace(endpoint, handler=hooks.handler(function, success))
            self.overridden.add(operation.removeprefix(f"{self.name}."))
            if operation in self.not_guessed:
                self.not_guessed.remove(operation)
            return function

        return declare

    def deviation(
        self,
        name: str,
        *,
        says: str,
        does: str,
        reason: str,
        source: str = "",
        operations: Sequence[str] = (),
        editions: Sequence[str] = (),
        rules: Sequence[str] = (),
    ) -> None:
        """Declare a point in which the fake is known to contradict its documentation, for `rules` and the console.

        `says` is what the documentation says and `does` what the fake does. `operations` are names as for `override`.
        """
        place = here()
        checks.check_deviation(name, {"says": says, "does": does, "reason": reason}, place)
        ids = [operation_id(self.name, each) for each in operations]
        for each, known in ((ids, self._endpoints), (editions, self.editions)):
            for wrong in (one for one in each if one not in known):
                raise error_at(place, f"deviation {name!r}: expected one of {', '.join(known)}, got {wrong!r}")
        row = {"id": f"{self.name}.deviation.{name}", "editions": list(editions), "operations": ids, "source": source or self.source,
               "says": says, "does": does, "reason": reason, "rules": list(rules)}  # fmt: skip
        if any(each["id"] == row["id"] for each in self.deviations):
            raise error_at(place, f"deviation: expected a new name, got {name!r}")
        self._changed()
        self.deviations.append(row)

    @classmethod
    def from_openapi(
        cls, source: str | Path | Mapping[str, Any], *, name: str = "", host: str = "", **options: Any
    ) -> Api:
        """Return the API of an OpenAPI document of version 3.0 or 3.1, in YAML or JSON; `options` are those of `Api`.

        Operations on paths of the usual form (`POST /things`, `GET /things`, `GET`, `PUT`, `PATCH` and `DELETE
        /things/{id}`) create, list, read, change and remove rows; any other answers 501 and is listed in `not_guessed`.
        Raises DefinitionError with file and JSON path.
        """
        return from_openapi(cls, source, name=name, host=host, **options)

    # -- the object that is served ---------------------------------------------------------------------------------

    @property
    def api(self) -> contract.Api[Any]:
        """The API as the engine serves it. Raises DefinitionError where no operation is declared."""
        if self._built is None:
            self._built = self._build()
        return self._built

    def _build(self) -> contract.Api[Any]:
        if not self._endpoints:
            raise error_at(self._place, f"Api {self.name!r}: expected at least one operation, got none")
        self._check_errors()
        rows = dict(self._rows)
        account = type("Account", (KitAccount,), {"rows": {name: each.row for name, each in rows.items()}})
        handle = type(self.name.title().replace("_", ""), (KitHandle,), {"definitions": rows})
        schemas = self.schemas | {
            "common/error.json": error_schema(self.templates.values()),
            "common/path.json": hooks.path_schema(self._endpoints.values(), self.source),
            DEVIATIONS: {"deviations": list(self.deviations)},
        }
        return contract.Api(
            name=self.name,
            title=self.title,
            hosts=self.hosts,
            endpoints=tuple(self._endpoints.values()),
            editions={name: contract.Edition(name=name, description=self.title) for name in self.editions},
            no_such_endpoint=self.no_such_endpoint,
            no_such_method=self.no_such_method,
            too_large=self.too_large,
            errors=(
                self.unauthorized,
                self.unreadable,
                self.invalid,
                self.no_such_endpoint,
                self.no_such_method,
                self.too_large,
            ),
            error_schema="error",
            secrets=self.secrets,
            open_account=lambda label, seed, _: account(label, seed, rows),
            before_request=parsing.read_query(self),
            authenticate=hooks.authenticate(self),
            charge=lambda _: None,
            parse=parsing.parse(self),
            invalid=hooks.invalid(self),
            render_error=render_error(self.templates),
            response_headers=hooks.response_headers(self),
            serialize=hooks.serialize,
            settings=self.settings,
            handle=handle,
            error_media_type=self.error_media_type,
            ignore_trailing_slash=self.trailing_slash,
            accounts_by_key=self.auth.by_key,
            repeats_names=True,
            rules=hooks.rules(self.name, self.source),
            pages=lambda: hooks.pages(self.source),
            security=self.auth.security,
            schemas=SchemaSource(self.name, documents={f"{self.name}/{path}": each for path, each in schemas.items()}),
        )
