"""Names that are made from texts: of operations, rows, schemas and errors."""

from __future__ import annotations

import re
from collections.abc import Container
from itertools import chain, count


def slug(text: str, separator: str = "_") -> str:
    """Return the lower-case letters and digits of a text, with a separator in place of what is between them."""
    return re.sub(r"[^a-z0-9]+", separator, text.lower()).strip(separator)


def operation_id(api: str, name: str) -> str:
    """Return the id of an operation by its name, which may have that of the API before it."""
    return name if name.startswith(f"{api}.") else f"{api}.{name}"


def unused(name: str, used: Container[str]) -> str:
    """Return a name that is not used yet: the given one, or that with a number, `name_2`."""
    return next(each for each in chain([name], (f"{name}_{number}" for number in count(2))) if each not in used)
