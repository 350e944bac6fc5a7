"""One recorded exchange, and the error for recordings that cannot be read.

Readers yield entries in the order they were recorded. Times are seconds since 1970; sizes are bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote, urlsplit

from ...core.http.messages import Pairs, Request, Response, first_header
from ...core.text.arguments import shown
from ...core.text.display import printable

MIB = 1 << 20


class RecordingError(ValueError):
    """A recording cannot be read; the message is one line with the place and the reason."""

    def __init__(self, place: str, reason: str) -> None:
        self.place, self.reason = printable(place), printable(reason)
        super().__init__(f"{self.place}: {self.reason}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on input, in bytes.

    `file` limits a JSON file after decompression; None is no limit, since it is read as a stream. `yaml` limits a YAML
    file, which takes longer to parse. `entry` limits one entry; a larger one is skipped. `body` limits one body after
    decompression.
    """

    file: int | None = None
    yaml: int = 64 * MIB
    entry: int = 48 * MIB
    body: int = 16 * MIB

    @classmethod
    def of(cls, size: int) -> Bounds:
        """Return bounds of one size for files, entries and bodies."""
        return cls(file=size, yaml=size, entry=size, body=size)


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as it was recorded.

    `place` names the file and the entry. `time` is that of the request, or else the Date header of the response; None
    if the recording has neither. `is_request_complete` and `is_response_complete` are False if a body was sent but not
    recorded, so that it cannot be checked. `notes` are the reasons, for users. `is_repeated` is True for a response that
    may be that of another entry: a browser's cache gave it, or a service worker, whose own request is recorded as well.
    """

    place: str
    request: Request
    response: Response
    time: float | None = None
    is_request_complete: bool = True
    is_response_complete: bool = True
    notes: tuple[str, ...] = ()
    is_repeated: bool = False

    def __post_init__(self) -> None:
        if self.time is None:
            object.__setattr__(self, "time", parse_time(self.response.header("date")))


@dataclass(frozen=True, slots=True)
class RecordedEntry:
    """One entry of a recording, of which only method and URL were read.

    `entry` names it within its file. `method` and `url` are as recorded and may be empty or malformed. `left_out` is
    empty, or the reason why there is no exchange to check: one of the constants below. `load()` reads the rest, and raises
    RecordingError if it cannot be read.
    """

    file: str
    entry: str
    method: str
    url: str
    load: Callable[[], Entry] = field(repr=False)
    time: float | None = None
    left_out: str = ""


FAILED = "failed"
"""The exchange has no response: the request may have had an effect or not."""
WEB_SOCKET = "web socket"
NOT_HTTP = "not HTTP"
"""`data:`, `blob:`, `chrome-extension:` and the like."""
UNREADABLE = "unreadable entry"
"""Not even a URL could be read."""
NO_RECORDING = "as no recordings"
"""The file, found in a folder or an archive, has no known layout."""


def parse_request(place: str, method: str, url: str, headers: Pairs, body: bytes) -> Request:
    """Return a request from its recorded parts. Raises RecordingError for a malformed method or URL."""
    if not method.isascii() or not method.isalpha():
        raise RecordingError(place, f"request method: expected a name such as GET, got {shown_value(method)}")
    try:
        scheme, host, target = split_url(url)
    except ValueError:
        raise RecordingError(place, f"request URL: malformed: {shown_value(url.partition('?')[0])}") from None
    return Request(method.upper(), target, headers, body, host, scheme, "recorded")


def split_url(url: str) -> tuple[str, str, str]:
    """Return scheme, host and target of a URL as they would be sent. Raises ValueError for a malformed URL.

    The host is in lower case, with its port; the target is ASCII, without fragment.
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


MAX_SECONDS = 253402300799.0
"""Latest recorded time: the last second of the year 9999, beyond which datetime has no values."""


def parse_time(value: Any) -> float | None:
    """Return a recorded time in seconds since 1970; None for a value that is no time.

    Numbers are seconds since 1970; texts are ISO 8601 (UTC where there is no zone) or HTTP dates (RFC 9110, 5.6.7).
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) if 0 <= value <= MAX_SECONDS else None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = value if isinstance(value, datetime) else read(str(value)[:80])
            return parse_time((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def content_length(headers: Pairs) -> int | None:
    """Return the Content-Length; None if it is missing or not a number."""
    return parse_count(first_header(headers, "content-length"))


def parse_count(text: str | None) -> int | None:
    """Return a recorded number of 0 or more; None for a text that is none, or too long a one."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def is_body_missing(headers: Pairs, body: bytes) -> bool:
    """Return True if there is no recorded body although the Content-Length is positive."""
    return not body and (content_length(headers) or 0) > 0


def shown_value(value: Any) -> str:
    """Return a value for a message, "nothing" for a missing one."""
    return "nothing" if value is None else shown(value)
