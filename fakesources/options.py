"""Options of a fake: the one list of them.

The keywords of FakeSources, the marker, the ini entries and command-line options of pytest, the flags of the command line
and the FAKESOURCES_* variables are all made from these fields. Those of the two built-in APIs are taken from their
settings; those of any other API are entries of `set`. Imports little: it is loaded by runs that use no fake.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from .apis.curator.settings import EDITION as CURATOR_EDITION
from .apis.curator.settings import CuratorSettings
from .apis.datasift.settings import EDITION as DATASIFT_EDITION
from .apis.datasift.settings import DataSiftSettings
from .core.contract.settings import Settings
from .core.text.options import (
    Option,
    option,
    options_of,
    parse_boolean,
    parse_bytes,
    parse_entries,
    parse_integer,
    same_option,
)
from .core.text.spelling import suggestion_or_list

Credentials = Mapping[str, Mapping[str, str]]
"""Keys by API and account: `{"datasift": {"alice": "key"}, "curator": {"team": "key"}}`."""


def _seed(text: str) -> int | str:
    return int(text) if text.lstrip("-").isdecimal() else text


def _credentials(text: str) -> Credentials:
    found: dict[str, dict[str, str]] = {}
    for entry in parse_entries(text):
        api, _, rest = entry.partition(":")
        account, _, key = rest.partition("=")
        if not (api.strip() and account.strip() and key.strip()):
            raise ValueError("expected API:ACCOUNT=KEY, several of them separated by commas, got something else")
        found.setdefault(api.strip(), {})[account.strip()] = key.strip()
    return found


def _hosts(text: str) -> Mapping[str, str]:
    found = {}
    for entry in parse_entries(text):
        url, _, api = entry.rpartition("=")
        if not (url.strip() and api.strip()):
            raise ValueError(f"expected URL=API, several of them separated by commas, got {entry!r}")
        found[url.strip()] = api.strip()
    return found


def _apis(text: str) -> list[str]:
    return ["installed", *(entry for entry in parse_entries(text) if entry != "installed")]


def _set(text: str) -> Mapping[str, str]:
    found = {}
    for entry in parse_entries(text):
        name, equals, value = entry.partition("=")
        if not (equals and all(name.strip().partition("."))):
            raise ValueError(f"expected API.OPTION=VALUE, several of them separated by commas, got {entry!r}")
        found[name.strip()] = value.strip()
    return found


def _clock(text: str) -> datetime | Literal["real"]:
    if text.strip() == "real":
        return "real"
    try:
        time = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"expected a time such as 2026-01-01T00:00:00Z, or real, got {text!r}") from None
    if time.tzinfo is None:
        raise ValueError(f"expected a time with its zone, such as {time.isoformat()}Z, or real, got {text!r}")
    return time


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of one fake, an immutable value; FakeSources takes the same names as keywords.

    Raises WrongOption, a ValueError and a TypeError, for a value of a type that its option does not take.
    """

    datasift: str = DATASIFT_EDITION
    curator: str = CURATOR_EDITION
    strict: bool = option(
        True, "fail the test on a contract violation; otherwise violations are only listed", "YES|NO", parse_boolean
    )
    seed: int | str = option(
        0, "the value that ids are derived from", "SEED", _seed, types=(int, str), expected="an integer or a text"
    )
    credentials: Credentials | None = option(  # noqa: RUF009  # it returns a field
        None,
        "the only accounts and keys that are valid; without any, every well-formed one is",
        "API:ACCOUNT=KEY,...",
        _credentials,
        types=(Mapping,),
        is_secret=True,
    )
    home: str | None = option(
        None,
        "the account with the ids of the documentation's examples: its name, by API as API:NAME,..., or none; "
        "else the first caller's",
        "NAME|none",
        types=(str,),
        is_secret=True,
    )
    hosts: Mapping[str, str] | None = option(
        None, "further base URLs to answer for", "URL=API,...", _hosts, types=(Mapping,)
    )
    apis: Sequence[Any] | None = option(
        None,
        "further APIs besides the installed ones, each as package.module:API",
        "PLACE,...",
        _apis,
        types=(list, tuple),
        expected="a list of APIs",
    )
    set: Mapping[str, Any] | None = option(
        None,
        "options of other APIs than the built-in ones",
        "API.OPTION=VALUE,...",
        _set,
        types=(Mapping,),
    )
    rate_limit: int = same_option(DataSiftSettings, "rate_limit")
    rate_limit_status: int = same_option(DataSiftSettings, "rate_limit_status")
    documented_methods: bool = same_option(Settings, "documented_methods")
    bearer: bool = same_option(CuratorSettings, "bearer")
    wrong_key_status: int = same_option(CuratorSettings, "wrong_key_status")
    posts: str | float = same_option(CuratorSettings, "posts")
    images_url: str = same_option(CuratorSettings, "images_url")
    journal_size: int = option(1000, "the largest number of exchanges in the journal", "COUNT", parse_integer)
    journal_bytes: int = option(
        32 << 20, "the largest size of all exchanges in the journal together, in bytes", "BYTES", parse_bytes
    )
    violation_bytes: int = option(
        16 << 20, "the largest size of all violations together, in bytes", "BYTES", parse_bytes
    )
    clock: datetime | Literal["real"] | None = option(  # noqa: RUF009  # it returns a field
        None,
        "the time the clock stands at (ISO 8601 with its time zone), or real to follow `time.time()`",
        "TIME",
        _clock,
        types=(datetime,),
        words=("real",),
        expected="an aware datetime or 'real'",
    )

    def __post_init__(self) -> None:
        errors = type_errors({name: getattr(self, name) for name in ALL})
        if errors:
            raise WrongOption(errors)


class WrongOption(TypeError, ValueError):
    """An option has a value of a type that it does not take."""


ALL: Mapping[str, Option] = options_of(Options)
"""Every option by name, in order."""


def type_errors(given: Mapping[str, Any]) -> str:
    """Return the errors of values of types that their options do not take; empty where there are none."""
    return "; ".join(filter(None, [ALL[name].type_error(value) for name, value in given.items()]))


def unknown(names: Iterable[str]) -> str:
    """Return the errors of names that are no options, with the nearest ones; empty where all of them are."""
    return "; ".join(f"there is no option {name!r}{suggestion_or_list(name, ALL)}" for name in names if name not in ALL)
