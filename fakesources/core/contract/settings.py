"""Settings: what a user may choose of one API."""

from __future__ import annotations

from dataclasses import dataclass

from ..text.options import option, parse_boolean


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings that every API has; an API adds its own fields, made by `core.text.options.option`."""

    documented_methods: bool = option(
        False, "take only the documented methods, not those that clients are known to use", "YES|NO",
        parse_boolean,
    )  # fmt: skip
