"""FakeSources outside pytest: contexts, decorators, checks, expected violations, and isolation."""

from __future__ import annotations

import asyncio
import inspect
import io
import pickle
import threading
import unittest
from contextlib import AbstractContextManager
from typing import Any, cast

import httpx
import pytest
import requests

from fakesources import ContractViolation, FakeSources, Request, Response, Violation
from fakesources.apis.registry import installed
from fakesources.core.contract.rulebook import reported_ids
from fakesources.export.rules import selected

ALL = installed()

START = "https://api.datasift.com/v1.6/source/start"
UNKNOWN = "datasift.source.start.unknown-parameter"
ALICE = {"Authorization": "alice:key-of-alice"}


def start(fake: FakeSources, **extra: str) -> int:
    """Start a new source through `requests`, with unknown parameters."""
    id = fake.datasift.sources.add().id
    return requests.put(START, data={"id": id, **extra}, headers=ALICE, timeout=5).status_code


# -- contexts ----------------------------------------------------------------------------------------------------------

ADAPTERS = {
    "with fake": lambda fake: fake,
    "fake.open()": lambda fake: fake.open(),
    "fake.responses()": lambda fake: fake.responses(),
}


@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=list(ADAPTERS))
def test_leaving_a_context_checks_the_contract(adapter: Any) -> None:
    """Violations are raised once, at the end of the context."""
    fake = FakeSources()

    with pytest.raises(ContractViolation, match='expected one of id, got "x"') as error, adapter(fake):
        start(fake, nmae="x")

    assert [violation.rule for violation in error.value.violations] == [UNKNOWN]
    assert fake.violations == []
    assert error.traceback[-1].lineno + 1 == inspect.getsourcelines(start)[1] + 3  # where `requests.put` is


@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=list(ADAPTERS))
def test_a_failing_block_keeps_its_exception(adapter: Any) -> None:
    """Violations are a note on it."""
    fake = FakeSources()

    with pytest.raises(RuntimeError, match="of its own") as error, adapter(fake):  # noqa: PT012
        start(fake, nmae="x")
        raise RuntimeError("of its own")

    (note,) = error.value.__notes__
    assert note.startswith(f'fakesources: datasift.source.start $.nmae: expected one of id, got "x" [{UNKNOWN}]\n')
    assert "key-of-alice" not in note


@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=list(ADAPTERS))
def test_a_fake_that_is_not_strict_raises_nothing(adapter: Any) -> None:
    """Its violations are recorded."""
    fake = FakeSources(strict=False)

    with adapter(fake):
        start(fake, nmae="x")

    assert [violation.rule for violation in fake.violations] == [UNKNOWN]


def test_leaving_a_server_checks_the_contract() -> None:
    """`with fake.server()` returns the server, and raises violations of its requests."""
    fake = FakeSources()
    id = fake.datasift.sources.add().id

    with pytest.raises(ContractViolation), fake.server() as server:  # noqa: PT012
        assert server.url == f"http://{server.netloc}"
        assert server.netloc == f"{server.host}:{server.port}" == f"127.0.0.1:{server.port}"
        requests.put(f"{server.url}/v1.6/source/start", data={"id": id, "nmae": "x"}, headers=ALICE, timeout=5)


def test_an_async_block_opens_the_same_adapters() -> None:
    """Also for async clients."""

    async def main() -> int:
        async with FakeSources() as fake, httpx.AsyncClient() as client:
            response = await client.put(START, data={"id": fake.datasift.sources.add().id}, headers=ALICE)
            assert fake.journal.only("datasift.source.start").status == 200
            async with fake.responses():
                pass
            return response.status_code

    assert asyncio.run(main()) == 200


def test_every_patch_is_undone() -> None:
    """Also after an exception and in nested contexts."""
    import socket

    from requests.adapters import HTTPAdapter

    def patched() -> tuple[Any, ...]:
        return (
            HTTPAdapter.send, httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request,
            socket.getaddrinfo, socket.socket.connect,
        )  # fmt: skip

    before = patched()
    with pytest.raises(RuntimeError), FakeSources(), FakeSources() as inner, inner.httpx():  # noqa: PT012
        assert patched() != before
        raise RuntimeError

    assert patched() == before


def test_an_adapter_that_fails_to_open_closes_the_others() -> None:
    """Those that were opened before it."""
    from fakesources.adapters.context import AdapterContext

    seen: list[str] = []

    class Adapter(AbstractContextManager[None]):
        def __init__(self, name: str, opens: bool) -> None:
            self.name, self.opens = name, opens

        def __enter__(self) -> None:
            if not self.opens:
                raise OSError(self.name)
            seen.append(f"{self.name} opened")

        def __exit__(self, *error: object) -> None:
            seen.append(f"{self.name} closed")

    fake = FakeSources()
    with pytest.raises(OSError, match="third"):
        AdapterContext(fake, fake, Adapter("first", True), Adapter("second", True), Adapter("third", False)).__enter__()

    assert seen == ["first opened", "second opened", "second closed", "first closed"]


# -- decorators --------------------------------------------------------------------------------------------------------


def test_a_function_runs_with_a_fake_of_its_own() -> None:
    """Each call has a new one, passed as `fake`; other arguments and the result are not changed."""
    seen: list[FakeSources] = []

    @FakeSources(seed=3)
    def decorated(number: int, fake: FakeSources) -> int:
        """The docstring."""
        assert len(fake.datasift.sources) == 0
        seen.append(fake)
        return number + (start(fake) == 200)

    assert (decorated(1), decorated(number=2)) == (2, 3)  # type: ignore[call-arg]
    assert seen[0] is not seen[1]
    assert {fake.seed for fake in seen} == {3}
    assert decorated.__doc__ == "The docstring."
    assert list(inspect.signature(decorated).parameters) == ["number"]


def test_a_function_without_the_parameter_gets_no_fake() -> None:
    """Its requests are intercepted all the same."""

    @FakeSources()
    def decorated() -> int:
        return requests.get("https://api.curator.io/v1/feeds?api_key=key", timeout=5).status_code

    assert decorated() == 200


def test_static_and_class_methods_stay_what_they_are() -> None:
    """Whichever decorator is the outer one."""

    class Holder:
        @FakeSources(seed=3)
        @staticmethod
        def static(number: int, fake: FakeSources) -> tuple[int, Any]:
            return number, fake.seed

        @staticmethod
        @FakeSources(seed=3)
        def inner(number: int, fake: FakeSources) -> tuple[int, Any]:
            return number, fake.seed

        @FakeSources(seed=3)
        @classmethod
        def of_class(cls, number: int, fake: FakeSources) -> tuple[int, Any]:
            assert cls is Holder
            return number, fake.seed

    calls: list[Any] = [Holder.static, Holder().static, Holder.inner, Holder.of_class, Holder().of_class]
    assert [call(1) for call in calls] == [(1, 3)] * 5


def test_a_coroutine_function_runs_with_a_fake_of_its_own() -> None:
    """It stays a coroutine function, and violations are raised at its end."""

    @FakeSources()
    async def decorated(fake: FakeSources) -> None:
        async with httpx.AsyncClient() as client:
            id = fake.datasift.sources.add().id
            await client.put(START, data={"id": id, "nmae": "x"}, headers=ALICE)

    assert inspect.iscoroutinefunction(decorated)
    with pytest.raises(ContractViolation):
        asyncio.run(decorated())  # type: ignore[call-arg]


def test_generators_and_classes_without_tests_cannot_be_decorated() -> None:
    with pytest.raises(TypeError, match="got a generator function; open the fake inside it"):

        @FakeSources()
        def fixture() -> Any:
            yield

    with pytest.raises(TypeError, match="decorated: expected a function or a class with tests, got Plain"):

        @FakeSources()
        class Plain:
            pass


def results(case: type[unittest.TestCase]) -> unittest.TestResult:
    """Run a TestCase and return the result."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite)


def test_each_test_of_a_test_case_has_a_fake_of_its_own() -> None:
    """`self.fake` exists before `setUp` and after `tearDown`, with a new state for each test."""

    @FakeSources(datasift="live-1.6")
    class Case(unittest.TestCase):
        fake: FakeSources

        def setUp(self) -> None:
            self.id = self.fake.datasift.sources.add().id

        def tearDown(self) -> None:
            assert requests.get("https://api.curator.io/v1/feeds?api_key=key", timeout=5).status_code == 200

        def test_one(self) -> None:
            assert list(self.fake.datasift.sources) == [self.id]

        def test_two(self) -> None:
            assert list(self.fake.datasift.sources) == [self.id]
            assert self.fake.datasift.sources[self.id].status == "stopped"

    result = results(Case)

    assert (result.testsRun, result.failures, result.errors) == (2, [], [])


def test_a_test_with_a_violation_fails_once() -> None:
    """One failure and no error; a test that fails itself keeps its failure, with a note."""

    @FakeSources()
    class Case(unittest.TestCase):
        fake: FakeSources

        def test_violation(self) -> None:
            start(self.fake, nmae="x")

        def test_failing_anyway(self) -> None:
            start(self.fake, nmae="x")
            self.fail("of its own")

        def test_cleanup(self) -> None:
            self.addCleanup(start, self.fake, nmae="x")

    result = results(Case)

    assert (result.testsRun, len(result.failures), result.errors) == (3, 3, [])
    texts = {case.id().rpartition(".")[2]: text for case, text in result.failures}
    assert "AssertionError: of its own\nfakesources: datasift.source.start $.nmae" in texts["test_failing_anyway"]
    assert "ContractViolation: datasift.source.start $.nmae" in texts["test_violation"]
    assert "ContractViolation: datasift.source.start $.nmae" in texts["test_cleanup"]


def test_async_test_cases_are_supported() -> None:
    """Async test methods run with a fake of their own and fail for violations."""

    @FakeSources()
    class Case(unittest.IsolatedAsyncioTestCase):
        fake: FakeSources

        async def test_it(self) -> None:
            async with httpx.AsyncClient() as client:
                id = self.fake.datasift.sources.add().id
                await client.put(START, data={"id": id, "nmae": "x"}, headers=ALICE)

    result = results(Case)

    assert (len(result.failures), result.errors) == (1, [])


# -- checks and expectations -------------------------------------------------------------------------------------------


def test_a_violation_is_raised_once() -> None:
    """A second check passes."""
    fake = FakeSources()
    with fake.open(checks=False):
        start(fake, nmae="x")

    with pytest.raises(ContractViolation):
        fake.check()
    fake.check()


def test_a_contract_violation_can_be_pickled() -> None:
    """Process pools send exceptions between processes, with message and violations."""
    fake = FakeSources()
    with pytest.raises(ContractViolation) as error, fake:
        start(fake, nmae="x")

    copy = pickle.loads(pickle.dumps(error.value))

    assert str(copy) == str(error.value)
    assert copy.violations == error.value.violations


def test_an_expected_violation_does_not_count() -> None:
    """It is available afterwards, and not among the fake's violations."""
    with FakeSources() as fake, fake.expect_violation(UNKNOWN) as expected:
        start(fake, idd="x")

    assert isinstance(expected.violation, Violation)
    assert (expected.violation.path, expected.violation.suggestion) == ("$.idd", "id")
    assert fake.violations == []


@pytest.mark.parametrize(
    ("extra", "times", "message"),
    [
        ({}, 1, f"expected a violation of {UNKNOWN}, got none"),
        ({"nmae": "x"}, 2, f"expected one violation of {UNKNOWN}, got 2"),
    ],
)
def test_another_number_of_violations_is_an_error(extra: dict[str, str], times: int, message: str) -> None:
    """None at all, and more than one."""
    fake = FakeSources()

    with pytest.raises(AssertionError, match=message), fake, fake.expect_violation(UNKNOWN):  # noqa: PT012
        for _ in range(times):
            start(fake, **extra)

    assert fake.violations == []


def test_another_violation_is_an_error() -> None:
    """Instead of the expected one or in addition to it."""
    fake = FakeSources()
    unversioned = Request("PUT", "/source/start", tuple(ALICE.items()), b"", "api.datasift.com")

    with pytest.raises(AssertionError, match=f"expected a violation of {UNKNOWN}, got: datasift.source.start"):  # noqa: SIM117
        with fake.expect_violation(UNKNOWN):
            fake.handle(unversioned)
    with pytest.raises(ContractViolation, match="datasift.source.start"), fake, fake.expect_violation(UNKNOWN):  # noqa: PT012, RUF043
        start(fake, nmae="x")
        fake.handle(unversioned)


def test_earlier_violations_are_not_the_expected_one() -> None:
    """A violation before the block stays among the fake's violations."""
    fake = FakeSources()
    with fake.open(checks=False):
        start(fake, nmae="x")
        with fake.expect_violation(UNKNOWN):
            start(fake, nmae="x")

    assert len(fake.violations) == 1


@pytest.mark.parametrize(
    ("wrong", "suggestion"),
    [
        ("datasift.source.strat.unknown-parameter", "datasift.source.start.unknown-parameter"),
        ("datasift.source.get.unknwn-parameter", "datasift.source.get.unknown-parameter"),
        ("datasift.unknown-parameter", "datasift.source"),
        ("curator.tag-format", "curator.sources"),
        ("curator.posts.list.limit-caped", "curator.posts.list.limit-capped"),
        ("datasift.source.start.not-fuond", "datasift.source.start.not-found"),
        ("connection.escape", "connection.escaped"),
        ("", ""),
        ("nothing of the kind", ""),
    ],
)
def test_a_rule_that_does_not_exist_is_rejected(wrong: str, suggestion: str) -> None:
    """Immediately, with a suggestion."""
    with pytest.raises(ValueError, match=f"^rule: expected the id of a rule, got {wrong!r}") as error:
        FakeSources().expect_violation(wrong)

    assert f"did you mean '{suggestion}" in str(error.value) if suggestion else "did you mean" not in str(error.value)


def test_every_listed_rule_can_be_expected() -> None:
    """`fakesources rules` lists the ids of all violations."""
    fake, listed = FakeSources(), [rule.id for rule in selected()]
    for id in listed:
        fake.expect_violation(id)

    assert reported_ids(ALL) <= set(listed)
    assert {UNKNOWN, "connection.escaped"} <= reported_ids(ALL)


def test_an_escaped_connection_is_a_violation_with_its_location() -> None:
    """A connection that no adapter intercepts is blocked and reported, and can be expected."""
    import socket

    with FakeSources() as fake, fake.expect_violation("connection.escaped") as expected:  # noqa: SIM117
        with pytest.raises(OSError, match=r"fake\.server\(\)"):
            socket.create_connection(("api.curator.io", 443))

    assert expected.violation is not None
    assert expected.violation.location.startswith(__file__)


@pytest.mark.parametrize(
    "plan",
    [
        lambda fake: fake.faults.hold("datasift.source.get"),
        lambda fake: fake.faults.delay("datasift.source.get", 1),
        lambda fake: fake.clock.after(0, lambda: None),
    ],
    ids=["a hold", "a delay", "an event"],
)
def test_a_request_that_may_block_is_not_handled(plan: Any) -> None:
    """`handle_nonblocking` returns None and changes nothing."""
    fake = FakeSources()
    request = Request("GET", "/v1.6/source/get", tuple(ALICE.items()), host="api.datasift.com")
    response = fake.handle_nonblocking(request)
    assert isinstance(response, Response)
    assert response.status == 200
    plan(fake)

    assert fake.handle_nonblocking(request) is None
    assert len(fake.journal) == 1


def test_a_request_that_another_thread_keeps_waiting_is_not_handled() -> None:
    """`handle_nonblocking` returns None while a function of another thread has the lock, such as a long `dump`."""
    fake = FakeSources()
    request = Request("GET", "/v1.6/source/get", tuple(ALICE.items()), host="api.datasift.com")
    is_clearing, goes_on = threading.Event(), threading.Event()
    fake.violations.append(cast(Any, None))

    def is_meant(_: object) -> bool:
        is_clearing.set()
        return goes_on.wait(30)

    clearing = threading.Thread(target=fake.clear_violations, args=(is_meant,))
    clearing.start()
    assert is_clearing.wait(30)
    outcome = fake.handle_nonblocking(request)
    goes_on.set()
    clearing.join(30)

    assert outcome is None
    assert len(fake.journal) == 0
    assert fake.handle_nonblocking(request) is not None


@pytest.mark.parametrize("adapter", ["httpx", "transport"])
def test_a_held_request_does_not_block_the_event_loop(adapter: str) -> None:
    """A hold can be released in the event loop of the task that it holds."""

    async def main() -> list[Violation]:
        fake = FakeSources(strict=False)
        id = fake.datasift.sources.add().id
        client = httpx.AsyncClient(transport=fake.transport() if adapter == "transport" else None)
        async with fake.httpx(), client:
            with fake.faults.hold("datasift.source.start") as hold:
                task = asyncio.create_task(client.put(START, data={"id": id, "nmae": "x"}, headers=ALICE))
                await asyncio.to_thread(hold.wait)
                assert not fake.datasift.sources[id].running
                hold.release()
                assert (await task).status_code == 200
        return fake.violations

    (violation,) = asyncio.run(main())

    assert violation.rule == UNKNOWN


# -- one object --------------------------------------------------------------------------------------------------------


def test_two_fakes_share_nothing() -> None:
    """Rows, journals, clocks and faults are separate; ids are the same for the same seed."""
    one, two = FakeSources(), FakeSources()
    source = one.datasift.sources.add()
    one.clock.advance(60)
    one.faults.error("datasift.source.start", "not-found")

    assert len(two.datasift.sources) == 0
    assert two.clock.now() != one.clock.now()
    assert two.faults.planned == ()
    assert two.datasift.sources.add().id == source.id
    assert FakeSources(seed=1).datasift.sources.add().id != source.id


def test_other_base_urls_are_intercepted() -> None:
    """A staging address of either API is handled like the vendor's own host."""
    with FakeSources(hosts={"https://staging.example/ds": "datasift", "http://cu.example:8000": "curator"}) as fake:
        id = fake.datasift.sources.add().id
        url = "https://staging.example/ds/v1.6/source/start"
        assert requests.put(url, data={"id": id}, headers=ALICE, timeout=5).status_code == 200
        assert httpx.get("http://cu.example:8000/v1/feeds?api_key=key").status_code == 200


def test_a_fakes_repr_has_no_secret() -> None:
    """Its options may contain keys; its repr has the editions."""
    fake = FakeSources(credentials={"datasift": {"alice": "key-of-alice"}})

    assert repr(fake).startswith("<FakeSources datasift docs-1.6, curator docs-2017")
    assert "key-of-alice" not in repr(fake)
