"""Value of a result whose body is not JSON."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.engine.waiting import Pieces


@dataclass(frozen=True, slots=True)
class Content:
    """Body with a media type: its bytes, and the producer of the rest where it comes in pieces."""

    media_type: str
    body: bytes = b""
    pieces: Pieces | None = None
