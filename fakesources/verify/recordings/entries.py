"""One recorded exchange, and the one way of saying that a recording cannot be read.

Every reader yields entries in the order they were recorded. Times are seconds since 1970; sizes are bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from ...core.masking import mask_text
from ...core.messages import Pairs, Reply, Request

MIB = 1 << 20


class Unusable(ValueError):
    """A recording cannot be read; the text is one line that names the place and says why."""

    def __init__(self, place: str, why: str) -> None:
        self.place, self.why = place, why
        super().__init__(f"{place}: {why}")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is taken in at once, in bytes.

    `document` bounds a file that has to be read whole (HAR, a cassette in JSON), `yaml` one in YAML, which is slower
    by far; `line` bounds one line of a file of JSON lines, whose length is free; `body` one body after decompression.
    """

    document: int = 128 * MIB
    yaml: int = 32 * MIB
    line: int = 16 * MIB
    body: int = 16 * MIB

    @classmethod
    def of(cls, size: int) -> Bounds:
        """Bounds for users who name one size."""
        return cls(document=size, yaml=size, line=size, body=size)


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as it was recorded.

    `place` says where it stands in its file. `at` is when it was asked, or by its Date answered, None where the
    recording does not say. A body that was sent and not recorded makes `asked` or `answered` false: what it said cannot be held to anything.
    `given_up` are the requests since the entry before that never got an answer.
    """

    place: str
    request: Request
    reply: Reply
    at: float | None = None
    asked: bool = True
    answered: bool = True
    given_up: tuple[Request, ...] = ()

    def __post_init__(self) -> None:
        if self.at is None:
            object.__setattr__(self, "at", moment(self.reply.header("date")))


def requested(place: str, method: Any, url: Any, headers: Pairs, body: bytes) -> Request:
    """A Request from its recorded parts. Raises Unusable where the method or the URL is none."""
    if not isinstance(method, str) or not method.isascii() or not method.isalpha():
        raise Unusable(place, f"the request has no method: {_brief(method)}")
    if not isinstance(url, str):
        raise Unusable(place, f"the request has no URL: {_brief(url)}")
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower()
    except ValueError:
        raise Unusable(place, f"the request's URL is none: {_brief(url.partition('?')[0])}") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Request(method.upper(), target, headers, body, host, parts.scheme or "https", "recorded")


def replied(place: str, status: Any, headers: Pairs, body: bytes) -> Reply:
    """A Reply from its recorded parts. Raises Unusable where the status is none."""
    if isinstance(status, str) and status.isascii() and status.isdigit():
        status = int(status)
    if not isinstance(status, int) or isinstance(status, bool) or not 100 <= status <= 599:
        raise Unusable(place, f"the answer has no status: {_brief(status)}")
    return Reply(status, headers, body)


def pairs(place: str, headers: Any) -> Pairs:
    """Headers from a mapping of names to a value or values, or from a list of pairs or of {name, value}.

    The pseudo headers of HTTP/2 (`:authority`) are left out. Raises Unusable for anything else.
    """
    found: list[tuple[str, str]] = []
    if headers is None:
        return ()
    if isinstance(headers, dict):
        for name, values in headers.items():
            found += [(str(name), _text(value)) for value in (values if isinstance(values, list) else [values])]
    elif isinstance(headers, list):
        for header in headers:
            if isinstance(header, dict) and "name" in header:
                found.append((str(header["name"]), _text(header.get("value"))))
            elif isinstance(header, list) and len(header) == 2:
                found.append((str(header[0]), _text(header[1])))
            else:
                raise Unusable(place, f"a header is no pair of name and value: {_brief(header)}")
    else:
        raise Unusable(place, f"headers are neither a list nor an object: {_brief(headers)}")
    return tuple((name, value) for name, value in found if not name.startswith(":"))


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
            found = value if isinstance(value, datetime) else read(str(value))
            return moment((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def header(headers: Pairs, name: str) -> str | None:
    """The first value of a header, its name compared without case."""
    return next((value for key, value in headers if key.lower() == name), None)


def unrecorded(headers: Pairs, body: bytes) -> bool:
    """Whether a body was sent, by its Content-Length, that the recording does not have."""
    length = header(headers, "content-length")
    return not body and length is not None and length.strip().isdigit() and int(length) > 0


def part(place: str, holder: Any, name: str) -> dict[str, Any]:
    """A member that has to be an object. Raises Unusable where it is not."""
    inner = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(inner, dict):
        raise Unusable(place, f"has no {name!r} object")
    return inner


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return "" if value is None else str(value)


def _brief(value: Any) -> str:
    """Return the kind of a value that is in the wrong place, or the beginning of a text with its secrets masked."""
    if isinstance(value, str):
        value = mask_text(value)
        return repr(value if len(value) <= 60 else value[:59] + "…")
    return "nothing" if value is None else type(value).__name__
