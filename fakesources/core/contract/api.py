"""What an API is, as data: its Endpoints, its editions, and the few functions that are its manners.

The engine reads these and so does everything else: doors, checker, export, coverage, documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from ..http.messages import Pairs
from ..storage.accounts import Account
from .errors import ApiError, ApiErrorRaised
from .rule import Rule
from .schemas import SchemaError
from .traffic import Traffic

Call = Any
"""A `Call`, which knows the API it is made to: named here it would close a circle of imports."""


class Result(NamedTuple):
    """What an action answers: a status and a JSON value; None is no body at all."""

    status: int
    value: Any = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Endpoint:
    """One operation of an API, a row beside its schemas and its source.

    `methods` are those that are taken, the documented one first; `documented` says which of them the pages give.
    `paths` are werkzeug rules. `takes` names the shape of the parameters (or of the body), `asks` that of the query
    where the API keeps the two apart, `gives` the shape of the answer by status ("" is an answer without a body).
    `refuses` are the problems this endpoint is known to answer with, `open` says that it asks for no credential.
    `media` are the types a body may have. Where parts of the parameters have a shape of their own by what else is
    known, `choices` name those shapes, and `chosen_by` the parameter that has such a name for its value.
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
    media_types: tuple[str, ...] = ("application/json",)
    discriminator: str = ""
    variants: tuple[str, ...] = ()

    def allowed(self, documented: bool) -> tuple[str, ...]:
        """Return the methods that are answered, or the documented ones alone. HEAD is one of them where the pages give
        GET: elsewhere a request that asks for headers would act.
        """
        methods = self.documented if documented else self.methods
        return (*methods, "HEAD") if "GET" in self.documented and "HEAD" not in methods else methods


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One consistent description of an API, by name; an API adds the words in which its editions differ."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a user may choose of an API's manners; an API adds its own. `documented_methods` takes the documented
    methods alone.
    """

    documented_methods: bool = False


A = TypeVar("A", bound=Account)


@dataclass(frozen=True, eq=False, kw_only=True)
class Api(Generic[A]):
    """One API: its rows, and the functions that are its manners. A value; what happens to it lives elsewhere.

    - `open_account(label, seed, clock_seconds)` makes an account;
    - `enter(call)` looks at what the path says of the version, before anything else;
    - `authenticate(call)` gives the account's name, or None on an open endpoint; raises Refused;
    - `charge(call)` takes what the call costs; raises Refused;
    - `read(call)` fills `call.params` and `call.query`; raises Refused;
    - `refuse(call, fault)` words a broken schema as a refusal;
    - `render(refused)` gives the JSON value of a refusal;
    - `dress(call, answer)` gives the headers; `write(value)` the bytes;
    - `keyed` says that accounts are named by their keys, which are secrets, unless a fake was given credentials;
    - `coerces` says that scalars of another type and unknown names are accepted silently, and reported.

    - `views(edition, account, row, at)` gives a row as each response shows it, with the name of its schema.

    `rules` are what no row, problem or schema says; `traffic` what recorded traffic is held to; `pages()` the pages
    that were read, by their short names; `security` the ways to say who calls, as OpenAPI writes them; `samples()`
    calls to make for examples, in their order. `unlisted_in_path` are names in paths that are no parameters of an
    operation, such as the version of the API.
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
    views: Callable[[Any, A, Any, float], Iterable[tuple[str, Any]]] = lambda *_: ()
    ignore_trailing_slash: bool = False
    accounts_by_key: bool = False
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
        """The edition a fake has when none is named."""
        return next(iter(self.editions))

    def endpoint(self, id: str) -> Endpoint:
        """The endpoint with an operation id. Raises KeyError, naming the nearest."""
        for endpoint in self.endpoints:
            if endpoint.id == id:
                return endpoint
        raise KeyError(id)
