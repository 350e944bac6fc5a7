"""Names in filters and faults: unknown ones are rejected, with a suggestion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from fakesources import FakeSources, Request
from fakesources.apis.registry import installed
from fakesources.core.contract.names import parameter_names, path_names

ALL = installed()

START, DELETE = "datasift.source.start", "curator.sources.delete"
ALICE = (("Authorization", "alice:key"),)
OPERATIONS = [pytest.param(api, endpoint, id=endpoint.id) for api in ALL for endpoint in api.endpoints]


@pytest.fixture
def fake() -> FakeSources:
    """A fake with one recorded request, by alice."""
    fake = FakeSources(strict=False)
    get_sources(fake)
    return fake


def get_sources(fake: FakeSources, **params: str) -> None:
    """Request the sources of alice."""
    query = urlencode(params)
    fake.handle(Request("GET", f"/v1.6/source/get?{query}", ALICE, host="api.datasift.com"))


@pytest.mark.parametrize(("api", "endpoint"), OPERATIONS)
def test_every_parameter_of_an_operation_may_be_named(api: Any, endpoint: Any, fake: FakeSources) -> None:
    """Faults and journal filters accept it."""
    given = dict.fromkeys(parameter_names(api, endpoint), "x")

    fake.faults.respond(endpoint.id, 503, when=given)
    fake.faults.hold(endpoint.id, when=given)

    assert not fake.journal.all(endpoint.id, params=given)
    assert not given or not fake.journal.all(params=given)


@pytest.mark.parametrize("api", ALL, ids=lambda api: api.name)
def test_an_endpoint_is_found_by_its_whole_id(api: Any) -> None:
    assert [api.endpoint(each.id) for each in api.endpoints] == list(api.endpoints)
    for id in ("", api.name, api.endpoints[0].id[:-1]):
        with pytest.raises(KeyError):
            api.endpoint(id)


@pytest.mark.parametrize(("api", "endpoint"), OPERATIONS)
def test_a_name_of_no_parameter_is_rejected(api: Any, endpoint: Any, fake: FakeSources) -> None:
    """The error suggests a similar parameter of the operation."""
    names = parameter_names(api, endpoint)
    wrong = f"{names[0][:-1]}_{names[0][-1]}" if names else "idd"
    message = f"got '?\"?{wrong}.*{f'did you mean .{names[0]}' if names else ''}"

    for use in (
        lambda: fake.faults.respond(endpoint.id, 503, when={wrong: "x"}),
        lambda: fake.faults.hold(endpoint.id, when={wrong: "x"}),
        lambda: fake.journal.count(endpoint.id, params={wrong: "x"}),
    ):
        with pytest.raises(ValueError, match=message):
            use()  # type: ignore[no-untyped-call]
    assert fake.faults.planned == ()
    assert not fake.faults.any


METHODS: dict[str, Callable[..., object]] = {
    name: (lambda fake, name=name, **filters: getattr(fake.journal, name)(**filters))
    for name in ("all", "count", "only", "last", "assert_none")
}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"params": {"idd": "1"}}, r"^params: expected a parameter of the operations .*got \"idd\"; did you mean 'id'"),
        ({"operation": START, "params": {"idd": "1"}}, r"^params: .* of datasift\.source\.start \(id\)"),
        ({"operation": "datasift.source.strat"}, r"^operation: .*did you mean 'datasift\.source\.start'"),
        ({"account": "alcie"}, r"^account: .*did you mean 'alice'"),
        ({"account": "alic"}, r"^account: "),
        ({"account": "aliice"}, r"^account: "),
    ],
)
def test_the_journal_rejects_unknown_names(
    fake: FakeSources, method: Callable[..., object], filters: dict[str, Any], message: str
) -> None:
    """So does every method, for every filter."""
    with pytest.raises(ValueError, match=message):
        method(fake, **filters)


def test_an_unknown_parameter_of_a_recorded_request_may_be_named(fake: FakeSources) -> None:
    with pytest.raises(ValueError, match=r"^when: .*got \"colour\""):
        fake.faults.error("datasift.source.get", "not-found", when={"colour": "red"})
    get_sources(fake, colour="red")
    fake.faults.error("datasift.source.get", "not-found", when={"colour": "red"})
    get_sources(fake, colour="red")

    assert fake.journal.last().status == 404


@pytest.mark.parametrize("account", ["bob", "alice", "home", "alina", "alice2", "key"])
def test_without_credentials_any_account_may_be_named(fake: FakeSources, account: str) -> None:
    """A name that only resembles another one is a name of its own."""
    assert fake.journal.count(account=account) == (account == "alice")
    fake.reset_account(account)


def test_accounts_of_a_series_are_no_misspellings_of_one_another() -> None:
    """Suites that share a server number or letter their accounts."""
    fake = FakeSources()
    for name in ("suite-a", "worker1"):
        fake.datasift.account(name).sources.add()

    for name in ("suite-b", "worker2", "worker12"):
        assert fake.journal.count(account=name) == 0


def test_with_credentials_no_other_account_may_be_named() -> None:
    """Any other name is rejected, also a dissimilar one."""
    credentials = {"datasift": {"alice": "key"}, "curator": {"team": "key"}}
    fake = FakeSources(credentials=credentials)

    assert fake.journal.count(account="alice") == fake.journal.count(account="team") == 0
    for use in (
        lambda: fake.journal.count(account="zoe"),
        lambda: fake.reset_account("zoe"),
        lambda: fake.restore(fake.snapshot(), "zoe"),
    ):
        with pytest.raises(ValueError, match=r"^account: expected one of .*\(alice, home, team\), got 'zoe'"):
            use()


def test_a_key_is_not_suggested_for_a_similar_name() -> None:
    """The names of accounts named by their keys are secrets."""
    fake = FakeSources()
    fake.curator.account("ABCD-1234-SECRET").feeds.add(name="A feed")

    assert fake.journal.count(account="ABCD-1234-SECRT") == 0


def test_an_account_of_a_snapshot_can_be_restored_after_a_reset() -> None:
    fake = FakeSources()
    fake.datasift.account("alice").sources.add()
    before = fake.snapshot()
    fake.reset()

    fake.restore(before, "alice")

    assert len(fake.datasift.account("alice").sources) == 1


WRONG: dict[str, tuple[Callable[[FakeSources], object], str]] = {
    "an API to reset": (lambda fake: fake.reset_account("x", "datasfit"), r"^api: .*'datasfit'; did you mean 'datasift'"),
    "an API alone": (lambda fake: fake.reset_account(api="curater"), r"^api: .*did you mean 'curator'"),
    "an account to reset": (lambda fake: fake.reset_account("alcie"), r"^account: "),
    "an account to restore": (lambda fake: fake.restore(fake.snapshot(), "alcie"), r"^account: "),
    "a callback of a clock": (lambda fake: fake.clock.after(60, "x"), r"^callback: expected a function, got 'x'"),  # type: ignore[arg-type]
    "a callback at a time": (lambda fake: fake.clock.at(fake.clock.now(), None), r"^callback: expected a function"),  # type: ignore[arg-type]
    "a when that is a text": (lambda fake: fake.faults.hold(START, when="id"), r"^when: expected a function, a mapping"),  # type: ignore[arg-type]
    "a field of an error": (
        lambda fake: fake.faults.error(START, "missing-param", fields={"feild": "x"}), r"^fields: .*did you mean 'field'"
    ),
    "a field where there are none": (
        lambda fake: fake.faults.error(START, "not-found", fields={"id": "x"}), r"^fields: expected none"
    ),
}  # fmt: skip


@pytest.mark.parametrize(("use", "message"), WRONG.values(), ids=WRONG)
def test_an_unknown_name_in_an_argument_is_rejected(
    fake: FakeSources, use: Callable[[FakeSources], object], message: str
) -> None:
    """Immediately, and the state does not change."""
    before = fake.dump()

    with pytest.raises(ValueError, match=message):
        use(fake)
    assert fake.dump() == before
    assert not fake.faults.any


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("GET", "/journal?operation=datasift.source.strat", None, "datasift.source.start"),
        ("GET", '/journal?params={"idd":1}', None, "'id'"),
        ("GET", '/journal?operation=datasift.source.start&params={"idd":1}', None, "(id)"),
        ("GET", '/journal?operation=datasift.source&params={"idd":1}', None, "'id'"),
        ("GET", "/journal?account=alcie", None, "'alice'"),
        ("GET", "/journal?api=datasfit", None, "'datasift'"),
        ("POST", "/reset?account=alcie", None, "'alice'"),
        ("POST", "/reset?api=datasfit", None, "'datasift'"),
        ("DELETE", "/faults?account=alcie", None, "'alice'"),
        ("POST", "/faults", {"operation": START, "respond": 503, "when": {"idd": "1"}}, "'id'"),
        ("POST", "/faults", {"operation": START, "hold": True, "account": "bob", "when": {"idd": "1"}}, "'id'"),
        ("POST", "/faults", {"operation": START, "hold": True, "account": "alcie"}, "'alice'"),
        (
            "POST",
            "/faults",
            {"operation": START, "error": "missing-param", "fields": {"nmae": "x"}},
            "expected one of field",
        ),
        ("POST", "/snapshots/clean/restore?account=alcie", None, "'alice'"),
        ("POST", "/snapshots/claen/restore", None, "'clean'"),
        ("GET", "/rules/datasift.source.start.unknwon-parameter", None, "datasift.source.start.unknown-parameter"),
    ],
)
def test_the_control_plane_rejects_the_same_names(method: str, path: str, body: Any, message: str) -> None:
    """The status is 4xx, the error has a suggestion, and the state does not change."""
    import json

    from fakesources.control.hosted import Hosted

    hosted = Hosted({})
    get_sources(hosted.fake)

    def control(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        headers = (("Content-Type", "application/json"),)
        sent = json.dumps(body).encode() if body is not None else b""
        target = f"/_fakesources{path}".replace('"', "%22")
        response = hosted.handle(Request(method, target, headers, sent, "127.0.0.1", "http", "server", "127.0.0.1"))
        return response.status, json.loads(response.body)

    control("POST", "/snapshots", {"name": "clean"})
    before = hosted.fake.dump()

    status, response = control(method, path, body)

    assert 400 <= status < 500, response
    assert message in response["error"]
    assert hosted.fake.dump() == before
    assert not hosted.fake.faults.any


# -- values in paths -----------------------------------------------------------------------------------------------

WITH_PATHS = [each for each in OPERATIONS if path_names(*each.values)]


def called(fake: FakeSources, endpoint: Any, **values: str) -> None:
    """Call an operation by the first of its paths with all the values."""
    path = next(path for path in endpoint.paths if all(f"<{name}>" in path for name in values))
    for name, value in values.items():
        path = path.replace(f"<{name}>", value)
    host = "api.curator.io" if endpoint.id.startswith("curator") else "api.datasift.com"
    fake.handle(Request(endpoint.methods[0], path, (("Authorization", "Basic a2V5Og=="),), host=host))


@pytest.mark.parametrize(("api", "endpoint"), WITH_PATHS)
def test_values_in_the_path_are_parameters(api: Any, endpoint: Any) -> None:
    """The journal has them, with any response, and they select the requests of a fault."""
    fake = FakeSources()
    longest = max(endpoint.paths, key=lambda path: path.count("<"))
    paths = [name for name in path_names(api, endpoint) if f"<{name}>" in longest]
    first, second = (dict.fromkeys(paths, f"{number}{number}") for number in (1, 2))
    fault = fake.faults.respond(endpoint.id, 418, when=second, times=None)

    called(fake, endpoint, **first)
    called(fake, endpoint, **second)

    assert fault.count == 1
    assert [exchange.status == 418 for exchange in fake.journal] == [False, True]
    expected = {name: 22 if name == "post_id" else "22" for name in paths}
    assert fake.journal.only(endpoint.id, params=expected).request.params == expected


def test_there_are_operations_with_values_in_their_paths() -> None:
    """The version in DataSift's paths is no parameter of its operations."""
    assert {each.id for each in WITH_PATHS} >= {DELETE, "curator.posts.love", "curator.preflight"}
    assert not any(str(each.id).startswith("datasift") for each in WITH_PATHS)
