"""The engine alone, from Request to Response, compared with writing and reading the same value as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from harness import Call, Group, Promise, timed
from subjects import checked_response, filled_fake, get_one

ENGINE = "GET one (DataSift)"
CODEC = "json.dumps + json.loads of the same response"


@contextmanager
def engine() -> Iterator[Call]:
    """Open the engine: one source is fetched."""
    fake = filled_fake(20)
    client_request = get_one(fake)
    checked_response(fake, client_request, 200)
    request = client_request.request
    yield lambda: fake.handle(request)


@contextmanager
def codec() -> Iterator[Call]:
    """Open the baseline: the standard library writes and reads the same value."""
    fake = filled_fake(20)
    value = json.loads(checked_response(fake, get_one(fake), 200).body)
    dumps, loads = json.dumps, json.loads
    yield lambda: loads(dumps(value))


def groups() -> list[Group]:
    """Return the group of the engine."""
    return [
        Group(
            "engine",
            cases=[timed(ENGINE, engine), timed(CODEC, codec)],
            promises=[
                Promise(
                    f"engine alone, {ENGINE}",
                    CODEC,
                    (ENGINE,),
                    (CODEC,),
                    2,
                    goal=1.2,
                    obstacle="routing, rate limit, both validations and the journal, with a tenth of the time each",
                )
            ],
        ),
    ]
