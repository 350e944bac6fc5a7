"""Rules: everything that is enforced or emitted, each with a stable id, a source and a standing."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing the fake enforces or emits.

    `id` is stable and begins with an operation's id, or with the API's name where it holds for every operation.
    `says` is in our words, `docs` the page it was read from; `standing` is documented, recorded, or decided with a
    `reason`. `editions` are those it holds in; empty means all.
    """

    id: str
    says: str
    docs: str
    standing: Standing = "documented"
    reason: str = ""
    editions: tuple[str, ...] = ()
