"""Which API a host and a path belong to: the vendors' hosts, further base URLs, and the one-port rule."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from ..text.arguments import shown, wrong
from ..text.spelling import did_you_mean
from .masking import mask_url

_DEFAULT_PORTS = (":80", ":443")


class Hosts:
    """Base URLs and the API behind each. `vendors` maps host names to APIs, `further` whole base URLs to APIs.

    Raises ValueError for a base URL that is none, or whose API is unknown.
    """

    def __init__(self, vendors: Mapping[str, str], further: Mapping[str, str] | None = None) -> None:
        self.vendors = dict(vendors)
        self.bases: list[tuple[str, str, str]] = []
        for url, api in (further or {}).items():
            parts, given = parts_of(url), shown(mask_url(url) if isinstance(url, str) else url)
            if parts is None:
                raise wrong("hosts", "base URLs, such as 'https://staging.example/ds'", given)
            if api not in vendors.values():
                known = sorted(set(vendors.values()))
                hint = did_you_mean(api, known) if isinstance(api, str) else ""
                raise wrong("hosts", f"{' or '.join(known)} for {given}", f"{shown(api)}{hint}")
            self.bases.append((_bare(parts.netloc.rpartition("@")[2].lower()), parts.path.rstrip("/"), api))
        self.bases.sort(key=lambda base: -len(base[1]))

    def find(self, host: str, path: str) -> tuple[str, str] | None:
        """The API that answers for a host and a path, and the path as that API knows it; None when none does."""
        api = self.vendors.get(host)
        if api is not None:
            return api, path
        host = _bare(host.lower())
        for base, prefix, api in self.bases:
            if host == base and (path == prefix or path.startswith(prefix + "/")):
                return api, path[len(prefix) :] or "/"
        api = self.vendors.get(host)
        return (api, path) if api is not None else None

    def handles(self, host: str, path: str) -> bool:
        """Return whether a host and a path are answered for; what a door asks before it catches a request."""
        return self.find(host, path) is not None

    @property
    def described(self) -> str:
        """The base URLs that are answered for, for a message."""
        return ", ".join([*self.vendors, *(host + prefix for host, prefix, _ in self.bases)])


def parts_of(url: object) -> SplitResult | None:
    """Return the parts of a base URL, or None for what is none."""
    try:
        parts = urlsplit(url) if isinstance(url, str) else None
        is_url = parts is not None and parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:  # brackets without an address, or a port that is no port
        return None
    return parts if is_url else None


def _bare(host: str) -> str:
    for port in _DEFAULT_PORTS:
        if host.endswith(port):
            return host[: -len(port)]
    return host


def origin_of(url: str) -> str:
    """Return the origin of a URL as browsers write it, empty where it has none: `http://localhost:3000`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if not parts.scheme or not host:
        return ""
    name = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{name}" if port in (None, default) else f"{parts.scheme}://{name}:{port}"
