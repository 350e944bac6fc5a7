"""FakeSources: the one object a test holds. Everything hangs from it and nothing is shared with another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from . import options
from .apis import ALL
from .apis.curator import Curator, CuratorSettings
from .apis.datasift import DataSift, DataSiftSettings
from .core import callers, statefiles, states
from .core.calls import Call, Service
from .core.carriers import CARRIED, is_carried
from .core.contract import nearest
from .core.endpoints import Api, Edition
from .core.engine import Engine
from .core.faults import Faults
from .core.hosts import Hosts
from .core.journal import SIZE, Journal
from .core.reports import Expectation, completed
from .core.states import Diff, Snapshot
from .core.world import Clock
from .doors import Doors
from .options import Credentials, Options

F = TypeVar("F", bound=Callable[..., Any])


class FakeSources(Doors):
    """Both APIs, faked: their state, their clock, what was asked of them, and the doors that lead to them.

    As a context manager, sync or async, it opens the doors a test needs: calls of `requests`, and of `httpx` and
    `httpx2` once they are imported, are answered here, and nothing else reaches the vendors' hosts. As a
    decorator it does so for a function, a coroutine function or a `unittest.TestCase`, with a new fake each time.

    The keywords are those of Options, which tells of each. Raises ValueError for a value that cannot be.
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
        posts: str | float = "at-once",
        journal_size: int = SIZE,
        clock: datetime | Literal["real"] | None = None,
    ) -> None:
        given = locals()
        self._given = {name: given[name] for name in options.ALL}
        wrong = options.misfits(self._given)
        if wrong:
            raise ValueError(wrong)
        self.seed = seed
        self.clock = Clock(clock)
        self.journal = Journal(journal_size, _OPERATIONS)
        editions = {"datasift": datasift, "curator": curator}
        settings: dict[str, Any] = {
            "datasift": DataSiftSettings(
                documented_methods=documented_methods, rate_limit=rate_limit, rate_limit_status=rate_limit_status
            ),
            "curator": CuratorSettings(
                documented_methods=documented_methods, bearer=bearer, wrong_key_status=wrong_key_status, posts=posts
            ),
        }
        known = checked(credentials) if credentials else {}
        self.services: dict[str, Service] = {
            api.name: Service(
                api, edition_of(api, editions[api.name]), settings[api.name], self.clock, seed, known.get(api.name)
            )
            for api in ALL
        }
        faults = Faults(ALL, self.clock)
        self._engine = Engine(self.services, self._choose, self.clock, self.journal, faults, self._report)
        engine = self._engine
        super().__init__(engine.handle, engine.steps, engine.at_once, Hosts(_VENDORS, hosts), faults, [], strict)
        self.datasift = DataSift(self.services["datasift"], self._engine.lock)
        self.curator = Curator(self.services["curator"], self._engine.lock)

    @classmethod
    def of(cls, chosen: Options) -> FakeSources:
        """A fake with these options."""
        return cls(**{name: getattr(chosen, name) for name in options.ALL})

    @property
    def options(self) -> Options:
        """What it was made with."""
        return Options(**self._given)

    def __repr__(self) -> str:
        editions = ", ".join(f"{name} {service.edition.name}" for name, service in self.services.items())
        return f"<FakeSources {editions}>"

    # -- asking ----------------------------------------------------------------------------------------------------

    def _choose(self, host: str, path: str) -> tuple[str, str]:
        found = self.hosts.find(host, path)
        if found is not None:
            return found
        first, _, rest = path.lstrip("/").partition("/")
        is_datasift = first == "source" or (first.startswith("v") and rest.partition("/")[0] == "source")
        return ("datasift" if is_datasift else "curator"), path

    # -- state -----------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """What is there now, lent and not copied; the first write after it copies each table once."""
        with self._engine.lock:
            return states.taken(self.services, self.clock)

    def restore(self, snapshot: Snapshot, account: str | None = None) -> None:
        """Have what a snapshot kept, or what it kept of one account, in every API that knows it. Journal, violations
        and faults stay as they are, and for one account alone the clock does too.
        """
        with self._engine.lock:
            if account is None:
                states.gone_back(self.services, self.clock, snapshot)
            else:
                for name, service in self.services.items():
                    service.accounts.renew_from(account, snapshot.accounts[name])

    def reset(self) -> None:
        """Be as new, but for the violations: a reset must not hide one. Latches let go of what they hold, and a request
        that was begun before writes nothing any more.
        """
        with self._engine.lock:
            for service in self.services.values():
                service.renew()
            self.clock.restart()
            self.journal.clear()
            self.faults.clear()

    def reset_account(self, account: str | None = None, api: str | None = None) -> list[str]:
        """Make one account as new, in one API or in every one that has it, or all accounts of one API; what they asked
        leaves the journal. Gives the names of the APIs where there was something to do.
        """
        reset = []
        with self._engine.lock:
            for name, service in self.services.items():
                if api not in (None, name):
                    continue
                if account is None:
                    service.renew()
                elif not service.accounts.renew(account):
                    continue
                reset.append(name)
                for each in {kept.account for kept in self.journal if kept.api == name}:
                    if account in (None, each):
                        self.journal.forget(name, each)
        return reset

    def diff(self, before: Snapshot, after: Snapshot | None = None) -> Diff:
        """How one state became another, or what is now: an empty Diff where nothing changed. Its text is for people."""
        return states.difference(self.services, before, after or self.snapshot())

    def dump(self, path: str | Path | None = None) -> dict[str, Any]:
        """The whole state as JSON values, secrets included; written to a file as well, which only its owner may read.

        Raises OSError when the file cannot be written, and leaves what was there.
        """
        with self._engine.lock:
            document = statefiles.written(self.services, self.clock)
        if path is not None:
            statefiles.save(document, Path(path))
        return document

    def load(self, source: str | Path | Mapping[str, Any]) -> None:
        """Have the state that a file, or the value `dump` gave, describes; everything there was is gone.

        Raises NotAState, a ValueError that names the place, and changes nothing, for what is no such state.
        """
        document = source if isinstance(source, Mapping) else statefiles.opened(Path(source))
        loaded, moment = statefiles.read(document, self.services)
        with self._engine.lock:
            for name, (accounts, counters) in loaded.items():
                self.services[name].accounts = accounts
                self.services[name].ids.return_to(dict(counters))
            self.clock.return_to(moment)

    # -- contract --------------------------------------------------------------------------------------------------

    def expect_violation(self, rule: str) -> Expectation:
        """A context manager whose block breaks this rule exactly once and no other; the violation does not count.

        Raises ValueError for an id that no rule of the APIs can have, AssertionError or ContractViolation, on
        leaving, when something else happened.
        """
        known = ["connection"]
        for api in ALL:
            known += [api.name, *(endpoint.id for endpoint in api.endpoints)]
        operation = rule.rpartition(".")[0]
        if operation not in known:
            near = nearest(operation, known)
            hint = f", such as {near!r}" if near else ""
            raise ValueError(f"expect_violation: no rule has the id {rule!r}; ids begin with an operation's{hint}")
        return Expectation(rule, self.violations)

    def _report(self, call: Call) -> None:
        caller = callers.find(call.request.peer, call.request.host)
        noted = completed(call.violations, call.request, call.api.secrets, caller, call.api.pages())
        self.violations += noted
        call.violations[:] = [violation.altered(trace=None) for violation in noted]

    # -- as a decorator --------------------------------------------------------------------------------------------

    def __call__(self, decorated: F) -> F:
        """Decorate a function, a coroutine function or a `unittest.TestCase`: each call, each test method, runs with a
        new fake of the same options. A parameter named `fake` gets it; in a TestCase it is `self.fake`.
        """
        from .decorating import with_a_fake

        made: F = with_a_fake(decorated, lambda: FakeSources(**self._given))
        return made


_OPERATIONS = tuple(endpoint.id for api in ALL for endpoint in api.endpoints)
_VENDORS = {host: api.name for api in ALL for host in api.hosts}


def edition_of(api: Api[Any], name: str) -> Edition:
    """The edition of an API by name. Raises ValueError, naming those there are and the nearest."""
    edition = api.editions.get(name)
    if edition is None:
        near = nearest(name, api.editions)
        hint = f"; did you mean {near!r}?" if near else ""
        raise ValueError(f"{api.name} has no edition {name!r}, only {', '.join(api.editions)}{hint}")
    return edition


def checked(credentials: Credentials) -> Credentials:
    """Credentials as they were given. Raises ValueError where one has another form than account to key, by API."""
    names = [api.name for api in ALL]
    for name, keys in credentials.items():
        if name not in names:
            raise ValueError(f"credentials: there is no API {name!r}; expected {' or '.join(names)}")
        if not isinstance(keys, Mapping) or not all(
            isinstance(part, str) and part and is_carried(part) for pair in keys.items() for part in pair
        ):
            raise ValueError(
                f"credentials: {name!r} takes a mapping of account names to keys, none of them empty, each {CARRIED}"
            )
        if not keys:
            raise ValueError(f"credentials: {name!r} has no account; leave it out to take every well-formed credential")
    return credentials
