"""Everything a user may choose of a fake: the one list of it.

The keywords of FakeSources, the marker, the ini options and command-line options of pytest, the flags of the command
line and the FAKESOURCES_* variables are all made from these fields, help texts and readings included. Imports nothing
but what every pytest run has loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, Literal

from .core.text.spelling import nearest

Credentials = Mapping[str, Mapping[str, str]]
"""By API, by account: the key. `{"datasift": {"alice": "key"}, "curator": {"team": "key"}}`"""


def _seed(text: str) -> int | str:
    return int(text) if text.lstrip("-").isdecimal() else text


def _whole(text: str) -> int:
    if not text.strip().lstrip("+-").isdecimal():
        raise ValueError(f"expected an integer, got {text!r}")
    return int(text)


def _yes_or_no(text: str) -> bool:
    said = text.strip().lower()
    if said in ("yes", "true", "on", "1"):
        return True
    if said in ("no", "false", "off", "0"):
        return False
    raise ValueError(f"expected yes or no, got {text!r}")


_UNITS = {"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}


def read_bytes(text: str) -> int:
    """Return a number of bytes, with a unit or without: `65536`, `64KiB`, `32 MiB`. Raises ValueError."""
    number, factor = text.strip().lower(), 1
    if number[-3:] in _UNITS:
        number, factor = number[:-3].strip(), _UNITS[number[-3:]]
    if not (number.isascii() and number.isdecimal()):
        raise ValueError(f"expected a number of bytes such as 65536 or 32MiB, got {text!r}")
    return int(number) * factor


def _entries(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


def _credentials(text: str) -> Credentials:
    read: dict[str, dict[str, str]] = {}
    for entry in _entries(text):
        api, _, rest = entry.partition(":")
        account, _, key = rest.partition("=")
        if not (api.strip() and account.strip() and key.strip()):
            raise ValueError("expected API:ACCOUNT=KEY, several of them separated by commas, got something else")
        read.setdefault(api.strip(), {})[account.strip()] = key.strip()
    return read


def _hosts(text: str) -> Mapping[str, str]:
    read = {}
    for entry in _entries(text):
        url, _, api = entry.rpartition("=")
        if not (url.strip() and api.strip()):
            raise ValueError(f"expected URL=API, several of them separated by commas, got {entry!r}")
        read[url.strip()] = api.strip()
    return read


def _clock(text: str) -> datetime | Literal["real"]:
    if text.strip() == "real":
        return "real"
    try:
        when = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"expected a time such as 2026-01-01T00:00:00Z, or real, got {text!r}") from None
    if when.tzinfo is None:
        raise ValueError(f"expected a time with its zone, such as {when.isoformat()}Z, or real, got {text!r}")
    return when


def _option(
    default: Any,
    help: str,
    metavar: str,
    read: Callable[[str], Any] = str,
    *,
    kinds: tuple[type, ...] = (),
    words: tuple[str, ...] = (),
    expected: str = "",
    secret: bool = False,
) -> Any:
    kinds = kinds or (type(default),)
    expected = expected or _WORDS[kinds[0]]
    told = {"help": help, "metavar": metavar, "read": read, "kinds": kinds, "words": words, "expected": expected}
    return field(default=default, repr=not secret, metadata=told)


_WORDS: Mapping[type, str] = {bool: "True or False", int: "an integer", str: "a text", Mapping: "a mapping"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What one fake is made with. A value; FakeSources takes the same names as keywords."""

    datasift: str = _option("docs-1.6", "the edition of DataSift's API: docs-1.6 or live-1.6", "EDITION")
    curator: str = _option("docs-2017", "the edition of Curator's API: docs-2017 or docs-2025", "EDITION")
    strict: bool = _option(True, "whether a contract violation fails the test, or is listed only", "YES|NO", _yes_or_no)
    seed: int | str = _option(
        0, "what ids are derived from", "SEED", _seed, kinds=(int, str), expected="an integer or a text"
    )
    credentials: Credentials | None = _option(  # noqa: RUF009  # it gives a field
        None,
        "the only accounts and keys that are right; without any, every well-formed one is",
        "API:ACCOUNT=KEY,...",
        _credentials,
        kinds=(Mapping,),
        secret=True,
    )
    home: str | None = _option(  # it gives a field
        None,
        "whose ids are those of the documentation's examples: an account's name, by API as API:NAME,..., or none; "
        "else the first caller's",
        "NAME|none",
        kinds=(str,),
        secret=True,
    )
    hosts: Mapping[str, str] | None = _option(
        None, "further base URLs to answer for", "URL=API,...", _hosts, kinds=(Mapping,)
    )
    rate_limit: int = _option(10_000, "DataSift: the credits an account has in an hour", "CREDITS", _whole)
    rate_limit_status: int = _option(
        403, "DataSift: what a call beyond the limit is answered: 403 or 429", "STATUS", _whole
    )
    documented_methods: bool = _option(
        False, "whether only the documented methods are taken, not those that clients are known to use", "YES|NO",
        _yes_or_no,
    )  # fmt: skip
    bearer: bool = _option(False, "Curator: whether a key may also come as a Bearer token", "YES|NO", _yes_or_no)
    wrong_key_status: int = _option(403, "Curator: what a wrong key is answered: 401 or 403", "STATUS", _whole)
    posts: str | float = _option(
        "immediate",
        "Curator: when the posts of a new source arrive: immediate, manual, or after so many seconds",
        "WHEN",
        kinds=(str, float, int),
        expected="a text or a number",
    )
    journal_size: int = _option(1000, "how many exchanges the journal keeps", "COUNT", _whole)
    journal_bytes: int = _option(
        32 << 20, "how many bytes the exchanges in the journal may take together", "BYTES", read_bytes
    )
    violation_bytes: int = _option(16 << 20, "how many bytes the violations may take together", "BYTES", read_bytes)
    clock: datetime | Literal["real"] | None = _option(  # noqa: RUF009  # it gives a field
        None,
        "the time the clock stands at (ISO 8601 with its time zone), or real to follow `time.time()`",
        "TIME",
        _clock,
        kinds=(datetime,),
        words=("real",),
        expected="an aware datetime or 'real'",
    )

    def __post_init__(self) -> None:
        """Raise ValueError for a value of another kind than its option has."""
        wrong = misfits({name: getattr(self, name) for name in ALL})
        if wrong:
            raise WrongOption(wrong)


class WrongOption(TypeError, ValueError):
    """An option has a value of another kind than it takes."""


@dataclass(frozen=True, slots=True)
class Option:
    """One field of Options, as whoever offers it to a user needs it."""

    name: str
    default: Any
    help: str
    metavar: str
    reading: Callable[[str], Any]
    kinds: tuple[type, ...]
    words: tuple[str, ...]
    expected: str

    def read(self, text: str) -> Any:
        """A value written as text. Raises ValueError, naming the option and what was expected."""
        try:
            return self.reading(text)
        except ValueError as error:
            raise ValueError(f"{self.name}: {error}") from None

    def misfit(self, value: Any) -> str:
        """What to say of a value of another kind than the option has; empty when it is of that kind."""
        if isinstance(value, str) and str in self.kinds and not _is_text(value):
            return f"{self.name}: expected a text without unpaired surrogates, got {value!a}"
        if value is self.default or (isinstance(value, self.kinds) and (type(value) is not bool or bool in self.kinds)):
            return ""
        if isinstance(value, str) and value in self.words:
            return ""
        got = f"a {type(value).__name__}" if Mapping in self.kinds else repr(value)  # keys are in there
        return f"{self.name}: expected {self.expected}, got {got}"


def _is_text(value: str) -> bool:
    """Return whether UTF-8 can carry it: ids are made from the seed, and a name that cannot be printed cannot be told."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


ALL: Mapping[str, Option] = {
    each.name: Option(
        each.name,
        each.default,
        each.metadata["help"],
        each.metadata["metavar"],
        each.metadata["read"],
        each.metadata["kinds"],
        each.metadata["words"],
        each.metadata["expected"],
    )
    for each in fields(Options)
}
"""Every option by name, in order."""


def misfits(given: Mapping[str, Any]) -> str:
    """What to say of values of another kind than their options have; empty when all of them are of that kind."""
    return "; ".join(filter(None, [ALL[name].misfit(value) for name, value in given.items()]))


def unknown(names: Iterable[str]) -> str:
    """What to say of names that are no options, the nearest ones included; empty when all of them are."""
    said = []
    for name in names:
        if name not in ALL:
            near = nearest(name, ALL)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(ALL)}"
            said.append(f"there is no option {name!r}; {hint}")
    return "; ".join(said)
