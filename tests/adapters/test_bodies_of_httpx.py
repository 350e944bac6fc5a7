"""Bodies of httpx and httpx2, sync and async, end the same way through every adapter as over a real connection."""

from __future__ import annotations

import asyncio
import inspect
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from bodies import CASES, RESPONSES, joined, watchdog
from clients import HOST, Echo

from fakesources.server.server import Server

pytest.importorskip("httpx")
pytest.importorskip("httpx2")

from fakesources.adapters.httpx import intercept, transport


async def pieces(chunks: Any) -> Any:
    """Return all chunks joined, sync or async, and the class of the exception that ended them."""
    taken: list[Any] = []
    try:
        if hasattr(chunks, "__aiter__"):
            async for chunk in chunks:
                taken.append(chunk)  # what came before an exception counts
        else:
            for chunk in chunks:
                taken.append(chunk)
    except Exception as error:
        return joined(taken), type(error)
    return joined(taken), None


def named(name: str, *args: Any, many: bool = True) -> Callable[[Any, bool], Any]:
    """Return a call of a method by its sync name; the async one begins with an `a`."""

    async def act(response: Any, is_async: bool) -> Any:
        method = getattr(response, f"a{name}" if is_async else name)
        if many:
            return await pieces(method(*args))
        given = method(*args)
        return await given if inspect.isawaitable(given) else given

    return act


def plain(action: Callable[[Any], Any]) -> Callable[[Any, bool], Any]:
    """Return an action that is the same for sync and async responses."""

    async def act(response: Any, is_async: bool) -> Any:
        return action(response)

    return act


def first_of(name: str, *args: Any) -> Callable[[Any, bool], Any]:
    """Return an action that reads the first chunk of an iteration and then closes it."""

    async def act(response: Any, is_async: bool) -> Any:
        if is_async:
            iterator = getattr(response, f"a{name}")(*args)
            try:
                return await anext(iterator, None)
            finally:
                await iterator.aclose()
        return next(getattr(response, name)(*args), None)

    return act


def in_turn(*actions: Callable[[Any, bool], Any]) -> Callable[[Any, bool], Any]:
    """Combine several actions on one response, each with its own outcome."""

    async def act(response: Any, is_async: bool) -> Any:
        return [await ended(action(response, is_async)) for action in actions]

    return act


async def ended(awaitable: Any) -> Any:
    try:
        return await awaitable
    except Exception as error:
        return type(error)


def state(response: Any) -> Any:
    return response.is_closed, response.is_stream_consumed


read, close, raw = named("read", many=False), named("close", many=False), named("iter_raw")
content, states = plain(lambda response: response.content), plain(state)

ACTIONS: dict[str, Callable[[Any, bool], Any]] = {
    "read": in_turn(read, states, content, plain(lambda r: r.text), plain(lambda r: r.json())),
    "read twice": in_turn(read, read, states),
    "not read": in_turn(content, states),
    "bytes": in_turn(named("iter_bytes"), states),
    "bytes twice": in_turn(named("iter_bytes"), named("iter_bytes")),
    "bytes, 1 by 1": named("iter_bytes", 7),
    "bytes, large": named("iter_bytes", 1 << 20),
    "text": in_turn(named("iter_text"), named("iter_text", 3)),
    "lines": in_turn(named("iter_lines"), states),
    "raw": in_turn(raw, states),
    "raw, 7 by 7": named("iter_raw", 7),
    "raw twice": in_turn(raw, raw, states),
    "raw, then read": in_turn(raw, read, content),
    "read, then all": in_turn(read, named("iter_bytes"), named("iter_lines"), raw),
    "part, then the rest": in_turn(first_of("iter_bytes", 3), named("iter_bytes"), read, states),
    "part of raw, then read": in_turn(first_of("iter_raw", 3), read, states),
    "part, then close": in_turn(first_of("iter_raw", 3), close, states, raw),
    "after close": in_turn(close, states, read, named("iter_bytes"), raw, content),
    "closed twice": in_turn(read, close, close, content),
    "read after a failure": in_turn(read, read, close, states),
    "pickled": in_turn(read, plain(lambda r: pickle.loads(pickle.dumps(r)).content)),
    "pickled unread": in_turn(plain(lambda r: pickle.loads(pickle.dumps(r)).is_closed), read),
    "the other kind": in_turn(plain(lambda r: r.read()), plain(lambda r: list(r.iter_raw())), plain(lambda r: r.close())),
    "headers alone": plain(lambda r: (r.status_code, r.headers.get("content-length"))),
}  # fmt: skip


@contextmanager
def over_a_socket(echo: Echo) -> Iterator[tuple[str, Any]]:
    with Server(echo.handle) as server:
        yield server.url, None


@contextmanager
def intercepted(echo: Echo) -> Iterator[tuple[str, Any]]:
    with intercept(echo.handle, echo.handles):
        yield f"https://{HOST}", None


@contextmanager
def with_transport(echo: Echo) -> Iterator[tuple[str, Any]]:
    yield f"https://{HOST}", transport(echo.handle, echo.handles)


ADAPTERS = {"intercepted": intercepted, "a transport": with_transport}


def outcomes(opened: Callable[[Echo], Any], library: Any, is_async: bool, name: str, stream: bool) -> dict[str, Any]:
    """Return the outcome of every action of the table, each on a response of its own."""
    method, response = RESPONSES[name]
    found = {}

    async def run_async() -> None:
        with opened(Echo(response)) as (url, mounted):
            async with library.AsyncClient(transport=mounted, timeout=10, verify=False) as client:
                for action_name, action in ACTIONS.items():
                    found[action_name] = await ended(async_call(client, url, action))

    async def async_call(client: Any, url: str, action: Any) -> Any:
        if not stream:
            return await action(await client.request(method, url), is_async)
        async with client.stream(method, url) as response:
            return await action(response, is_async)

    async def run_sync() -> None:
        with (
            opened(Echo(response)) as (url, mounted),
            library.Client(transport=mounted, timeout=10, verify=False) as client,
        ):
            for action_name, action in ACTIONS.items():
                found[action_name] = await ended(sync_call(client, url, action))

    async def sync_call(client: Any, url: str, action: Any) -> Any:
        if not stream:
            return await action(client.request(method, url), is_async)
        with client.stream(method, url) as response:
            return await action(response, is_async)

    with watchdog():
        asyncio.run(run_async() if is_async else run_sync())
    return found


@pytest.fixture(scope="module")
def expected() -> Callable[..., dict[str, Any]]:
    """Outcomes over a real connection, computed once for all adapters."""
    known: dict[tuple[Any, ...], dict[str, Any]] = {}

    def find(*key: Any) -> dict[str, Any]:
        if key not in known:
            known[key] = outcomes(over_a_socket, *key)
        return known[key]

    return find


@pytest.mark.parametrize("adapter", ADAPTERS)
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("library", ["httpx", "httpx2"])
@pytest.mark.parametrize(("name", "stream"), CASES)
def test_bodies_of_httpx_are_as_over_a_connection(
    expected: Callable[..., dict[str, Any]], name: str, library: str, is_async: bool, stream: bool, adapter: str
) -> None:
    """Every use of a response returns the same value, or raises the same exception."""
    key = (pytest.importorskip(library), is_async, name, stream)

    assert outcomes(ADAPTERS[adapter], *key) == expected(*key)
