"""Requests that are delayed or held, through every client: they end when they should, and leave nothing behind."""

from __future__ import annotations

import asyncio
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

GET = "datasift.source.get"
URL = "https://api.datasift.com/v1.6/source/get"
KEY = {"Authorization": "user:key"}
LONG = 30.0
"""Seconds that no test ever waits: whoever does has missed a deadline."""

Ask = Callable[[float | None], int]
AsyncAsk = Callable[[], Awaitable[int]]


@pytest.fixture
def fake() -> FakeSources:
    """A fake that nothing is asked through yet."""
    return FakeSources()


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Any:
    """Whatever a test asks for leaves no thread behind."""
    before = set(threading.enumerate())
    yield
    assert {thread for thread in threading.enumerate() if not thread.name.startswith("AnyIO")} <= before


def by_requests(timeout: float | None) -> int:
    """Ask with `requests`."""
    return requests.get(URL, headers=KEY, timeout=timeout).status_code


def by_httpx(timeout: float | None) -> int:
    """Ask with a sync client of httpx."""
    return httpx.get(URL, headers=KEY, timeout=timeout, verify=False).status_code


async def asked(timeout: float | None = None) -> int:
    """Ask with an async client of httpx."""
    async with httpx.AsyncClient(headers=KEY, timeout=timeout, verify=False) as client:
        return (await client.get(URL)).status_code


def by_asyncio(timeout: float | None) -> int:
    """Ask with an async client under asyncio."""
    return asyncio.run(asked(timeout))


def by_trio(timeout: float | None) -> int:
    """Ask with an async client under trio."""
    return trio.run(asked, timeout)


CLIENTS = {
    "requests": (by_requests, requests.ReadTimeout),
    "httpx": (by_httpx, httpx.ReadTimeout),
    "asyncio": (by_asyncio, httpx.ReadTimeout),
    "trio": (by_trio, httpx.ReadTimeout),
}
clients = pytest.mark.parametrize(("ask", "error"), CLIENTS.values(), ids=CLIENTS)


# -- delays in real time -------------------------------------------------------------------------------------------


@clients
def test_a_real_delay_takes_real_time(fake: FakeSources, ask: Ask, error: type[Exception]) -> None:
    """It is waited for, on the clock of the machine, and the fake's own stands still."""
    del error
    delay = fake.faults.delay(GET, 0.05, real=True)
    began = time.monotonic()
    with fake:
        status = ask(None)

    assert (status, time.monotonic() - began >= 0.05) == (200, True)
    assert fake.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"
    assert (delay.count, len(fake.journal)) == (1, 1)


@pytest.mark.parametrize("environ", [{}, {"REMOTE_ADDR": "127.0.0.1"}], ids=["werkzeug", "Flask"])
def test_a_delay_of_the_wsgi_application_is_that_of_a_call_in_process(
    fake: FakeSources, environ: dict[str, str]
) -> None:
    """Under a test client, whether it gives the caller an address or none: real, or else on the fake's clock."""
    fake.faults.delay(GET, 0.05, real=True)
    fake.faults.delay(GET, 3600)
    client, began = Client(fake.wsgi), time.monotonic()

    status = client.get("/v1.6/source/get", headers=KEY, environ_overrides=environ).status_code

    assert (status, time.monotonic() - began >= 0.05) == (200, True)
    assert fake.clock.now().isoformat() == "2026-01-01T01:00:00+00:00"


def test_a_real_delay_of_the_server_takes_real_time(fake: FakeSources) -> None:
    """As any delay on a socket."""
    fake.faults.delay(GET, 0.05, real=True)
    with fake.server() as server:
        began = time.monotonic()
        status = requests.get(f"{server.url}/v1.6/source/get", headers=KEY, timeout=10).status_code

    assert (status, time.monotonic() - began >= 0.05) == (200, True)


@clients
@pytest.mark.parametrize("real", [True, False])
def test_a_client_that_waits_less_gets_its_own_error(
    fake: FakeSources, ask: Ask, error: type[Exception], real: bool
) -> None:
    """The call took effect meanwhile, as with a service that does not know that its client has left."""
    fake.faults.delay(GET, LONG, real=real)

    with fake, pytest.raises(error):
        ask(0.05)

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
    """Give up by asyncio's own deadline."""
    await asyncio.wait_for(asked(), 0.05)


async def with_timeout() -> None:
    """Give up by asyncio's other deadline."""
    async with asyncio.timeout(0.05):
        await asked()


async def with_cancel() -> None:
    """Give up since somebody cancels the task."""
    task = asyncio.create_task(asked())
    asyncio.get_running_loop().call_later(0.05, task.cancel)
    with suppress(asyncio.CancelledError):
        await task
        raise AssertionError("it was answered")
    raise TimeoutError


async def with_anyio() -> None:
    """Give up by anyio's deadline."""
    with anyio.fail_after(0.05):
        await asked()


async def with_a_task_group() -> None:
    """Give up since a task group is cancelled."""
    async with anyio.create_task_group() as group:
        group.start_soon(asked)
        await anyio.sleep(0.05)
        group.cancel_scope.cancel()
    raise TimeoutError


async def with_trio() -> None:
    """Give up by trio's deadline."""
    with trio.fail_after(0.05):
        await asked()


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
    """Nothing was done and nothing is in the journal; the delay has happened, once, and the next request is answered."""
    delay = fake.faults.delay(GET, LONG, times=1, real=True)

    with fake:
        with pytest.raises((TimeoutError, trio.TooSlowError)):
            give_up()
        assert (delay.count, len(fake.journal), fake.faults.planned) == (1, 0, ())
        assert by_httpx(None) == 200


@cancelled
def test_cancelling_a_held_request_leaves_nothing(fake: FakeSources, give_up: Callable[[], None]) -> None:
    """The latch holds nobody any more and still holds others; nothing is in the journal."""
    with fake, fake.faults.hold(GET) as latch:
        with pytest.raises((TimeoutError, trio.TooSlowError)):
            give_up()
        assert (latch.held, latch.arrived, len(fake.journal)) == (0, 1, 0)
        with pytest.raises(httpx.ReadTimeout):
            by_httpx(0.05)


@clients
def test_a_client_that_gives_up_is_not_held_any_more(fake: FakeSources, ask: Ask, error: type[Exception]) -> None:
    """Its own timeout ends it, whatever thread it is in, and nothing was done."""
    with fake, fake.faults.hold(GET) as latch:
        with pytest.raises(error):
            ask(0.05)
        assert (latch.held, latch.arrived, len(fake.journal)) == (0, 1, 0)


def test_what_a_client_waits_is_held_and_delayed_together(fake: FakeSources) -> None:
    """Its patience is not begun anew once the latch has let it go."""
    fake.faults.delay(GET, LONG, real=True)
    latch = fake.faults.hold(GET)
    timer = threading.Timer(0.05, latch.release)
    timer.start()

    with fake, pytest.raises(requests.ReadTimeout):
        by_requests(0.1)
    timer.join()


@pytest.mark.parametrize("ask", [by_requests, by_httpx])
def test_an_interrupt_while_a_request_waits_leaves_nothing(
    fake: FakeSources, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that is interrupted at the latch is not counted as held for ever."""
    latch = fake.faults.hold(GET)

    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(latch, "block", interrupt)
    with fake, pytest.raises(KeyboardInterrupt):
        ask(None)

    assert (latch.held, len(fake.journal)) == (0, 0)


# -- a thread that holds its own latch -----------------------------------------------------------------------------


@clients
def test_a_latch_ends_a_request_of_its_own_thread(
    fake: FakeSources, ask: Ask, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is left to release it: after a while the request ends with an error that names the latch."""
    del error
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.05)
    with fake, fake.faults.hold(GET) as latch:
        with pytest.raises(holds.HeldByOwnThread, match=r"faults\.hold\('datasift\.source\.get'\)"):
            ask(None)
        assert (latch.held, len(fake.journal)) == (0, 0)


def test_a_latch_ends_a_request_of_a_wsgi_test_client(fake: FakeSources, monkeypatch: pytest.MonkeyPatch) -> None:
    """A test client runs the application in its own thread, whatever address it gives the caller."""
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.05)
    client = Client(fake.wsgi)
    with fake.faults.hold(GET), pytest.raises(holds.HeldByOwnThread):
        client.get("/v1.6/source/get", headers=KEY, environ_overrides={"REMOTE_ADDR": "127.0.0.1"})


def test_the_server_ends_a_request_of_the_latchs_own_thread(fake: FakeSources, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the fake's own server it is the same, and the client is told."""
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.05)
    with fake.faults.hold(GET), pytest.raises(holds.HeldByOwnThread), fake.server() as server:  # noqa: PT012
        answer = requests.get(f"{server.url}/v1.6/source/get", headers=KEY, timeout=10)
        assert (answer.status_code, "faults.hold" in answer.text) == (500, True)


@clients
def test_another_thread_may_release_the_latch(fake: FakeSources, ask: Ask, error: type[Exception]) -> None:
    """The request of the latch's own thread goes on as soon as somebody releases it."""
    del error
    latch = fake.faults.hold(GET)
    timer = threading.Timer(0.05, latch.release)
    timer.start()

    with fake:
        assert ask(None) == 200
    timer.join()


@pytest.mark.parametrize("where", ["in-process", "at the server"])
def test_a_request_of_another_thread_is_held_as_long_as_it_takes(
    fake: FakeSources, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bound is for the thread that made the latch, and for no other."""
    monkeypatch.setattr(holds, "OWN_THREAD_SECONDS", 0.01)
    statuses: list[int] = []
    with fake, fake.server() as server, fake.faults.hold(GET) as latch:
        url = URL if where == "in-process" else f"{server.url}/v1.6/source/get"
        asking = threading.Thread(
            target=lambda: statuses.append(requests.get(url, headers=KEY, timeout=LONG).status_code)
        )
        asking.start()
        latch.wait()
        time.sleep(0.05)  # well beyond the bound
        latch.release()
        asking.join()

    assert statuses == [200]


# -- async: the loop goes on ---------------------------------------------------------------------------------------


async def release_from_another_task(latch: Any) -> tuple[int, int]:
    """Hold a request in one task, and release the latch in another of the same loop."""
    statuses: list[int] = []

    async def ask() -> None:
        statuses.append(await asked())

    async with anyio.create_task_group() as group:
        group.start_soon(ask)
        while not latch.held:
            await anyio.sleep(0)
        held = latch.held
        latch.release()
    return held, statuses[0]


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_held_request_leaves_the_event_loop_alone(fake: FakeSources, backend: str) -> None:
    """While the fake holds a request of an async client, other tasks run, one of which may let it go."""
    with fake, fake.faults.hold(GET) as latch:
        assert anyio.run(release_from_another_task, latch, backend=backend) == (1, 200)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_delayed_request_leaves_the_event_loop_alone(fake: FakeSources, backend: str) -> None:
    """Many requests are delayed at once, and not one after the other."""
    delay = fake.faults.delay(GET, LONG, real=True)

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(5):
                group.start_soon(asked)
            while delay.count < 5:
                await anyio.sleep(0)
            group.cancel_scope.cancel()

    with fake:
        anyio.run(many, backend=backend)


# -- deadlines of anyio and trio on the fake's clock ---------------------------------------------------------------


async def anyio_in_time(seconds: float) -> str:
    """Ask twice within so many seconds, as anyio counts them."""
    try:
        with anyio.fail_after(seconds):
            await asked()
            await asked()
    except TimeoutError:
        return "too late"
    return "in time"


async def anyio_moved_on(seconds: float) -> str:
    """Ask twice, unless so many seconds have passed."""
    with anyio.move_on_after(seconds) as scope:
        await asked()
        await asked()
    return "too late" if scope.cancelled_caught else "in time"


async def anyio_nested(seconds: float) -> str:
    """Ask twice in a deadline around another that is longer."""
    try:
        with anyio.fail_after(seconds), anyio.move_on_after(1e6):
            await asked()
            await asked()
    except TimeoutError:
        return "too late"
    return "in time"


async def anyio_in_a_task(seconds: float) -> str:
    """Ask twice in a task of a group that has so many seconds."""

    async def ask() -> None:
        await asked()
        await asked()

    with anyio.move_on_after(seconds) as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(ask)
    return "too late" if scope.cancelled_caught else "in time"


async def trio_in_time(seconds: float) -> str:
    """Ask twice within so many seconds, as trio counts them."""
    try:
        with trio.fail_after(seconds):
            await asked()
            await asked()
    except trio.TooSlowError:
        return "too late"
    return "in time"


DEADLINES = [
    (backend, ask)
    for backend in ("asyncio", "trio")
    for ask in (anyio_in_time, anyio_moved_on, anyio_nested, anyio_in_a_task)
] + [("trio", trio_in_time)]


@pytest.mark.parametrize(("seconds", "outcome"), [(7200.0, "in time"), (5400.0, "too late"), (1800.0, "too late")])
@pytest.mark.parametrize(("backend", "ask"), DEADLINES, ids=lambda part: getattr(part, "__name__", part))
def test_a_deadline_counts_against_the_fakes_clock(
    fake: FakeSources, backend: str, ask: Callable[[float], Awaitable[str]], seconds: float, outcome: str
) -> None:
    """Two delays of 3000 seconds pass in no time, and are over the limit together or one by one."""
    fake.faults.delay(GET, 3000)

    with fake:
        assert anyio.run(ask, seconds, backend=backend) == outcome


@pytest.mark.parametrize(
    ("backend", "ask"), DEADLINES[:1] + DEADLINES[4:5], ids=lambda part: getattr(part, "__name__", part)
)
def test_a_deadline_that_cannot_be_moved_passes_in_real_time(
    fake: FakeSources, backend: str, ask: Callable[[float], Awaitable[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a library does not show its scopes, the outcome is the same."""
    for name in ("scopes_around_asyncio_task", "scopes_around_trio_task"):
        monkeypatch.setattr(f"fakesources.adapters.async_waiting.{name}", lambda: iter(()))
    fake.faults.delay(GET, 30)

    with fake:
        assert anyio.run(ask, 0.05, backend=backend) == "too late"


def test_a_deadline_of_asyncio_is_not_seen(fake: FakeSources) -> None:
    """Without `real` nothing sleeps, so asyncio's deadline does not pass."""
    fake.faults.delay(GET, LONG)

    async def ask() -> int:
        return await asyncio.wait_for(asked(), 5)

    with fake:
        assert asyncio.run(ask()) == 200


def test_a_request_that_missed_its_deadline_was_not_acted_on(fake: FakeSources) -> None:
    """As with any other cancelled request."""
    fake.faults.delay(GET, 3000)

    with fake:
        assert anyio.run(anyio_in_time, 60.0) == "too late"

    assert len(fake.journal) == 0


# -- functions of the test -----------------------------------------------------------------------------------------

ARRANGED: dict[str, Callable[[Faults, Any], object]] = {
    "a refusal": lambda faults, when: faults.error(GET, "not-found", when=when),
    "a status": lambda faults, when: faults.respond(GET, 418, when=when),
    "a delay": lambda faults, when: faults.delay(GET, 0, when=when),
    "a latch": lambda faults, when: faults.hold(GET, when=lambda each: when(each) and False),
}


@pytest.mark.parametrize("arrange", ARRANGED.values(), ids=ARRANGED)
@pytest.mark.parametrize("operation", ["log", "get"])
@pytest.mark.parametrize("inside", ["in-process", "at the server"])
@pytest.mark.parametrize("outside", ["in-process", "at the server"])
def test_a_function_that_chooses_requests_may_call_the_fake(
    fake: FakeSources, arrange: Any, operation: str, inside: str, outside: str
) -> None:
    """In-process or through its own server, the same operation or another: it is not asked of its own requests."""
    source = fake.datasift.sources.add().id
    asked_about: list[str] = []
    opened: AbstractContextManager[Any] = fake.server()
    with fake, opened as server:
        bases = {"in-process": "https://api.datasift.com", "at the server": server.url}

        def ask(where: str, path: str) -> int:
            url = f"{bases[where]}/v1.6/source/{path}?id={source}"
            return requests.get(url, headers=KEY, timeout=10).status_code

        def calls_the_fake(each: Any) -> bool:
            asked_about.append(each.path)
            return ask(inside, operation) == 200

        arrange(fake.faults, calls_the_fake)
        ask(outside, "get")

    assert asked_about == ["/v1.6/source/get"]
    assert len(fake.journal) == 2
