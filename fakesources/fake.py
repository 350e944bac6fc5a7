"""FakeSources: the one object a test holds. Everything hangs from it and nothing is shared with another.

Doors are imported by the method that opens them, for the sake of start-up.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .apis import ALL
from .apis.curator import Curator, CuratorSettings
from .apis.datasift import DataSift, DataSiftSettings
from .core.accounts import SavedAccounts
from .core.calls import Call, Service
from .core.contract import Violation, nearest
from .core.endpoints import Api, Edition
from .core.engine import Engine
from .core.hosts import Hosts
from .core.journal import SIZE, Journal
from .core.messages import Reply, Request
from .core.world import Clock, Moment

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Credentials = Mapping[str, Mapping[str, str]]


class ContractViolation(AssertionError):
    """The code under test broke the contract in a way the real API would have swallowed."""

    def __init__(self, violations: list[Violation]) -> None:
        self.violations = violations
        count = len(violations)
        head = f"{count} contract violation{'s' if count != 1 else ''}"
        super().__init__("\n".join([f"{violations[0]}" if count == 1 else head, *([] if count == 1 else map(str, violations))]))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A fake's rows, rate windows, id counters, clock and due events at one moment. A value: restoring it leaves it whole."""

    accounts: Mapping[str, SavedAccounts]
    moment: Moment


class FakeSources:
    """Both APIs, faked: their state, their clock, what was asked of them, and the doors that lead to them.

    Raises ValueError for an edition that does not exist or a credential that cannot be one.
    """

    def __init__(
        self,
        *,
        datasift: str = "docs-1.6",
        curator: str = "docs-2017",
        strict: bool = True,
        seed: int | str = 0,
        credentials: Credentials | None = None,
        hosts: Mapping[str, str] | None = None,
        rate_limit: int = 10_000,
        rate_limit_status: int = 403,
        documented_methods: bool = False,
        bearer: bool = False,
        wrong_key_status: int = 403,
        posts: str = "at-once",
        journal_size: int = SIZE,
        clock: datetime | None = None,
    ) -> None:
        self.strict = strict
        self.seed = seed
        self.clock = Clock(clock)
        self.journal = Journal(journal_size)
        self.violations: list[Violation] = []
        self._hosts = Hosts({host: api.name for api in ALL for host in api.hosts}, hosts)
        editions = {"datasift": datasift, "curator": curator}
        settings: dict[str, Any] = {
            "datasift": DataSiftSettings(
                documented_methods=documented_methods, rate_limit=rate_limit, rate_limit_status=rate_limit_status
            ),
            "curator": CuratorSettings(
                documented_methods=documented_methods, bearer=bearer, wrong_key_status=wrong_key_status, posts=posts
            ),
        }
        known = checked(credentials)
        services = {
            api.name: Service(api, edition_of(api, editions[api.name]), settings[api.name], self.clock, seed, known.get(api.name))
            for api in ALL
        }  # fmt: skip
        self._engine = Engine(services, self._choose, self.clock, self.journal, self._report)
        self.datasift = DataSift(services["datasift"], self._engine.lock)
        self.curator = Curator(services["curator"], self._engine.lock)

    def __repr__(self) -> str:
        editions = ", ".join(f"{name} {service.edition.name}" for name, service in self._engine.services.items())
        return f"<FakeSources {editions}>"

    # -- asking ----------------------------------------------------------------------------------------------------

    def handle(self, request: Request) -> Reply:
        """Answer one request, as every door does."""
        return self._engine.handle(request)

    def ours(self, host: str, path: str) -> bool:
        """Whether a host and a path belong to the fake, rather than to the rest of the world."""
        return self._hosts.ours(host, path)

    def _choose(self, host: str, path: str) -> tuple[str, str]:
        found = self._hosts.find(host, path)
        if found is not None:
            return found
        first, _, rest = path.lstrip("/").partition("/")
        is_datasift = first == "source" or (first.startswith("v") and rest.partition("/")[0] == "source")
        return ("datasift" if is_datasift else "curator"), path

    # -- state -----------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """What is there now, lent and not copied; the first write after it copies each table once."""
        with self._engine.lock:
            accounts = {name: service.accounts.save() for name, service in self._engine.services.items()}
            return Snapshot(accounts, self.clock.moment())

    def restore(self, snapshot: Snapshot) -> None:
        """Have what a snapshot kept. Journal, violations and faults stay as they are."""
        with self._engine.lock:
            for name, service in self._engine.services.items():
                service.accounts = service.opened()
                service.accounts.go_back(snapshot.accounts[name])
            self.clock.return_to(snapshot.moment)

    def reset(self) -> None:
        """Be as new, but for the violations: a reset must not hide one."""
        with self._engine.lock:
            for service in self._engine.services.values():
                service.accounts = service.opened()
            self.journal.clear()

    # -- contract --------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """Raises ContractViolation if anything was swallowed since the fake was made or last checked."""
        if self.violations:
            found, self.violations[:] = list(self.violations), []
            raise ContractViolation(found)

    def _report(self, call: Call) -> None:
        self.violations.extend(call.violations)

    # -- doors -----------------------------------------------------------------------------------------------------

    def responses(self) -> AbstractContextManager[FakeSources]:
        """Answer every `requests` call to the vendors' hosts; other hosts are untouched."""
        from .adapters import responses

        return Opened(self, responses.intercept(self.handle, self.ours))

    @property
    def wsgi(self) -> WSGIApplication:
        """A WSGI application that serves both APIs."""
        from .adapters import wsgi

        return wsgi.application(self.handle)


class Opened(AbstractContextManager[FakeSources]):
    """A door that is open; closing it checks the contract when the fake is strict."""

    def __init__(self, fake: FakeSources, door: AbstractContextManager[Any]) -> None:
        self._fake, self._door = fake, door

    def __enter__(self) -> FakeSources:
        self._door.__enter__()
        return self._fake

    def __exit__(self, *error: Any) -> None:
        self._door.__exit__(*error)
        if self._fake.strict and error[0] is None:
            self._fake.check()


def edition_of(api: Api[Any], name: str) -> Edition:
    """The edition of an API by name. Raises ValueError, naming those there are and the nearest."""
    edition = api.editions.get(name)
    if edition is None:
        near = nearest(name, api.editions)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"{api.name} has no edition {name!r}, only {', '.join(api.editions)}{hint}")
    return edition


def checked(credentials: Credentials | None) -> Credentials:
    """Credentials as they were given. Raises ValueError where one has another form than account to key, by API."""
    names = [api.name for api in ALL]
    for name, keys in (credentials or {}).items():
        if name not in names:
            raise ValueError(f"credentials: there is no API {name!r}; expected {' or '.join(names)}")
        if not keys or not all(isinstance(part, str) and part for pair in keys.items() for part in pair):
            raise ValueError(f"credentials: {name!r} takes a mapping of account names to keys, none of them empty")
    return credentials or {}
