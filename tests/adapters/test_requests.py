"""The adapter for `requests`: intercepted calls, other calls, and mocks of `responses` beside it."""

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
from urllib3.util import SKIP_HEADER

from fakesources import FakeSources
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
    """Check that every test restores what it patched."""
    yield
    assert (HTTPAdapter.send, RequestsMock.unbound_on_send, RequestsMock.stop) == (SENT, OPENED, STOPPED)


def named(text: str) -> Echo:
    return Echo(Response(200, (), text.encode()))


# -- what is caught ------------------------------------------------------------------------------------------------


def test_other_hosts_are_reached_over_the_network(echo: Echo, elsewhere: Server) -> None:
    """As without the fake, with retries and streamed bodies."""
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount("http://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503])))

        response = session.post(elsewhere.url, data=iter([b"a", b"b"]), timeout=5)

    assert (response.text, echo.seen) == ("elsewhere", [])


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
def test_every_way_to_call_is_intercepted(echo: Echo, call: Callable[[], requests.Response]) -> None:
    """The host is the URL's, without the scheme's default port."""
    with intercept(echo.handle, echo.handles):
        response = call()

    assert (response.text, echo.last.host, echo.last.adapter) == ("hello", HOST, "responses")


def test_arguments_by_position_are_those_of_send(echo: Echo) -> None:
    """An adapter's `add_headers` gets them by name."""
    given: list[dict[str, Any]] = []

    class Adapter(HTTPAdapter):
        def add_headers(self, request: requests.PreparedRequest, **options: Any) -> None:
            given.append(options)

    with intercept(echo.handle, echo.handles):
        Adapter().send(requests.Request("GET", URL).prepare(), True, (3, 5), False, "a.pem", {})

    assert echo.last.timeout == 5
    assert given == [{"stream": True, "timeout": (3, 5), "verify": False, "cert": "a.pem", "proxies": {}}]


def test_a_session_made_before_is_intercepted_only_while_the_fake_is_open(echo: Echo, elsewhere: Server) -> None:
    with requests.Session() as session:
        with intercept(echo.handle, echo.handles):
            assert session.get(URL).text == "hello"

        assert session.get(elsewhere.url, timeout=5).text == "elsewhere"


def test_calls_of_threads_are_intercepted(echo: Echo) -> None:
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
    "what reads all at once": (lambda: UnsizedFile(), b"whole"),
    "text": (lambda: "Zoë €", "Zoë €".encode()),
    "a form": (lambda: {"id": "1", "name": "é"}, b"id=1&name=%C3%A9"),
    "a binary file": (lambda: io.BytesIO(b"file" * 9999), b"file" * 9999),
    "a text file": (lambda: io.StringIO("Zoë"), "Zoë".encode()),
    "a file read half": (lambda: half_read(), b"second"),
    "a generator": (lambda: (part for part in (b"a", b"", b"b")), b"ab"),
    "a generator of text": (lambda: (part for part in ("a", "ë")), "aë".encode()),
}


class UnsizedFile:
    """A file that ignores the size it is read with."""

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


@pytest.mark.parametrize(("make_body", "arrived"), BODIES.values(), ids=BODIES)
def test_every_kind_of_body_arrives(echo: Echo, make_body: Callable[[], Any], arrived: bytes) -> None:
    """As the bytes that `requests` would have sent."""
    with intercept(echo.handle, echo.handles):
        requests.post(URL, data=make_body())

    assert echo.last.body == arrived


def test_the_exception_of_a_failed_connection_has_the_host() -> None:
    """Also an IP address with a port."""
    with (
        intercept(Echo(Response(200, disconnect="timeout")).handle, lambda host, path: True),
        pytest.raises(requests.ReadTimeout) as error,
    ):
        requests.get("http://[::1]:8443/", timeout=1)
    assert "::1" in str(error.value)


def test_an_endless_body_is_read_just_past_the_limit(echo: Echo) -> None:
    with intercept(echo.handle, echo.handles):
        requests.post(URL, data=iter(lambda: b"x" * 65_536, None))

    assert len(echo.last.body) == BODY_LIMIT + 1


def test_headers_arrive_as_they_would_be_sent(echo: Echo) -> None:
    """In Latin-1, with those that urllib3 adds."""
    headers = {"X-Text": "Zoë", "X-Bytes": "Zoë".encode("latin-1"), "User-Agent": None, "Accept-Encoding": None}
    with intercept(echo.handle, echo.handles):
        requests.get(URL, headers=headers)

    request = echo.last
    assert (request.header("x-text"), request.header("x-bytes")) == ("Zoë", "Zoë")
    assert (request.header("host"), request.header("accept-encoding")) == (HOST, "identity")
    assert request.header("user-agent").startswith("python-urllib3/")


@pytest.mark.parametrize(
    ("headers", "name", "arrived"),
    [
        ({"User-Agent": SKIP_HEADER}, "user-agent", None),
        ({"Accept-Encoding": SKIP_HEADER}, "accept-encoding", None),
        ({"Host": "alias.test"}, "host", "alias.test"),
    ],
)
def test_a_header_of_urllib3_is_given_or_left_out_as_over_the_network(
    echo: Echo, headers: Any, name: str, arrived: str | None
) -> None:
    real = Echo()
    with intercept(echo.handle, echo.handles), Server(real.handle) as server:
        requests.get(URL, headers=headers)
        requests.get(server.url, headers=headers, timeout=5)

    assert echo.last.header(name) == real.last.header(name) == arrived


def test_a_header_that_no_connection_can_send_raises(echo: Echo) -> None:
    """In the client, before anything is recorded."""
    with intercept(echo.handle, echo.handles), pytest.raises(UnicodeEncodeError):
        requests.get(URL, headers={"X-Price": "€"})

    assert echo.seen == []


def test_a_request_without_a_method_raises_as_over_the_network(echo: Echo, elsewhere: Server) -> None:
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        for url in (URL, elsewhere.url):
            prepared = requests.Request("GET", url).prepare()
            prepared.method = None
            with pytest.raises(TypeError):
                session.send(prepared)

    assert echo.seen == []


# -- what comes back -----------------------------------------------------------------------------------------------


def test_a_response_is_complete(echo: Echo) -> None:
    """Request, URL, elapsed time, reason and raw response, as over the network."""
    echo.response = Response(404, (("Content-Type", "application/json"),), b'{"error": "Source not found"}')
    with intercept(echo.handle, echo.handles):
        response = requests.get(URL, params={"id": "1"})

    assert (response.url, response.request.method, response.reason) == (f"{URL}/?id=1", "GET", "Not Found")
    assert response.elapsed.total_seconds() > 0
    assert (response.raw.version, response.raw.status, response.json()) == (11, 404, {"error": "Source not found"})
    with pytest.raises(requests.HTTPError) as error:
        response.raise_for_status()
    assert error.value.response is response


def test_a_response_can_be_streamed(echo: Echo) -> None:
    """In pieces, by lines, or raw."""
    echo.response = Response(200, (), b"one\ntwo\nthree\n")
    with intercept(echo.handle, echo.handles):
        assert list(requests.get(URL, stream=True).iter_content(4)) == [b"one\n", b"two\n", b"thre", b"e\n"]
        assert list(requests.get(URL, stream=True).iter_lines()) == [b"one", b"two", b"three"]
        with requests.get(URL, stream=True) as response:
            assert (response.raw.read(3), response.raw.read(), response.raw.read()) == (b"one", b"\ntwo\nthree\n", b"")


def test_a_session_stores_cookies(echo: Echo) -> None:
    """The next request of the session has them."""
    echo.response = Response(200, (("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/x")), b"")
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        response = session.get(URL)
        session.get(f"{URL}/x")

    assert dict(response.cookies) == {"a": "1", "b": "2"}
    assert sorted(echo.last.header("cookie").split("; ")) == ["a=1", "b=2"]


def test_a_mounted_adapter_is_used(echo: Echo) -> None:
    """It adds its headers and builds its responses, as subclasses of HTTPAdapter do."""

    class Signing(HTTPAdapter):
        def add_headers(self, request: requests.PreparedRequest, **kwargs: Any) -> None:
            request.headers["X-Signed"] = str(kwargs["timeout"])

        def build_response(self, request: Any, raw: Any) -> Any:
            response = super().build_response(request, raw)
            response.signed = True
            return response

    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount("https://", Signing())
        response = session.get(URL, timeout=7)

    assert (echo.last.header("x-signed"), response.signed) == ("7", True)


@pytest.mark.parametrize("url", ["ftp://api.datasift.com/x", "http+unix://socket/x", "data:,x"])
def test_a_url_of_another_scheme_is_left_to_its_adapter(echo: Echo, url: str) -> None:
    """A session may have an adapter for any."""
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount(url[:4], HTTPAdapter())
        with pytest.raises(requests.exceptions.RequestException):
            session.get(url, timeout=5)

    assert echo.seen == []


def test_an_internal_error_is_raised_to_the_test(echo: Echo) -> None:
    def handle(request: Any) -> Response:
        raise InternalError("an answer that breaks its own schema")

    with intercept(handle, echo.handles), pytest.raises(InternalError, match="breaks its own schema"):
        requests.get(URL)


# -- retries -------------------------------------------------------------------------------------------------------

RETRIES = {
    "a status, until it gives up": (Retry(2, status_forcelist=[503]), Response(503), 3, requests.exceptions.RetryError),
    "a status, counted apart": (Retry(5, status=1, status_forcelist=[503]), Response(503), 2, requests.exceptions.RetryError),
    "a status, configured to return it": (Retry(2, status_forcelist=[503], raise_on_status=False), Response(503), 3, None),
    "a status it does not list": (Retry(2, status_forcelist=[500]), Response(503), 1, None),
    "Retry-After, which is obeyed at once": (Retry(1, raise_on_status=False), Response(429, (("Retry-After", "60"),)), 2, None),
    "a reset": (Retry(2), Response(200, disconnect="reset"), 3, requests.ConnectionError),
    "a timeout": (Retry(2), Response(200, disconnect="timeout"), 3, requests.ConnectionError),
    "a reset, by default": (0, Response(200, disconnect="reset"), 1, requests.ConnectionError),
}  # fmt: skip


@pytest.mark.parametrize(("retries", "response", "calls", "raised"), RETRIES.values(), ids=RETRIES)
def test_retries_are_as_over_the_network(echo: Echo, retries: Any, response: Response, calls: int, raised: Any) -> None:
    """As many requests, the same exception, and no waiting."""
    echo.response = response
    with intercept(echo.handle, echo.handles), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=retries))
        if raised is None:
            assert session.get(URL).status_code == response.status
        else:
            with pytest.raises(raised):
                session.get(URL)

    assert len(echo.seen) == calls


def test_a_retry_that_succeeds_returns_the_response(echo: Echo) -> None:
    """The body is sent again with each attempt."""
    replies = iter([Response(503), Response(200, disconnect="reset"), Response(200, (), b"at last")])

    def handle(request: Any) -> Response:
        echo.handle(request)
        return next(replies)

    with intercept(handle, echo.handles), requests.Session() as session:
        session.mount("https://", HTTPAdapter(max_retries=Retry(5, status_forcelist=[503], allowed_methods=None)))
        response = session.post(URL, data=io.BytesIO(b"again"))

    assert (response.text, [request.body for request in echo.seen]) == ("at last", [b"again"] * 3)


# -- beside the mocks of `responses` ---------------------------------------------------------------------------------


def test_a_mock_inside_keeps_its_entries(echo: Echo) -> None:
    """It responds to its own URLs, and the fake to those of its hosts."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.get(OTHER, body="mocked")

        assert (requests.get(OTHER).text, requests.get(URL).text) == ("mocked", "hello")
        assert [call.request.url for call in mock.calls] == [OTHER]


def test_a_mock_inside_takes_precedence(echo: Echo) -> None:
    """For the URLs of its entries, and no others."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.get(f"{URL}/x", body="mocked", match=[responses.matchers.query_param_matcher({"a": ["1", "2"]})])

        assert requests.get(f"{URL}/x?a=1&a=2").text == "mocked"
        assert requests.get(f"{URL}/x?a=1").text == "hello"
        assert requests.get(f"{URL}/y?a=1&a=2").text == "hello"


def test_a_mock_inside_still_rejects_unknown_hosts(echo: Echo) -> None:
    with (
        intercept(echo.handle, echo.handles),
        RequestsMock(),
        pytest.raises(requests.ConnectionError) as error,
    ):
        requests.get(OTHER)
    assert "belongs to the fake" not in str(error.value)


@pytest.mark.parametrize("registry", [FirstMatchRegistry, OrderedRegistry])
def test_calls_to_the_fake_use_up_no_entry_of_a_mock(echo: Echo, registry: type[FirstMatchRegistry]) -> None:
    with intercept(echo.handle, echo.handles), RequestsMock(registry=registry) as mock:
        mock.get(OTHER, body="first")
        mock.get(OTHER, body="second")
        texts = [requests.get(url).text for url in (URL, OTHER, URL, URL, OTHER, URL)]

    assert texts == ["hello", "first", "hello", "hello", "second", "hello"]


def test_a_mock_passes_the_fakes_host_through_to_the_fake(echo: Echo) -> None:
    """By `add_passthru`, or by an entry that counts the call."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.add_passthru(URL)
        entry = mock.add(responses.PassthroughResponse("GET", f"{URL}/x"))

        assert (requests.get(URL).text, requests.get(f"{URL}/x").text) == ("hello", "hello")
        assert (entry.call_count, len(mock.calls)) == (1, 1)


def test_a_file_sent_inside_a_mock_arrives_whole(echo: Echo) -> None:
    """Also where the mock's matchers have read it."""
    with intercept(echo.handle, echo.handles), RequestsMock() as mock:
        mock.post(URL, match=[responses.matchers.json_params_matcher({"a": 1})], body="mocked")
        requests.post(URL, data=io.BytesIO(b'{"a": 2}'))

        assert (echo.last.body, requests.post(URL, json={"a": 1}).text) == (b'{"a": 2}', "mocked")


def test_a_mock_around_sees_all_hosts_but_the_fakes(echo: Echo) -> None:
    with RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(OTHER, body="first")
        mock.get(OTHER, body="second")
        never = mock.get(URL, body="never")
        with intercept(echo.handle, echo.handles):
            texts = [requests.get(url).text for url in (URL, OTHER, URL, OTHER)]
            with pytest.raises(requests.ConnectionError) as error:
                requests.get("https://third.test/")
            assert "belongs to the fake" not in str(error.value)
        assert requests.get(URL).text == "never"

        assert (texts, never.call_count) == (["hello", "first", "hello", "second"], 1)


@pytest.mark.parametrize("around", [True, False], ids=["mock around", "mock inside"])
@pytest.mark.parametrize("fired", [True, False], ids=["asserted", "not asserted"])
@pytest.mark.parametrize("registry", [None, FirstMatchRegistry, OrderedRegistry])
def test_activate_reports_unused_entries_as_configured(echo: Echo, around: bool, fired: bool, registry: Any) -> None:
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


def test_the_fake_outlives_a_mock_that_undoes_too_much(echo: Echo) -> None:
    """`responses` stops an outer @activate when an inner one ends."""

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


def test_the_inner_of_two_fakes_responds() -> None:
    one, two = named("one"), named("two")
    with intercept(one.handle, one.handles):
        with intercept(two.handle, two.handles):
            inside = requests.get(URL).text
        after = requests.get(URL).text

    assert (inside, after) == ("two", "one")


def test_two_fakes_of_different_hosts_respond_side_by_side() -> None:
    """And a mock between them."""
    one, two = named("one"), named("two")
    with (
        intercept(one.handle, lambda host, path: host == "one.test"),
        RequestsMock() as mock,
        intercept(two.handle, lambda host, path: host == "two.test"),
    ):
        mock.get(OTHER, body="mocked")
        texts = [requests.get(url).text for url in ("https://one.test", OTHER, "https://two.test")]

    assert texts == ["one", "mocked", "two"]


def test_a_host_may_be_the_fakes_below_one_path_only(echo: Echo) -> None:
    with RequestsMock() as mock, intercept(echo.handle, lambda host, path: path.startswith("/ds/")):
        mock.get(f"{OTHER}app", body="mocked")
        texts = [requests.get(f"{OTHER}{path}").text for path in ("ds/source", "app")]

    assert texts == ["hello", "mocked"]


def test_fakes_left_in_the_wrong_order_leave_nothing_behind() -> None:
    one, two = named("one"), named("two")
    first, second = intercept(one.handle, one.handles), intercept(two.handle, two.handles)
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert requests.get(URL).text == "two"
    second.__exit__(None, None, None)

    assert (len(one.seen), HTTPAdapter.send) == (0, SENT)


def test_an_exception_inside_leaves_nothing_behind(echo: Echo) -> None:
    with pytest.raises(RuntimeError, match="the test"), intercept(echo.handle, echo.handles):
        raise RuntimeError("the test")

    assert HTTPAdapter.send is SENT


def test_a_thread_that_outlives_the_fake_reaches_the_network(echo: Echo, elsewhere: Server) -> None:
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


def test_slashes_before_a_path_are_one() -> None:
    """As `requests` sends it: a path that begins with two would name a host."""
    with FakeSources(strict=False) as fake:
        requests.get("https://api.curator.io//v1/feeds", params={"api_key": "k"})

    assert fake.journal.last().request.path == "/v1/feeds"
