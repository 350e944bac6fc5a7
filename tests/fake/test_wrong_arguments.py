"""Wrong arguments of public callables: the message has the name, the expected and the actual value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import requests

from fakesources import FakeSources, Options, verify
from fakesources.core.storage.store import NoSuchRow

START = "datasift.source.start"
NAIVE = datetime(2026, 1, 1)
FORM = re.compile(r"^[\w.\[\]]+: expected .+, got .+", re.DOTALL)

HEADERS = "headers: expected header names (RFC 9110, 5.1), and values in Latin-1 without control characters; the fake adds Content-Length itself, got "

Act = Callable[[FakeSources], Any]

CALLS: dict[str, tuple[Act, str]] = {
    "error, operation": (lambda f: f.faults.error(404, "not-found"), "operation: expected a text, got 404"),
    "error, name": (lambda f: f.faults.error(START, 404), "name: expected a text, got 404"),
    "error, times": (lambda f: f.faults.error(START, "not-found", times="2"), "times: expected an integer of 1 or more or None, got '2'"),
    "error, times, a boolean": (lambda f: f.faults.error(START, "not-found", times=True), "times: expected an integer of 1 or more or None, got True"),
    "error, when": (lambda f: f.faults.error(START, "not-found", when="id"), "when: expected a function, a mapping of parameters or None, got a str"),
    "error, when, keys": (lambda f: f.faults.error(START, "not-found", when={1: 2}), "when: expected a function, a mapping of parameters or None, got a dict"),
    "error, fields": (lambda f: f.faults.error(START, "not-found", fields=["id"]), "fields: expected a mapping or None, got a list"),
    "respond, status": (lambda f: f.faults.respond(START, "404"), "status: expected an integer, got '404'"),
    "respond, a float": (lambda f: f.faults.respond(START, 404.0), "status: expected an integer, got 404.0"),
    "respond, out of range": (lambda f: f.faults.respond(START, 99), "status: expected 200 to 599, got 99"),
    "respond, body": (lambda f: f.faults.respond(START, 500, body=object()), "body: expected a JSON value, a text or bytes, got an object"),
    "respond, headers": (lambda f: f.faults.respond(START, 500, headers={"A": 1}), "headers: expected pairs of names and values, all of them texts or a mapping of texts, got a dict"),
    "respond, header": (lambda f: f.faults.respond(START, 500, headers=[("A", 1)]), "headers: expected pairs of names and values, all of them texts or a mapping of texts, got a list"),
    "respond, header, a line break": (lambda f: f.faults.respond(START, 500, headers=[("A", "b\r\nC: d")]), HEADERS + "another value of 'A'"),
    "respond, header, a NUL": (lambda f: f.faults.respond(START, 500, headers=[("A", "\0")]), HEADERS + "another value of 'A'"),
    "respond, header, no Latin-1": (lambda f: f.faults.respond(START, 500, headers=[("A", "日")]), HEADERS + "another value of 'A'"),
    "respond, header, a surrogate": (lambda f: f.faults.respond(START, 500, headers=[("A", "\ud800")]), HEADERS + "another value of 'A'"),
    "respond, header, no name": (lambda f: f.faults.respond(START, 500, headers=[("", "b")]), HEADERS + "''"),
    "respond, header, no token": (lambda f: f.faults.respond(START, 500, headers=[("A b", "c")]), HEADERS + "'A b'"),
    "respond, header, a colon": (lambda f: f.faults.respond(START, 500, headers=[("A:", "c")]), HEADERS + "'A:'"),
    "respond, header, a name's line break": (lambda f: f.faults.respond(START, 500, headers=[("A\n", "b")]), HEADERS + "'A\\n'"),
    "respond, header, white space around": (lambda f: f.faults.respond(START, 500, headers=[("A", " b ")]), HEADERS + "another value of 'A'"),
    "respond, header, length": (lambda f: f.faults.respond(START, 500, headers=[("content-length", "3")]), HEADERS + "'content-length'"),
    "respond, header, coding": (lambda f: f.faults.respond(START, 500, headers=[("Transfer-Encoding", "chunked")]), HEADERS + "'Transfer-Encoding'"),
    "respond, body, a surrogate": (lambda f: f.faults.respond(START, 500, body="\ud800"), "body: expected a JSON value, a text or bytes, got a str"),
    "respond, body, NaN": (lambda f: f.faults.respond(START, 500, body=float("nan")), "body: expected a JSON value, a text or bytes, got a float"),
    "respond, body, where there is none": (lambda f: f.faults.respond(START, 204, body="x"), "body: expected None with status 204, whose responses have no body, got a str"),
    "error, an unknown error": (lambda f: f.faults.error(START, "not-fuond"), f"name: expected an error that is documented for {START}, got 'not-fuond'; did you mean 'not-found'?"),
    "disconnect, another way": (lambda f: f.faults.disconnect(START, "resett"), "how: expected reset, empty, truncated or timeout, got 'resett'; did you mean 'reset'?"),
    "disconnect, how": (lambda f: f.faults.disconnect(START, 5), "how: expected a text, got 5"),
    "disconnect, takes_effect": (lambda f: f.faults.disconnect(START, "reset", takes_effect="no"), "takes_effect: expected True or False, got 'no'"),
    "delay, seconds": (lambda f: f.faults.delay(START, "3"), "seconds: expected a number, got '3'"),
    "delay, seconds, none": (lambda f: f.faults.delay(START, None), "seconds: expected a number, got None"),
    "delay, real": (lambda f: f.faults.delay(START, 3, real=1), "real: expected True or False, got 1"),
    "hold, operation": (lambda f: f.faults.hold(None), "operation: expected a text, got None"),
    "hold, wait": (lambda f: f.faults.hold(START).wait("1"), "count: expected an integer of 0 or more, got '1'"),
    "names": (lambda f: f.faults.names(5), "operation: expected a text, got 5"),
    "journal, operation": (lambda f: f.journal.count(404), "operation: expected a text, got 404"),
    "journal, status": (lambda f: f.journal.all(status="200"), "status: expected an integer or None, got '200'"),
    "journal, params": (lambda f: f.journal.assert_none(params=["id"]), "params: expected a mapping or None, got a list"),
    "journal, only": (lambda f: f.journal.only(START, params="id"), "params: expected a mapping or None, got a str"),
    "journal, last": (lambda f: f.journal.last(5), "operation: expected a text, got 5"),
    "journal, index": (lambda f: f.journal["1"], "index: expected an integer, got '1'"),
    "restore, none": (lambda f: f.restore(None), "snapshot: expected what snapshot() returned, got None"),
    "restore, a document": (lambda f: f.restore(f.dump()), "snapshot: expected what snapshot() returned, got a dict"),
    "restore, account": (lambda f: f.restore(f.snapshot(), 5), "account: expected a text or None, got 5"),
    "reset_account": (lambda f: f.reset_account(5), "account: expected a text or None, got 5"),
    "reset_account, api": (lambda f: f.reset_account("x", 5), "api: expected a text or None, got 5"),
    "diff": (lambda f: f.diff({}), "before: expected what snapshot() returned, got a dict"),
    "diff, after": (lambda f: f.diff(f.snapshot(), 1), "after: expected what snapshot() returned or None, got 1"),
    "dump": (lambda f: f.dump(5), "path: expected a path or None, got 5"),
    "load, none": (lambda f: f.load(None), "source: expected a path or a mapping, got None"),
    "load, a list": (lambda f: f.load([]), "source: expected a path or a mapping, got a list"),
    "clear_exchanges": (lambda f: f.clear_exchanges(5), "account: expected a text or None, got 5"),
    "clear_exchanges, api": (lambda f: f.clear_exchanges("x", 5), "api: expected a text or None, got 5"),
    "diff, account": (lambda f: f.diff(f.snapshot(), account=5), "account: expected a text or None, got 5"),
    "restore, api": (lambda f: f.restore(f.snapshot(), "x", 5), "api: expected a text or None, got 5"),
    "clear_violations": (lambda f: f.clear_violations(5), "is_meant: expected a function, got 5"),
    "expect_violation": (lambda f: f.expect_violation(5), "rule: expected a text, got 5"),
    "of": (lambda f: f.of({"seed": 1}), "chosen: expected fakesources.Options(...), got a dict"),
    "decorator": (lambda f: f("test"), "decorated: expected a function, got 'test'"),
    "server, port": (lambda f: f.server(port="8080"), "port: expected a port from 0 to 65535, got '8080'"),
    "server, a large port": (lambda f: f.server(port=70_000), "port: expected a port from 0 to 65535, got 70000"),
    "server, host": (lambda f: f.server(8080), "host: expected a text, got 8080"),
    "server, tls": (lambda f: f.server(tls="cert.pem"), "tls: expected an ssl.SSLContext or None, got 'cert.pem'"),
    "responses": (lambda f: f.responses(requests), "mock: expected a responses.RequestsMock or the module responses, got a module"),
    "open": (lambda f: f.open(checks="no"), "checks: expected True or False, got 'no'"),
    "clock, advance": (lambda f: f.clock.advance("60"), "seconds: expected a number, got '60'"),
    "clock, advance, back": (lambda f: f.clock.advance(-1), "seconds: expected 0 or more, got -1; advance() goes forward only, set() puts the clock to any time"),
    "clock, advance, a part": (lambda f: f.clock.advance(hours="1"), "hours: expected a number, got '1'"),
    "clock, advance, hour": (lambda f: f.clock.advance(hour=1), "hour: expected a field of timedelta, got a name it does not have; did you mean 'hours'?"),
    "clock, set": (lambda f: f.clock.set(1767225600), "when: expected an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC), got 1767225600"),
    "clock, set, naive": (lambda f: f.clock.set(NAIVE), "when: expected an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC), got 2026-01-01T00:00:00, which has no time zone"),
    "clock, after": (lambda f: f.clock.after(60, "x"), "callback: expected a function, got 'x'"),
    "clock, after, seconds": (lambda f: f.clock.after("60", print), "seconds: expected a number, got '60'"),
    "clock, at": (lambda f: f.clock.at("tomorrow", print), "when: expected a number or an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC), got 'tomorrow'"),
    "clock, cancel": (lambda f: f.clock.cancel(5), "due: expected what at() or after() returned, got 5"),
    "options, strict": (lambda _: Options(strict="no"), "strict: expected True or False, got 'no'"),
    "fake, seed": (lambda _: FakeSources(seed=1.5), "seed: expected an integer or a text, got 1.5"),
    "fake, credentials": (lambda _: FakeSources(credentials="s3cret"), "credentials: expected a mapping, got a str"),
    "fake, credentials, an API": (lambda _: FakeSources(credentials={"datasfit": {"a": "s3cret"}}), "credentials: expected an API, datasift or curator, got 'datasfit'; did you mean 'datasift'?"),
    "fake, credentials, a number": (lambda _: FakeSources(credentials={5: {"a": "s3cret"}}), "credentials: expected an API, datasift or curator, got 5"),
    "fake, edition": (lambda _: FakeSources(datasift="live-1.7"), "datasift: expected an edition, docs-1.6 or live-1.6, got 'live-1.7'; did you mean 'live-1.6'?"),
    "fake, hosts, a number": (lambda _: FakeSources(hosts={5: "datasift"}), "hosts: expected base URLs, such as 'https://staging.example/ds', got 5"),
    "fake, hosts, a name": (lambda _: FakeSources(hosts={"x": "datasift"}), "hosts: expected base URLs, such as 'https://staging.example/ds', got 'x'"),
    "fake, hosts, a bracket": (lambda _: FakeSources(hosts={"http://[x": "datasift"}), "hosts: expected base URLs, such as 'https://staging.example/ds', got 'http://[x'"),
    "fake, hosts, a port": (lambda _: FakeSources(hosts={"http://x:y": "datasift"}), "hosts: expected base URLs, such as 'https://staging.example/ds', got 'http://x:y'"),
    "fake, hosts, an API": (lambda _: FakeSources(hosts={"http://x": "datasfit"}), "hosts: expected curator or datasift for 'http://x', got 'datasfit'; did you mean 'datasift'?"),
    "fake, hosts, a password": (lambda _: FakeSources(hosts={"http://me:TOPSECRET@[x": "datasift"}), "hosts: expected base URLs, such as 'https://staging.example/ds', got 'http://***@[x'"),
    "fake, hosts, a password and no API": (lambda _: FakeSources(hosts={"http://me:TOPSECRET@x": 5}), "hosts: expected curator or datasift for 'http://***@x', got 5"),
    "fake, hosts, no API": (lambda _: FakeSources(hosts={"http://x": 5}), "hosts: expected curator or datasift for 'http://x', got 5"),
    "fake, posts": (lambda _: FakeSources(posts="at-onec"), "posts: expected 'immediate', 'manual' or a number of seconds, got 'at-onec'"),
    "fake, posts, -1": (lambda _: FakeSources(posts=-1), "posts: expected 0 seconds or more, got -1"),
    "fake, rate_limit": (lambda _: FakeSources(rate_limit=-1), "rate_limit: expected 0 or more credits an hour, got -1"),
    "fake, rate_limit_status": (lambda _: FakeSources(rate_limit_status=200), "rate_limit_status: expected 403 or 429, got 200"),
    "datasift, account": (lambda f: f.datasift.account(5), "name: expected a text without NUL characters and unpaired surrogates, the name of an account or None, got an int"),
    "datasift, rate_limit": (lambda f: setattr(f.datasift, "rate_limit", "5"), "rate_limit: expected an integer of 0 or more, got '5'"),
    "datasift, rate_limit, -1": (lambda f: setattr(f.datasift, "rate_limit", -1), "rate_limit: expected an integer of 0 or more, got -1"),
    "sources, name": (lambda f: f.datasift.sources.add(name=5), "name: expected a text, got 5"),
    "sources, source_type": (lambda f: f.datasift.sources.add(source_type=2), "source_type: expected a text, got 2"),
    "sources, id": (lambda f: f.datasift.sources.add(id=2), "id: expected a text or None, got 2"),
    "sources, running": (lambda f: f.datasift.sources.add(running="yes"), "running: expected True or False, got 'yes'"),
    "sources, resources": (lambda f: f.datasift.sources.add(resources={"id": 1}), "resources: expected a list of mappings, or of a row's own items or None, got a dict"),
    "sources, resources, texts": (lambda f: f.datasift.sources.add(resources=["x"]), "resources: expected a list of mappings, or of a row's own items or None, got a list"),
    "sources, resources, flat": (lambda f: f.datasift.sources.add(resources=[{"id": 1}]), "resources[0]: expected also 'parameters', got an object with 'id'"),
    "sources, auth": (lambda f: f.datasift.sources.add(auth="s3cret"), "auth: expected a list of mappings, or of a row's own items or None, got a str"),
    "sources, parameters": (lambda f: f.datasift.sources.add(parameters=["likes"]), "parameters: expected a mapping or None, got a list"),
    "sources, created_at": (lambda f: f.datasift.sources.add(created_at="today"), "created_at: expected an integer or an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC) or None, got 'today'"),
    "sources, change": (lambda f: f.datasift.sources.change(f.datasift.sources.add().id, running=1), "running: expected True or False or None, got 1"),
    "log, message": (lambda f: f.datasift.log.add(f.datasift.sources.add().id, 5), "message: expected a text, got 5"),
    "log, event_time": (lambda f: f.datasift.log.add(f.datasift.sources.add().id, event_time=NAIVE), "event_time: expected an integer or an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC) or None, got 2026-01-01T00:00:00, which has no time zone"),
    "feeds, name": (lambda f: f.curator.feeds.add(5), "name: expected a text for a Feed, got 5"),
    "feeds, id": (lambda f: f.curator.feeds.add(id="x"), "id: expected 20 to 50 letters, digits and hyphens, or an empty text, got 'x'"),
    "feeds, public_key": (lambda f: f.curator.feeds.add(public_key="x"), "public_key: expected 20 to 50 letters, digits and hyphens, or an empty text, got 'x'"),
    "feeds, api_id": (lambda f: f.curator.feeds.add(api_id="x"), "api_id: expected 20 to 50 letters, digits and hyphens, or an empty text, got 'x'"),
    "feeds, a field": (lambda f: f.curator.feeds.add(zzz="red"), "zzz: expected a field of a Feed, got a name it does not have; there are"),
    "feeds, change": (lambda f: f.curator.feeds.change(next(iter(f.curator.feeds)), moderatoin="pre"), "moderatoin: expected a field of a Feed that can change, got a name it does not have; did you mean 'moderation'?"),
    "curator sources, type": (lambda f: f.curator.sources.add(source_type="rss"), "source_type: expected an integer, got 'rss'"),
    "curator sources, no type": (lambda f: f.curator.sources.add(source_type=99), "source_type: expected one of "),
    "curator sources, tag": (lambda f: f.curator.sources.add(tag=5), "tag: expected a text for a Source, got 5"),
    "curator sources, id": (lambda f: f.curator.sources.add(id=5), "id: expected a UUID in lower case, or an empty text, got 5"),
    "curator sources, interval": (lambda f: f.curator.sources.add(interval="1"), "interval: expected an integer or None, got '1'"),
    "posts, likes": (lambda f: f.curator.posts.add(likes="many"), "likes: expected an integer for a Post, got 'many'"),
    "posts, a field": (lambda f: f.curator.posts.add(txt="x"), "txt: expected a field of a Post, got a name it does not have; did you mean 'text'?"),
    "posts, created": (lambda f: f.curator.posts.add(source_created_at="today"), "source_created_at: expected an aware datetime, such as datetime(2026, 1, 1, tzinfo=UTC) or None, got 'today'"),
    "posts, deliver": (lambda f: f.curator.posts.deliver(5), "source_id: expected a text or None, got 5"),
    "verify, check": (lambda _: verify.check(5), "exchange: expected an Exchange, a pair of Request and Response or a mapping, got 5"),
    "verify, check_files": (lambda _: verify.check_files("chrome.har"), "paths: expected a list of paths, got 'chrome.har'"),
    "verify, check_files, a number": (lambda _: verify.check_files([5]), "paths: expected a list of paths, got a list"),
    "verify, watch": (lambda _: verify.watch(requests), "session: expected a requests.Session, an httpx.Client or an httpx.AsyncClient, got a module"),
}  # fmt: skip


@pytest.mark.parametrize(("act", "message"), CALLS.values(), ids=CALLS)
def test_a_wrong_argument_is_named(act: Act, message: str) -> None:
    """A TypeError and a ValueError, without secrets; nothing changes."""
    fake = FakeSources()

    for kind in (TypeError, ValueError):
        with pytest.raises(kind) as error:
            act(fake)
        assert str(error.value).startswith(message)
        assert FORM.match(str(error.value))
        assert "s3cret" not in str(error.value)

    assert (fake.faults.planned, fake.journal.total) == ((), 0)
    assert fake.clock.now() == FakeSources().clock.now()


def test_every_public_method_is_in_the_table() -> None:
    """Every method that takes an argument."""
    import inspect

    fake = FakeSources()
    owners = {
        "fake": fake, "faults": fake.faults, "clock": fake.clock, "journal": fake.journal, "datasift": fake.datasift,
        "sources": fake.datasift.sources, "log": fake.datasift.log, "curator": fake.curator, "feeds": fake.curator.feeds,
        "posts": fake.curator.posts,
    }  # fmt: skip
    excluded = {  # for the engine, the adapters and the control plane; and those that take ids, see below
        "handle", "handle_nonblocking", "steps", "handles", "record", "find", "forget", "subscribe", "hold_request", "delays", "matching", "only_matching", "restore",
        "transport", "get", "remove", "of", "recorded",
    }  # fmt: skip
    source = inspect.getsource(__import__(__name__, fromlist=["CALLS"]))
    for owner, value in owners.items():
        for name, method in inspect.getmembers(type(value), inspect.isfunction):
            has_arguments = len(inspect.signature(method).parameters) > 1
            if not name.startswith("_") and has_arguments and name not in excluded:
                assert f".{name}(" in source, f"{owner}.{name}"


ROWS: dict[str, Callable[[FakeSources], Any]] = {
    "sources[]": lambda f: f.datasift.sources["nothing"],
    "sources[None]": lambda f: f.datasift.sources[None],  # type: ignore[index]
    "sources[[]]": lambda f: f.datasift.sources[[]],  # type: ignore[index]
    "sources.remove": lambda f: f.datasift.sources.remove("nothing"),
    "sources.change": lambda f: f.datasift.sources.change(5, name="x"),  # type: ignore[arg-type]
    "log.add": lambda f: f.datasift.log.add("nothing"),
    "feeds[]": lambda f: f.curator.feeds["nothing"],
    "curator sources.remove": lambda f: f.curator.sources.remove("nothing"),
    "posts.change": lambda f: f.curator.posts.change(5000, likes=1),
    "posts.deliver": lambda f: f.curator.posts.deliver("nothing"),
}


@pytest.mark.parametrize("act", ROWS.values(), ids=ROWS)
def test_an_unknown_row_is_named(act: Act) -> None:
    """NoSuchRow is a KeyError with the first known ids, if there are any."""
    fake = FakeSources()
    with pytest.raises(NoSuchRow) as empty:
        act(fake)
    assert FORM.match(str(empty.value))

    for number in range(5):
        fake.datasift.sources.add(id=f"source-{number}")
        fake.curator.sources.add()
    with pytest.raises(KeyError) as error:
        act(fake)
    assert re.match(r"^id: expected one of the \w+ .+, got .+", str(error.value))


def test_an_unknown_id_gets_a_suggestion() -> None:
    """The message lists a few ids at most."""
    fake = FakeSources()
    for name in ("rock-music", "jazz", "blues", "folk", "soul"):
        fake.datasift.sources.add(id=name)

    with pytest.raises(NoSuchRow) as error:
        _ = fake.datasift.sources["rock-musik"]

    assert str(error.value) == (
        "id: expected one of the sources 'rock-music', 'jazz', 'blues' and 2 more, got 'rock-musik'; "
        "did you mean 'rock-music'?"
    )
    assert error.value.args == ("rock-musik",)
