"""Options: parsing of texts, validation, and the keywords of FakeSources."""

from __future__ import annotations

import inspect
import typing
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from fakesources import FakeSources, Options, options
from fakesources.apis.registry import installed

APIS = installed()


def test_a_fake_takes_every_option_by_name() -> None:
    """The keywords of FakeSources are the fields of Options, with the same order, defaults and types."""
    keywords = inspect.signature(FakeSources).parameters
    names = [field.name for field in fields(Options)]

    assert list(keywords) == names == list(options.ALL)
    assert {name: keyword.default for name, keyword in keywords.items()} == {
        field.name: field.default for field in fields(Options)
    }
    hints = typing.get_type_hints(FakeSources.__init__)
    assert {name: hints[name] for name in names} == typing.get_type_hints(Options)
    assert all(keyword.kind is keyword.KEYWORD_ONLY for keyword in keywords.values())


def test_a_fake_has_its_options() -> None:
    """They are the same as those it was created with."""
    chosen = Options(datasift="live-1.6", seed="docs", strict=False, credentials={"datasift": {"alice": "key"}})

    fake = FakeSources.of(chosen)

    assert fake.options == chosen
    assert FakeSources().options == Options()


def test_options_of_editions_follow_the_apis() -> None:
    """The default is the API's default edition, and the help text lists all of them."""
    for api in APIS:
        option = options.ALL[api.name]
        assert option.default == api.default_edition
        assert all(name in option.help for name in api.editions)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("datasift", "live-1.6", "live-1.6"),
        ("strict", "no", False),
        ("strict", "TRUE", True),
        ("seed", "-7", -7),
        ("seed", "docs", "docs"),
        ("rate_limit", "500", 500),
        ("posts", "90", "90"),
        ("journal_bytes", "65536", 65_536),
        ("journal_bytes", "64KiB", 65_536),
        ("journal_bytes", "3GiB", 3 << 30),
        ("journal_bytes", "9" * 18, 10**18 - 1),
        ("journal_size", "9" * 18, 10**18 - 1),
        ("journal_size", " +7\n", 7),
        ("journal_size", "-3", -3),
        ("violation_bytes", " 32 mib ", 32 << 20),
        ("clock", "real", "real"),
        ("clock", "2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("credentials", "datasift:alice=k:1=2, curator:team=x", {"datasift": {"alice": "k:1=2"}, "curator": {"team": "x"}}),
        ("credentials", "datasift:alice=a\ndatasift:bob=b", {"datasift": {"alice": "a", "bob": "b"}}),
        ("hosts", "https://staging.example/ds = datasift", {"https://staging.example/ds": "datasift"}),
        ("hosts", "http://a.example?b=c=curator", {"http://a.example?b=c": "curator"}),
    ],
)  # fmt: skip
def test_text_is_parsed(name: str, text: str, value: object) -> None:
    """The value is that of the keyword."""
    assert options.ALL[name].read(text) == value


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("strict", "perhaps", "strict: expected yes or no, got 'perhaps'"),
        ("rate_limit", "many", "rate_limit: expected an integer, got 'many'"),
        ("journal_bytes", "much", "journal_bytes: expected a number of bytes such as 65536 or 32MiB, got 'much'"),
        ("journal_bytes", "1.5MiB", "journal_bytes: expected a number of bytes such as 65536 or 32MiB, got '1.5MiB'"),
        ("journal_size", "1.5", "journal_size: expected an integer, got '1.5'"),
        ("clock", "yesterday", "clock: expected a time such as 2026-01-01T00:00:00Z, or real, got 'yesterday'"),
        ("clock", "2026-03-01T12:00:00", "clock: expected a time with its zone, .*, got '2026-03-01T12:00:00'"),
        ("credentials", "alice=key", "credentials: expected API:ACCOUNT=KEY"),
        ("hosts", "https://staging.example", "hosts: expected URL=API, .*, got 'https://staging.example'"),
    ],
)
def test_invalid_text_is_rejected(name: str, text: str, message: str) -> None:
    """The message has the option and the expected value."""
    with pytest.raises(ValueError, match=message):
        options.ALL[name].read(text)


NUMBERS = (
    "--5",
    "+-5",
    "5-",
    "-",
    "",
    "\u0663",
    "\u00b2",
    "1_000",
    "0x10",
    "1e3",
    "5 5",
    "9" * 19,
    "-" + "9" * 19,
    "9" * 5_000,
)


@pytest.mark.parametrize("text", NUMBERS, ids=lambda text: ascii(text[:6]))
@pytest.mark.parametrize(
    ("name", "expected"),
    [("journal_size", "an integer"), ("journal_bytes", "a number of bytes such as 65536 or 32MiB")],
)
def test_a_text_that_is_no_number_is_rejected_in_our_words(name: str, expected: str, text: str) -> None:
    """Python's own message never reaches the user, and a long text is cut."""
    limit = " of at most 18 digits" if "999" in text else ""
    got = repr(text) if len(text) < 59 else f"'{text[:58]}…"
    with pytest.raises(ValueError, match="expected") as error:
        options.ALL[name].read(text)

    assert str(error.value) == f"{name}: expected {expected}{limit}, got {got}"


def test_invalid_credentials_are_not_shown() -> None:
    """A key is a secret in a malformed text as well."""
    with pytest.raises(ValueError, match="expected") as error:
        options.ALL["credentials"].read("datasift:alice:key-of-alice")

    assert "key-of-alice" not in str(error.value)


def test_unknown_names_get_a_suggestion() -> None:
    """Known names are not mentioned."""
    assert options.unknown(["seed", "strict"]) == ""
    assert options.unknown(["sede"]) == "there is no option 'sede'; did you mean 'seed'?"
    assert options.unknown(["zzz"]).startswith("there is no option 'zzz'; there are datasift, curator, strict")


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"datasift": "docs-1.7"}, "datasift: expected an edition, docs-1.6 or live-1.6, got 'docs-1.7'; did you mean 'docs-1.6'"),
        ({"seed": "\ud800"}, r"seed: expected a text without NUL characters and unpaired surrogates, got '\\ud800'"),
        ({"datasift": "\ud800"}, "datasift: expected a text without NUL characters and unpaired surrogates"),
        ({"credentials": {"datasfit": {"a": "b"}}}, "credentials: expected an API, datasift or curator, got 'datasfit'; did you mean 'datasift'"),
        ({"credentials": {"datasift": {}}}, "credentials: expected an account for 'datasift', got none"),
        ({"credentials": {"datasift": {"alice": ""}}}, "credentials: expected a mapping of account names to keys for 'datasift'"),
        ({"hosts": {"staging": "datasift"}}, "hosts: expected base URLs, .*, got 'staging'"),
        ({"hosts": {"https://a.example": "dataswift"}}, "hosts: expected curator or datasift for 'https://a.example', got 'dataswift'; did you mean 'datasift'"),
        ({"rate_limit": -1}, "rate_limit"),
        ({"rate_limit_status": 500}, "rate_limit_status"),
        ({"wrong_key_status": 500}, "wrong_key_status"),
        ({"posts": "tomorrow"}, "posts"),
        ({"journal_size": 0}, "1 exchange or more"),
        ({"datasift": None}, "datasift: expected a text, got None"),
        ({"strict": "no"}, "strict: expected True or False, got 'no'"),
        ({"strict": 1}, "strict: expected True or False, got 1"),
        ({"seed": 1.5}, "seed: expected an integer or a text, got 1.5"),
        ({"seed": True}, "seed: expected an integer or a text, got True"),
        ({"rate_limit": "abc"}, "rate_limit: expected an integer, got 'abc'"),
        ({"journal_size": 5.0}, "journal_size: expected an integer, got 5.0"),
        ({"posts": None}, "posts: expected a text or a number, got None"),
        ({"clock": 1767225600}, "clock: expected an aware datetime or 'real', got 1767225600"),
        ({"clock": "2026-01-01"}, "clock: expected an aware datetime or 'real', got '2026-01-01'"),
        ({"hosts": ["https://a.example"]}, "hosts: expected a mapping, got a list"),
        ({"credentials": ["key-of-alice"]}, "credentials: expected a mapping, got a list"),
        ({"strict": "no", "seed": None}, "strict: .*; seed: "),
    ],
)  # fmt: skip
def test_an_invalid_value_is_rejected(keywords: dict[str, object], message: str) -> None:
    """The message has the option and the expected value."""
    with pytest.raises(ValueError, match=message):
        FakeSources(**keywords)  # type: ignore[arg-type]
