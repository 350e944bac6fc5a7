"""Live server with a certificate."""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from echo import Echo
from serving import CERTIFICATES, Serve, connected_to, threads, tls_context, until_closed

from fakesources.server import tls


def test_with_a_certificate_the_server_serves_https(serve: Serve, echo: Echo) -> None:
    """Serve clients over TLS, and close a connection without TLS."""
    with serve(echo.handle, "localhost", tls=tls_context()) as server:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(CERTIFICATES / "localhost.pem")
            assert [session.post(server.url, data=b"x" * 100_000, timeout=5).text for _ in range(2)] == ["hello"] * 2
            assert (server.url, echo.last.scheme) == (f"https://localhost:{server.port}", "https")
        with socket.create_connection(("localhost", server.port), timeout=5) as plain:
            plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            with suppress(ConnectionResetError):
                assert b"200 OK" not in until_closed(plain)

    assert threads() == set()


@pytest.mark.parametrize(("key", "files"), [(None, "{0}"), ("localhost.pem", "{0} and {0}")])
def test_files_that_are_no_certificate_with_its_key_are_named(key: str | None, files: str) -> None:
    certificate = str(CERTIFICATES / "localhost.pem")  # without the key, which is in another file

    with pytest.raises(
        OSError, match=f"^{re.escape(files.format(certificate))}: expected a certificate and its key in PEM"
    ):
        tls.context(certificate, key and str(CERTIFICATES / key))


def test_a_stalled_handshake_does_not_delay_a_stop(serve: Serve, echo: Echo) -> None:
    """Connect without a handshake, and stop: the connection is closed with the server."""
    with serve(echo.handle, tls=tls_context()) as server, connected_to(server) as silent:
        while server.open_connections < 1:
            time.sleep(0.001)
        server.stop()

        assert threads() == set()
        assert until_closed(silent) == b""


@pytest.mark.parametrize("size", [0, 10_000_000])
def test_the_end_of_an_https_connection_is_announced(serve: Serve, echo: Echo, size: int) -> None:
    """Read until close_notify, after a request without and with a long body."""
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    with (
        serve(echo.handle, tls=tls_context()) as server,
        connected_to(server) as plain,
        trust.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as client,
    ):
        client.sendall(b"PUT / HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)

        assert until_closed(client).endswith(b"hello")


@pytest.mark.parametrize("sent", [b"no HTTP\r\n\r\n", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"])
def test_a_malformed_request_ends_an_https_connection_at_once(serve: Serve, echo: Echo, sent: bytes) -> None:
    """There is no end of its body to wait for, as there is for a request that is rejected."""
    trust = ssl.create_default_context(cafile=str(CERTIFICATES / "localhost.pem"))
    with (
        serve(echo.handle, tls=tls_context(), read_timeout=60.0) as server,
        connected_to(server) as plain,
        trust.wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as client,
    ):
        client.sendall(sent)

        assert until_closed(client).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(("certificate", "key"), [("none.pem", None), ("localhost.pem", "none.key"), ("text", "text")])
def test_an_invalid_certificate_is_named(tmp_path: Path, certificate: str, key: str | None) -> None:
    """A missing or invalid file is an OSError that names it."""
    (tmp_path / "text").write_text("no certificate")
    (tmp_path / "localhost.pem").write_bytes((CERTIFICATES / "localhost.pem").read_bytes())

    wrong = key or certificate
    with pytest.raises(OSError, match=wrong):
        tls.context(str(tmp_path / certificate), key and str(tmp_path / key))
