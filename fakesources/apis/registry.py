"""Registry of APIs: those of this package, of the entry points `fakesources.apis`, and of places `package.module:API`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from ..core.contract.api import Api
from ..core.contract.errors import DefinitionError
from ..core.text.spelling import did_you_mean

BUILT_IN = {"datasift": "fakesources.apis.datasift:API", "curator": "fakesources.apis.curator:API"}
"""APIs of this package, with the place of each."""

GROUP = "fakesources.apis"
"""Group of entry points in which a package offers its APIs: `github = package.module:API`."""

INSTALLED = "installed"
"""Word for the APIs of this package and of the entry points, in a list of APIs."""


_added: list[str | Api[Any]] = []


def add(place: str | Api[Any]) -> None:
    """Add an API, or the one at a place, to the installed ones, for the rest of this process.

    For the configuration of a whole process: `--api` of a command, `fakesources_apis` of a pytest run. It is imported when
    the installed APIs are read.
    """
    if place not in _added:
        _added.append(place)
        installed.cache_clear()


@cache
def installed() -> tuple[Api[Any], ...]:
    """Return the APIs of this package, those of the entry points, and those that were added.

    Raises ValueError for one that cannot be imported, or that has the name of another.
    """
    return _distinct(
        [
            *(load(place, name) for name, place in _places().items()),
            *(load(each) if isinstance(each, str) else each for each in _added),
        ]
    )


def select(chosen: Iterable[Api[Any] | str] | None) -> tuple[Api[Any], ...]:
    """Return the APIs of a fake, each once: the installed ones where nothing is chosen.

    An entry is an Api, the name of an installed one, a place (`package.module:API`), or `installed` for all of these.
    Raises ValueError for anything else.
    """
    if chosen is None:
        return installed()
    found: list[Api[Any]] = []
    for each in chosen:
        if isinstance(declared := getattr(each, "api", each), Api):
            found.append(declared)
        elif each == INSTALLED:
            found.extend(installed())
        elif isinstance(each, str) and ":" in each:
            found.append(load(each))
        elif isinstance(each, str) and each in _places():
            found.append(load(_places()[each], each))
        else:
            hint = did_you_mean(each, _places())
            known = ", ".join(_places())
            raise ValueError(f"apis: expected an Api, {known} or package.module:API, got {each!r}{hint}")
    if not found:
        raise ValueError("apis: expected at least one API, got none")
    return _distinct(found)


@cache
def load(place: str, name: str = "") -> Api[Any]:
    """Import the API at a place such as `package.module:API`. Raises ValueError where there is none, or one of another name."""
    module, _, attribute = place.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise ValueError(f"apis: expected an importable package.module:API, got {place!r}")
    try:
        api = getattr(import_module(module), attribute)
        api = getattr(api, "api", api)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"apis: expected an importable package.module:API, got {place!r}: {error}") from error
    except DefinitionError as error:
        raise ValueError(f"apis: {place}: {error}") from error
    if not isinstance(api, Api):
        raise ValueError(f"apis: expected a fakesources Api at {place!r}, got a {type(api).__name__}")
    if name and api.name != name:
        raise ValueError(f"apis: expected an Api named {name!r} at {place!r}, got one named {api.name!r}")
    return api


@cache
def _places() -> dict[str, str]:
    return BUILT_IN | {each.name: each.value for each in entry_points(group=GROUP) if each.name not in BUILT_IN}


def _distinct(apis: Iterable[Api[Any]]) -> tuple[Api[Any], ...]:
    by_name: dict[str, Api[Any]] = {}
    for api in apis:
        if by_name.setdefault(api.name, api) is not api:
            raise ValueError(f"apis: expected APIs of different names, got two named {api.name!r}")
    return tuple(by_name.values())
