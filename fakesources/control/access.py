"""Decide who may use the control plane.

Without a token only a caller on loopback may, and no web page on the caller's behalf: a page of another origin is
known by its Origin, its Sec-Fetch-Site or its Referer, one that points a name of its own at this machine by the Host,
and a form by its media type. A proxy on the same machine makes every caller one on loopback, so only requests whose
headers all are those of ordinary clients pass: a proxy's headers have any names. Some proxies add no header; behind
those only a token protects, which is why a server that listens beyond loopback, or cannot know, requires one.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from ipaddress import ip_address

from ..core.contract.errors import ApiErrorRaised
from ..core.http.hosts import origin_of
from ..core.http.messages import Pairs, Request
from ..core.http.parsing import is_json, media_type
from . import errors

_READING = frozenset({"GET", "HEAD"})
_PAGE_OF_OURS = frozenset({"none", "same-origin"})

_CLIENT_HEADERS = frozenset(
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "baggage", "cache-control",
        "connection", "content-encoding", "content-language", "content-length", "content-md5", "content-type", "cookie",
        "date", "dnt", "expect", "host", "http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "keep-alive", "origin", "postman-token", "pragma", "prefer", "priority", "purpose",
        "range", "referer", "save-data", "sentry-trace", "te", "traceparent", "tracestate", "trailer",
        "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent", "x-requested-with",
    }
)  # fmt: skip
"""Headers that clients send of themselves, their tracing included, and no proxy adds; beside `sec-…`, which browsers add."""

_ALLOWED_METHODS = "GET, HEAD, POST, PUT, DELETE"
_ALLOWED_HEADERS = "Authorization, Content-Type"
_PREFLIGHT_SECONDS = "600"


@dataclass(frozen=True, slots=True)
class Access:
    """Access rules of one control plane.

    `token` is empty where none was set; one is required where the server listens at an `address` beyond loopback, and
    where that is not known (None). `origins` are those whose pages may use it as well, as browsers write them: `http://localhost:3000`.
    """

    token: str = field(default="", repr=False)
    address: str | None = "127.0.0.1"
    origins: frozenset[str] = frozenset()

    def check(self, request: Request, *, is_public: bool = False) -> None:
        """Raise Refused unless the sender of a request may use the row; `is_public` rows answer everybody."""
        if is_public or self.is_preflight(request):
            return
        if self.token:
            if not _has_token(request, self.token):
                raise ApiErrorRaised(errors.NO_TOKEN)
        elif self.address is None:
            raise ApiErrorRaised(errors.WSGI)
        elif not names_loopback(self.address):
            raise ApiErrorRaised(errors.BEYOND_LOOPBACK)
        else:
            self._check_local(request)
        encoding = (request.header("content-encoding") or "identity").strip().lower()
        if encoding != "identity":
            raise ApiErrorRaised(errors.ENCODED, encoding=encoding)

    def _check_local(self, request: Request) -> None:
        if not is_loopback(request.peer):
            raise ApiErrorRaised(errors.NOT_LOCAL, peer=request.peer or "an unknown address")
        for name, _ in request.headers:
            if name.lower() not in _CLIENT_HEADERS and not name.lower().startswith("sec-"):
                raise ApiErrorRaised(errors.PROXIED, name=name)
        if not names_loopback(request.host):
            raise ApiErrorRaised(errors.STRANGE_HOST, host=request.host)
        self._check_origin(request)
        if request.method not in _READING:
            _check_media_type(request)

    def _check_origin(self, request: Request) -> None:
        origin, referer = request.header("origin"), request.header("referer")
        if origin is not None and origin in self.origins:
            return
        site = request.header("sec-fetch-site")
        if site is not None and site.lower() not in _PAGE_OF_OURS:
            raise ApiErrorRaised(errors.OTHER_ORIGIN, name="Sec-Fetch-Site", value=site)
        own = origin_of(f"{request.scheme}://{request.host}")
        for name, value in (("Origin", origin), ("Referer", referer)):
            if value is not None and (not own or origin_of(value) != own):
                raise ApiErrorRaised(errors.OTHER_ORIGIN, name=name, value=value.partition("?")[0])

    def is_preflight(self, request: Request) -> bool:
        """Return whether a request is an allowed origin's question what it may send."""
        return (
            request.method == "OPTIONS"
            and request.header("origin") in self.origins
            and request.header("access-control-request-method") is not None
        )

    def headers(self, request: Request) -> Pairs:
        """Return the headers by which a browser lets a page of an allowed origin read the response."""
        origin = request.header("origin")
        if not self.origins:
            return ()
        if origin is None or origin not in self.origins:
            return (("Vary", "Origin"),)
        allowed = (("Access-Control-Allow-Origin", origin), ("Vary", "Origin"))
        if not self.is_preflight(request):
            return allowed
        private = request.header("access-control-request-private-network") is not None
        return (
            *allowed,
            ("Access-Control-Allow-Methods", _ALLOWED_METHODS),
            ("Access-Control-Allow-Headers", _ALLOWED_HEADERS),
            ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
            *((("Access-Control-Allow-Private-Network", "true"),) if private else ()),
        )


def _has_token(request: Request, token: str) -> bool:
    """Compare bytes: a header's text has one character for each of its bytes, in whatever encoding a client sent it."""
    scheme, _, given = (request.header("authorization") or "").partition(" ")
    sent = given.strip(" \t").encode("latin-1", "backslashreplace")
    is_right = compare_digest(sent, token.encode())
    with suppress(UnicodeEncodeError):  # a token that only UTF-8 can write
        is_right |= compare_digest(sent, token.encode("latin-1"))
    return scheme.lower() == "bearer" and is_right


def is_loopback(peer: str) -> bool:
    """Return whether an address, with or without a port, is one of this machine's own."""
    try:
        address = ip_address(_bare(peer))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def names_loopback(host: str) -> bool:
    """Return whether a Host header names this machine by a name that no one else can give to a machine of theirs."""
    name = _bare(host).lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def _bare(host: str) -> str:
    """A host without its port and brackets; empty where its port is none."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    elif host.count(":") == 1:
        name, _, port = host.partition(":")
    else:
        return host
    return name if port.isascii() and (port.isdecimal() or not port) else ""


def _check_media_type(request: Request) -> None:
    media = media_type(request.header("content-type"))
    announced = request.header("transfer-encoding") or (request.header("content-length") or "0").strip("0")
    if (media or request.body or announced) and not is_json(media):
        raise ApiErrorRaised(errors.NOT_JSON, media=media or "nothing")
