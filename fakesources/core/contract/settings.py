"""Settings: what a user may choose of one API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from ..text.options import option, parse_boolean


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings that every API has; an API adds its own fields, made by `core.text.options.option`."""

    documented_methods: bool = option(
        False, "take only the documented methods, not those that clients are known to use", "YES|NO",
        parse_boolean,
    )  # fmt: skip

    @property
    def base_urls(self) -> tuple[str, ...]:
        """Base URLs besides those of the API at which the fake answers as well."""
        return ()

    def served_at(self, url: str) -> Self:  # noqa: ARG002  # an API with addresses of its own in its responses reads it
        """Return the settings of a fake whose server has this base URL."""
        return self
