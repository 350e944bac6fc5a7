"""One call on its way through the engine, and the service it is made to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ..http.masking import mask_path, show, show_at
from ..http.messages import Request
from ..storage.accounts import Account, Accounts
from ..storage.clock import Clock, Ids
from ..system.forks import freed_in_child
from ..system.real_time import monotonic
from ..text.spelling import nearest
from .api import Api, Edition, Endpoint
from .errors import ApiError
from .schemas import Schema, SchemaError, json_path
from .validation import MORE_VIOLATIONS, VIOLATIONS_LIMIT, Violation, coerce, describe_expected


@dataclass(eq=False)
class Service:
    """One API as one fake serves it.

    `settings` are the API's own; `credentials` map account names to keys. `home` is the name of the home account;
    without one it is the first of the credentials, else the first caller's, unless `has_no_home`.
    """

    api: Api[Any]
    edition: Edition
    settings: Any
    clock: Clock
    seed: int | str
    credentials: Mapping[str, str] | None = None
    home: str | None = None
    has_no_home: bool = False

    def __repr__(self) -> str:
        return f"<Service {self.api.name} {self.edition.name}>"

    def __post_init__(self) -> None:
        # With the API's name: two APIs of one fake never generate the same id.
        self.root = f"{self.seed}\0{self.api.name}"
        self.ids = Ids(self.root, "")
        self._accounts: Accounts[Any] | None = None
        self._opening = freed_in_child(Lock())

    @property
    def has_secret_names(self) -> bool:
        """True if accounts are named by their keys."""
        return self.api.accounts_by_key and not self.credentials

    @property
    def accounts(self) -> Accounts[Any]:
        """The current accounts, created on first use; a reset replaces them."""
        accounts = self._accounts
        if accounts is None:
            with self._opening:
                accounts = self._accounts = self._accounts or self.open_accounts()
        return accounts

    @accounts.setter
    def accounts(self, accounts: Accounts[Any]) -> None:
        self._accounts = accounts

    def reset(self) -> None:
        """Discard all accounts and start the ids again."""
        self._accounts = None
        self.ids = Ids(self.root, "")

    def open_accounts(self) -> Accounts[Any]:
        """Return new, empty accounts, as after a start or a reset."""
        seconds = self.clock.seconds()
        first = None if self.has_no_home else next(iter(self.credentials or ()), None)
        return Accounts(
            lambda label: self.api.open_account(label, self.root, seconds),
            first if self.home is None else self.home,
            may_be_claimed=self.home is None and not self.has_no_home,
        )

    def schema(self, name: str) -> Schema:
        """Return one of the API's schemas in this edition."""
        return self.api.schemas.schema_of(self.edition.name, name)


class Call:
    """One request and what has been determined about it so far: created and filled by the engine, read by handlers."""

    __slots__ = (
        "account",
        "accounts",
        "allowed",
        "api",
        "edition",
        "endpoint",
        "error",
        "fault",
        "generation",
        "params",
        "path",
        "query",
        "request",
        "response_headers",
        "service",
        "settings",
        "started",
        "time",
        "unlisted",
        "violations",
    )  # fmt: skip

    def __init__(self, service: Service, request: Request) -> None:
        self.service = service
        self.api: Api[Any] = service.api
        self.edition: Any = service.edition
        self.settings: Any = service.settings
        self.accounts = service.accounts
        self.generation = self.accounts.generation
        self.request = request
        self.started = monotonic()
        self.time = 0.0
        self.endpoint: Endpoint | None = None
        self.allowed: tuple[str, ...] = ()
        self.path: Mapping[str, Any] = {}
        self.account: Any = None
        self.response_headers: tuple[tuple[str, str], ...] = ()
        self.params: dict[str, Any] = {}
        self.query: dict[str, Any] = {}
        self.violations: list[Violation] = []
        self.unlisted = 0
        self.error: ApiError | None = None
        self.fault = ""

    @property
    def operation(self) -> str:
        """The operation's id; the API's name where no endpoint has the path."""
        return self.endpoint.id if self.endpoint else self.api.name

    @property
    def body(self) -> dict[str, Any]:
        """The validated parameters of the body: declared names alone, coerced."""
        return self.params

    @property
    def ids(self) -> Ids:
        """Generator of new ids: the account's, or the service's where the caller is unknown."""
        account: Account | None = self.account
        return account.ids if account is not None else self.service.ids

    @property
    def seconds(self) -> int:
        """The time of the call in whole seconds since 1970."""
        return int(self.time)

    def report(
        self,
        rule: str,
        *,
        path: str | tuple[str | int, ...],
        actual: Any,
        expected: str,
        message: str,
        source: str = "",
        suggestion: str = "",
    ) -> None:
        """Add a violation: something the real API would accept silently.

        `rule` is the last part of the rule's id. The path is a JSON path, or the keys and indexes of one. The actual
        value is a JSON value, or a text without secrets. Violations beyond the limit are counted in `unlisted`.
        """
        if len(self.violations) >= VIOLATIONS_LIMIT:
            self.unlisted += 1
            return
        self.violations.append(
            Violation(
                rule=f"{self.operation}.{rule}",
                operation=self.operation,
                path=path if isinstance(path, str) else json_path(mask_path(path, self.api.secrets)),
                actual=actual if isinstance(actual, str) else show(actual, self.api.secrets),
                expected=expected,
                message=message,
                source=source or (self.endpoint.source if self.endpoint else ""),
                suggestion=suggestion,
            )
        )

    def report_repeated(self, names: Iterable[str]) -> None:
        """Report each name that a request gives more than once, and of which the last value counts."""
        for name in dict.fromkeys(names):
            self.report(
                "given-twice",
                path=(name,),
                actual="given more than once",
                expected="given once",
                message="Of a parameter that is given more than once, the last value counts.",
            )

    def validate(self, name: str, values: Any) -> Any:
        """Return values validated against a schema of the edition.

        Errors that the API tolerates are coerced and reported as violations. Raises ApiErrorRaised for any other, and
        for every error where the API coerces nothing; nothing is reported then.
        """
        schema = self.service.schema(name)
        if schema.is_valid(values):
            return values
        if not self.api.coerces:
            raise self.api.invalid(self, schema.errors(values)[0])
        coerced = coerce(schema, values)
        if coerced.errors:
            raise self.api.invalid(self, coerced.errors[0]).beside(coerced.tolerated)
        self.report_tolerated(coerced.tolerated)
        return coerced.values

    def report_tolerated(self, errors: tuple[SchemaError, ...]) -> None:
        """Report errors that the API accepts silently as violations."""
        listed = VIOLATIONS_LIMIT - len(self.violations)
        for error in errors[:listed]:
            self._report_tolerated(error)
        self.unlisted += len(errors[listed:])

    def summarize_unlisted(self) -> None:
        """Replace the last violation with a count of the unlisted ones, if there are any."""
        if not self.unlisted:
            return
        unlisted = self.unlisted + len(self.violations[VIOLATIONS_LIMIT - 1 :])
        del self.violations[VIOLATIONS_LIMIT - 1 :]
        self.unlisted = 0
        self.report(
            "more-violations", path="$", actual=f"{unlisted} more violations", expected="none",
            message=MORE_VIOLATIONS,
        )  # fmt: skip

    def _report_tolerated(self, error: SchemaError) -> None:
        source = (error.schema or {}).get("x-source", "")
        secrets = self.api.secrets
        if error.keyword == "additionalProperties":
            known = (error.schema or {}).get("properties", {})
            suggestion = nearest(error.names[0], known)
            actual = show_at(error.actual, (*error.path, suggestion), secrets)
            self.report(
                "unknown-parameter", path=error.path, actual=actual, expected=f"one of {', '.join(known) or 'no names at all'}",
                message="The API ignores an unknown name without an error.", source=source, suggestion=suggestion,
            )  # fmt: skip
            return
        self.report(
            "scalar-type", path=error.path, actual=show_at(error.actual, error.path, secrets), expected=describe_expected(error),
            message="A scalar of another type is read as the one that was meant.", source=source,
        )  # fmt: skip
