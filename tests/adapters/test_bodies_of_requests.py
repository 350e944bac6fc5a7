"""Bodies of `requests` end the same way through every adapter as over a real connection, however they are used."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from io import BytesIO, TextIOWrapper
from typing import Any

import pytest
import requests
from bodies import CASES, RESPONSES, in_turn, outcome, pieces, watchdog
from clients import HOST, Echo
from responses import RequestsMock

from fakesources.adapters.responses import intercept
from fakesources.adapters.responses_mock import add_to
from fakesources.server.server import Server


def content(response: Any) -> bytes:
    return bytes(response.content)


def close(response: Any) -> None:
    response.close()


def all_at_once(response: Any) -> Any:
    return pieces(response.iter_content(None))


def in_context(response: Any) -> Any:
    with response as same:
        return same.content, same is response


def left_early(response: Any) -> Any:
    with response:
        return next(response.iter_content(3), None)


def as_file(response: Any) -> bytes:
    target = BytesIO()
    shutil.copyfileobj(response.raw, target)
    return target.getvalue()


def as_text_file(response: Any) -> list[str]:
    return list(TextIOWrapper(response.raw, "utf-8"))


def raw_states(response: Any) -> Any:
    before = response.raw.closed
    read = response.raw.read()
    return before, read, response.raw.closed, response.raw.tell(), response.raw.read()


def read_into(response: Any) -> Any:
    buffer = bytearray(8)
    return response.raw.readinto(buffer), bytes(buffer)


def read_until_nothing(response: Any) -> bytes:
    return b"".join(iter(lambda: response.raw.read(7), b""))


def decoding(value: bool) -> Callable[[Any], Any]:
    return in_turn(
        lambda response: response.raw.read(5, decode_content=value),
        lambda response: response.raw.read(decode_content=value),
        lambda response: response.raw.closed,
    )


def raw_setting(response: Any) -> Any:
    response.raw.decode_content = True
    return response.raw.read(10), response.raw.read()


REQUESTS: dict[str, Callable[[Any], Any]] = {
    "content, text, json": in_turn(content, lambda r: r.text, lambda r: r.json()),
    "content twice": in_turn(content, content),
    "iter_content(None)": all_at_once,
    "iter_content(None) twice": in_turn(all_at_once, all_at_once),
    "iter_content(4096)": lambda r: pieces(r.iter_content(4096)),
    "iter_content, decoded": lambda r: pieces(r.iter_content(None, decode_unicode=True)),
    "iter_content, no number": lambda r: pieces(r.iter_content("8")),
    "iter(response)": lambda r: pieces(iter(r)),
    "lines": lambda r: pieces(r.iter_lines()),
    "lines, chunk_size=None": lambda r: pieces(r.iter_lines(chunk_size=None)),
    "lines, a delimiter": lambda r: pieces(r.iter_lines(delimiter=b"\n", decode_unicode=False)),
    "raw.read()": in_turn(lambda r: r.raw.read(), lambda r: r.raw.read(), lambda r: r.raw.read(1)),
    "raw.read(0)": in_turn(lambda r: r.raw.read(0), content),
    "raw.read(7), to nothing": in_turn(read_until_nothing, lambda r: r.raw.closed),
    "raw.read1()": in_turn(lambda r: r.raw.read1(4), lambda r: pieces(iter(r.raw.read1, b""))),
    "raw.readinto": read_into,
    "raw.readline": in_turn(lambda r: r.raw.readline(), lambda r: r.raw.readlines()),
    "raw.stream(None)": lambda r: pieces(r.raw.stream(None)),
    "raw.stream(16)": lambda r: pieces(r.raw.stream(16)),
    "raw.stream, not decoded": lambda r: pieces(r.raw.stream(None, decode_content=False)),
    "raw.data": in_turn(lambda r: r.raw.data, lambda r: r.raw.data),
    "iter(raw)": lambda r: pieces(iter(r.raw)),
    "raw as a file": as_file,
    "raw as a text file": as_text_file,
    "raw.drain_conn": in_turn(lambda r: r.raw.drain_conn(), lambda r: r.raw.closed, content),
    "raw, closed or not": raw_states,
    "raw.isclosed": in_turn(lambda r: r.raw.isclosed(), lambda r: r.raw._fp.isclosed()),
    "raw.length_remaining": in_turn(lambda r: r.raw.length_remaining, lambda r: r.raw.read(3), lambda r: r.raw.length_remaining),
    "decode_content=True": decoding(True),
    "decode_content=False": decoding(False),
    "raw.decode_content": raw_setting,
    "a context": in_context,
    "a context left early": in_turn(left_early, content, all_at_once),
    "part, then content": in_turn(lambda r: next(r.iter_content(3), None), content),
    "part, then the rest": in_turn(lambda r: next(r.iter_content(3), None), all_at_once),
    "raw, then content": in_turn(lambda r: r.raw.read(3), content),
    "content after close": in_turn(close, content, all_at_once),
    "raw after close": in_turn(close, lambda r: r.raw.read(), lambda r: r.raw.read(4), lambda r: r.raw.closed),
    "closed twice": in_turn(content, close, close, content),
    "pickled": in_turn(lambda r: pickle.loads(pickle.dumps(r)).content, content),
    "pickled after close": in_turn(close, lambda r: pickle.loads(pickle.dumps(r)).content),
    "copied": in_turn(lambda r: copy.copy(r).content),
    "parsed from raw": lambda r: json.load(r.raw),
    "never read": lambda r: r.status_code,
}  # fmt: skip


@contextmanager
def requests_over_a_socket(echo: Echo) -> Iterator[str]:
    with Server(echo.handle) as server:
        yield server.url


@contextmanager
def requests_intercepted(echo: Echo) -> Iterator[str]:
    with intercept(echo.handle, echo.handles):
        yield f"https://{HOST}"


@contextmanager
def requests_mocked(echo: Echo) -> Iterator[str]:
    with RequestsMock() as mock, add_to(mock, echo.handle, echo.handles, HOST):
        yield f"https://{HOST}"


REQUESTS_ADAPTERS = {"intercepted": requests_intercepted, "an entry of a mock": requests_mocked}


@pytest.fixture(scope="module")
def outcomes_of_requests() -> Callable[[str, bool], dict[str, Any]]:
    """Outcomes over a real connection, computed once for all adapters."""
    known: dict[tuple[str, bool], dict[str, Any]] = {}

    def find(name: str, stream: bool) -> dict[str, Any]:
        if (name, stream) not in known:
            known[name, stream] = with_requests(requests_over_a_socket, name, stream)
        return known[name, stream]

    return find


def with_requests(opened: Callable[[Echo], Any], name: str, stream: bool) -> dict[str, Any]:
    """Return the outcome of every action of the table, each on a response of its own."""
    method, response = RESPONSES[name]
    found = {}
    with watchdog(), opened(Echo(response)) as url, requests.Session() as session:
        for action_name, action in REQUESTS.items():

            def call(action: Callable[[Any], Any] = action) -> Any:
                with session.request(method, url, stream=stream, timeout=10) as response:
                    return action(response)

            found[action_name] = outcome(lambda _, call=call: call(), None)
    return found


@pytest.mark.parametrize("adapter", REQUESTS_ADAPTERS)
@pytest.mark.parametrize(("name", "stream"), CASES)
def test_bodies_of_requests_are_as_over_a_connection(
    outcomes_of_requests: Callable[[str, bool], dict[str, Any]], adapter: str, stream: bool, name: str
) -> None:
    """Every use of a response returns the same value, or raises the same exception."""
    if name.startswith("truncated") and version("urllib3").startswith("1."):
        pytest.skip("urllib3 before 2 does not notice that a body was cut")

    assert with_requests(REQUESTS_ADAPTERS[adapter], name, stream) == outcomes_of_requests(name, stream)
