"""The door for `requests`: what it catches, what it leaves alone, and how it shares with the mocks of `responses`."""

from __future__ import annotations

import array
import io
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import responses
from clients import HOST, Echo
from requests.adapters import HTTPAdapter
from responses import RequestsMock
from responses.registries import FirstMatchRegistry, OrderedRegistry
from urllib3 import Retry

from fakesources.adapters.responses import intercept
from fakesources.core.contract.errors import InternalError
from fakesources.core.http.messages import BODY_LIMIT, Response
from fakesources.server.server import Server

URL = f"https://{HOST}"
OTHER = "https://other.test/"
SENT = HTTPAdapter.send
OPENED, STOPPED = RequestsMock.unbound_on_send, RequestsMock.stop


@pytest.fixture(autouse=True)
def _nothing_is_left_behind() -> Iterator[None]:
    """Every test gives back what it covered, to the very function."""
    yield
    assert (HTTPAdapter.send, RequestsMock.unbound_on_send, RequestsMock.stop) == (SENT, OPENED, STOPPED)


@pytest.fixture
def elsewhere() -> Iterator[Server]:
    """Another host, reached over a real socket."""
    with Server(Echo(Response(200, (), b"elsewhere")).handle) as server:
        yield server


def named(text: str) -> Echo:
    return Echo(Response(200, (), text.encode()))


# -- what is caught ------------------------------------------------------------------------------------------------


def test_other_hosts_are_reached_over_the_network(echo: Echo, elsewhere: Server) -> None:
    """A call to any other host goes out as if the fake were not there, its retries and streamed body included."""
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503])))

        got = session.post(elsewhere.url, data=iter([b"a", b"b"]), timeout=5)

    assert (got.text, echo.seen) == ("elsewhere", [])


@pytest.mark.parametrize(
    "call",
    [
        lambda: requests.get(URL),
        lambda: requests.Session().put(f"HTTPS://{HOST.upper()}:443/", data={"id": "1"}),
        lambda: requests.request("DELETE", f"https://user:password@{HOST}/x"),
        lambda: requests.adapters.HTTPAdapter().send(requests.Request("GET", URL).prepare()),
        lambda: requests.adapters.HTTPAdapter().send(requests.Request("GET", URL).prepare(), True, (3, 5), False),
    ],
    ids=["function", "port written", "user in the URL", "bare adapter", "arguments by position"],
)
def test_every_way_to_call_is_caught(echo: Echo, call: Callable[[], requests.Response]) -> None:
    """It does not matter how the code under test comes to its call; the host is the URL's, without a port of its own."""
    with intercept(echo.handle, echo.handles):
        got = call()

    assert (got.text, echo.last.host, echo.last.door) == ("hello", HOST, "responses")


def test_a_session_made_before_is_caught_and_works_after(echo: Echo, elsewhere: Server) -> None:
    """A session that is older than the fake is answered by it, and is as before when the fake is gone."""
    with requests.Session() as session:
        with intercept(echo.handle, echo.handles):
            assert session.get(URL).text == "hello"

        assert session.get(elsewhere.url, timeout=5).text == "elsewhere"


def test_threads_are_caught(echo: Echo) -> None:
    """Calls of other threads are answered too, each with an answer of its own."""
    texts: list[str] = []
    with intercept(echo.handle, echo.handles):
        threads = [threading.Thread(target=lambda: texts.append(requests.get(URL).text)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert (texts, len(echo.seen)) == (["hello"] * 8, 8)


BODIES: dict[str, tuple[Callable[[], Any], bytes]] = {
    "none": (lambda: None, b""),
    "bytes": (lambda: b"\x00\xff", b"\x00\xff"),
    "bytearray": (lambda: bytearray(b"abc"), b"abc"),
    "memory": (lambda: memoryview(b"abc"), b"abc"),
    "an array": (lambda: array.array("H", [1, 2]), array.array("H", [1, 2]).tobytes()),
    "what reads all at once": (lambda: Whole(), b"whole"),
    "text": (lambda: "Zoë €", "Zoë €".encode()),
    "a form": (lambda: {"id": "1", "name": "é"}, b"id=1&name=%C3%A9"),
    "a binary file": (lambda: io.BytesIO(b"file" * 9999), b"file" * 9999),
    "a text file": (lambda: io.StringIO("Zoë"), "Zoë".encode()),
    "a file read half": (lambda: half_read(), b"second"),
    "a generator": (lambda: (part for part in (b"a", b"", b"b")), b"ab"),
    "a generator of text": (lambda: (part for part in ("a", "ë")), "aë".encode()),
}


class Whole:
    """A body of somebody's own, which minds no size."""

    def __init__(self) -> None:
        self.parts = [b"whole", b""]

    def __len__(self) -> int:
        return 5

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def read(self, size: int = -1) -> bytes:
        return self.parts.pop(0)


def half_read() -> io.BytesIO:
    file = io.BytesIO(b"first second")
    file.read(6)
    return file


@pytest.mark.parametrize(("made", "arrived"), BODIES.values(), ids=BODIES)
def test_every_kind_of_body_arrives(echo: Echo, made: Callable[[], Any], arrived: bytes) -> None:
    """Whatever `requests` takes for a body arrives as the bytes it would have put on the wire."""
    with intercept(echo.handle, echo.handles):
        requests.post(URL, data=made())

    assert echo.last.body == arrived


def test_a_failure_names_the_host_of_a_staging_address() -> None:
    """Also an address in numbers with a port of its own can fail as itself."""
    with (
        intercept(Echo(Response(200, disconnect="timeout")).handle, lambda host, path: True),
        pytest.raises(requests.ReadTimeout) as error,
    ):
        requests.get("http://[::1]:8443/", timeout=1)
    assert "::1" in str(error.value)


def test_an_endless_body_is_read_just_past_the_limit(echo: Echo) -> None:
    """A body without an end is not read for ever: a byte more than is allowed tells the fake enough."""
    with intercept(echo.handle, echo.handles):
        requests.post(URL, data=iter(lambda: b"x" * 65_536, None))

    assert len(echo.last.body) == BODY_LIMIT + 1


def test_headers_arrive_as_they_would_on_the_wire(echo: Echo) -> None:
    """The client's headers, in Latin-1 where they are text, with those that urllib3 adds to them."""
    headers = {"X-Text": "Zoë", "X-Bytes": "Zoë".encode("latin-1"), "User-Agent": None, "Accept-Encoding": None}
    with intercept(echo.handle, echo.handles):
        requests.get(URL, headers=headers)

    got = echo.last
    assert (got.header("x-text"), got.header("x-bytes")) == ("Zoë", "Zoë")
    assert (got.header("host"), got.header("accept-encoding")) == (HOST, "identity")
    assert got.header("user-agent").startswith("python-urllib3/")


def test_a_header_no_connection_could_send_is_refused_as_by_the_real_one(echo: Echo) -> None:
    """A character beyond Latin-1 fails in the client, before anything is asked."""
    with intercept(echo.handle, echo.handles), pytest.raises(UnicodeEncodeError):
        requests.get(URL, headers={"X-Price": "€"})

    assert echo.seen == []


# -- what comes back -----------------------------------------------------------------------------------------------


def test_a_response_is_a_response_in_every_respect(echo: Echo) -> None:
    """Its request, URL, elapsed time, reason and raw response are there, as over the network."""
    echo.response = Response(404, (("Content-Type", "application/json"),), b'{"error": "Source not found"}')
    with intercept(echo.handle, echo.handles):
        got = requests.get(URL, params={"id": "1"})

    assert (got.url, got.request.method, got.reason) == (f"{URL}/?id=1", "GET", "Not Found")
    assert got.elapsed.total_seconds() > 0
    assert (got.raw.version, got.raw.status, got.json()) == (11, 404, {"error": "Source not found"})
    with pytest.raises(requests.HTTPError) as error:
        got.raise_for_status()
    assert error.value.response is got


def test_an_answer_can_be_streamed(echo: Echo) -> None:
    """`stream=True` leaves the body to be read in pieces, by lines, or raw."""
    echo.response = Response(200, (), b"one\ntwo\nthree\n")
    with intercept(echo.handle, echo.handles):
        assert list(requests.get(URL, stream=True).iter_content(4)) == [b"one\n", b"two\n", b"thre", b"e\n"]
        assert list(requests.get(URL, stream=True).iter_lines()) == [b"one", b"two", b"three"]
        with requests.get(URL, stream=True) as got:
            assert (got.raw.read(3), got.raw.read(), got.raw.read()) == (b"one", b"\ntwo\nthree\n", b"")


def test_cookies_are_kept_by_the_session(echo: Echo) -> None:
    """Cookies of an answer, even several, come back with the session's next request."""
    echo.response = Response(200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/x")), b"")
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        got = session.get(URL)
        session.get(f"{URL}/x")

    assert dict(got.cookies) == {"a": "1", "b": "2"}
    assert sorted(echo.last.header("cookie").split("; ")) == ["a=1", "b=2"]


def test_an_adapter_of_ones_own_has_its_say(echo: Echo) -> None:
    """A mounted adapter adds its headers and builds its responses, as subclasses of HTTPAdapter do."""

    class Signing(HTTPAdapter):
        def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:
            request.headers["X-Signed"] = str(kwargs["timeout"])

        def build_response(self, request: Any, raw: Any) -> Any:
            got = super().build_response(request, raw)
            got.signed = True
            return got

    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount("https://", Signing())
        got = session.get(URL, timeout=7)

    assert (echo.last.header("x-signed"), got.signed) == ("7", True)


def test_a_bug_of_the_fake_reaches_the_test(echo: Echo) -> None:
    """What the fake itself got wrong is raised as it is, and not dressed as an answer or a network error."""

    def handle(request: Any) -> Response:
        raise InternalError("an answer that breaks its own schema")

    with intercept(handle, echo.handles), pytest.raises(InternalError, match="breaks its own schema"):
        requests.get(URL)


# -- retries -------------------------------------------------------------------------------------------------------

RETRIES = {
    "a status, until it gives up": (Retry(2, status_forcelist=[503]), Response(503), 3, requests.exceptions.RetryError),
    "a status, told to return it": (Retry(2, status_forcelist=[503], raise_on_status=False), Response(503), 3, None),
    "a status it does not list": (Retry(2, status_forcelist=[500]), Response(503), 1, None),
    "Retry-After, which is obeyed at once": (Retry(1, raise_on_status=False), Response(429, (("Retry-After", "60"),)), 2, None),
    "a reset": (Retry(2), Response(200, disconnect="reset"), 3, requests.ConnectionError),
    "a timeout": (Retry(2), Response(200, disconnect="timeout"), 3, requests.ConnectionError),
    "a reset, by default": (0, Response(200, disconnect="reset"), 1, requests.ConnectionError),
}  # fmt: skip


@pytest.mark.parametrize(("retries", "response", "calls", "raised"), RETRIES.values(), ids=RETRIES)
def test_retries_are_obeyed(echo: Echo, retries: Any, response: Response, calls: int, raised: Any) -> None:
    """A session's `Retry` asks as often as over the network and ends in the same exception, without waiting."""
    echo.response = response
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=retries))
        if raised is None:
            assert session.get(URL).status_code == response.status
        else:
            with pytest.raises(raised):
                session.get(URL)

    assert len(echo.seen) == calls


def test_a_retry_that_succeeds_is_an_ordinary_answer(echo: Echo) -> None:
    """The body is sent again with each attempt, and the last answer counts."""
    replies = iter([Response(503), Response(200, disconnect="reset"), Response(200, (), b"at last")])

    def handle(request: Any) -> Response:
        echo.handle(request)
        return next(replies)

    with intercept(handle, echo.handles), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(5, status_forcelist=[503], allowed_methods=None)))
        got = session.post(URL, data=io.BytesIO(b"again"))

    assert (got.text, [request.body for request in echo.seen]) == ("at last", [b"again"] * 3)


# -- beside the mocks of `responses` ---------------------------------------------------------------------------------


def test_a_mock_inside_keeps_its_entries(echo: Echo) -> None:
    """A mock opened inside the fake answers its own URLs; calls to the fake's hosts reach the fake."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.get(OTHER, body="mocked")

        assert (requests.get(OTHER).text, requests.get(URL).text) == ("mocked", "hello")
        assert [call.request.url for call in mock.calls] == [OTHER]


def test_a_mock_inside_has_the_first_word(echo: Echo) -> None:
    """An entry for one of the fake's own URLs wins over the fake, as the innermost does; its neighbours do not."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.get(f"{URL}/x", body="mocked", match=[responses.matchers.query_param_matcher({"a": ["1", "2"]})])

        assert requests.get(f"{URL}/x?a=1&a=2").text == "mocked"
        assert requests.get(f"{URL}/x?a=1").text == "hello"
        assert requests.get(f"{URL}/y?a=1&a=2").text == "hello"


def test_a_mock_inside_still_refuses_strangers(echo: Echo) -> None:
    """Hosts that neither answers for are refused by the mock, as it does without the fake."""
    with (
        intercept(echo.handle, echo.handles),
        RequestsMock(),
        pytest.raises(requests.ConnectionError) as refused,
    ):
        requests.get(OTHER)
    assert "belongs to the fake" not in str(refused.value)


@pytest.mark.parametrize("registry", [FirstMatchRegistry, OrderedRegistry])
def test_calls_to_the_fake_leave_the_entries_of_a_mock_alone(echo: Echo, registry: type[FirstMatchRegistry]) -> None:
    """However often the fake is called in between, a mock's entries are used up in their own order only."""
    with intercept(echo.handle, echo.handles), RequestsMock(registry=registry) as mock:
        mock.get(OTHER, body="first")
        mock.get(OTHER, body="second")
        texts = [requests.get(url).text for url in (URL, OTHER, URL, URL, OTHER, URL)]

    assert texts == ["hello", "first", "hello", "hello", "second", "hello"]


def test_a_mock_that_lets_the_fakes_host_through_lets_it_through_to_the_fake(echo: Echo) -> None:
    """`add_passthru` and a passthrough entry say "not me", so the fake answers; the entry counts as fired."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.add_passthru(URL)
        entry = mock.add(responses.PassthroughResponse("GET", f"{URL}/x"))

        assert (requests.get(URL).text, requests.get(f"{URL}/x").text) == ("hello", "hello")
        assert (entry.call_count, len(mock.calls)) == (1, 1)


def test_a_file_sent_inside_a_mock_arrives_whole(echo: Echo) -> None:
    """Asking a mock's entries first does not eat the body of a call that goes to the fake."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.post(URL, match=[responses.matchers.json_params_matcher({"a": 1})], body="mocked")
        requests.post(URL, data=io.BytesIO(b'{"a": 2}'))

        assert (echo.last.body, requests.post(URL, json={"a": 1}).text) == (b'{"a": 2}', "mocked")


def test_a_mock_around_keeps_everything_but_the_fakes_hosts(echo: Echo) -> None:
    """A mock opened around the fake keeps its entries and its refusals; it is not asked about the fake's hosts."""
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(OTHER, body="first")
        mock.get(OTHER, body="second")
        never = mock.get(URL, body="never")
        with intercept(echo.handle, echo.handles):
            texts = [requests.get(url).text for url in (URL, OTHER, URL, OTHER)]
            with pytest.raises(requests.ConnectionError) as refused:
                requests.get("https://third.test/")
            assert "belongs to the fake" not in str(refused.value)
        assert requests.get(URL).text == "never"

        assert (texts, never.call_count) == (["hello", "first", "hello", "second"], 1)


@pytest.mark.parametrize("around", [True, False], ids=["mock around", "mock inside"])
@pytest.mark.parametrize("fired", [True, False], ids=["asserted", "not asserted"])
@pytest.mark.parametrize("registry", [None, FirstMatchRegistry, OrderedRegistry])
def test_activate_keeps_its_settings(echo: Echo, around: bool, fired: bool, registry: Any) -> None:
    """`@responses.activate` complains of an unused entry exactly when it was told to, whoever answered meanwhile."""

    @responses.activate(assert_all_requests_are_fired=fired, registry=registry)
    def test() -> None:
        responses.get(OTHER, body="mocked")
        responses.get("https://third.test/", body="unused")
        if around:
            with intercept(echo.handle, echo.handles):
                check()
        else:
            check()

    def check() -> None:
        assert (requests.get(URL).text, requests.get(OTHER).text) == ("hello", "mocked")

    def run() -> None:
        if around:
            test()
        else:
            with intercept(echo.handle, echo.handles):
                test()

    if fired:
        with pytest.raises(AssertionError, match="third"):
            run()
    else:
        run()


def test_the_fake_outlives_a_mock_that_takes_too_much_off(echo: Echo) -> None:
    """`responses` stops an outer @activate when an inner one ends; a fake opened between them goes on answering."""

    @responses.activate
    def inner() -> None:
        assert requests.get(URL).text == "hello"

    @responses.activate
    def outer() -> None:
        with (
            intercept(echo.handle, echo.handles),
            intercept(named("second").handle, lambda host, path: host == "second.test"),
        ):
            inner()

            assert requests.get(URL).text == "hello"
            assert requests.get("https://second.test").text == "second"
        assert HTTPAdapter.send is SENT

    outer()


# -- nesting, order, leaving ------------------------------------------------------------------------------------------


def test_of_two_fakes_the_inner_one_answers() -> None:
    """A fake opened inside another takes over their common hosts and gives them back when it is left."""
    one, two = named("one"), named("two")
    with intercept(one.handle, one.handles):
        with intercept(two.handle, two.handles):
            inside = requests.get(URL).text
        after = requests.get(URL).text

    assert (inside, after) == ("two", "one")


def test_two_fakes_of_different_hosts_live_side_by_side() -> None:
    """Two fakes, and a mock between them, answer each for its own."""
    one, two = named("one"), named("two")
    with (
        intercept(one.handle, lambda host, path: host == "one.test"),
        RequestsMock() as mock,
        intercept(two.handle, lambda host, path: host == "two.test"),
    ):
        mock.get(OTHER, body="mocked")
        texts = [requests.get(url).text for url in ("https://one.test", OTHER, "https://two.test")]

    assert texts == ["one", "mocked", "two"]


def test_a_path_can_decide(echo: Echo) -> None:
    """A host may be the fake's below one path and a mock's everywhere else."""
    with RequestsMock() as mock, intercept(echo.handle, lambda host, path: path.startswith("/ds/")):
        mock.get(f"{OTHER}app", body="mocked")
        texts = [requests.get(f"{OTHER}{path}").text for path in ("ds/source", "app")]

    assert texts == ["hello", "mocked"]


def test_fakes_left_in_the_wrong_order_leave_nothing_behind() -> None:
    """Two fakes whose times overlap, as in two threads, are each gone when left, and all is as it was."""
    one, two = named("one"), named("two")
    first, second = intercept(one.handle, one.handles), intercept(two.handle, two.handles)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert requests.get(URL).text == "two"
    second.__exit__(None, None, None)

    assert (len(one.seen), HTTPAdapter.send) == (0, SENT)


def test_an_exception_inside_leaves_nothing_behind(echo: Echo) -> None:
    """The door closes behind a test that fails."""
    with pytest.raises(RuntimeError, match="the test"), intercept(echo.handle, echo.handles):
        raise RuntimeError("the test")

    assert HTTPAdapter.send is SENT


def test_a_thread_that_outlives_the_fake_is_not_answered(echo: Echo, elsewhere: Server) -> None:
    """A thread still running when the fake is left finds the network where it was, not the fake."""
    left = threading.Event()
    texts: list[str] = []

    def work() -> None:
        left.wait(5)
        texts.append(requests.get(elsewhere.url, timeout=5).text)

    thread = threading.Thread(target=work)
    with intercept(echo.handle, lambda host, path: True):
        thread.start()
    left.set()
    thread.join()

    assert (texts, echo.seen) == (["elsewhere"], [])
