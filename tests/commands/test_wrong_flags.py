"""Wrong flags and a busy port: errors with a hint, without a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from processes import Command, Serve

CERTIFICATE = str(Path(__file__).with_name("localhost.pem"))
ENCRYPTED_KEY = str(Path(__file__).with_name("encrypted.key"))


def test_a_busy_port_is_an_error(command: Command) -> None:
    """The exit code is 1."""
    with socket.create_server(("127.0.0.1", 0)) as occupied:
        port = occupied.getsockname()[1]

        result = command("serve", "--port", str(port))

    assert result.code == 1
    assert f"port {port} of 127.0.0.1 is in use" in result.err
    assert result.out == ""


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["serve", "--prot", "1"], "--port"),
        (["serve", "--datsift", "docs-1.6"], "--datasift"),
        (["serve", "--datasift", "docs-1.5"], "'docs-1.6'"),
        (["serve", "--curator", "doc-2025"], "'docs-2025'"),
        (["serve", "--port", "70000"], "0<=x<=65535"),
        (["serve", "--host", "127.0.0.1:80"], "--port 80"),
        (["serve", "--clock", "yesterday"], "yesterday"),
        (["serve", "--clock", "2018-01-16T10:00:00"], "a time with its zone"),
        (["serve", "--credentials", "alice=s3cret"], "API:ACCOUNT=KEY"),
        (["serve", "--key", "key.pem"], "--cert"),
        (["serve", "--cert", "/nowhere/cert.pem"], "/nowhere/cert.pem"),
        (["serve", "--cert", CERTIFICATE, "--key", "/nowhere/key.pem"], "--key: /nowhere/key.pem: "),
        (["serve", "--cert", CERTIFICATE, "--key", ENCRYPTED_KEY], "expected a key without a passphrase"),
        (["serve", "--cert", CERTIFICATE], f"--cert: {CERTIFICATE}: expected a certificate and its key in PEM"),
        (["serve", "--cert", CERTIFICATE, "--key", CERTIFICATE], f"{CERTIFICATE} and {CERTIFICATE}: expected a certificate"),
        (["serve", "--host", ""], "expected a host name"),
        (["serve", "--load", "/dev/zero"], "expected a file or a pipe, got a device"),
        (["serve", "--state", "/dev/zero"], "expected a regular file, got a device"),
        (["serve", "--openapi", "/dev/zero"], "expected a file or a pipe, got a device"),
        (["check", "a.har", "--baseline", "/dev/zero"], "expected a file or a pipe, got a device"),
        (["check", "a.har", "--output", ""], "expected a file, got ''"),
        (["openapi", "curator", "--output", ""], "expected a file, got ''"),
        *((["openapi", "curator", "--server", text], "http://127.0.0.1:8080") for text in ("", "host", "http://a b")),
        (["rules", "--edition", "docs-2052"], "docs-2025"),
        (["rules", "--deviations", "--edition", "docs-2052"], "docs-2025"),
        (["rules", "--deviations", "--provenance", "decided"], "--provenance: expected no --deviations beside it"),
        *((["rules", "--editions", *others], f"{name}: expected no --editions beside it")
          for name, others in (("ID", ["curator"]), ("--json", ["--json"]), ("--edition", ["--edition", "live-1.6"]),
                               ("--provenance", ["--provenance", "decided"]), ("--deviations", ["--deviations"]))),
        (["serve", "--token", ""], "--token"),
        (["serve", "--token", " s3cret"], "--token"),
        (["serve", "--allow-origin", "localhost:3000"], "http://localhost:3000"),
        (["serve", "--allow-origin", "http://localhost:3000/app"], "http://localhost:3000"),
        (["serve", "--allow-origin", "*"], "http://localhost:3000"),
        (["serve", "--access-log", "/nowhere/access.log"], "/nowhere/access.log"),
        (["serve", "--port", "0", "--address-file", "/nowhere/address"], "/nowhere/address"),
        (["serve", "--save", "/nowhere/state.json"], "no folder /nowhere"),
        (["serve", "--save", "/dev/null"], "expected a regular file, got a device"),
        (["serve", "--state", "/dev/null"], "expected a regular file, got a device"),
        (["serve", "--port", "0", "--address-file", "/dev/null"], "expected a regular file, got a device"),
        (["serve", "--state", "a.json", "--save", "b.json"], "--state"),
        (["serve", "--state", "a.json", "--load", "b.json"], "--state"),
        *((["serve", "--save-every", text], "at most") for text in ("0", "-1", "nan", "inf", "1e10", "1e400", "soon")),
        (["serve", "--access-log-format", "jsno"], "--access-log-format"),
        (["serve", "--log-level", "loud"], "--log-level"),
        (["serve", "--journal-bytes", "much"], "32MiB"),
        (["serve", "--snapshot-bytes", "-1"], "32MiB"),
        (["serve", "--host", "[::1]:80"], "--port 80"),
        (["srve"], "'serve'"),
    ],
)  # fmt: skip
def test_a_wrong_flag_is_an_error_with_a_hint(command: Command, arguments: list[str], hint: str) -> None:
    """The exit code is 2; there is no traceback and no secret."""
    result = command(*arguments)

    assert result.code == 2, result
    assert hint in result.err
    assert "Traceback" not in result.err
    assert "s3cret" not in result.err


def test_a_misspelt_variable_is_warned_of(serve: Serve) -> None:
    served = serve(FAKESOURCES_CURATR="docs-2025", FAKESOURCES_URL="http://127.0.0.1:1")

    _, _, err = served.stop()

    assert err == "Warning: FAKESOURCES_CURATR: expected the variable of a flag; did you mean FAKESOURCES_CURATOR?\n"
