"""Options of a fake, as its APIs read them: editions, settings, credentials and home accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from .. import options
from ..core.contract.api import Api, Edition
from ..core.contract.settings import Settings
from ..core.text.arguments import ENCODABLE, is_encodable, shown, wrong
from ..core.text.options import Option, options_of
from ..core.text.spelling import any_of, did_you_mean, suggestion_or_list
from ..options import Credentials

NO_HOME = "none"
"""The `home` of a fake in which no account is home."""


def edition_of(api: Api[Any], name: str) -> Edition:
    """Return an edition of an API by name. Raises ValueError with the editions there are, and the nearest."""
    edition = api.editions.get(name)
    if edition is None:
        raise wrong(api.name, f"an edition, {any_of(api.editions)}", f"{name!r}{did_you_mean(name, api.editions)}")
    return edition


def settings_of(apis: Iterable[Api[Any]], given: Mapping[str, Any]) -> dict[str, tuple[Edition, Settings]]:
    """Return the edition and the settings of each API by its name, from the options of a fake.

    Those of the built-in APIs are options of their own; those of any other are entries of `set`, as values or as text.
    Raises ValueError for an API, an option or a value that does not exist.
    """
    entries: dict[str, dict[str, Any]] = {api.name: {} for api in apis if api.name not in options.ALL}
    for name, value in (given["set"] or {}).items():
        api, _, option = name.partition(".")
        if api not in entries:
            known = ", ".join(entries) or "none: its APIs have options of their own"
            raise wrong("set", f"options of {known}", f"{name!r}{did_you_mean(api, entries)}")
        entries[api][option] = value
    return {api.name: _settings_of(api, given, entries.get(api.name)) for api in apis}


@cache  # every fake asks for them
def _options_of(api: Api[Any]) -> Mapping[str, Option]:
    return options_of(type(api.settings))


def _settings_of(
    api: Api[Any], given: Mapping[str, Any], entries: Mapping[str, Any] | None
) -> tuple[Edition, Settings]:
    known = _options_of(api)
    if entries is None:
        values = {name: given[name] for name in known}
        return edition_of(api, given[api.name]), replace(api.settings, **values)
    values = {"documented_methods": given["documented_methods"]}
    for name, value in entries.items():
        if name == "edition":
            continue
        option = known.get(name)
        if option is None:
            names = ["edition", *known]
            raise wrong("set", f"an option of {api.name}", f"{name!r}{suggestion_or_list(name, names)}")
        try:
            values[name] = option.read(value) if isinstance(value, str) and str not in option.types else value
        except ValueError as error:
            raise ValueError(f"set: {api.name}.{error}") from None
        if reason := option.type_error(values[name]):
            raise ValueError(f"set: {api.name}.{reason}")
    return edition_of(api, entries.get("edition", api.default_edition)), replace(api.settings, **values)


def hosts_of(
    chosen: Mapping[str, tuple[Edition, Settings]], hosts: Mapping[str, str] | None
) -> Mapping[str, str] | None:
    """Return the further base URLs of a fake: those of the settings of its APIs, and the given ones."""
    own = {url: name for name, (_, settings) in chosen.items() for url in settings.base_urls}
    return {**own, **hosts} if own and hosts else own or hosts


def homes_of(home: str | None, credentials: Credentials, apis: Iterable[Api[Any]]) -> Mapping[str, str]:
    """Return the name of the home account by API, as `home` was given: a name for every API, or `API:NAME,...`.

    Raises ValueError for an empty one, and for one that none of the credentials of its API has.
    """
    if home is None or home == NO_HOME:
        return {}
    names = [api.name for api in apis]
    parts = [part.strip().partition(":") for part in home.split(",")]
    is_by_api = all(colon and api in names for api, colon, _ in parts)
    homes = {api: name for api, _, name in parts} if is_by_api else dict.fromkeys(names, home)
    known = {api: name for api, name in homes.items() if name and name in credentials.get(api, {name: ""})}
    if not known or (is_by_api and known != homes):
        among = " that is in credentials" if credentials else ""
        raise ValueError(f"home: expected the name of an account{among}, API:NAME,... or none")
    return known


def checked_credentials(credentials: Credentials, apis: Iterable[Api[Any]]) -> Credentials:
    """Return credentials as they were given. Raises ValueError unless they map APIs to accounts and accounts to keys."""
    names = [api.name for api in apis]
    for name, keys in credentials.items():
        if name not in names:
            raise wrong("credentials", f"an API, {any_of(names)}", f"{shown(name)}{did_you_mean(name, names)}")
        if not isinstance(keys, Mapping) or not all(
            isinstance(part, str) and part and is_encodable(part) for pair in keys.items() for part in pair
        ):
            raise ValueError(
                f"credentials: expected a mapping of account names to keys for {name!r}, none of them empty, each "
                f"{ENCODABLE}; got another"
            )
        if not keys:
            raise ValueError(
                f"credentials: expected an account for {name!r}, got none; leave the API out to accept every credential"
            )
    return credentials
