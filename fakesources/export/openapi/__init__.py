"""OpenAPI 3.1 documents, generated from endpoints and schemas."""

from __future__ import annotations

from .document import document

__all__ = ["document"]
