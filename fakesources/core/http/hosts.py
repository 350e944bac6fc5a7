"""Hosts and base URLs, and the API behind each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

from ..text.arguments import shown, wrong
from ..text.spelling import any_of, did_you_mean
from .masking import mask_url

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


class Hosts:
    """Hosts and base URLs of several APIs.

    `hosts` are pairs of a host and the name of an API; a host that begins with `*.` stands for all names below it.
    `further` maps whole base URLs to APIs. `choose(apis, path)` returns one of several APIs that share a host. Raises
    ValueError for a base URL that is none, or whose API is unknown.
    """

    def __init__(
        self,
        hosts: Iterable[tuple[str, str]],
        further: Mapping[str, str] | None = None,
        choose: Callable[[Sequence[str], str], str] = lambda apis, _: apis[0],
    ) -> None:
        self._choose = choose
        self._exact: dict[str, list[str]] = {}
        self._below: dict[str, list[str]] = {}
        for host, api in hosts:
            if host.startswith("*."):
                self._below.setdefault(host[1:].lower(), []).append(api)
            else:
                self._exact.setdefault(host.lower(), []).append(api)
        known = sorted({api for apis in (*self._exact.values(), *self._below.values()) for api in apis})
        self._bases: list[tuple[str, str, str]] = []
        for url, api in (further or {}).items():
            parts, given = parts_of(url), shown(mask_url(url) if isinstance(url, str) else url)
            if parts is None:
                raise wrong("hosts", "base URLs, such as 'https://staging.example/ds'", given)
            if api not in known:
                raise wrong("hosts", f"{any_of(known)} for {given}", f"{shown(api)}{did_you_mean(api, known)}")
            self._bases.append(
                (without_default_port(parts.netloc.rpartition("@")[2].lower()), parts.path.rstrip("/"), api)
            )
        self._bases.sort(key=lambda base: -len(base[1]))

    def find(self, host: str, path: str) -> tuple[str, str] | None:
        """Return the API that answers for a host and a path, and the path as that API has it; None if there is none."""
        apis = self._exact.get(host)
        if apis is not None:
            return (apis[0] if len(apis) == 1 else self._choose(apis, path)), path
        host = without_default_port(host.lower())
        for base, prefix, api in self._bases:
            if host == base and (path == prefix or path.startswith(prefix + "/")):
                return api, path[len(prefix) :] or "/"
        apis = self._exact.get(host) or self._matching(host)
        return (self._choose(apis, path), path) if apis else None

    def _matching(self, host: str) -> list[str]:
        if not self._below:
            return []
        found = [ending for ending in self._below if host.endswith(ending) and len(host) > len(ending)]
        return self._below[max(found, key=len)] if found else []

    def handles(self, host: str, path: str) -> bool:
        """Return whether some API answers for a host and a path."""
        return self.find(host, path) is not None

    @property
    def described(self) -> str:
        """Hosts and base URLs that are answered for, for a message."""
        below = (f"*{ending}" for ending in self._below)
        return ", ".join([*self._exact, *below, *(host + prefix for host, prefix, _ in self._bases)])


def parts_of(url: object) -> SplitResult | None:
    """Return the parts of a base URL, or None for what is none."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        is_url = parts is not None and parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:  # brackets without an address, or a port that is no port
        return None
    return parts if is_url else None


def without_default_port(host: str, scheme: str = "") -> str:
    """Return a host without the default port of its scheme; without any default port if the scheme is not known."""
    if scheme:
        return host.removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    return host.removesuffix(":80").removesuffix(":443")


def host_with_port(host: str, port: int | None, scheme: str) -> str:
    """Return a host name or an address with its port, as the header Host has it; the default port is left out."""
    name = f"[{host}]" if ":" in host else host
    return name if port is None or _DEFAULT_PORTS.get(scheme) == f":{port}" else f"{name}:{port}"


def origin_of(url: str) -> str:
    """Return the origin of a URL as browsers write it, empty where it has none: `http://localhost:3000`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if not parts.scheme or not host:
        return ""
    return f"{parts.scheme}://{host_with_port(host, port, parts.scheme)}"
