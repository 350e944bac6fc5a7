"""Values of flags: what a text becomes, and errors for any other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest

from fakesources.commands import serve as serving

TOKEN = "expected printable characters without a space at either end"
VALUES: list[tuple[str, str, Any]] = [
    ("allow-origin", "http://localhost:3000", "http://localhost:3000"),
    ("allow-origin", " https://A.test:443/ ", "https://a.test"),
    ("allow-origin", "null", "null"),
    ("host", "0.0.0.0", "0.0.0.0"),
    ("host", "[::1]", "::1"),
    ("host", "::1", "::1"),
    ("host", "fe80::1%eth0", "fe80::1%eth0"),
    ("host", "my_machine.test", "my_machine.test"),
    ("load", "state.json", Path("state.json")),
    ("save-every", "1.5", 1.5),
    ("save-every", "31536000", 31_536_000.0),
    ("token", "a b", "a b"),
]
WRONG: list[tuple[str, str, str]] = [
    ("allow-origin", "localhost:3000", "expected an origin such as http://localhost:3000, got 'localhost:3000'"),
    ("allow-origin", "http://a.test/b", "expected an origin such as http://localhost:3000, got 'http://a.test/b'"),
    ("host", "a.test:80", "expected a host without a port, got 'a.test:80'; use --port 80"),
    ("host", "[::1]:80", "expected a host without a port, got '[::1]:80'; use --port 80"),
    *(
        ("host", text, f"expected a host name or an IP address such as 127.0.0.1, got {text!r}")
        for text in (
            "",
            " ",
            "http://a.test",
            "http://127.0.0.1:80",
            "a.test/b",
            "a b",
            "[::1",
            "::1]",
            "[]",
            ":80",
            "a.test:http",
            "user@a.test",
            "a\nb",
            "a" * 300,
        )
    ),
    *(
        (name, "", "expected a file, got ''")
        for name in ("access-log", "address-file", "cert", "key", "load", "openapi", "save", "state")
    ),
    *(
        ("save-every", text, f"expected more than 0 and at most 31536000 seconds, got {text!r}")
        for text in ("0", "-1", "nan", "inf", "31536000.1", "often")
    ),
    *(("token", text, TOKEN) for text in ("", " a", "a ", "a\n", "a\0b")),
]


def flag(name: str) -> click.Option:
    [found] = [each for each in serving.command.params if isinstance(each, click.Option) and f"--{name}" in each.opts]
    return found


@pytest.mark.parametrize(("name", "text", "value"), VALUES)
def test_a_text_becomes_the_value_of_a_flag(name: str, text: str, value: Any) -> None:
    """A value that is none, such as a default, stays as it is."""
    assert flag(name).type.convert(text, None, None) == value
    if not isinstance(value, Path):
        assert flag(name).type.convert(5, None, None) == 5


@pytest.mark.parametrize(("name", "text", "message"), WRONG)
def test_a_wrong_text_is_an_error_of_the_flag(name: str, text: str, message: str) -> None:
    """A token is not shown."""
    with pytest.raises(click.BadParameter) as error:
        flag(name).type.convert(text, flag(name), None)

    assert error.value.message == message


@pytest.mark.parametrize(
    "text", ["http://a.test,http://b.test", "http://a.test http://b.test", " http://a.test, http://b.test"]
)
def test_a_variable_holds_several_origins(text: str) -> None:
    assert flag("allow-origin").type.split_envvar_value(text) == ["http://a.test", "http://b.test"]
