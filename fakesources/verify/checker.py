"""Check of recorded exchanges: the owner of each, the best-fitting edition, and the entries left out.

Every exchange is checked against all candidate editions at once, so that a recording is read once and never stored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from ..apis.registry import installed
from ..core.contract.validation import Violation
from ..core.http.masking import mask_text
from ..core.text.display import printable
from ..core.text.spelling import any_of, did_you_mean
from .edition_runs import EditionRuns
from .ownership import OTHER_OPERATION, PREFLIGHT, Foreign, Owner, Owners
from .recordings.entry import FAILED, NO_RECORDING, Entry, RecordedEntry, RecordingError
from .report import PLACES, Recording, Report
from .selection import Selection

EVERYTHING = Selection()

UNREADABLE_SHOWN = 20
"""Maximum number of unreadable entries listed in a report."""


class Check:
    """Running check: exchanges are added, and a Report is returned at any time.

    `editions` maps APIs to editions; other APIs are checked against the best-fitting one. `bases` maps further base URLs
    to APIs, or to "" if the path decides. `is_whole` is True if no request was made before the recorded ones.

    Raises ValueError for an unknown edition, base URL or API.
    """

    def __init__(
        self,
        editions: Mapping[str, str] | None = None,
        bases: Mapping[str, str] | None = None,
        is_whole: bool = False,
        selection: Selection = EVERYTHING,
    ) -> None:
        self._owners = Owners(bases or {})
        named = editions or {}
        self._runs = {
            api.name: EditionRuns(api, [named[api.name]] if named.get(api.name) else api.editions, is_whole, selection)
            for api in installed()
        }
        self._left_out: Counter[str] = Counter()
        self._shown: dict[str, list[str]] = {}
        self._unreadable: list[str] = []
        self._unrecorded: Counter[str] = Counter()
        self._recordings: list[Recording] = []

    def begin(self, name: str = "") -> Recording:
        """Begin another recording. Checks across exchanges are made within one recording."""
        for runs in self._runs.values():
            runs.begin()
        self._recordings.append(Recording(name))
        return self._recordings[-1]

    def discard(self, recording: Recording) -> None:
        """Remove a file that is no recording, and count it as left out."""
        self._recordings.remove(recording)
        self._left_out[NO_RECORDING] += 1
        self._show(NO_RECORDING, recording.name)

    def add_recorded(self, recorded: RecordedEntry) -> None:
        """Add one entry of a recording: load and check it if it belongs to an API, else count it as left out."""
        if recorded.left_out and recorded.left_out != FAILED:
            self._leave_out(recorded.left_out, recorded.file if recorded.left_out == NO_RECORDING else "")
            return
        owner = self._owners.find(recorded.method.upper(), recorded.url)
        if isinstance(owner, Foreign):
            self._leave_out(owner.reason, owner.shown)
        elif recorded.left_out:
            self._runs[owner.api].skip()
            self._leave_out(recorded.left_out)
        else:
            try:
                entry = recorded.load()
            except RecordingError as error:
                self._runs[owner.api].skip()
                self._count_unreadable(masked_error(error, recorded.file))
            else:
                self._check(entry, owner, recorded.file, recorded.entry)

    def add(self, entry: Entry) -> dict[str, list[Violation]]:
        """Add one exchange. Return its findings by edition; empty if it belongs to no API."""
        if not self._recordings:
            self.begin()
        request = entry.request
        owner = self._owners.find_path(request.method, request.host, request.path)
        if isinstance(owner, Foreign):
            self._leave_out(owner.reason, owner.shown)
            return {}
        return self._check(entry, owner, "", entry.place)

    def report(self, files: Iterable[str] = ()) -> Report:
        """Return the outcome of all exchanges added so far."""
        parts = tuple(part for runs in self._runs.values() for part in runs.parts())
        return Report(
            tuple(files), parts, dict(self._left_out), {reason: tuple(names) for reason, names in self._shown.items()},
            tuple(self._unreadable), dict(self._unrecorded), tuple(self._recordings),
        )  # fmt: skip

    def _check(self, entry: Entry, owner: Owner, file: str, name: str) -> dict[str, list[Violation]]:
        runs = self._runs[owner.api]
        if entry.request.method == "OPTIONS":
            self._leave_out(PREFLIGHT)
            if entry.request.header("access-control-request-method") is None:
                runs.note_preflight(entry, file, name)
            return {}
        self._unrecorded.update(entry.notes)
        is_selected, found = runs.add(entry, owner.path, file, name)
        if is_selected:
            self._recordings[-1].checked += 1
        else:
            self._leave_out(OTHER_OPERATION)
        return found

    def _leave_out(self, reason: str, shown: str = "") -> None:
        self._left_out[reason] += 1
        self._recordings[-1].left_out += 1
        self._show(reason, shown)

    def _show(self, reason: str, shown: str) -> None:
        names = self._shown.setdefault(reason, [])
        if shown and len(names) <= PLACES and shown not in names:
            names.append(shown)  # one more than is shown, so that a report can say that there are more

    def _count_unreadable(self, reason: str) -> None:
        self._recordings[-1].unreadable += 1
        if len(self._unreadable) < UNREADABLE_SHOWN:
            self._unreadable.append(reason)


def masked_error(error: RecordingError, file: str) -> str:
    """Return the message of an error without secrets. The name of the file is shown as it is: it may be `api-key.har`."""
    file = printable(file)
    rest = str(error).removeprefix(file)
    if rest == str(error):
        return mask_text(rest)
    within, mark, rest = rest.partition(": ")  # the name of a file within an archive, or nothing
    return f"{file}{within}{mark}{mask_text(rest)}"


def parse_editions(names: Iterable[str]) -> dict[str, str]:
    """Return editions by API, from names like `NAME` or `API:NAME`. Raises ValueError, with the nearest name."""
    found: dict[str, str] = {}
    for text in names:
        wanted, _, edition = text.rpartition(":")
        owners = [api for api in installed() if edition in api.editions and wanted in ("", api.name)]
        if not owners:
            known = [name for api in installed() for name in api.editions]
            raise ValueError(f"edition: expected {any_of(known)}, got {text!r}{did_you_mean(edition, known)}")
        found |= {api.name: edition for api in owners}
    return found


def parse_bases(texts: Iterable[str]) -> dict[str, str]:
    """Return APIs by base URL, from texts like `http://127.0.0.1:8080` or `API=https://staging.example/path`."""
    names = {api.name for api in installed()}
    bases: dict[str, str] = {}
    for text in texts:
        name, mark, url = text.partition("=")
        bases |= {url: name} if mark and name in names else {text: ""}
    return bases
