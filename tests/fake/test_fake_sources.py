"""FakeSources outside pytest: contexts, decorators, checks, expectations, and that nothing is shared."""

from __future__ import annotations

import asyncio
import inspect
import io
import pickle
import unittest
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
import requests

from fakesources import ContractViolation, FakeSources, Request, Violation
from fakesources.apis import ALL
from fakesources.core.contract.rulebook import reported_ids
from fakesources.export.rules import every

START = "https://api.datasift.com/v1.6/source/start"
UNKNOWN = "datasift.source.start.unknown-parameter"
ALICE = {"Authorization": "alice:key-of-alice"}


def start(fake: FakeSources, **extra: str) -> int:
    """Start a new source through `requests`, with parameters nobody knows."""
    id = fake.datasift.sources.add().id
    return requests.put(START, data={"id": id, **extra}, headers=ALICE, timeout=5).status_code


# -- contexts ----------------------------------------------------------------------------------------------------------

DOORS = {
    "with fake": lambda fake: fake,
    "fake.open()": lambda fake: fake.open(),
    "fake.responses()": lambda fake: fake.responses(),
}


@pytest.mark.parametrize("door", DOORS.values(), ids=list(DOORS))
def test_leaving_a_door_checks_the_contract(door: Any) -> None:
    """What was swallowed is raised when the door is left, once, and nothing is left behind."""
    fake = FakeSources()

    with pytest.raises(ContractViolation, match='got "x", expected one of id') as error, door(fake):
        start(fake, nmae="x")

    assert [violation.rule for violation in error.value.violations] == [UNKNOWN]
    assert fake.violations == []
    assert error.traceback[-1].lineno + 1 == inspect.getsourcelines(start)[1] + 3  # where `requests.put` is


@pytest.mark.parametrize("door", DOORS.values(), ids=list(DOORS))
def test_a_block_that_fails_keeps_its_own_failure(door: Any) -> None:
    """What was swallowed is a note on the exception there is."""
    fake = FakeSources()

    with pytest.raises(RuntimeError, match="of its own") as error, door(fake):  # noqa: PT012
        start(fake, nmae="x")
        raise RuntimeError("of its own")

    (note,) = error.value.__notes__
    assert note.startswith(f'fakesources: datasift.source.start $.nmae: got "x", expected one of id [{UNKNOWN}]\n')
    assert "key-of-alice" not in note


@pytest.mark.parametrize("door", DOORS.values(), ids=list(DOORS))
def test_a_lenient_fake_raises_nothing(door: Any) -> None:
    """Its violations are there to be looked at."""
    fake = FakeSources(strict=False)

    with door(fake):
        start(fake, nmae="x")

    assert [violation.rule for violation in fake.violations] == [UNKNOWN]


def test_a_server_checks_when_it_is_left() -> None:
    """`with fake.server()` gives the server, and raises what came in through it."""
    fake = FakeSources()
    id = fake.datasift.sources.add().id

    with pytest.raises(ContractViolation), fake.server() as server:  # noqa: PT012
        assert server.url == f"http://{server.netloc}"
        assert server.netloc == f"{server.host}:{server.port}" == f"127.0.0.1:{server.port}"
        requests.put(f"{server.url}/v1.6/source/start", data={"id": id, "nmae": "x"}, headers=ALICE, timeout=5)


def test_an_async_block_is_a_block() -> None:
    """`async with` opens and closes the same doors, for async clients too."""

    async def main() -> int:
        async with FakeSources() as fake, httpx.AsyncClient() as client:
            answer = await client.put(START, data={"id": fake.datasift.sources.add().id}, headers=ALICE)
            assert fake.journal.only("datasift.source.start").status == 200
            async with fake.responses():
                pass
            return answer.status_code

    assert asyncio.run(main()) == 200


def test_what_was_open_before_is_open_after() -> None:
    """Every patch is undone exactly, also when doors are left by an exception, and nested ones in order."""
    import socket

    from requests.adapters import HTTPAdapter

    def seams() -> tuple[Any, ...]:
        return (
            HTTPAdapter.send, httpx.HTTPTransport.handle_request, httpx.AsyncHTTPTransport.handle_async_request,
            socket.getaddrinfo, socket.socket.connect,
        )  # fmt: skip

    before = seams()
    with pytest.raises(RuntimeError), FakeSources(), FakeSources() as inner, inner.httpx():  # noqa: PT012
        assert seams() != before
        raise RuntimeError

    assert seams() == before


def test_a_door_that_cannot_open_closes_the_others() -> None:
    """When one of several doors fails to open, those before it are closed again."""
    from fakesources.adapters.context import AdapterContext

    seen: list[str] = []

    class Door(AbstractContextManager[None]):
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
        AdapterContext(fake, fake, Door("first", True), Door("second", True), Door("third", False)).__enter__()

    assert seen == ["first opened", "second opened", "second closed", "first closed"]


# -- decorators --------------------------------------------------------------------------------------------------------


def test_a_function_runs_with_a_fake_of_its_own() -> None:
    """Each call has a new one, handed over as `fake`; arguments and the result pass through."""
    seen: list[FakeSources] = []

    @FakeSources(seed=3)
    def decorated(number: int, fake: FakeSources) -> int:
        """What it says."""
        assert len(fake.datasift.sources) == 0
        seen.append(fake)
        return number + (start(fake) == 200)

    assert (decorated(1), decorated(number=2)) == (2, 3)  # type: ignore[call-arg]
    assert seen[0] is not seen[1]
    assert {fake.seed for fake in seen} == {3}
    assert decorated.__doc__ == "What it says."
    assert list(inspect.signature(decorated).parameters) == ["number"]


def test_a_function_that_wants_no_fake_gets_none() -> None:
    """Without a parameter named `fake` it is called as it is, and its calls are answered all the same."""

    @FakeSources()
    def decorated() -> int:
        return requests.get("https://api.curator.io/v1/feeds?api_key=key", timeout=5).status_code

    assert decorated() == 200


def test_a_coroutine_function_runs_with_a_fake_of_its_own() -> None:
    """It stays a coroutine function, and what was swallowed is raised when it ends."""

    @FakeSources()
    async def decorated(fake: FakeSources) -> None:
        async with httpx.AsyncClient() as client:
            id = fake.datasift.sources.add().id
            await client.put(START, data={"id": id, "nmae": "x"}, headers=ALICE)

    assert inspect.iscoroutinefunction(decorated)
    with pytest.raises(ContractViolation):
        asyncio.run(decorated())  # type: ignore[call-arg]


def test_what_cannot_be_decorated_is_told() -> None:
    """Generators and classes without tests are refused when they are decorated."""
    with pytest.raises(TypeError, match="is a generator: open the fake inside it"):

        @FakeSources()
        def fixture() -> Any:
            yield

    with pytest.raises(TypeError, match="decorates functions and test classes, not Plain, which has no tests"):

        @FakeSources()
        class Plain:
            pass


def results(case: type[unittest.TestCase]) -> unittest.TestResult:
    """What unittest makes of a TestCase."""
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
    return unittest.TextTestRunner(stream=io.StringIO()).run(suite)


def test_each_test_of_a_test_case_has_a_fake_of_its_own() -> None:
    """It is `self.fake`, there before `setUp` and after `tearDown`, and as good as new for each test."""

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

    found = results(Case)

    assert (found.testsRun, found.failures, found.errors) == (2, [], [])


def test_a_test_case_fails_once_for_what_was_swallowed() -> None:
    """One failure and no error; a test that fails anyway keeps its failure, with a note."""

    @FakeSources()
    class Case(unittest.TestCase):
        fake: FakeSources

        def test_swallowed(self) -> None:
            start(self.fake, nmae="x")

        def test_failing_anyway(self) -> None:
            start(self.fake, nmae="x")
            self.fail("of its own")

        def test_late(self) -> None:
            self.addCleanup(start, self.fake, nmae="x")

    found = results(Case)

    assert (found.testsRun, len(found.failures), found.errors) == (3, 3, [])
    told = {case.id().rpartition(".")[2]: text for case, text in found.failures}
    assert "AssertionError: of its own\nfakesources: datasift.source.start $.nmae" in told["test_failing_anyway"]
    assert "ContractViolation: datasift.source.start $.nmae" in told["test_swallowed"]
    assert "ContractViolation: datasift.source.start $.nmae" in told["test_late"]


def test_async_test_cases_are_test_cases() -> None:
    """Async test methods run with a fake of their own and fail for what was swallowed."""

    @FakeSources()
    class Case(unittest.IsolatedAsyncioTestCase):
        fake: FakeSources

        async def test_it(self) -> None:
            async with httpx.AsyncClient() as client:
                id = self.fake.datasift.sources.add().id
                await client.put(START, data={"id": id, "nmae": "x"}, headers=ALICE)

    found = results(Case)

    assert (len(found.failures), found.errors) == (1, [])


# -- checks and expectations -------------------------------------------------------------------------------------------


def test_a_check_is_made_once() -> None:
    """After it was raised, a violation is settled."""
    fake = FakeSources()
    with fake.open(checks=False):
        start(fake, nmae="x")

    with pytest.raises(ContractViolation):
        fake.check()
    fake.check()


def test_a_contract_violation_travels() -> None:
    """Process pools and workers hand exceptions over: what they say and what they carry arrives."""
    fake = FakeSources()
    with pytest.raises(ContractViolation) as error, fake:
        start(fake, nmae="x")

    arrived = pickle.loads(pickle.dumps(error.value))

    assert str(arrived) == str(error.value)
    assert arrived.violations == error.value.violations


def test_an_expected_violation_does_not_count() -> None:
    """It is there to be looked at, and the fake has none."""
    with FakeSources() as fake, fake.expect_violation(UNKNOWN) as expected:
        start(fake, idd="x")

    assert isinstance(expected.violation, Violation)
    assert (expected.violation.path, expected.violation.suggestion) == ("$.idd", "id")
    assert fake.violations == []


@pytest.mark.parametrize(
    ("extra", "times", "said"),
    [
        ({}, 1, f"expected a violation of {UNKNOWN}; nothing was violated"),
        ({"nmae": "x"}, 2, f"expected one violation of {UNKNOWN}, found 2"),
    ],
)
def test_another_number_of_violations_is_told(extra: dict[str, str], times: int, said: str) -> None:
    """None at all and more than one are both something else than was expected."""
    fake = FakeSources()

    with pytest.raises(AssertionError, match=said), fake, fake.expect_violation(UNKNOWN):  # noqa: PT012
        for _ in range(times):
            start(fake, **extra)

    assert fake.violations == []


def test_another_violation_is_not_the_one_expected() -> None:
    """Beside the expected one no other may happen, and in its place neither."""
    fake = FakeSources()
    unversioned = Request("PUT", "/source/start", tuple(ALICE.items()), b"", "api.datasift.com")

    with pytest.raises(AssertionError, match=f"expected a violation of {UNKNOWN}; instead: datasift.source.start"):  # noqa: SIM117
        with fake.expect_violation(UNKNOWN):
            fake.handle(unversioned)
    with pytest.raises(ContractViolation, match="datasift.source.start"), fake, fake.expect_violation(UNKNOWN):  # noqa: PT012, RUF043
        start(fake, nmae="x")
        fake.handle(unversioned)


def test_earlier_violations_are_not_the_expected_one() -> None:
    """What was swallowed before the block is still there after it."""
    fake = FakeSources()
    with fake.open(checks=False):
        start(fake, nmae="x")
        with fake.expect_violation(UNKNOWN):
            start(fake, nmae="x")

    assert len(fake.violations) == 1


@pytest.mark.parametrize(
    ("wrong", "near"),
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
def test_a_rule_that_does_not_exist_is_rejected(wrong: str, near: str) -> None:
    """At once, with the nearest there is."""
    with pytest.raises(ValueError, match=f"^rule: expected the id of a rule, got {wrong!r}") as error:
        FakeSources().expect_violation(wrong)

    assert f"did you mean '{near}" in str(error.value) if near else "did you mean" not in str(error.value)


def test_every_rule_that_is_listed_may_be_expected() -> None:
    """The ids that `fakesources rules` prints are those that violations carry."""
    fake, listed = FakeSources(), [rule.id for rule in every()]
    for id in listed:
        fake.expect_violation(id)

    assert reported_ids(ALL) <= set(listed)
    assert {UNKNOWN, "connection.escaped"} <= reported_ids(ALL)


def test_an_escape_is_a_violation_that_says_where() -> None:
    """A connection that no door catches is refused, noted with its line, and may be expected."""
    import socket

    with FakeSources() as fake, fake.expect_violation("connection.escaped") as expected:  # noqa: SIM117
        with pytest.raises(OSError, match=r"fake\.server\(\)"):
            socket.create_connection(("api.curator.io", 443))

    assert expected.violation is not None
    assert expected.violation.location.startswith(__file__)


@pytest.mark.parametrize(
    "arranged",
    [
        lambda fake: fake.faults.hold("datasift.source.get"),
        lambda fake: fake.faults.delay("datasift.source.get", 1),
        lambda fake: fake.clock.after(0, lambda: None),
    ],
    ids=["a latch", "a delay", "an event"],
)
def test_what_may_wait_is_not_answered_at_once(arranged: Any) -> None:
    """A door that must not be kept waiting is told so, and nothing has happened: the call is still to be made."""
    fake = FakeSources()
    asked = Request("GET", "/v1.6/source/get", tuple(ALICE.items()), host="api.datasift.com")
    answer = fake.handle_nonblocking(asked)
    assert answer is not None
    assert answer.status == 200
    arranged(fake)

    assert fake.handle_nonblocking(asked) is None
    assert len(fake.journal) == 1


@pytest.mark.parametrize("door", ["httpx", "transport"])
def test_a_held_request_does_not_stop_the_event_loop(door: str) -> None:
    """A latch may be awaited and released in the loop whose task it holds."""

    async def main() -> list[Violation]:
        fake = FakeSources(strict=False)
        id = fake.datasift.sources.add().id
        client = httpx.AsyncClient(transport=fake.transport() if door == "transport" else None)
        async with fake.httpx(), client:
            with fake.faults.hold("datasift.source.start") as latch:
                task = asyncio.create_task(client.put(START, data={"id": id, "nmae": "x"}, headers=ALICE))
                await asyncio.to_thread(latch.wait)
                assert not fake.datasift.sources[id].running
                latch.release()
                assert (await task).status_code == 200
        return fake.violations

    (violation,) = asyncio.run(main())

    assert violation.rule == UNKNOWN


# -- one object --------------------------------------------------------------------------------------------------------


def test_two_fakes_share_nothing() -> None:
    """Rows, journals, clocks and faults of one are not the other's; ids come the same from the same seed."""
    one, two = FakeSources(), FakeSources()
    made = one.datasift.sources.add()
    one.clock.advance(60)
    one.faults.error("datasift.source.start", "not-found")

    assert len(two.datasift.sources) == 0
    assert two.clock.now() != one.clock.now()
    assert two.faults.planned == ()
    assert two.datasift.sources.add().id == made.id
    assert FakeSources(seed=1).datasift.sources.add().id != made.id


def test_other_base_urls_are_answered() -> None:
    """A staging address of either API is answered like the vendor's own host."""
    with FakeSources(hosts={"https://staging.example/ds": "datasift", "http://cu.example:8000": "curator"}) as fake:
        id = fake.datasift.sources.add().id
        url = "https://staging.example/ds/v1.6/source/start"
        assert requests.put(url, data={"id": id}, headers=ALICE, timeout=5).status_code == 200
        assert httpx.get("http://cu.example:8000/v1/feeds?api_key=key").status_code == 200


def test_a_fakes_repr_has_no_secret() -> None:
    """What it was made with may hold keys; its repr tells the editions."""
    fake = FakeSources(credentials={"datasift": {"alice": "key-of-alice"}})

    assert repr(fake).startswith("<FakeSources datasift docs-1.6, curator docs-2017")
    assert "key-of-alice" not in repr(fake)
