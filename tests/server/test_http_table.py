"""Raw requests, whole and in pieces, are answered as by Node.js; every difference is listed with its reason."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from generate_http_table import TABLE, node_answers
from http_cases import CATEGORIES, NEXT, cases
from http_differences import differences
from wire import Wire, answers, echo

from fakesources.server.server import Server

CASES = cases()
DOCUMENT: dict[str, Any] = json.loads(TABLE.read_text("utf-8"))
NODE = {name: (row["answers"], row["open"]) for name, row in DOCUMENT["answers"].items()}
WANTED = NODE | differences()
LARGE = 400
"""Cases of more bytes than this are cut in fewer places."""


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    with Wire() as wire:
        yield wire


def differing(found: dict[str, Any]) -> set[str]:
    return {name for name, row in found.items() if (row["answers"], row["open"]) != NODE[name]}


def answers_of(wire: Wire, *pieces: bytes) -> tuple[list[list[Any]], bool]:
    sent, is_open = wire.send(pieces)
    return answers(sent), is_open


def test_the_table_has_every_case_and_every_difference_is_one() -> None:
    assert set(NODE) == set(CASES)
    assert len(CASES) >= 250
    assert set(differences()) <= set(NODE)
    assert [name for name, wanted in differences().items() if NODE[name] == wanted] == []


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_whole_request_is_answered_as_by_node(wire: Wire, category: str) -> None:
    found = {
        name: answers_of(wire, b"".join(parts)) for name, parts in CASES.items() if name.startswith(f"{category}: ")
    }

    assert {name: answer for name, answer in found.items() if answer != WANTED[name]} == {}


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_request_cut_anywhere_is_the_same_request(wire: Wire, category: str) -> None:
    """In two pieces at every byte, and one byte at a time."""
    for name, parts in CASES.items():
        if not name.startswith(f"{category}: "):
            continue
        whole = b"".join(parts)
        if len(whole) <= LARGE:
            cuts = list(range(1, len(whole.removesuffix(NEXT))))
            assert answers_of(wire, *(whole[at : at + 1] for at in range(len(whole)))) == WANTED[name], name
        else:
            cuts = [
                at
                for at in (1, 20, 50, 8_191, 8_192, 8_193, 16_384, 16_385, len(whole) - 30, len(whole) - 1)
                if at < len(whole)
            ]
        for cut in cuts:
            assert answers_of(wire, whole[:cut], whole[cut:]) == WANTED[name], (name, cut)


def test_a_socket_gives_the_same_answers(wire: Wire) -> None:
    """Send every case once through a real server, which the other tests do without."""
    with Server(echo, handle_nonblocking=echo) as server:
        for name, parts in CASES.items():
            with socket.create_connection(("127.0.0.1", server.port), timeout=10) as client:
                with suppress(OSError):
                    client.sendall(b"".join(parts))
                    client.shutdown(socket.SHUT_WR)
                sent = b"".join(iter(lambda: client.recv(1 << 20), b""))
            assert answers(sent) == WANTED[name][0], name


def test_the_installed_node_answers_as_in_the_table() -> None:
    """Compare with the same release of llhttp; for another one the table is to be generated and reviewed."""
    pytest.importorskip("schemathesis", reason="part of the interop set")
    if shutil.which("node") is None:
        pytest.skip("Node.js is not installed")
    found = node_answers(CASES)
    if found["versions"]["llhttp"] != DOCUMENT["versions"]["llhttp"]:
        pytest.skip(
            f"the table was written with llhttp {DOCUMENT['versions']['llhttp']}, here is {found['versions']['llhttp']}"
        )
    wrong = differing(found["answers"])
    if wrong:  # on a busy machine an answer may come late
        wrong = differing(node_answers(wrong, 3_000)["answers"])

    assert wrong == set()
