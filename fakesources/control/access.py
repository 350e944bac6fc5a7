"""Authorization of requests to the control plane.

Without a token, only clients on loopback have access, and web pages of other origins have none: they are recognized by
Origin, Sec-Fetch-Site or Referer, DNS rebinding by Host, and HTML forms by their media type. Behind a proxy on the same
machine every client seems to be on loopback, so a request with a header that ordinary clients do not send is rejected:
a proxy's headers may have any name. Some proxies add no header, and only a token protects from those. Therefore a
server that listens beyond loopback, or whose address is not known, requires a token.
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

SAFE_METHODS = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"none", "same-origin"})
"""Values of Sec-Fetch-Site of a request by a page of the server's own, or by the user."""

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
"""Headers that clients send by themselves, tracing included, and proxies do not add. Browsers also send `sec-…`."""

_ALLOWED_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_ALLOWED_HEADERS = "Authorization, Content-Type"
_PREFLIGHT_SECONDS = "600"


@dataclass(frozen=True, slots=True)
class Access:
    """Access rules of one control plane.

    `token` is empty where none was set; one is required where the server's `address` is not on loopback, or not known
    (None). `origins` are the origins whose web pages have access, as browsers send them: `http://localhost:3000`.
    """

    token: str = field(default="", repr=False)
    address: str | None = "127.0.0.1"
    origins: frozenset[str] = frozenset()

    def check(self, request: Request, *, is_public: bool = False) -> None:
        """Raise ApiErrorRaised unless a request has access; every request has to an operation that `is_public`."""
        if is_public or self.is_preflight(request):
            return
        if self.token:
            if not _has_token(request, self.token):
                raise ApiErrorRaised(errors.UNAUTHORIZED)
        elif self.address is None:
            raise ApiErrorRaised(errors.TOKEN_REQUIRED_BY_WSGI)
        elif not is_loopback_host(self.address):
            raise ApiErrorRaised(errors.TOKEN_REQUIRED)
        else:
            self._check_local(request)
        encoding = (request.header("content-encoding") or "identity").strip().lower()
        if encoding != "identity":
            raise ApiErrorRaised(errors.UNSUPPORTED_ENCODING, encoding=encoding)

    def _check_local(self, request: Request) -> None:
        if not is_loopback(request.peer):
            raise ApiErrorRaised(errors.NOT_LOOPBACK, peer=request.peer or "an unknown address")
        for name, _ in request.headers:
            if name.lower() not in _CLIENT_HEADERS and not name.lower().startswith("sec-"):
                raise ApiErrorRaised(errors.PROXIED, name=name)
        if not is_loopback_host(request.host):
            raise ApiErrorRaised(errors.UNTRUSTED_HOST, host=request.host)
        self._check_origin(request)
        if request.method not in SAFE_METHODS:
            _check_media_type(request)

    def _check_origin(self, request: Request) -> None:
        origin, referer = request.header("origin"), request.header("referer")
        if origin is not None and origin in self.origins:
            return
        site = request.header("sec-fetch-site")
        if site is not None and site.lower() not in _OWN_SITES:
            raise ApiErrorRaised(errors.OTHER_ORIGIN, name="Sec-Fetch-Site", value=site)
        own = origin_of(f"{request.scheme}://{request.host}")
        for name, value in (("Origin", origin), ("Referer", referer)):
            if value is not None and (not own or origin_of(value) != own):
                raise ApiErrorRaised(errors.OTHER_ORIGIN, name=name, value=value.partition("?")[0])

    def is_preflight(self, request: Request) -> bool:
        """Return whether a request is a CORS preflight of an allowed origin."""
        return (
            request.method == "OPTIONS"
            and request.header("origin") in self.origins
            and request.header("access-control-request-method") is not None
        )

    def headers(self, request: Request) -> Pairs:
        """Return the CORS headers of the response to a request."""
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
    """Return whether a request has the token, compared as bytes: each character of a header's text is one byte."""
    scheme, _, value = (request.header("authorization") or "").partition(" ")
    sent = value.strip(" \t").encode("latin-1", "backslashreplace")
    is_equal = compare_digest(sent, token.encode())
    with suppress(UnicodeEncodeError):  # the token is not Latin-1
        is_equal |= compare_digest(sent, token.encode("latin-1"))
    return scheme.lower() == "bearer" and is_equal


def is_loopback(peer: str) -> bool:
    """Return whether an IP address, with or without a port, is a loopback address."""
    try:
        address = ip_address(_without_port(peer))
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def is_loopback_host(host: str) -> bool:
    """Return whether a host, with or without a port, is localhost (RFC 6761) or a loopback address."""
    name = _without_port(host).lower().rstrip(".")
    return name == "localhost" or name.endswith(".localhost") or is_loopback(name)


def _without_port(host: str) -> str:
    """Return a host without its port and brackets; empty where the port is invalid."""
    if host.startswith("["):
        name, bracket, port = host[1:].partition("]")
        if not bracket or port[:1] not in ("", ":"):
            return ""
        port = port[1:]
    elif host.count(":") == 1:
        name, _, port = host.partition(":")
    else:
        return host
    return name if port.isascii() and (port.isdecimal() or not port) else ""


def _check_media_type(request: Request) -> None:
    media = media_type(request.header("content-type"))
    has_body = (
        request.body or request.header("transfer-encoding") or (request.header("content-length") or "0").strip("0")
    )
    if (media or has_body) and not is_json(media):
        raise ApiErrorRaised(errors.UNSUPPORTED_MEDIA_TYPE, media=media or "none")
