"""FakeSources: the one object a test holds. Everything hangs from it and nothing is shared with another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from . import options
from .adapters.registry import Adapters
from .apis import configuration, registry
from .core.contract.call import Call, Service
from .core.contract.names import Names
from .core.contract.rulebook import check_id
from .core.contract.validation import Violation
from .core.engine.engine import Engine
from .core.engine.faults import Faults
from .core.engine.journal import SIZE, SIZE_BYTES, Journal
from .core.engine.routing import choose_api
from .core.http.hosts import Hosts
from .core.reporting import callers
from .core.reporting.reports import Expectation, completed
from .core.reporting.violations import SIZE_BYTES as VIOLATION_BYTES
from .core.reporting.violations import Violations
from .core.state import snapshots, state_files
from .core.state.snapshots import Diff, Snapshot
from .core.storage.clock import Clock
from .core.text.arguments import FUNCTION, MAPPING, PATH, TEXT, WrongArgument, a, check, either, hidden_for, optional
from .core.text.display import Table, pluralize
from .options import Credentials, Options

if TYPE_CHECKING:
    from .apis.curator import Curator
    from .apis.datasift import DataSift

__tracebackhide__ = hidden_for(WrongArgument, state_files.InvalidState)

F = TypeVar("F", bound=Callable[..., Any])


class FakeSources(Adapters, Table):
    """Fakes of several APIs: their state, clock, journal and faults, and the adapters through which clients reach them.

    As a context manager, sync or async, it intercepts calls of `requests`, and of `httpx` and `httpx2` once they are
    imported; any other connection to the vendors' hosts is refused. As a decorator it does so for a function, a coroutine
    function or a test class, with a new fake each time.

    The keywords are the fields of Options. `apis` are the APIs it fakes, each an Api, the name of an installed one or its
    place (`package.module:API`); None stands for the installed ones. `set` holds the options of APIs that are not built in:
    `{"github.edition": "2022-11-28"}`. Raises ValueError for a value that an option does not take.
    """

    datasift: DataSift
    """DataSift's home account; an AttributeError where the fake has no DataSift."""
    curator: Curator
    """Curator's home account; an AttributeError where the fake has no Curator."""

    def __init__(
        self,
        *,
        datasift: str = "docs-1.6",
        curator: str = "docs-2017",
        strict: bool = True,
        seed: int | str = 0,
        credentials: Credentials | None = None,
        home: str | None = None,
        hosts: Mapping[str, str] | None = None,
        apis: Sequence[Any] | None = None,
        set: Mapping[str, Any] | None = None,
        rate_limit: int = 10_000,
        rate_limit_status: int = 403,
        documented_methods: bool = False,
        bearer: bool = False,
        wrong_key_status: int = 403,
        posts: str | float = "immediate",
        images_url: str = "https://images.example",
        journal_size: int = SIZE,
        journal_bytes: int = SIZE_BYTES,
        violation_bytes: int = VIOLATION_BYTES,
        clock: datetime | Literal["real"] | None = None,
    ) -> None:
        given = locals()
        self._given = {name: given[name] for name in options.ALL}
        errors = options.type_errors(self._given)
        if errors:
            raise options.WrongOption(errors)
        self.seed = seed
        self.tests: dict[
            str, str
        ] = {}  # by account, "" for every other one: the test that runs, as the control plane reports it
        self.clock = Clock(clock)
        self.apis = registry.select(apis)
        known = configuration.checked_credentials(credentials, self.apis) if credentials else {}
        homes = configuration.homes_of(home, known, self.apis)
        chosen = configuration.settings_of(self.apis, self._given)
        self.services: dict[str, Service] = {
            api.name: Service(
                api,
                *chosen[api.name],
                self.clock,
                seed,
                known.get(api.name),
                home=homes.get(api.name),
                has_no_home=home == configuration.NO_HOME,
            )
            for api in self.apis
        }
        self._names = Names(self.services)
        self.journal = Journal(journal_size, self._names, journal_bytes)
        faults = Faults(self._names, self.clock, self.journal)
        self._engine = Engine(self.services, self._choose, self.clock, self.journal, faults, self._report)
        engine = self._engine
        super().__init__(
            engine.handle,
            engine.steps,
            engine.handle_nonblocking,
            Hosts(
                [(host, api.name) for api in self.apis for host in api.hosts],
                configuration.hosts_of(chosen, hosts),
                self._choose_by_path,
            ),
            faults,
            Violations(violation_bytes),
            strict,
        )
        self._handles = {
            name: service.api.handle(service, engine.lock)
            for name, service in self.services.items()
            if service.api.handle is not None
        }
        vars(self).update(self._handles)

    def __getattr__(self, name: str) -> Any:
        """Raise AttributeError with the APIs there are. For type checkers, any name may be an API's."""
        have = ", ".join(vars(self).get("services", ()))
        raise AttributeError(f"{name}: expected an attribute of FakeSources or one of its APIs ({have}), got {name!r}")

    @classmethod
    def of(cls, chosen: Options) -> FakeSources:
        """Return a fake with these options."""
        check(chosen=(chosen, a(Options, expected="fakesources.Options(...)")))
        return cls(**{name: getattr(chosen, name) for name in options.ALL})

    @property
    def options(self) -> Options:
        """Options that the fake was made with."""
        return Options(**self._given)

    def _table(self) -> tuple[str, Sequence[str], Iterable[Sequence[Any]], int]:
        editions = ", ".join(f"{name} {service.edition.name}" for name, service in self.services.items())
        noted = [pluralize(len(self.journal), "exchange"), pluralize(len(self.violations), "violation")]
        noted.append(f"{pluralize(len(self.faults.planned), 'fault')} planned")
        rows = [[repr(each)[1:-1]] for each in (*self._handles.values(), self.clock)]
        return f"FakeSources {editions}: {', '.join(noted)}", ("in it",), rows, len(rows)

    # -- asking ----------------------------------------------------------------------------------------------------

    def _choose(self, host: str, path: str) -> tuple[str, str]:
        """Return the name of the API that a request is for, and the path as that API has it."""
        return self.hosts.find(host, path) or (choose_api(self.apis, path).name, path)

    def _choose_by_path(self, names: Sequence[str], path: str) -> str:
        return choose_api([api for api in self.apis if api.name in names], path).name

    # -- state -----------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the current state. Its tables are shared: the first write afterwards copies each table once."""
        with self._engine.lock:
            return snapshots.take(self.services, self.clock)

    def restore(self, snapshot: Snapshot, account: str | None = None, api: str | None = None) -> None:
        """Restore a snapshot, or one account of it in every API that has the account, or in one.

        Journal, violations and faults do not change; for one account, neither does the clock. Raises ValueError for an
        account that cannot exist or is misspelt, and for an unknown API.
        """
        check(snapshot=(snapshot, SNAPSHOT))
        self._check_selection(account, api)
        with self._engine.lock:
            if account is None:
                snapshots.restore(self.services, self.clock, snapshot)
                return
            self._names.check_account(
                account, lambda: (each for saved in snapshot.accounts.values() for each in saved.accounts)
            )
            for name, service in self.services.items():
                if api in (None, name):
                    service.accounts.restore_account(account, snapshot.accounts[name])

    def _check_selection(self, account: str | None, api: str | None) -> None:
        check(account=(account, optional(TEXT)), api=(api, optional(TEXT)))
        if api is not None:
            self._names.check_api(api)

    def reset(self) -> None:
        """Reset rows, ids, clock, journal and faults; violations stay, so that a reset hides none.

        Held requests are released, and a request that began before the reset writes nothing after it.
        """
        with self._engine.lock:
            for service in self.services.values():
                service.reset()
            self.clock.restart()
            self.journal.clear()
            self.faults.clear()

    def reset_account(self, account: str | None = None, api: str | None = None) -> list[str]:
        """Reset one account, in one API or in every one that has it, or all accounts of one API; return the APIs' names.

        Their exchanges leave the journal. Raises ValueError for an unknown API, and for an account that cannot exist or is
        misspelt.
        """
        self._check_selection(account, api)
        if account is not None:
            self._names.check_account(account)
        reset = []
        with self._engine.lock:
            for name, service in self.services.items():
                if api not in (None, name):
                    continue
                if account is None:
                    service.reset()
                elif not service.accounts.reset(account):
                    continue
                reset.append(name)
                self.journal.forget(name, account)
        return reset

    def diff(
        self, before: Snapshot, after: Snapshot | None = None, account: str | None = None, api: str | None = None
    ) -> Diff:
        """Return the difference between two states, or to the current one; it is empty where nothing changed.

        With `account`, that of one account, in one API or in every one that has it.
        """
        check(before=(before, SNAPSHOT), after=(after, optional(SNAPSHOT)))
        check(account=(account, optional(TEXT)), api=(api, optional(TEXT)))
        return snapshots.difference(self.services, before, after or self.snapshot(), account, api)

    def dump(self, path: str | Path | None = None) -> dict[str, Any]:
        """Return the whole state as JSON values, secrets included; with a path, write it to a file for its owner alone.

        Raises OSError where the file cannot be written; an existing file stays as it was.
        """
        check(path=(path, optional(PATH)))
        with self._engine.lock:
            document = state_files.dump(self.services, self.clock)
        if path is not None:
            state_files.save(document, Path(path))
        return document

    def load(self, source: str | Path | Mapping[str, Any]) -> None:
        """Replace the state by that of a file, or of a value that `dump` returned.

        APIs that it does not name are reset. Raises InvalidState, a ValueError with the JSON path, and changes nothing, for
        anything else.
        """
        check(source=(source, either(PATH, MAPPING)))
        document = source if isinstance(source, Mapping) else state_files.read_json(Path(source))
        loaded, moment = state_files.parse(document, self.services)
        with self._engine.lock:
            for name, (accounts, counters) in loaded.items():
                self.services[name].accounts = accounts
                self.services[name].ids.restore(dict(counters))
            self.clock.restore(moment)

    # -- contract --------------------------------------------------------------------------------------------------

    def expect_violation(self, rule: str) -> Expectation:
        """Return a context manager whose block breaks this rule exactly once and no other; the violation does not count.

        Raises ValueError for an id that no rule has, with the nearest one; AssertionError or ContractViolation at the end of
        the block where something else happened.
        """
        check(rule=(rule, TEXT))
        check_id(rule, self.apis)
        return Expectation(rule, self.violations)

    def clear_violations(self, is_meant: Callable[[Violation], bool] = lambda _: True) -> int:
        """Clear the violations for which `is_meant` is true, all of them if left out, and return how many there were."""
        check(is_meant=(is_meant, FUNCTION))
        with self._engine.lock:
            before = len(self.violations)
            self.violations[:] = [each for each in self.violations if not is_meant(each)]
            if not self.violations:
                self.violations.dropped = 0
            return before - len(self.violations)

    def clear_exchanges(self, account: str | None = None, api: str | None = None) -> int:
        """Remove the exchanges of an account, of an API or of both from the journal, else all; return their number.

        After the removal of all, numbers begin with 1 again, and a request that began before is not recorded.
        """
        check(account=(account, optional(TEXT)), api=(api, optional(TEXT)))
        with self._engine.lock:
            if account is not None or api is not None:
                return self.journal.forget(api, account)
            count = len(self.journal)
            self.journal.clear()
            return count

    def _report(self, call: Call, account: str, exchange: int) -> None:
        caller = callers.find(call.request.peer, call.request.host)
        found = completed(call.violations, call.request, call.api.secrets, caller, call.api.pages())
        noted = [
            violation.copy_with(
                api=call.api.name,
                account=account,
                time=call.time,
                exchange=exchange,
                test=self.tests.get(account) or self.tests.get("", ""),
            )
            for violation in found
        ]
        self.violations.record(noted)
        call.violations[:] = [violation.copy_with(trace=None) for violation in noted]

    # -- as a decorator --------------------------------------------------------------------------------------------

    def __call__(self, decorated: F) -> F:
        """Decorate a function, a coroutine function or a test class, to run with a new fake of the same options.

        A function gets it as its parameter `fake`, if it has one. A test class, of unittest or pytest, has it as `cls.fake`
        from before `setUpClass` until after `tearDownClass`; each test begins with the state that the class's setup left.
        """
        from .adapters.decorators import with_a_fake

        check(decorated=(getattr(decorated, "__func__", decorated), FUNCTION))
        made: F = with_a_fake(decorated, lambda: FakeSources(**self._given))
        return made


SNAPSHOT = a(Snapshot, expected="what snapshot() returned")
