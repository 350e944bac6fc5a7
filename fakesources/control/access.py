"""Decide who may use the control plane.

Without a token only a caller on loopback may, and no web page on the caller's behalf: a page of another origin is
known by its Origin, its Sec-Fetch-Site or its Referer, one that points a name of its own at this machine by the Host,
and a form by its media type. With a token, only who sends it may.
"""

from __future__ import annotations

from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address
from urllib.parse import urlsplit

from ..core.carriers import is_json, media_type
from ..core.errors import Refused
from ..core.messages import Request
from . import errors

_READING = frozenset({"GET", "HEAD"})
_PROXIED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_PAGE_OF_OURS = frozenset({"none", "same-origin"})


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use one control plane. `token` is empty where none was set."""

    token: str = ""

    def check(self, request: Request, *, is_public: bool = False) -> None:
        """Raise Refused unless the sender of a request may use the row; `is_public` rows answer everybody."""
        if is_public:
            return
        if self.token:
            if not _has(request, self.token):
                raise Refused(errors.NO_TOKEN)
            return
        if not is_loopback(request.peer) or any(request.header(name) is not None for name in _PROXIED):
            raise Refused(errors.NOT_LOCAL, peer=request.peer or "an unknown address")
        if not names_loopback(request.host):
            raise Refused(errors.STRANGE_HOST, host=request.host)
        _no_other_origin(request)
        if request.method not in _READING:
            _no_form(request)


def _has(request: Request, token: str) -> bool:
    scheme, _, given = (request.header("authorization") or "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(given.strip().encode(), token.encode())


def is_loopback(peer: str) -> bool:
    """Whether an address, with or without a port, is this machine's own."""
    try:
        address = ip_address(_bare(peer))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def names_loopback(host: str) -> bool:
    """Whether a Host header names this machine by a name that no one else can give to a machine of theirs."""
    name = _bare(host).lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def _bare(host: str) -> str:
    """A host without its port and brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def _no_other_origin(request: Request) -> None:
    site = request.header("sec-fetch-site")
    if site is not None and site.lower() not in _PAGE_OF_OURS:
        raise Refused(errors.OTHER_ORIGIN, name="Sec-Fetch-Site", value=site)
    for name in ("Origin", "Referer"):
        sent = request.header(name.lower())
        if sent is not None and urlsplit(sent).netloc.lower() != request.host:
            raise Refused(errors.OTHER_ORIGIN, name=name, value=sent.partition("?")[0])


def _no_form(request: Request) -> None:
    media = media_type(request.header("content-type"))
    if (media or request.body) and not is_json(media):
        raise Refused(errors.NOT_JSON, media=media or "nothing")
