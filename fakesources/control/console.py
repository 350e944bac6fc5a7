"""Web console: the static files of its page, for browsers, and the way to it from `/`.

They contain no secret, so that every client may load them, and the page asks for a token where one is set. What they
show they get from the control plane.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ..core.engine.routing import route
from ..core.http.messages import Pairs, Request, Response
from ..fake import FakeSources
from . import ROOT

FOLDER = "console"
ICON = "icon.svg"
INDEX = "index.html"

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
"""Media types by the ending of a file; files with other endings are not served."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_HEADERS = (
    ("Cache-Control", "no-cache"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "same-origin"),
    ("Vary", "Accept"),
)


_PAGE = Response(303, (("Location", f"{ROOT[1:]}/"), ("Cache-Control", "no-store"), ("Vary", "Accept")))
"""Redirect to the page, relative to where the server is mounted."""


def respond(request: Request, fake: FakeSources) -> Response | None:
    """Return the response to a browser's request for the page or an icon, and to any for a file of the page.

    None for every other request. It depends on nothing but the files, and never blocks.
    """
    path = request.raw_path
    if request.method not in ("GET", "HEAD"):
        return None
    if path.startswith(f"{ROOT}/{FOLDER}/"):
        return _file(path.removeprefix(f"{ROOT}/{FOLDER}/"))
    if path == "/favicon.ico":
        return _file(ICON) if _accepts(request, "image/") and not _is_of_api(request, fake) else None
    if not _accepts(request, "text/html"):
        return None
    if path == f"{ROOT}/":
        return _file(INDEX)
    if path == ROOT:
        return _PAGE
    return _PAGE if path == "/" and not _is_of_api(request, fake) else None


def _accepts(request: Request, media_type: str) -> bool:
    """Return whether a request names a media type, as browsers do and other clients with `*/*` do not."""
    return media_type in (request.header("accept") or "").lower()


def _is_of_api(request: Request, fake: FakeSources) -> bool:
    """Return whether an API has the host of a request, or its path."""
    if fake.hosts.handles(request.host, request.path):
        return True
    services = fake.services.values()
    return any(route(each.api, False, request.method, request.path).endpoint for each in services)


def _file(name: str) -> Response | None:
    known = _files()
    if name not in known:
        return None
    headers, body = known[name]
    return Response(200, headers, body)


@cache
def _files() -> dict[str, tuple[Pairs, bytes]]:
    """Return headers and content of every file of the page by its name."""
    found: dict[str, tuple[Pairs, bytes]] = {}
    for each in files("fakesources").joinpath(FOLDER).iterdir():
        media_type = MEDIA_TYPES.get(f".{each.name.rpartition('.')[2]}")
        if media_type is not None:  # pragma: no branch - else an editor's file in a checkout
            policy = (("Content-Security-Policy", CONTENT_SECURITY_POLICY),)
            found[each.name] = ((("Content-Type", media_type), *policy, *_HEADERS), each.read_bytes())
    return found
