"""The APIs that are faked, a package each, and the registry that finds them and others."""

from typing import Any


def __getattr__(name: str) -> Any:
    from .registry import installed

    if name == "ALL":
        return installed()
    raise AttributeError(name)
