"""The engine alone: a Request in, a Reply out, held against writing and reading the same answer as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from harness import Call, Group, Promise, timed
from subjects import answered, get_one, stocked

ENGINE = "GET one (DataSift)"
CODEC = "json.dumps + json.loads of the same answer"


@contextmanager
def engine() -> Iterator[Call]:
    """One source, fetched."""
    fake = stocked(20)
    ask = get_one(fake)
    answered(fake, ask, 200)
    request = ask.request
    yield lambda: fake.handle(request)


@contextmanager
def codec() -> Iterator[Call]:
    """What the standard library takes to write and read the same value."""
    fake = stocked(20)
    value = json.loads(answered(fake, get_one(fake), 200).body)
    dumps, loads = json.dumps, json.loads
    yield lambda: loads(dumps(value))


def groups() -> list[Group]:
    """The engine."""
    return [
        Group(
            "engine",
            cases=[timed(ENGINE, engine), timed(CODEC, codec)],
            promises=[Promise(f"engine alone, {ENGINE}", CODEC, (ENGINE,), (CODEC,), 2)],
        ),
    ]
