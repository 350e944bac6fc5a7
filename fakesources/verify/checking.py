"""Recorded exchanges on their way to a report: whose each is, which edition fits, what follows across exchanges.

Every exchange is held to all editions that come into question at once, so a recording is read once and never kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from ..apis import ALL
from ..core.contract import Violation, nearest
from ..core.endpoints import Api
from ..core.hosts import Hosts
from ..core.messages import Request
from ..core.routes import route
from .exchanges import Judge, Judged
from .recordings.entries import FAILED, Entry, RecordedEntry, Unusable, requested
from .report import PLACES, Groups, Part, Report
from .sessions import Session

BEHIND = 200
"""How many findings more than ten times the best edition's put another out of the race: telling what is wrong takes far
longer than telling that nothing is."""


class Hearing:
    """All exchanges with one API, held to one edition or to each of several that still come into question."""

    def __init__(self, api: Api[Any], editions: Iterable[str], whole: bool = False) -> None:
        self.api = api
        self.sessions = {name: Session(Judge(api, api.editions[name]), whole) for name in editions}
        self.groups = {name: Groups() for name in self.sessions}
        self.lost: set[str] = set()
        self.operations: Counter[str] = Counter()

    def hear(self, entry: Entry, path: str) -> dict[str, list[Violation]]:
        """Take one exchange in. Gives its findings by edition."""
        found: dict[str, list[Violation]] = {}
        judged: Judged | None = None
        for name, session in self.sessions.items():
            if name in self.lost:
                continue
            judged = session.judge.judge(entry, path)
            found[name] = judged.findings + session.follow(entry, judged)
            self.groups[name].add(entry.place, found[name])
        if judged is not None:
            self.operations[judged.operation or self.api.name] += 1
        running = {name: self.groups[name].total for name in found}
        best = min(running.values())  # of those alone that are still counted, so that the best of them stays
        self.lost |= {name for name, total in running.items() if total > 10 * best + BEHIND}
        return found

    def missed(self) -> None:
        """A request was made whose answer is not known."""
        for session in self.sessions.values():
            session.missed()

    def begin(self) -> None:
        """Another recording begins, with objects of its own."""
        for session in self.sessions.values():
            session.begin()

    def part(self) -> Part:
        """What came out: of the editions not given up the one with the fewest findings, the first of equals."""
        best = min((name for name in self.groups if name not in self.lost), key=lambda name: self.groups[name].total)
        totals = {name: groups.total for name, groups in self.groups.items()}
        operations, groups = dict(self.operations), tuple(self.groups[best])
        return Part(self.api.name, best, len(totals) > 1, totals, frozenset(self.lost), operations, groups)


class Check:
    """A check under way: exchanges go in, a Report comes out.

    `editions` name the edition of an API where it is not to be found out; `bases` are further base URLs with the API
    behind each, or with "" where the path decides. `whole` says that nothing came before what was recorded.

    Raises ValueError for an edition, a base URL or an API that is none.
    """

    def __init__(
        self, editions: Mapping[str, str] | None = None, bases: Mapping[str, str] | None = None, whole: bool = False
    ) -> None:
        self._hearings = {
            api.name: Hearing(api, [edition] if (edition := (editions or {}).get(api.name)) else api.editions, whole)
            for api in ALL
        }
        vendors = {host: api.name for api in ALL for host in api.hosts}
        self._hosts = Hosts(vendors, {url: name or ALL[0].name for url, name in (bases or {}).items()})
        self._undecided = Hosts(
            {"": ALL[0].name}, {url: ALL[0].name for url, name in (bases or {}).items() if not name}
        )
        self._others = self._preflights = 0
        self._seen: list[str] = []

    def take(self, entry: Entry) -> dict[str, list[Violation]]:
        """Take one exchange in. Gives its findings by edition; none where it is not with one of the APIs."""
        found = self._whose(entry.request)
        if found is None:
            self._others += 1
            host = entry.request.host
            if host and len(self._seen) <= PLACES and host not in self._seen:
                self._seen.append(host)  # one more than is told, so that it is known that there are more
            return {}
        if entry.request.method == "OPTIONS" and entry.request.header("access-control-request-method"):
            self._preflights += 1
            return {}
        name, path = found
        return self._hearings[name].hear(entry, path)

    def leave_out(self, recorded: RecordedEntry) -> None:
        """Pass over an entry without an exchange; a failed request of ours may have had its effect or not."""
        with suppress(Unusable):
            request = requested(recorded.place, recorded.method, recorded.url, (), b"")
            if recorded.left_out == FAILED and (owner := self._whose(request)) is not None:
                self._hearings[owner[0]].missed()

    def begin(self) -> None:
        """Another recording begins: what follows across exchanges, follows within it alone."""
        for hearing in self._hearings.values():
            hearing.begin()

    def report(self, files: Iterable[str] = ()) -> Report:
        """What came out of everything that was taken in."""
        parts = tuple(hearing.part() for hearing in self._hearings.values() if hearing.operations)
        return Report(tuple(files), parts, self._others, self._preflights, tuple(self._seen))

    def _whose(self, request: Request) -> tuple[str, str] | None:
        host, path = request.host, request.path
        undecided = self._undecided.find(host, path) if host else None
        if undecided is not None:
            path = undecided[1]
            return next(_matching(request.method, path), ALL[-1].name), path
        return self._hosts.find(host, path)


def _matching(method: str, path: str) -> Iterator[str]:
    """The APIs that have such a path, whatever its method."""
    for api in ALL:
        found = route(api, False, method, path)
        if found.endpoint is not None or found.allowed:
            yield api.name


def editions_named(names: Iterable[str]) -> dict[str, str]:
    """Editions by API, from names like `live-1.6` or `datasift:live-1.6`. Raises ValueError, naming the nearest."""
    found: dict[str, str] = {}
    for text in names:
        wanted, _, edition = text.rpartition(":")
        owners = [api for api in ALL if edition in api.editions and wanted in ("", api.name)]
        if not owners:
            known = [name for api in ALL for name in api.editions]
            near = nearest(edition, known)
            hint = f"; did you mean {near!r}?" if near else ""
            raise ValueError(f"there is no edition {text!r}, only {', '.join(known)}{hint}")
        found |= {api.name: edition for api in owners}
    return found


def bases_named(texts: Iterable[str]) -> dict[str, str]:
    """Base URLs with their APIs, from texts like `http://127.0.0.1:8080` or `curator=https://staging.example/c`."""
    names = {api.name for api in ALL}
    bases: dict[str, str] = {}
    for text in texts:
        name, mark, url = text.partition("=")
        bases |= {url: name} if mark and name in names else {text: ""}
    return bases
