"""OpenAPI 3.1, made from the rows and the schemas that everything else is made from. `document` makes it."""

from __future__ import annotations

from .document import document

__all__ = ["document"]
