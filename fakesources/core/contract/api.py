"""An API as data: its endpoints, its editions, and the hooks through which the engine calls it.

Everything else reads these rows too: adapters, checker, export, coverage, documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from ..http.messages import Pairs, Request, Response
from ..storage.accounts import Account
from .errors import ApiError, ApiErrorRaised
from .rule import Rule
from .schemas import SchemaError, SchemaSource
from .settings import Settings
from .traffic import Traffic

Call = Any
"""A `Call`, which refers to its API: importing it here would close a circle."""


class Result(NamedTuple):
    """Result of a handler: a status and a JSON value; None is a response without a body.

    `headers` take the place of the API's own of the same name: pairs, or a mapping where each name is given once.
    """

    status: int
    value: Any = None
    headers: Pairs | Mapping[str, str] = ()

    @property
    def header_pairs(self) -> Pairs:
        """Headers as pairs."""
        return tuple(self.headers.items() if isinstance(self.headers, Mapping) else self.headers)

    def rendered(self) -> Result:
        """Return the result with a JSON value."""
        value = self.value
        return Result(self.status, value.render(), self.headers) if isinstance(value, Deferred) else self


LARGE_ROWS = 250
"""Number of rows beyond which a response is rendered without the fake's lock: they take some milliseconds."""


class Deferred(NamedTuple):
    """Value of a result that is rendered once its handler has returned: `rows` is the number of rows in it.

    More than LARGE_ROWS are rendered without the fake's lock, and `call.account` is then a copy of the account: `render`
    uses the rows that the handler has found, and looks up any other by `call.account` alone.
    """

    rows: int
    render: Callable[[], Any]


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Endpoint:
    """One operation of an API.

    - `methods` are those it takes, the documented one first; `documented` are those that the pages give.
    - `paths` have at most one parameter in each part: `/v1/feeds/<feed_id>`, `/messages/<sid>.json`.
    - `body_schema` names the schema of the parameters, `query_schema` that of the query where the API keeps the two
      apart; `responses` the schema of the body by status, "" for a response without one.
    - `errors` are the errors of this operation besides those of every operation.
    - `public` operations need no credential; `media_types` are the types a body may have; `produces` is the type of a
      response without a schema, empty where that has no body.
    - Where a part of the parameters has a schema of its own that depends on another parameter, `discriminator` names
      that parameter and `variants` the schemas.
    """

    id: str
    methods: tuple[str, ...]
    documented: tuple[str, ...]
    paths: tuple[str, ...]
    handler: Callable[[Call], Result]
    responses: Mapping[int, str]
    source: str
    summary: str
    body_schema: str = ""
    query_schema: str = ""
    errors: tuple[ApiError, ...] = ()
    cost: int = 0
    public: bool = False
    produces: str = ""
    media_types: tuple[str, ...] = ("application/json",)
    discriminator: str = ""
    variants: tuple[str, ...] = ()

    @property
    def is_preflight(self) -> bool:
        """True for a browser's preflight (OPTIONS), which is no operation of the API."""
        return "OPTIONS" in self.methods

    @property
    def is_sent_in_query(self) -> bool:
        """True where clients send the parameters in the query, by the documented method."""
        return self.documented[0] in ("GET", "DELETE")

    def allowed(self, documented: bool) -> tuple[str, ...]:
        """Return the methods it takes, or the documented ones alone.

        HEAD is one of them where the pages give GET: elsewhere a request for headers would change something.
        """
        methods = self.documented if documented else self.methods
        return (*methods, "HEAD") if "GET" in self.documented and "HEAD" not in methods else methods


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One consistent description of an API, by name; an API adds the fields in which its editions differ."""

    name: str
    description: str


A = TypeVar("A", bound=Account)


class RateWindow(NamedTuple):
    """Credits of an account: `end` of the window in seconds since 1970, None before the first call."""

    limit: int
    spent: int
    end: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Action:
    """Something that a test does with an account besides changing its rows.

    `run(handle, **keywords)` takes the handle of an account and returns a JSON value; its docstring is the summary.
    """

    name: str
    run: Callable[..., Any]


@dataclass(frozen=True, eq=False, kw_only=True)
class Api(Generic[A]):
    """One API: its rows and its hooks. All state belongs to a `Service`, which serves it.

    Requests are for it by host, by base URLs that a user adds, or, where several APIs share a host or a port, by path:
    `hosts` may be patterns such as `*.example.com`; `owns_path(path)` claims paths besides those of the endpoints. An API
    without it gets the paths that no other API claims.

    Hooks, in the order of a request:

    - `open_account(label, seed, clock_seconds)` returns a new account;
    - `before_request(call)` runs before anything else; raises ApiErrorRaised;
    - `authenticate(call)` returns the account's name, or None for a public endpoint; raises ApiErrorRaised;
    - `charge(call)` takes the cost of the call; raises ApiErrorRaised;
    - `parse(call)` fills `call.params` and `call.query`; raises ApiErrorRaised;
    - `invalid(call, schema_error)` returns the API's error for a value that breaks a schema;
    - `render_error(raised)` returns the JSON value of an error;
    - `response_headers(call, result)` returns the headers, `serialize(value)` the bytes of a response.

    Others:

    - `handle(service, lock)` returns what a test reads and changes rows through: `fake.<name>`;
    - `actions` are what it offers besides rows, for the control plane; `rates(service, account, seconds)` returns the rate
      window of an account at a time, None where the API has none;
    - `views(edition, account, row, at)` yields a row as each response shows it, with the name of its schema;
    - `errors` are those of every operation, `no_such_endpoint`, `no_such_method` and `too_large` among them;
      `error_schema` names the schema of their bodies, whose type is `error_media_type`;
    - `schemas` are its JSON Schemas, by edition and name;
    - `file(service, request)` returns the response to a request for a file that responses refer to, such as a picture, and
      None for any other request: it is no operation, needs no credential and is not recorded. Only requests on paths
      without an endpoint are tried;
    - `settings` are the defaults of what a user may choose; `secrets` the names whose values are masked;
    - `accounts_by_key`: accounts are named by their keys, which are secrets, unless a fake was given credentials;
    - `repeats_names`: arrays in queries and forms are names that are given several times, objects names in brackets; else
      both are one text in JSON;
    - `coerces`: scalars of another type and unknown names are accepted silently, and reported;
    - `rules` are those that no row, error or schema implies; `traffic` those of recorded traffic;
    - `pages()` returns the documentation pages by their short names, `security` OpenAPI's security schemes,
      `samples()` calls to make for examples, in order;
    - `unlisted_in_path` are parts of paths that are no parameters, such as the version of the API.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    endpoints: tuple[Endpoint, ...]
    editions: Mapping[str, Edition]
    no_such_endpoint: ApiError
    no_such_method: ApiError
    too_large: ApiError
    errors: tuple[ApiError, ...]
    error_schema: str
    secrets: frozenset[str]
    open_account: Callable[[str, int | str, float], A]
    before_request: Callable[[Call], None]
    authenticate: Callable[[Call], str | None]
    charge: Callable[[Call], None]
    parse: Callable[[Call], None]
    invalid: Callable[[Call, SchemaError], ApiErrorRaised]
    render_error: Callable[[ApiErrorRaised], Any]
    response_headers: Callable[[Call, Result], Pairs]
    serialize: Callable[[Any], bytes]
    settings: Settings
    schemas: SchemaSource
    handle: Callable[..., Any] | None = None
    actions: tuple[Action, ...] = ()
    rates: Callable[[Any, A, float], RateWindow | None] = lambda *_: None
    owns_path: Callable[[str], bool] | None = None
    file: Callable[[Any, Request], Response | None] | None = None
    views: Callable[[Any, A, Any, float], Iterable[tuple[str, Any]]] = lambda *_: ()
    error_media_type: str = "application/json"
    ignore_trailing_slash: bool = False
    accounts_by_key: bool = False
    repeats_names: bool = False
    coerces: bool = True
    rules: Sequence[Rule] = field(default=())
    traffic: Traffic | None = None
    pages: Callable[[], Mapping[str, Mapping[str, str]]] = dict
    security: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unlisted_in_path: frozenset[str] = frozenset()
    samples: Callable[[], Sequence[Mapping[str, Any]]] = tuple

    def __repr__(self) -> str:
        return f"<Api {self.name}>"

    @property
    def default_edition(self) -> str:
        """Name of the edition of a fake that names none."""
        return next(iter(self.editions))

    def errors_of(self, endpoint: Endpoint | None) -> tuple[ApiError, ...]:
        """Return the errors of an operation: its own first, then those of every operation."""
        return (*(endpoint.errors if endpoint else ()), *self.errors)

    def endpoint(self, id: str) -> Endpoint:
        """Return the endpoint with an operation id. Raises KeyError."""
        for endpoint in self.endpoints:
            if endpoint.id == id:
                return endpoint
        raise KeyError(id)
