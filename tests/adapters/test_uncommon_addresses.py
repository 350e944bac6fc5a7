"""Calls of clients and of the socket module in uncommon forms, while a fake is open."""

from __future__ import annotations

import socket

import pytest
import requests

from fakesources import FakeSources
from fakesources.adapters.network_guard import host_name

KEY = {"api_key": "k"}


def test_slashes_before_a_path_are_one() -> None:
    """As `requests` sends it: a path that begins with two would name a host."""
    with FakeSources(strict=False) as fake:
        requests.get("https://api.curator.io//v1/feeds", params=KEY)

    assert fake.journal.last().request.path == "/v1/feeds"


@pytest.mark.parametrize(
    ("host", "name"),
    [(None, ""), (7, ""), (b"API.Curator.IO.", "api.curator.io"), (b"\xff", "\ufffd"), ("localhost", ""), ("::1", "")],
)
def test_a_host_has_a_name_or_none(host: object, name: str) -> None:
    assert host_name(host) == name


def test_an_address_of_every_interface_is_looked_up() -> None:
    with FakeSources():
        assert socket.getaddrinfo(None, 0, type=socket.SOCK_STREAM)


def test_an_adapter_has_no_private_attribute_of_its_result() -> None:
    opened = FakeSources().server()
    with opened as server:
        assert opened.url == server.url
        assert not hasattr(opened, "_url")
