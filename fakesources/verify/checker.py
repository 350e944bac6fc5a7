"""Recorded exchanges on their way to a report: which API owns each, which edition fits, what was left out and why.

Every exchange is held to all editions that come into question at once, so a recording is read once and never kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..apis import ALL
from ..core.contract.validation import Violation
from ..core.http.masking import mask_text
from ..core.text.spelling import did_you_mean
from .edition_runs import EditionRuns
from .ownership import NO_RECORDING, NOT_CHOSEN, PREFLIGHT, Foreign, Owner, Owners
from .recordings.entry import FAILED, Entry, RecordedEntry, RecordingError
from .report import PLACES, Recording, Report
from .selection import Selection

EVERYTHING = Selection()

UNREADABLE_SHOWN = 20
"""Number of unreadable entries that are named."""


class Check:
    """A check under way: exchanges go in, a Report comes out.

    `editions` name the edition of an API where it is not to be found out; `bases` are further base URLs with the API
    behind each, or with "" where the path decides. `whole` says that nothing came before what was recorded.

    Raises ValueError for an edition, a base URL or an API that does not exist.
    """

    def __init__(
        self,
        editions: Mapping[str, str] | None = None,
        bases: Mapping[str, str] | None = None,
        whole: bool = False,
        selection: Selection = EVERYTHING,
    ) -> None:
        self._owners = Owners(bases or {})
        named = editions or {}
        self._runs = {
            api.name: EditionRuns(api, [named[api.name]] if named.get(api.name) else api.editions, whole, selection)
            for api in ALL
        }
        self._left_out: Counter[str] = Counter()
        self._shown: dict[str, list[str]] = {}
        self._unreadable: list[str] = []
        self._unrecorded: Counter[str] = Counter()
        self._recordings: list[Recording] = []

    def begin(self, name: str = "") -> Recording:
        """Begin another recording: what follows across exchanges, follows within it alone."""
        for runs in self._runs.values():
            runs.begin()
        self._recordings.append(Recording(name))
        return self._recordings[-1]

    def pass_over(self, recording: Recording) -> None:
        """Forget a file that turned out to be no recording; it is counted."""
        self._recordings.remove(recording)
        self._left_out[NO_RECORDING] += 1
        self._show(NO_RECORDING, recording.name)

    def offer(self, recorded: RecordedEntry) -> None:
        """Take in one entry of a recording: load and check it if it belongs to an API, else count it as left out."""
        if recorded.left_out and recorded.left_out != FAILED:
            self._leave_out(recorded.left_out)
            return
        owner = self._owners.find(recorded.method.upper(), recorded.url)
        if isinstance(owner, Foreign):
            self._leave_out(owner.reason, owner.shown)
        elif recorded.left_out:
            self._runs[owner.api].missed()
            self._leave_out(recorded.left_out)
        else:
            try:
                entry = recorded.load()
            except RecordingError as why:
                self._runs[owner.api].missed()
                self._not_read(str(why))
            else:
                self._hold(entry, owner, recorded.file, recorded.entry)

    def take(self, entry: Entry) -> dict[str, list[Violation]]:
        """Take in one exchange. Return its findings by edition; none where it belongs to no API."""
        if not self._recordings:
            self.begin()
        request = entry.request
        owner = self._owners.find_path(request.method, request.host, request.path)
        if isinstance(owner, Foreign):
            self._leave_out(owner.reason, owner.shown)
            return {}
        return self._hold(entry, owner, "", entry.place)

    def report(self, files: Iterable[str] = ()) -> Report:
        """Return the outcome of everything that was taken in."""
        parts = tuple(part for runs in self._runs.values() for part in runs.parts())
        return Report(
            tuple(files), parts, dict(self._left_out), {reason: tuple(names) for reason, names in self._shown.items()},
            tuple(self._unreadable), dict(self._unrecorded), tuple(self._recordings),
        )  # fmt: skip

    def _hold(self, entry: Entry, owner: Owner, file: str, name: str) -> dict[str, list[Violation]]:
        runs = self._runs[owner.api]
        if entry.request.method == "OPTIONS":
            self._leave_out(PREFLIGHT)
            if entry.request.header("access-control-request-method") is None:
                runs.note_preflight(entry, file, name)
            return {}
        self._unrecorded.update(entry.notes)
        is_chosen, found = runs.add(entry, owner.path, file, name)
        if is_chosen:
            self._recordings[-1].checked += 1
        else:
            self._leave_out(NOT_CHOSEN)
        return found

    def _leave_out(self, reason: str, shown: str = "") -> None:
        self._left_out[reason] += 1
        self._recordings[-1].left_out += 1
        self._show(reason, shown)

    def _show(self, reason: str, shown: str) -> None:
        names = self._shown.setdefault(reason, [])
        if shown and len(names) <= PLACES and shown not in names:
            names.append(shown)  # one more than is shown, to know that there are more

    def _not_read(self, why: str) -> None:
        self._recordings[-1].unreadable += 1
        if len(self._unreadable) < UNREADABLE_SHOWN:
            self._unreadable.append(mask_text(why))


def editions_named(names: Iterable[str]) -> dict[str, str]:
    """Editions by API, from names like `live-1.6` or `datasift:live-1.6`. Raises ValueError, naming the nearest."""
    found: dict[str, str] = {}
    for text in names:
        wanted, _, edition = text.rpartition(":")
        owners = [api for api in ALL if edition in api.editions and wanted in ("", api.name)]
        if not owners:
            known = [name for api in ALL for name in api.editions]
            hint = did_you_mean(edition, known)
            raise ValueError(f"edition: expected one of {', '.join(known)}, got {text!r}{hint}")
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
