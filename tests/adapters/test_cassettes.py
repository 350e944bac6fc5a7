"""Beside cassettes of vcrpy: calls of the fake's hosts never reach the network, whichever is opened first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import requests

from fakesources import FakeSources

vcr = pytest.importorskip("vcr")

URL = "https://api.datasift.com/v1.6/source/get"
KEY = {"Authorization": "user:key"}


def sync_client_of(library: str) -> Callable[[], int]:
    return lambda: import_module(library).get(URL, headers=KEY).status_code


def async_client_of(library: str) -> Callable[[], int]:
    async def call() -> int:
        async with import_module(library).AsyncClient() as client:
            return int((await client.get(URL, headers=KEY)).status_code)

    return lambda: asyncio.run(call())


CLIENTS: dict[str, Callable[[], int]] = {
    "requests": lambda: requests.get(URL, headers=KEY).status_code,
    "httpx": sync_client_of("httpx"),
    "httpx, async": async_client_of("httpx"),
    "httpx2": sync_client_of("httpx2"),
    "httpx2, async": async_client_of("httpx2"),
}


@pytest.mark.parametrize("order", ["the cassette inside", "the cassette around"])
@pytest.mark.parametrize("call", CLIENTS.values(), ids=CLIENTS)
def test_the_fake_answers_what_a_cassette_has_not_recorded(call: Callable[[], int], order: str, tmp_path: Path) -> None:
    contexts: list[Any] = [FakeSources(), vcr.use_cassette(str(tmp_path / "cassette.yaml"))]
    with ExitStack() as stack:
        for context in contexts if order == "the cassette inside" else reversed(contexts):
            stack.enter_context(context)

        assert call() == 200
        assert contexts[0].journal.count() == 1
