"""Pictures of posts and users: small SVG drawings, derived from the seed of the fake and the path.

A picture exists for every post and user, also for one that is gone; it contains nothing of what was asked for.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from ...core.contract.call import Service
from ...core.http.hosts import without_default_port
from ...core.http.messages import Request, Response
from .post_generator import SeededRandom
from .settings import IMAGES_URL, SERVED_PATH, SERVER

_HEADERS = (("Content-Type", "image/svg+xml"), ("Access-Control-Allow-Origin", "*"), ("Cache-Control", "max-age=3600"))
_PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)
_FOLDERS = ("/posts/", "/users/")
_ENDING = ".jpg"


def respond(service: Service, request: Request) -> Response | None:
    """Return the response to a request below the base URL of the pictures; None for any other.

    It is 404 where there is no picture, such as for a video, and 405 for other methods than GET and HEAD.
    """
    if service.settings.images_url in (IMAGES_URL, SERVER):
        return None
    host, path = _place(service.settings.images_base)
    prefix = f"{path}/"
    if not request.path.startswith(prefix) or (
        path != SERVED_PATH and host != without_default_port(request.host.lower())
    ):
        return None
    if request.method not in ("GET", "HEAD"):
        return Response(405, (("Allow", "GET, HEAD"), *_PLAIN), b"images: expected GET or HEAD")
    name = request.path.removeprefix(path)
    if not (name.startswith(_FOLDERS) and name.endswith(_ENDING)):
        return Response(404, _PLAIN, b"images: expected posts/ID.jpg or users/NAME.jpg")
    return Response(200, _HEADERS, draw(f"{service.root}\0{name}", is_user=name.startswith(_FOLDERS[1])))


def draw(seed: str, *, is_user: bool) -> bytes:
    """Return a picture: a face for a user, else a landscape."""
    random = SeededRandom(seed.encode("utf-8", "surrogateescape").hex())
    hue = random.below(360)
    parts = [f'<rect width="64" height="64" fill="hsl({hue} 45% 82%)"/>']
    if is_user:
        parts.append(f'<circle cx="32" cy="25" r="12" fill="hsl({(hue + 180) % 360} 40% 45%)"/>')
        parts.append(f'<path d="M8 64a24 24 0 0 1 48 0z" fill="hsl({hue} 45% 40%)"/>')
    else:
        parts.append(f'<circle cx="{8 + random.below(48)}" cy="{8 + random.below(16)}" r="6" fill="hsl(45 90% 70%)"/>')
        for level in range(3):
            heights = [28 + 10 * level + random.below(12) for _ in range(4)]
            hill = f"M0 {heights[0]}C16 {heights[1]} 44 {heights[2]} 64 {heights[3]}V64H0z"
            parts.append(f'<path d="{hill}" fill="hsl({(hue + 40 * level) % 360} 40% {58 - 14 * level}%)"/>')
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64" width="640" height="640">{"".join(parts)}</svg>'.encode()


@lru_cache(maxsize=64)
def _place(url: str) -> tuple[str, str]:
    """Return host and path of a base URL."""
    parts = urlsplit(url)
    return without_default_port(parts.netloc.lower()), parts.path
