"""One recorded exchange, and the one way of saying that a recording cannot be read.

Every reader yields entries in the order they were recorded. Times are seconds since 1970; sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from ...core.http.messages import Pairs, Request, Response

MIB = 1 << 20


class RecordingError(ValueError):
    """A recording cannot be read; the text is one line that names the place and says why."""

    def __init__(self, place: str, why: str) -> None:
        self.place, self.why = printable(place), printable(why)
        super().__init__(f"{self.place}: {self.why}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on input, in bytes.

    `file` limits a whole file in JSON, after decompression; None is no limit, since it is read in a stream. `yaml`
    limits one in YAML, which takes longer. `entry` limits one entry; a larger one is skipped. `body` limits one body
    after decompression.
    """

    file: int | None = None
    yaml: int = 64 * MIB
    entry: int = 48 * MIB
    body: int = 16 * MIB

    @classmethod
    def of(cls, size: int) -> Bounds:
        """Return bounds for users who name one size."""
        return cls(file=size, yaml=size, entry=size, body=size)


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as it was recorded.

    `place` names the file and the entry. `at` is the time of the request, or else of the response by its Date header;
    None if the recording has neither. `asked` and `answered` are false if the body of the request or of the response
    was sent but not recorded: nothing can be said about it. `notes` say why, in words for users.
    """

    place: str
    request: Request
    response: Response
    at: float | None = None
    asked: bool = True
    answered: bool = True
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.at is None:
            object.__setattr__(self, "at", moment(self.response.header("date")))

    @property
    def status(self) -> int:
        """Status code of the response."""
        return self.response.status


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """One entry of a recording, of which only method and URL were read.

    `entry` names it within its file. `method` and `url` stand as recorded and may be empty or malformed. `left_out` is
    empty, or the reason why there is no exchange to check, whatever the host: one of the constants below.
    `load()` reads the rest; it raises Unusable with the place if that is impossible.
    """

    file: str
    entry: str
    method: str
    url: str
    load: Callable[[], Entry] = field(repr=False)
    at: float | None = None
    left_out: str = ""

    @property
    def place(self) -> str:
        """The file and the entry in it."""
        return printable(f"{self.file}: {self.entry}")


FAILED = "failed"
"""No response arrived: the request may have had its effect or not."""
WEB_SOCKET = "web socket"
NOT_HTTP = "not HTTP"
"""`data:`, `blob:`, `chrome-extension:` and the like."""
UNREADABLE = "unreadable entry"
"""Not even a URL could be read."""


def requested(place: str, method: Any, url: Any, headers: Pairs, body: bytes) -> Request:
    """Return a Request from its recorded parts. Raises Unusable for a malformed method or URL."""
    if not isinstance(method, str) or not method.isascii() or not method.isalpha():
        raise RecordingError(place, f"request method: expected a name such as GET, got {brief(method)}")
    if not isinstance(url, str):
        raise RecordingError(place, f"request URL: expected text, got {brief(url)}")
    try:
        scheme, host, target = address(url)
    except ValueError:
        raise RecordingError(place, f"request URL: malformed: {brief(url.partition('?')[0])}") from None
    return Request(method.upper(), target, headers, body, host, scheme, "recorded")


def address(url: str) -> tuple[str, str, str]:
    """Return scheme, host (lower case, with its port) and target of a URL as they would be sent: ASCII, without
    fragment. Raises ValueError for a malformed URL.
    """
    parts = urlsplit(url.strip())
    host = parts.netloc.rpartition("@")[2].lower()
    if not host.isprintable() or any(character in host for character in " \\<>"):
        raise ValueError(host)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not target.isascii() or not target.isprintable() or " " in target:
        target = quote(target, safe=_SENDABLE, errors="replace")
    return parts.scheme or "https", host, target


_SENDABLE = "".join(map(chr, range(0x21, 0x7F)))


LAST = 253402300800.0
"""The year 10000: no time of traffic is later, and no calendar here knows one."""


def moment(value: Any) -> float | None:
    """A recorded time: seconds since 1970, ISO 8601 (UTC, where it has no zone) or the form of HTTP's Date; None for
    what is none of them.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 <= value < LAST else None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = value if isinstance(value, datetime) else read(str(value)[:80])
            return moment((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def header(headers: Pairs, name: str) -> str | None:
    """The first value of a header, its name compared without case."""
    return next((value for key, value in headers if key.lower() == name), None)


def length(headers: Pairs) -> int | None:
    """The Content-Length; None if there is none that is a number."""
    text = (header(headers, "content-length") or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def unrecorded(headers: Pairs, body: bytes) -> bool:
    """Return True if a body was sent, by its Content-Length, that the recording does not have."""
    return not body and (length(headers) or 0) > 0


def brief(value: Any) -> str:
    """Return the type of a value, or the beginning of a text: never enough to give a secret away."""
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:59] + "…")
    return "nothing" if value is None else type(value).__name__


def printable(text: str) -> str:
    """Return text without anything that a terminal or a log would act on or could not encode."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in text)
