"""Requests that are delayed or held, with every client: they end when they should, and leave nothing behind."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

import anyio
import httpx
import pytest
import requests
import trio
import urllib3
from werkzeug.test import Client

from fakesources import FakeSources
from fakesources.core.engine import holds
from fakesources.core.engine.faults import Faults
from fakesources.core.engine.waiting import OneTimeEvent

GET = "datasift.source.get"
URL = "https://api.datasift.com/v1.6/source/get"
KEY = {"Authorization": "user:key"}
LONG = 30.0
"""Seconds that no test ever waits: a test that does has missed a deadline."""

Call = Callable[[float | None], int]
AsyncCall = Callable[[], Awaitable[int]]


@pytest.fixture
def fake() -> FakeSources:
    """A fake without requests."""
    return FakeSources()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Any:
    """Check that a test leaves no thread behind."""
    before = set(threading.enumerate())
    yield
    assert {thread for thread in threading.enumerate() if not thread.name.startswith("AnyIO")} <= before


def by_requests(timeout: float | None) -> int:
    """Call with `requests`."""
    return requests.get(URL, headers=KEY, timeout=timeout).status_code


def by_httpx(timeout: float | None) -> int:
    """Call with a sync client of httpx."""
    return httpx.get(URL, headers=KEY, timeout=timeout, verify=False).status_code


async def call_async(timeout: float | None = None) -> int:
    """Call with an async client of httpx."""
    async with httpx.AsyncClient(headers=KEY, timeout=timeout, verify=False) as client:
        return (await client.get(URL)).status_code


def by_asyncio(timeout: float | None) -> int:
    """Call with an async client under asyncio."""
    return asyncio.run(call_async(timeout))


def by_trio(timeout: float | None) -> int:
    """Call with an async client under trio."""
    return trio.run(call_async, timeout)


CLIENTS = {
    "requests": (by_requests, requests.ReadTimeout),
    "httpx": (by_httpx, httpx.ReadTimeout),
    "asyncio": (by_asyncio, httpx.ReadTimeout),
    "trio": (by_trio, httpx.ReadTimeout),
}
clients = pytest.mark.parametrize(("call", "error"), CLIENTS.values(), ids=CLIENTS)


# -- delays in real time -------------------------------------------------------------------------------------------


@clients
def test_a_real_delay_takes_real_time(fake: FakeSources, call: Call, error: type[Exception]) -> None:
    """And the fake's clock does not move."""
    del error
    delay = fake.faults.delay(GET, 0.05, real=True)
    began = time.monotonic()
    with fake:
        status = call(None)

    assert (status, time.monotonic() - began >= 0.05) == (200, True)
    assert fake.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    assert (delay.count, len(fake.journal)) == (1, 1)


@pytest.mark.parametrize("environ", [{}, {"REMOTE_ADDR": "127.0.0.1"}], ids=["werkzeug", "Flask"])
def test_a_delay_under_a_wsgi_test_client_is_an_in_process_delay(fake: FakeSources, environ: dict[str, str]) -> None:
    """Also where it gives the caller an address."""
    fake.faults.delay(GET, 0.05, real=True)
    fake.faults.delay(GET, 3600)
    client, began = Client(fake.wsgi), time.monotonic()

    status = client.get("/v1.6/source/get", headers=KEY, environ_overrides=environ).status_code

    assert (status, time.monotonic() - began >= 0.05) == (200, True)
    assert fake.clock.now().isoformat() == "2026-01-01T01:00:00+00:00"


def test_a_real_delay_of_the_server_takes_real_time(fake: FakeSources) -> None:
    fake.faults.delay(GET, 0.05, real=True)
    with fake.server() as server:
        began = time.monotonic()
        status = requests.get(f"{server.url}/v1.6/source/get", headers=KEY, timeout=10).status_code

    assert (status, time.monotonic() - began >= 0.05) == (200, True)


@clients
@pytest.mark.parametrize("real", [True, False])
def test_a_client_with_a_shorter_timeout_raises_its_own_error(
    fake: FakeSources, call: Call, error: type[Exception], real: bool
) -> None:
    """The call took effect, as with a service that does not notice a client's disconnect."""
    fake.faults.delay(GET, LONG, real=real)

    with fake, pytest.raises(error):
        call(0.05)

    assert fake.journal.count(GET) == 1


@pytest.mark.parametrize(
    "timeout",
    [0.05, (None, 0.05), urllib3.Timeout(read=0.05), urllib3.Timeout(total=0.05), urllib3.Timeout(0.05, read=LONG)],
    ids=repr,
)
def test_every_form_of_a_timeout_of_requests_counts(fake: FakeSources, timeout: Any) -> None:
    """A number, a pair, or an object of urllib3."""
    fake.faults.delay(GET, LONG, real=True)

    with fake, pytest.raises(requests.ReadTimeout):
        requests.get(URL, headers=KEY, timeout=timeout)


# -- cancelling ----------------------------------------------------------------------------------------------------


async def with_wait_for() -> None:
    """Time out by `asyncio.wait_for`."""
    await asyncio.wait_for(call_async(), 0.05)


async def with_timeout() -> None:
    """Time out by `asyncio.timeout`."""
    async with asyncio.timeout(0.05):
        await call_async()


async def with_cancel() -> None:
    """Cancel the task."""
    task = asyncio.create_task(call_async())
    asyncio.get_running_loop().call_later(0.05, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
        raise AssertionError("it was answered")
    raise TimeoutError


async def with_anyio() -> None:
    """Time out by anyio's deadline."""
    with anyio.fail_after(0.05):
        await call_async()


async def with_a_task_group() -> None:
    """Cancel the task group."""
    async with anyio.create_task_group() as group:
        group.start_soon(call_async)
        await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    raise TimeoutError


async def with_trio() -> None:
    """Time out by trio's deadline."""
    with trio.fail_after(0.05):
        await call_async()


def under_asyncio(make: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run a coroutine function under asyncio."""
    return lambda: anyio.run(make)


def under_trio(make: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    """Run a coroutine function under trio."""
    return lambda: anyio.run(make, backend="trio")


CANCELLED = {
    "asyncio.wait_for": under_asyncio(with_wait_for),
    "asyncio.timeout": under_asyncio(with_timeout),
    "task.cancel": under_asyncio(with_cancel),
    "anyio on asyncio": under_asyncio(with_anyio),
    "anyio on trio": under_trio(with_anyio),
    "a group on asyncio": under_asyncio(with_a_task_group),
    "a group on trio": under_trio(with_a_task_group),
    "trio": under_trio(with_trio),
}
cancelled = pytest.mark.parametrize("give_up", CANCELLED.values(), ids=CANCELLED)


@cancelled
def test_cancelling_a_delayed_request_leaves_nothing(fake: FakeSources, give_up: Callable[[], None]) -> None:
    """It took no effect and is not recorded; the delay has happened once, and the next request succeeds."""
    delay = fake.faults.delay(GET, LONG, times=1, real=True)

    with fake:
        with pytest.raises((TimeoutError, trio.TooSlowError)):
            give_up()
        assert (delay.count, len(fake.journal), fake.faults.planned) == (1, 0, ())
        assert by_httpx(None) == 200


@cancelled
def test_cancelling_a_held_request_leaves_nothing(fake: FakeSources, give_up: Callable[[], None]) -> None:
    """It is no longer held, while others are; it is not recorded."""
    with fake, fake.faults.hold(GET) as hold:
        with pytest.raises((TimeoutError, trio.TooSlowError)):
            give_up()
        assert (hold.held, hold.arrived, len(fake.journal)) == (0, 1, 0)
        with pytest.raises(httpx.ReadTimeout):
            by_httpx(0.05)


@clients
def test_a_client_that_times_out_is_no_longer_held(fake: FakeSources, call: Call, error: type[Exception]) -> None:
    """In any thread, and the request took no effect."""
    with fake, fake.faults.hold(GET) as hold:
        with pytest.raises(error):
            call(0.05)
        assert (hold.held, hold.arrived, len(fake.journal)) == (0, 1, 0)


def test_the_time_held_and_the_delay_count_together_against_a_timeout(fake: FakeSources) -> None:
    fake.faults.delay(GET, LONG, real=True)
    hold = fake.faults.hold(GET)
    timer = threading.Timer(0.05, hold.release)
    timer.start()

    with fake, pytest.raises(requests.ReadTimeout):
        by_requests(0.1)
    timer.join()


@pytest.mark.parametrize("call", [by_requests, by_httpx])
def test_an_interrupt_while_a_request_waits_leaves_nothing(
    fake: FakeSources, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted thread does not stay counted as held."""
    hold = fake.faults.hold(GET)

    def interrupt(_: OneTimeEvent, seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(OneTimeEvent, "block", interrupt)
    with fake, pytest.raises(KeyboardInterrupt):
        call(None)

    assert (hold.held, len(fake.journal)) == (0, 0)


# -- a thread that holds its own hold ------------------------------------------------------------------------------


@clients
def test_a_hold_ends_a_request_of_its_own_thread(
    fake: FakeSources, call: Call, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an error after a while, since no other thread may release it."""
    del error
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.05)
    with fake, fake.faults.hold(GET) as hold:
        with pytest.raises(holds.HeldByOwnThread, match=r"faults\.hold\('datasift\.source\.get'\)"):
            call(None)
        assert (hold.held, len(fake.journal)) == (0, 0)


def test_a_hold_ends_a_request_of_a_wsgi_test_client(fake: FakeSources, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs the application in its own thread, also where it has an address."""
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.05)
    client = Client(fake.wsgi)
    with fake.faults.hold(GET), pytest.raises(holds.HeldByOwnThread):
        client.get("/v1.6/source/get", headers=KEY, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})


def test_the_server_ends_a_request_of_the_holds_own_thread(fake: FakeSources, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the client gets the error."""
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.05)
    with fake.faults.hold(GET), pytest.raises(holds.HeldByOwnThread), fake.server() as server:  # noqa: PT012
        answer = requests.get(f"{server.url}/v1.6/source/get", headers=KEY, timeout=10)
        assert (answer.status_code, "faults.hold" in answer.text) == (500, True)


@clients
def test_another_thread_may_release_the_hold(fake: FakeSources, call: Call, error: type[Exception]) -> None:
    del error
    hold = fake.faults.hold(GET)
    timer = threading.Timer(0.05, hold.release)
    timer.start()

    with fake:
        assert call(None) == 200
    timer.join()


@pytest.mark.parametrize("where", ["in-process", "at the server"])
def test_a_request_of_another_thread_is_held_without_a_limit(
    fake: FakeSources, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.01)
    statuses: list[int] = []
    with fake, fake.server() as server, fake.faults.hold(GET) as hold:
        url = URL if where == "in-process" else f"{server.url}/v1.6/source/get"
        asking = threading.Thread(
            target=lambda: statuses.append(requests.get(url, headers=KEY, timeout=LONG).status_code)
        )
        asking.start()
        hold.wait()
        with pytest.raises((holds.HeldByOwnThread, requests.ReadTimeout)):  # the bound of this thread's own request
            requests.get(URL, headers=KEY, timeout=LONG)
        held = hold.held
        hold.release()
        asking.join()

    assert (held, statuses) == (1, [200])


# -- async: the loop goes on ---------------------------------------------------------------------------------------


async def release_from_another_task(hold: Any) -> tuple[int, int]:
    """Hold a request in one task, and release the hold in another of the same loop."""
    statuses: list[int] = []

    async def call() -> None:
        statuses.append(await call_async())

    async with anyio.create_task_group() as group:
        group.start_soon(call)
        while not hold.held:
            await anyio.sleep(0)
        held = hold.held
        hold.release()
    return held, statuses[0]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_held_request_does_not_block_the_event_loop(fake: FakeSources, backend: str) -> None:
    """Another task may release it."""
    with fake, fake.faults.hold(GET) as hold:
        assert anyio.run(release_from_another_task, hold, backend=backend) == (1, 200)


@pytest.mark.parametrize("real", [False, True])
def test_a_delay_in_asyncio_needs_neither_trio_nor_anyio(
    fake: FakeSources, monkeypatch: pytest.MonkeyPatch, real: bool
) -> None:
    """As in a program that has imported neither."""
    fake.faults.delay(GET, 0.01, real=real)
    for name in ("trio", "anyio"):
        monkeypatch.delitem(sys.modules, name)

    with fake:
        assert asyncio.run(call_async()) == 200
    assert not {"trio", "anyio"} & set(sys.modules)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_delayed_request_does_not_block_the_event_loop(fake: FakeSources, backend: str) -> None:
    """Many requests are delayed at once, not one after the other."""
    delay = fake.faults.delay(GET, LONG, real=True)

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(call_async)
            while delay.count < 5:
                await anyio.sleep(0)
            group.cancel_scope.cancel()

    with fake:
        anyio.run(many, backend=backend)


# -- deadlines of anyio and trio on the fake's clock ---------------------------------------------------------------


async def anyio_in_time(seconds: float) -> str:
    """Call twice within so many seconds, as anyio counts them."""
    try:
        with anyio.fail_after(seconds):
            await call_async()
            await call_async()
    except TimeoutError:
        return "too late"
    return "in time"


async def anyio_moved_on(seconds: float) -> str:
    """Call twice, unless so many seconds have passed."""
    with anyio.move_on_after(seconds) as scope:
        await call_async()
        await call_async()
    return "too late" if scope.cancelled_caught else "in time"


async def anyio_nested(seconds: float) -> str:
    """Call twice in a deadline around a longer one."""
    try:
        with anyio.fail_after(seconds), anyio.move_on_after(1e6):
            await call_async()
            await call_async()
    except TimeoutError:
        return "too late"
    return "in time"


async def anyio_in_a_task(seconds: float) -> str:
    """Call twice in a task of a group that has so many seconds."""

    async def call() -> None:
        await call_async()
        await call_async()

    with anyio.move_on_after(seconds) as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(call)
    return "too late" if scope.cancelled_caught else "in time"


async def trio_in_time(seconds: float) -> str:
    """Call twice within so many seconds, as trio counts them."""
    try:
        with trio.fail_after(seconds):
            await call_async()
            await call_async()
    except trio.TooSlowError:
        return "too late"
    return "in time"


DEADLINES = [
    (backend, call)
    for backend in ("asyncio", "trio")
    for call in (anyio_in_time, anyio_moved_on, anyio_nested, anyio_in_a_task)
] + [("trio", trio_in_time)]


@pytest.mark.parametrize(("seconds", "outcome"), [(7200.0, "in time"), (5400.0, "too late"), (1800.0, "too late")])
@pytest.mark.parametrize(("backend", "call"), DEADLINES, ids=lambda part: getattr(part, "__name__", part))
def test_a_deadline_counts_against_the_fakes_clock(
    fake: FakeSources, backend: str, call: Callable[[float], Awaitable[str]], seconds: float, outcome: str
) -> None:
    """Two delays of 3000 seconds pass in no time, and exceed the limit together or one by one."""
    fake.faults.delay(GET, 3000)

    with fake:
        assert anyio.run(call, seconds, backend=backend) == outcome


@pytest.mark.parametrize(
    ("backend", "call"), DEADLINES[:1] + DEADLINES[4:5], ids=lambda part: getattr(part, "__name__", part)
)
def test_a_deadline_that_cannot_be_moved_passes_in_real_time(
    fake: FakeSources, backend: str, call: Callable[[float], Awaitable[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library that hides its scopes has the same outcome."""
    for name in ("scopes_around_asyncio_task", "scopes_around_trio_task"):
        monkeypatch.setattr(f"fakesources.adapters.async_waiting.{name}", lambda: iter(()))
    fake.faults.delay(GET, 30)

    with fake:
        assert anyio.run(call, 0.05, backend=backend) == "too late"


def test_a_deadline_of_asyncio_is_not_visible(fake: FakeSources) -> None:
    """Without `real` nothing sleeps, so asyncio's deadline does not pass."""
    fake.faults.delay(GET, LONG)

    async def call() -> int:
        return await asyncio.wait_for(call_async(), 5)

    with fake:
        assert asyncio.run(call()) == 200


def test_a_request_that_missed_its_deadline_took_no_effect(fake: FakeSources) -> None:
    """As with any other cancelled request."""
    fake.faults.delay(GET, 3000)

    with fake:
        assert anyio.run(anyio_in_time, 60.0) == "too late"

    assert len(fake.journal) == 0


# -- functions of the test -----------------------------------------------------------------------------------------

PLANS: dict[str, Callable[[Faults, Any], object]] = {
    "an error": lambda faults, when: faults.error(GET, "not-found", when=when),
    "a status": lambda faults, when: faults.respond(GET, 418, when=when),
    "a delay": lambda faults, when: faults.delay(GET, 0, when=when),
    "a hold": lambda faults, when: faults.hold(GET, when=lambda each: when(each) and False),
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
@pytest.mark.parametrize("operation", ["log", "get"])
@pytest.mark.parametrize("inside", ["in-process", "at the server"])
@pytest.mark.parametrize("outside", ["in-process", "at the server"])
def test_a_condition_may_call_the_fake(fake: FakeSources, plan: Any, operation: str, inside: str, outside: str) -> None:
    """In-process or through its own server, the same operation or another: its own requests do not meet it."""
    source = fake.datasift.sources.add().id
    conditions_checked: list[str] = []
    opened: AbstractContextManager[Any] = fake.server()
    with fake, opened as server:
        bases = {"in-process": "https://api.datasift.com", "at the server": server.url}

        def call(where: str, path: str) -> int:
            url = f"{bases[where]}/v1.6/source/{path}?id={source}"
            return requests.get(url, headers=KEY, timeout=10).status_code

        def calls_the_fake(each: Any) -> bool:
            conditions_checked.append(each.path)
            return call(inside, operation) == 200

        plan(fake.faults, calls_the_fake)
        call(outside, "get")

    assert conditions_checked == ["/v1.6/source/get"]
    assert len(fake.journal) == 2
