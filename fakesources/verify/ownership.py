"""Ownership of recorded requests: the API of a method and URL, or the reason why it is left out.

An API owns the paths of its endpoints and those below its documented path prefixes: there a request without an endpoint
is a mistake. Any other path on its host is an undocumented endpoint and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..apis.registry import installed
from ..core.contract.api import Api
from ..core.engine.routing import route
from ..core.http.hosts import Hosts
from ..core.http.messages import Request
from ..core.text.spelling import is_within, nearest
from .recordings.entry import NOT_HTTP, split_url

OTHER_HOST = "with other hosts"
OTHER_ENDPOINT = "with other endpoints"
PREFLIGHT = "as CORS preflights"
OTHER_OPERATION = "of other operations"

MAX_PATH_LENGTH = 2_000
"""Maximum length of a path to match, in characters: matches are cached, and no endpoint has a longer path."""

_VERSION = re.compile(r"v?[0-9][0-9.]*")
_PUBLIC_PART = re.compile(r"[A-Za-z][A-Za-z_.-]{0,23}|v[0-9.]{1,6}")
"""Part of a path that may be shown: a word or a version, never an id or a key."""


@dataclass(frozen=True, slots=True)
class Owner:
    """API that owns a request, and the path relative to the base URL of the API."""

    api: str
    path: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Reason why a request is left out, and its host, or its method and path, for the summary."""

    reason: str
    shown: str = ""


class Owners:
    """Vendors' hosts and further base URLs. If the API of a base URL is "" the path decides.

    Raises ValueError for an invalid base URL or an unknown API.
    """

    def __init__(self, bases: Mapping[str, str]) -> None:
        self._apis = {api.name: api for api in installed()}
        vendors = [(host, api.name) for api in installed() for host in api.hosts]
        first = installed()[0].name
        self._hosts = Hosts(vendors, {url: name or first for url, name in bases.items()})
        self._by_path = Hosts([("", first)], {url: first for url, name in bases.items() if not name})

    def find(self, method: str, url: str) -> Owner | Foreign:
        """Return the owner of a request, or the reason why it is left out."""
        try:
            scheme, host, target = split_url(url)
        except ValueError:
            return Foreign(OTHER_HOST)
        if scheme not in ("http", "https"):
            return Foreign(NOT_HTTP)
        return self.find_path(method, host, Request(method, target).path)

    def find_path(self, method: str, host: str, path: str) -> Owner | Foreign:
        """Return the owner of a request by its host and decoded path, or the reason why it is left out."""
        host = host.removesuffix(".")
        if len(path) > MAX_PATH_LENGTH:
            return Foreign(OTHER_ENDPOINT) if self._hosts.find(host, "/") else Foreign(OTHER_HOST, host)
        undecided = self._by_path.find(host, path) if host else None
        if undecided is not None:
            path = undecided[1]
            owner = next(_owners(method, path), None)
        else:
            found = self._hosts.find(host, path)
            if found is None:
                return Foreign(OTHER_HOST, host)
            name, path = found
            owner = name if belongs(self._apis[name], method, path) else None
        return Owner(owner, path) if owner is not None else Foreign(OTHER_ENDPOINT, f"{method} {_shown(path)}")


def _owners(method: str, path: str) -> Iterator[str]:
    """Yield the names of the APIs that own a path, those with an endpoint of that method first."""
    for exact in (True, False):
        for api in installed():
            if (route(api, False, method, path).endpoint is not None) if exact else belongs(api, method, path):
                yield api.name


def belongs(api: Api[Any], method: str, path: str) -> bool:
    """Return whether a path is one of an API, or a mistake below one of its documented prefixes."""
    found = route(api, False, method, path)
    return found.endpoint is not None or bool(found.allowed) or _is_below_namespace(api, path)


def suggestion(api: Api[Any], path: str) -> str:
    """Return the documented path closest to a wrong one; "" if none is close."""
    parts = [part for part in path.split("/") if part]
    version = parts[0] if parts and _VERSION.fullmatch(parts[0]) else ""
    known = {
        known.replace("<version>", version): None
        for endpoint in api.endpoints
        for known in endpoint.paths
        if version or "<version>" not in known
    }
    return nearest("/" + "/".join(parts), known)


def _is_below_namespace(api: Api[Any], path: str) -> bool:
    if api.traffic is None:
        return False
    parts = [part for part in path.split("/") if part]
    for namespace in api.traffic.namespaces:
        *before, name = namespace.strip("/").split("/")
        if len(parts) <= len(before):
            continue
        if not all(_matches(pattern, part) for pattern, part in zip(before, parts, strict=False)):
            continue
        part = parts[len(before)]
        if part == name or (part not in api.traffic.neighbours and is_within(part.lower(), name, 1)):
            return True
    return False


def _matches(pattern: str, part: str) -> bool:
    return bool(_VERSION.fullmatch(part)) if pattern.startswith("<") else pattern == part


def _shown(path: str) -> str:
    """Return the first parts of a path up to one that may be an id or a key."""
    parts = path.strip("/").split("/")[:3]
    for number, part in enumerate(parts):
        if not _PUBLIC_PART.fullmatch(part):
            return "/" + "/".join([*parts[:number], "…"])
    return "/" + "/".join(parts)
