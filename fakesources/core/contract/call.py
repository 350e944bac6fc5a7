"""One call on its way through the engine: what is known of it so far, and what it runs into.

A Service is one API as one fake serves it; a Call is one request to it. Knows no vendor and no door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from ..http.masking import MASK, is_secret, mask_path, show
from ..http.messages import Request
from ..storage.accounts import Account, Accounts
from ..storage.clock import Clock, Ids
from ..system.forks import freed_in_child
from ..text.spelling import nearest
from .api import Api, Edition, Endpoint
from .errors import ApiError
from .schemas import Schema, SchemaError, json_path, schema_of
from .validation import MORE_VIOLATIONS, VIOLATIONS_LIMIT, Violation, coerce, described


@dataclass(eq=False)
class Service:
    """One API as one fake serves it. `settings` are the API's own; `credentials` map its accounts to their keys.
    `home` is the name of the home account; without one it is the first of the credentials, else the first caller, unless
    `home_is_nobody`.
    """

    api: Api[Any]
    edition: Edition
    settings: Any
    clock: Clock
    seed: int | str
    credentials: Mapping[str, str] | None = None
    home: str | None = None
    home_is_nobody: bool = False

    def __repr__(self) -> str:
        return f"<Service {self.api.name} {self.edition.name}>"

    def __post_init__(self) -> None:
        # With the API's name: two APIs of one fake never make the same id.
        self.root = f"{self.seed}\0{self.api.name}"
        self.ids = Ids(self.root, "")
        self._accounts: Accounts[Any] | None = None
        self._opening = freed_in_child(Lock())

    @property
    def accounts(self) -> Accounts[Any]:
        """The accounts there are now, opened when they are first asked for; a reset puts others in their place."""
        accounts = self._accounts
        if accounts is None:
            with self._opening:
                accounts = self._accounts = self._accounts or self.opened()
        return accounts

    @accounts.setter
    def accounts(self, accounts: Accounts[Any]) -> None:
        self._accounts = accounts

    def renew(self) -> None:
        """Have accounts and ids as new."""
        self._accounts = None
        self.ids = Ids(self.root, "")

    def opened(self) -> Accounts[Any]:
        """New, empty accounts: what a fake starts with and what a reset brings."""
        opened = self.clock.seconds()
        first = None if self.home_is_nobody else next(iter(self.credentials or ()), None)
        return Accounts(
            lambda label: self.api.open_account(label, self.root, opened),
            first if self.home is None else self.home,
            may_be_claimed=self.home is None and not self.home_is_nobody,
        )

    def schema(self, name: str) -> Schema:
        """One of the API's shapes in this edition."""
        return schema_of(self.api.name, self.edition.name, name)


class Call:
    """One request, and what has been found out about it. Made by the engine, filled on the way, read by actions."""

    __slots__ = (
        "account",
        "accounts",
        "allowed",
        "api",
        "edition",
        "endpoint",
        "error",
        "generation",
        "headers",
        "params",
        "path",
        "query",
        "request",
        "service",
        "settings",
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
        self.time = 0.0
        self.endpoint: Endpoint | None = None
        self.allowed: tuple[str, ...] = ()
        self.path: Mapping[str, Any] = {}
        self.account: Any = None
        self.headers: tuple[tuple[str, str], ...] = ()
        self.params: dict[str, Any] = {}
        self.query: dict[str, Any] = {}
        self.violations: list[Violation] = []
        self.unlisted = 0
        self.error: ApiError | None = None

    @property
    def operation(self) -> str:
        """The operation's id; the API's name where the path leads nowhere."""
        return self.endpoint.id if self.endpoint else self.api.name

    @property
    def body(self) -> dict[str, Any]:
        """The validated parameters of the body: declared names alone, coerced."""
        return self.params

    @property
    def ids(self) -> Ids:
        """Where new ids come from: the account's, or the service's where nobody is known to call."""
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
        at: str | tuple[str | int, ...],
        got: Any,
        expected: str,
        says: str,
        page: str = "",
        near: str = "",
    ) -> None:
        """Note something the API would swallow. `rule` ends the rule's id; `at` is a place in words, or the steps to it;
        `got` is a JSON value, or a text in which no secret is.

        Violations beyond the limit are counted in `unlisted`.
        """
        if len(self.violations) >= VIOLATIONS_LIMIT:
            self.unlisted += 1
            return
        self.violations.append(
            Violation(
                rule=f"{self.operation}.{rule}",
                operation=self.operation,
                path=at if isinstance(at, str) else json_path(mask_path(at, self.api.secrets)),
                actual=got if isinstance(got, str) else show(got, self.api.secrets),
                expected=expected,
                message=says,
                source=page or (self.endpoint.source if self.endpoint else ""),
                suggestion=near,
            )
        )

    def validate(self, name: str, values: Any, root: tuple[str | int, ...] = ()) -> Any:
        """Hold values against a shape of the edition: mended where the API would swallow what is wrong, and noted; an
        API that coerces nothing refuses it.

        Raises Refused, in the API's words, for anything else. Nothing is noted of a value that is refused.
        """
        shape = self.service.schema(name)
        if shape.is_valid(values):
            return values
        if not self.api.coerces:
            raise self.api.invalid(self, shape.errors(values)[0])
        mended = coerce(shape, values)
        if mended.errors:
            raise self.api.invalid(self, mended.errors[0])
        listed = VIOLATIONS_LIMIT - len(self.violations)
        for fault in mended.tolerated[:listed]:
            self._tolerate(fault, root)
        self.unlisted += len(mended.tolerated[listed:])
        return mended.values

    def sum_up(self) -> None:
        """Let the last violation say how many are not listed, where there are any."""
        if not self.unlisted:
            return
        unlisted = self.unlisted + len(self.violations[VIOLATIONS_LIMIT - 1 :])
        del self.violations[VIOLATIONS_LIMIT - 1 :]
        self.unlisted = 0
        self.report(
            "more-violations", at="$", got=f"{unlisted} more violations", expected="none",
            says=MORE_VIOLATIONS,
        )  # fmt: skip

    def _tolerate(self, fault: SchemaError, root: tuple[str | int, ...]) -> None:
        path = (*root, *fault.path)
        page = (fault.schema or {}).get("x-source", "")
        secrets = self.api.secrets
        hidden = any(isinstance(part, str) and is_secret(part, secrets) for part in path)
        if fault.keyword == "additionalProperties":
            known = (fault.schema or {}).get("properties", {})
            near = nearest(fault.names[0], known)
            got = MASK if hidden or near in secrets else show(fault.actual, secrets)
            self.report(
                "unknown-parameter", at=path, got=got, expected=f"one of {', '.join(known) or 'no names at all'}",
                says="A name the API does not know is ignored without a word.", page=page, near=near,
            )  # fmt: skip
            return
        self.report(
            "scalar-type", at=path, got=MASK if hidden else show(fault.actual, secrets), expected=described(fault),
            says="A scalar of another type is read as the one that was meant.", page=page,
        )  # fmt: skip
