"""The web console in Chromium: each tab used as a person would, with what is seen, and nothing secret in it."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from browser import CHROMEDRIVER, CHROMIUM, Browser, browsing
from werkzeug.serving import make_server

from fakesources.adapters.wsgi import application
from fakesources.control.hosted import Hosted
from fakesources.core.http.messages import Request, Response
from fakesources.server.server import Server

pytestmark = [
    pytest.mark.skipif(not (CHROMIUM and CHROMEDRIVER), reason="Chromium or chromedriver is not installed"),
    pytest.mark.once,
]

TOKEN = "control-plane-t0ken"
SECRET = "pl4nted-s3cret"
USER = {"Authorization": f"alice:{SECRET}"}


class Console:
    """A hosted fake on a socket, and its page in the browser."""

    def __init__(self, browser: Browser, hosted: Hosted, server: Server) -> None:
        self.browser, self.hosted, self.server, self.fake = browser, hosted, server, hosted.fake
        self.client = requests.Session()
        self.client.trust_env = False

    def send(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.client.request(method, self.server.url + path, timeout=30, **more)

    def create(self, name: str = "Rock", **more: Any) -> Any:
        """Create a DataSift source with a secret in it."""
        body = {
            "source_type": "instagram", "name": name, "parameters": {},
            "resources": [{"parameters": {"type": "tag", "value": "rock"}}], "auth": [{"parameters": {"value": SECRET}}],
            **more,
        }  # fmt: skip
        return self.send("POST", "/v1.6/source/create", json=body, headers=USER).json()

    def curator_source(self) -> Any:
        """Return the body of a request that creates a source for the Default feed."""
        [feed] = self.send("GET", f"/v1/feeds?api_key={SECRET}").json()
        return {"feed_id": feed["id"], "source_type": 2, "tag": "cats"}

    def sources(self) -> list[Any]:
        return list(self.fake.datasift.sources.values())

    def source(self, name: str) -> Any:
        return next(each for each in self.sources() if each.name == name)

    def violate(self) -> None:
        self.send("POST", f"/v1/feeds?api_key={SECRET}", json={"name": "Ours", "nam": "x"})

    def open(self, tab: str = "requests") -> Browser:
        self.browser.open("about:blank")
        self.browser.open(f"{self.server.url}/_fakesources/#{tab}")
        self.browser.find("#tabs")
        return self.browser


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("browser")) as browser:
        browser.resize(1440, 900)
        yield browser


@pytest.fixture
def hosted() -> Hosted:
    return Hosted({"strict": False, "journal_size": 20_000})


@pytest.fixture
def console(browser: Browser, hosted: Hosted) -> Iterator[Console]:
    """The console of a server; afterwards, the page has neither raised an error nor broken its policy."""
    server = Server(
        hosted.handle, handle_nonblocking=hosted.handle_nonblocking, steps=hosted.steps, authorise=hosted.authorise,
        limit=hosted.limit,
    )  # fmt: skip
    with server:
        yield Console(browser, hosted, server)
        browser.open("about:blank")
        hosted.begin_shutdown()
    complaints = [each for each in browser.complaints() if not re.search("status of (401|404|409|422)", each)]
    assert complaints == []


def seen(browser: Browser, text: str, within: str = "body") -> None:
    """Wait until a text is seen."""
    browser.until(lambda: text in browser.text(within), f"{text!r} in {within}")


# -- requests ----------------------------------------------------------------------------------------------------------


def test_requests_appear_as_they_happen(console: Console) -> None:
    browser = console.open("")
    seen(browser, "No requests yet")
    seen(browser, "live", "#header")
    console.create()
    seen(browser, "datasift.source.create", ".rows")
    console.send("GET", "/v1.6/source/get?id=none", headers=USER)
    seen(browser, "404", ".rows")

    first, second = browser.text(".rows").split("datasift.source.create")
    assert "datasift.source.get" in first
    assert "/v1.6/source/get?id=none" in first
    assert "alice" in second


def test_requests_are_filtered_and_paused(console: Console) -> None:
    for number in range(3):
        console.create(f"Rock {number}")
    console.violate()
    console.send("GET", "/v1.6/source/get?id=none", headers=USER)
    browser = console.open()
    seen(browser, "5", ".bar .total")
    browser.type(".bar input[type=search]", "rock 1")
    seen(browser, "1 of 5", ".bar .total")
    browser.type(".bar input[type=search]", "x", clear=True)
    browser.run(
        "const box = document.querySelector('.bar input'); box.value = ''; box.dispatchEvent(new Event('input'))"
    )
    seen(browser, "5", ".bar .total")
    browser.choose(".bar select[aria-label=Status]", "4xx")
    seen(browser, "1 of 5", ".bar .total")
    browser.choose(".bar select[aria-label=Status]", "any")
    browser.choose(".bar select[aria-label=Operation]", "datasift.source.create")
    seen(browser, "3 of 5", ".bar .total")
    browser.choose(".bar select[aria-label=Operation]", "any")
    browser.click(".bar .check")
    seen(browser, "1 of 5", ".bar .total")
    seen(browser, "curator.feeds.create", ".rows")
    browser.click(".bar .check")
    browser.click(".bar button", "Pause")
    console.create("Jazz")
    seen(browser, "1 request since the pause", ".bar .total")
    browser.click(".bar button", "Resume")
    seen(browser, "6", ".bar .total")


def test_ten_thousand_requests_need_few_elements_and_the_keyboard_reaches_each(console: Console) -> None:
    for _ in range(100):
        console.hosted.fake.handle(request())
    exchange = console.fake.journal[0]._replace(response=Response(200, (), b"{}"))
    for number in range(101, 10_001):
        console.fake.journal.record(exchange._replace(number=number))
    browser = console.open()
    seen(browser, "10,000", ".bar .total")

    assert browser.run("return document.querySelectorAll('.rows .row').length") < 100
    browser.run("document.querySelector('.list').focus()")
    browser.press("End")
    browser.until(lambda: browser.run("return document.querySelector('.row[aria-selected=true]')?.id") == "row-1")
    assert browser.run("return document.querySelectorAll('.rows .row').length") < 100
    assert browser.run("return document.querySelector('.list').scrollTop") > 300_000


def request() -> Request:
    return Request("GET", "/v1.6/source/get", (("Authorization", "alice:key"),), b"", "api.datasift.com")


def test_an_exchange_is_opened_with_its_bodies_and_violations_at_their_place(console: Console) -> None:
    console.violate()
    browser = console.open()
    browser.click(".rows .row", "curator.feeds.create")
    seen(browser, "#1 curator.feeds.create", ".detail")
    marked = browser.text(".json .noted")
    assert marked.strip() == '"nam": "x"'
    assert "Did you mean name?" in browser.text(".json .note-line")
    assert '"moderation": "post"' in browser.text(".sides section:last-child .json")
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    browser.click(".detail button", "Copy as curl")
    seen(browser, "curl command copied", "#notices")
    assert browser.run("return window.copied").startswith("curl ")
    browser.click(".detail a", "Plan a fault")
    browser.find("#panel-faults")
    assert browser.run(f"return document.querySelector({FAULT_OPERATION!r}).value") == "curator.feeds.create"


def test_an_exchange_that_the_journal_no_longer_has_is_not_opened(console: Console) -> None:
    console.create()
    browser = console.open("requests/9")
    seen(browser, "expected the number of one in the journal", "#notices")
    browser.until(lambda: browser.run("return location.hash") == "#requests")
    assert not browser.text(".detail")


def test_an_account_is_chosen_also_where_its_name_is_a_key(console: Console) -> None:
    for key in ("KEY-ONE", "KEY-TWO", "KEY-TWO"):
        console.send("GET", f"/v1/feeds?api_key={key}")
    console.create()
    browser = console.open()
    browser.choose("#header .account", "curator #3")
    seen(browser, "2 of 4", ".bar .total")
    console.send("GET", "/v1/feeds?api_key=KEY-TWO")
    seen(browser, "3 of 5", ".bar .total")
    browser.choose("#header .account", "alice")
    seen(browser, "1 of 5", ".bar .total")


# -- state and faults --------------------------------------------------------------------------------------------------

FAULT_OPERATION = "form[aria-label='Plan a fault'] select"


def test_a_fault_is_planned_from_the_list_of_operations_and_cleared(console: Console) -> None:
    browser = console.open("faults")
    seen(browser, "Nothing is planned")
    browser.choose(FAULT_OPERATION, "datasift.source.start")
    browser.choose(".part select", "not-found (404)")
    browser.type(browser.field("Times"), "2", clear=True)
    browser.click("form button", "Plan")
    seen(browser, "not-found of datasift.source.start", ".planned")
    assert console.send("PUT", "/v1.6/source/start?id=x", headers=USER).status_code == 404
    seen(browser, "1 to come, 1 so far", ".planned")
    browser.click(".choices label", "Any response")
    browser.type(browser.field("Status"), "418", clear=True)
    browser.type(browser.field("Body"), '{"error": "tea"}')
    browser.type(browser.field("Headers, one a line"), "Retry-After: 5")
    browser.click("form button", "Plan")
    seen(browser, "status 418 of datasift.source.start", ".planned")
    browser.click(".faults button", "Clear all")
    browser.click("dialog button", "Clear")
    seen(browser, "Nothing is planned")

    assert not console.fake.faults.planned


def test_a_held_request_is_seen_and_goes_on_once_it_is_released(console: Console) -> None:
    browser = console.open("faults")
    browser.choose(FAULT_OPERATION, "curator.feeds.list")
    browser.click(".choices label", "Hold")
    browser.click("form button", "Plan")
    seen(browser, "0 held now", ".planned")
    held = threading.Thread(target=console.send, args=("GET", "/v1/feeds?api_key=KEY"))
    held.start()
    seen(browser, "1 held now", ".planned")
    browser.click(".planned button", "Release")
    seen(browser, "Nothing is planned")
    held.join()


def test_a_wrong_fault_is_explained_in_the_form(console: Console) -> None:
    browser = console.open("faults")
    browser.click(".choices label", "Delay")
    browser.click("summary", "Only for some requests")
    browser.type(browser.field("Parameters"), '{"nothing_has_this": 1}')
    browser.click("form button", "Plan")
    seen(browser, "nothing_has_this", ".plan .problem")


def test_a_row_is_added_changed_and_removed(console: Console) -> None:
    console.create("Rock")
    browser = console.open("state")
    seen(browser, "Rock", ".tables")
    browser.click("button", "Add to sources")
    browser.type(browser.field("name"), "Jazz")
    browser.type(browser.field("source_type"), "facebook_page")
    browser.click("dialog button", "Add")
    seen(browser, "Jazz", ".tables")
    browser.click(f"button[aria-label='Edit {console.source('Rock').id}']")
    browser.type(browser.field("name"), "Metal", clear=True)
    browser.click("dialog button", "Save")
    seen(browser, "Metal", ".tables")
    token = json.loads(console.send("GET", "/_fakesources/state").text)
    assert SECRET in json.dumps(token)  # it was not replaced by its mask
    browser.click(f"button[aria-label='Remove {console.source('Metal').id}']")
    browser.click("dialog button", "Remove")
    browser.until(lambda: "Metal" not in browser.text(".tables"))

    assert [source.name for source in console.sources()] == ["Jazz"]


def test_snapshots_are_taken_and_restored(console: Console) -> None:
    console.create("Rock")
    browser = console.open("state")
    browser.type(".snapshots input", "before")
    browser.click(".snapshots button", "Take")
    seen(browser, "before", ".snapshots")
    console.create("Jazz")
    seen(browser, "Jazz", ".tables")
    browser.click(".snapshots button", "Compare before")
    seen(browser, "added: ", ".difference")
    browser.click(".snapshots button", "Restore before")
    browser.click("dialog button", "Restore")
    browser.until(lambda: "Jazz" not in browser.text(".tables"))
    browser.click(".snapshots button", "Delete before")
    browser.until(lambda: "before" not in browser.text(".snapshots"))

    assert [source.name for source in console.sources()] == ["Rock"]


class TestWithManualPosts:
    @pytest.fixture
    def hosted(self) -> Hosted:
        return Hosted({"strict": False, "posts": "manual"})

    def test_posts_are_delivered_and_credits_shown(self, console: Console) -> None:
        console.create("Rock")
        console.send("POST", f"/v1/sources?api_key={SECRET}", json=console.curator_source())
        browser = console.open("state")
        seen(browser, "of 10,000 credits", ".tables")
        seen(browser, "posts 0", ".tables")
        browser.click("button", "posts.deliver")
        browser.click("dialog button", "Run")
        seen(browser, "posts 20", ".tables")


def test_the_state_is_downloaded_and_uploaded(console: Console, tmp_path: Path) -> None:
    console.create("Rock")
    browser = console.open("state")
    browser.cdp("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.click(".snapshots button", "Download")
    file = tmp_path / "fakesources-state.json"
    browser.until(file.exists)
    console.create("Jazz")
    seen(browser, "Jazz", ".tables")
    browser.send_file("input[type=file]", file)
    browser.click("dialog button", "Load")
    browser.until(lambda: "Jazz" not in browser.text(".tables"))

    assert SECRET in file.read_text("utf-8")
    assert [source.name for source in console.sources()] == ["Rock"]


# -- coverage and contract ---------------------------------------------------------------------------------------------


def test_the_coverage_shows_what_was_met_and_missed(console: Console) -> None:
    browser = console.open("coverage")
    seen(browser, "0 % of the contract was met", ".coverage")
    console.create()
    browser.until(lambda: "1 of 24 operations were called" in browser.text(".coverage"))
    browser.click(".coverage summary", "datasift.source.create")
    seen(browser, "invalid-source-type", ".coverage details[open]")

    assert browser.run("return document.querySelectorAll('.coverage details[open] .cell.met').length") > 3
    assert browser.run("return document.querySelectorAll('.coverage details[open] .cell.missed').length") > 3


def test_the_contract_is_read_searched_and_tried(console: Console) -> None:
    browser = console.open("contract")
    browser.click(".index a", "/source/start")
    seen(browser, "Start or restart the delivery", ".page")
    assert "id" in browser.text(".page .schema")
    browser.click(".views a", "control plane")
    browser.type(".bar input[aria-label=Filter]", "plan a fault")
    browser.click(".index a", "/_fakesources/faults")
    seen(browser, "JavaScript", ".page")
    curl, script = browser.run("return [...document.querySelectorAll('.calls pre')].map((each) => each.textContent)")
    assert curl.startswith("curl -X POST -H 'Content-Type: application/json' ")
    assert f"{console.server.url}/_fakesources/faults" in script
    browser.type(".bar input[aria-label=Filter]", "unknown-parameter", clear=True)
    browser.click(".views a", "rules")
    seen(browser, "curator.feeds.create.unknown-parameter", ".rules")
    browser.choose("select[aria-label=Provenance]", "recorded")
    shown = "return [...new Set([...document.querySelectorAll('.provenance')].map((each) => each.textContent))].join()"
    browser.until(lambda: browser.run(shown) == "recorded")
    browser.type(".bar input[aria-label=Filter]", "allow-header", clear=True)
    browser.click(".views a", "deviations")
    seen(browser, "A 405 lists the allowed methods", ".rules")
    seen(browser, "1 deviation", ".bar .total")
    browser.click(".rules a", "datasift.allow")
    seen(browser, "1 rule", ".bar .total")


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_violations_are_grouped_and_cleared(console: Console) -> None:
    browser = console.open("violations")
    seen(browser, "No violations")
    console.violate()
    console.violate()
    seen(browser, "curator.feeds.create.unknown-parameter", ".cards")
    seen(browser, "2 violations", "#header .badge")
    assert re.search(r"\$\.nam\s+\"x\", expected one of name.*Did you mean name\?", browser.text(".cards"), re.DOTALL)
    browser.click(".cards a", "#1")
    seen(browser, "#1 curator.feeds.create", ".detail")
    browser.click("#tab-violations")
    browser.click(".violations button", "Clear")
    seen(browser, "No violations")

    assert not console.fake.violations


def test_violations_of_one_account_are_shown_and_cleared_alone(console: Console) -> None:
    console.violate()
    console.send("POST", "/v1/feeds?api_key=KEY-TWO", json={"name": "Ours", "nam": "theirs"})
    browser = console.open("violations")
    seen(browser, "2 violations", ".violations .total")
    browser.choose("#header .account", "curator #")
    seen(browser, "1 violation", ".violations .total")
    assert "theirs" in browser.text(".cards")
    browser.click(".violations button", "Clear those of this account")
    seen(browser, "No violations", ".violations")

    assert [each.actual for each in console.fake.violations] == ['"x"']


HELD_RESPONSES = """
const [path] = arguments, real = window.fetch;
window.held = [];
window.read = 0;
window.release = () => window.held.splice(0).forEach((each) => each());
window.fetch = async (...call) => {
  const response = await real(...call), text = response.text.bind(response);
  if (window.isReleased || (call[1]?.method ?? "GET") !== "GET" || !String(call[0]).endsWith(path)) return response;
  await new Promise((resolve) => window.held.push(resolve));
  response.text = async () => {
    setTimeout(() => (window.read += 1), 50);
    return text();
  };
  return response;
};
"""
"""Hold responses to a path until `release` is called; `read` is the number of those that the page has shown."""


@pytest.mark.parametrize("how", ["another account", "cleared"])
def test_a_late_response_never_replaces_a_later_one(console: Console, how: str) -> None:
    """A response of the time before an account was chosen, or before the list was cleared."""
    console.violate()
    console.send("POST", "/v1/feeds?api_key=KEY-TWO", json={"name": "Ours", "nam": "theirs"})
    browser = console.open("violations")
    seen(browser, "2 violations", ".violations .total")
    browser.run(HELD_RESPONSES, "/violations")
    console.violate()
    browser.until(lambda: browser.run("return held.length") == 2, "the list's and the badge's")
    if how == "cleared":
        browser.click(".violations button", "Clear all")
        browser.until(lambda: not console.fake.violations, "cleared")
    else:
        browser.choose("#header .account", "curator #")
    browser.run("isReleased = true; release()")
    browser.until(lambda: browser.run("return read") == 2, "shown")

    seen(browser, "0 violations" if how == "cleared" else "1 violation", ".violations .total")


def test_the_clock_is_moved_set_and_run(console: Console) -> None:
    browser = console.open()
    seen(browser, "2026-01-01 00:00:00", ".clock")
    browser.click(".clock summary")
    browser.click(".clock button", "+1 h")
    seen(browser, "2026-01-01 01:00:00", ".clock")
    browser.click(".clock button", "Run")
    seen(browser, "running", ".clock")
    console.fake.clock.freeze()
    seen(browser, "frozen", ".clock")
    browser.press("Escape")


def test_a_reset_is_asked_for(console: Console) -> None:
    console.create()
    browser = console.open()
    seen(browser, "datasift.source.create", ".rows")
    browser.click("#header button", "Reset")
    browser.click("dialog button", "Cancel")
    assert len(console.fake.datasift.sources) == 1
    browser.click("#header button", "Reset")
    browser.click("dialog button", "Reset")
    seen(browser, "No requests yet")

    assert len(console.fake.journal) == 0


def test_the_page_follows_a_server_that_was_started_again(console: Console) -> None:
    browser = console.open()
    seen(browser, "live", "#header")
    console.server.stop()
    seen(browser, "lost", "#header")
    console.server.start()
    seen(browser, "live", "#header")
    console.create()
    seen(browser, "datasift.source.create", ".rows")
    browser.complaints()  # the browser logs each attempt to connect


def test_the_page_begins_anew_with_another_server_at_the_address(console: Console) -> None:
    for number in range(3):
        console.create(f"Rock {number}")
    browser = console.open()
    seen(browser, "3", ".bar .total")
    console.server.stop()
    seen(browser, "lost", "#header")
    other = Hosted({"strict": False})
    server = Server(
        other.handle, port=int(console.server.url.rpartition(":")[2]), steps=other.steps, authorise=other.authorise
    )
    with server:
        seen(browser, "live", "#header")
        console.send("GET", "/v1.6/source/get?id=none", headers=USER)
        seen(browser, "404", ".rows")
        assert browser.text(".bar .total") == "1"
        assert "datasift.source.create" not in browser.text(".rows")
        browser.open("about:blank")
        other.begin_shutdown()
    browser.complaints()  # the browser logs each attempt to connect


@pytest.mark.slow
def test_the_page_asks_a_wsgi_server_again_and_again(browser: Browser) -> None:
    """It has no events: what comes, what is cleared and what changes is seen all the same."""
    hosted = Hosted({"strict": False}, token=TOKEN, address=None)
    server = make_server("127.0.0.1", 0, application(hosted.handle, served=True), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.port}"
    browser.open(f"{url}/_fakesources/")
    browser.type("dialog input", TOKEN)
    browser.press("Enter")
    seen(browser, "polling", "#header")
    requests.post(f"{url}/v1/feeds?api_key=KEY", json={"name": "Ours", "nam": "x"}, timeout=30)
    requests.get(f"{url}/v1.6/source/get", headers=USER, timeout=30)
    seen(browser, "datasift.source.get", ".rows")
    seen(browser, "1 violation", "#header")
    hosted.fake.clear_exchanges(api="datasift")
    browser.until(lambda: browser.text(".bar .total") == "1")
    assert "curator.feeds.create" in browser.text(".rows")
    hosted.fake.clear_exchanges()
    seen(browser, "No requests yet")
    requests.get(f"{url}/v1/feeds?api_key=KEY", timeout=30)
    seen(browser, "curator.feeds.list", ".rows")
    browser.run("sessionStorage.clear()")
    browser.open("about:blank")
    server.shutdown()
    server.server_close()
    browser.complaints()  # the browser logs the requests without a token, and those for events


# -- access ------------------------------------------------------------------------------------------------------------


class TestWithAToken:
    @pytest.fixture
    def hosted(self) -> Hosted:
        return Hosted({"strict": False}, token=TOKEN)

    def test_the_page_asks_for_it_and_sends_it_as_a_header_alone(self, console: Console) -> None:
        browser = console.open()
        browser.run("sessionStorage.clear()")
        browser.type("dialog input", "wrong")
        browser.press("Enter")
        seen(browser, "does not accept this token", "dialog")
        browser.type("dialog input", TOKEN)
        browser.press("Enter")
        seen(browser, "live", "#header")
        console.create()
        seen(browser, "datasift.source.create", ".rows")

        sent = [
            each["params"]["request"] for each in browser.traffic() if each["method"] == "Network.requestWillBeSent"
        ]
        assert not [each["url"] for each in sent if TOKEN in each["url"]]
        assert any(TOKEN in json.dumps(each["headers"]) for each in sent)
        browser.open("about:blank")
        browser.open(f"{console.server.url}/")  # in the same tab it is known
        seen(browser, "datasift.source.create", ".rows")
        browser.run("sessionStorage.clear()")
        assert browser.run("return localStorage.length") == 0


def test_a_page_of_another_origin_can_do_nothing(console: Console, browser: Browser, tmp_path: Path) -> None:
    """Neither read nor write, nor frame the console."""
    console.create()
    with Server(foreign_page) as other:
        browser.open(other.url.replace("127.0.0.1", "localhost"))
        script = """
        const [url] = arguments, results = {};
        const attempts = {
          read: fetch(url + "/_fakesources/journal"),
          events: fetch(url + "/_fakesources/events"),
          write: fetch(url + "/_fakesources/reset", {method: "POST"}),
          form: fetch(url + "/_fakesources/reset", {method: "POST", mode: "no-cors", body: "x"}),
          page: fetch(url + "/_fakesources/console/api.js", {mode: "no-cors"}),
        };
        for (const [name, attempt] of Object.entries(attempts)) results[name] = await attempt.then((r) => r.type + r.status, () => "failed");
        const frame = document.createElement("iframe");
        frame.src = url + "/_fakesources/";
        document.body.append(frame);
        await new Promise((resolve) => frame.addEventListener("load", resolve));
        try { results.frame = String(frame.contentWindow.document.body.innerText) } catch { results.frame = "failed" }
        return results;
        """
        found = browser.run(
            f"return (async () => {{{script.replace('arguments', '[...arguments]')}}})(...arguments)",
            console.server.url,
        )
        browser.open("about:blank")
    browser.complaints()

    assert found == {
        "read": "failed", "events": "failed", "write": "failed", "form": "failed", "page": "failed", "frame": "failed",
    }  # fmt: skip
    assert len(console.fake.datasift.sources) == 1
    assert len(console.fake.journal) == 1


def foreign_page(_: Request) -> Response:
    return Response(200, (("Content-Type", "text/html"),), b"<!doctype html><title>Another origin</title><body>")


def test_a_planted_secret_is_nowhere_in_the_page_or_its_traffic(console: Console, browser: Browser) -> None:
    console.create()
    console.violate()
    console.open()
    browser.forget_traffic()
    shown = {
        "requests": "datasift.source.create", "requests/1": "Copy as curl", "requests/2": "Did you mean",
        "violations": "unknown-parameter", "state": "Rock", "faults": "Nothing is planned", "coverage": "1 call",
        "contract": "/source/create", "contract/control": "JavaScript",
    }  # fmt: skip
    for tab, text in shown.items():
        browser.run("location.hash = arguments[0]", tab)
        seen(browser, text)
        assert SECRET not in browser.run("return document.documentElement.outerHTML")

    received = browser.responses()
    assert "Did you mean" not in received  # these are the page's own words
    assert "curator.feeds.create.unknown-parameter" in received
    assert SECRET not in received
