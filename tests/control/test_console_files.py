"""Static files of the web console: which clients get them, and with which headers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from calling import Caller
from werkzeug.test import Client

import fakesources
from fakesources.adapters.wsgi import application
from fakesources.control.console import MEDIA_TYPES
from fakesources.control.hosted import Hosted

FOLDER = Path(fakesources.__file__).parent / "console"
BROWSER = (("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Sec-Fetch-Dest", "document"))
ICON = (("Accept", "image/avif,image/webp,image/svg+xml,*/*;q=0.8"),)
OTHER = (("Accept", "*/*"),)


@pytest.mark.parametrize("path", ["/", "/?utm=1", "/_fakesources"])
def test_a_browser_is_led_to_the_page(caller: Caller, path: str) -> None:
    response = caller.send("GET", path, headers=BROWSER)

    assert response.status == 303
    assert response.header("location") == "_fakesources/"
    assert len(caller.fake.journal) == 0


def test_a_browser_gets_the_page_and_other_clients_the_operations(caller: Caller) -> None:
    page = caller.send("GET", "/_fakesources/", headers=BROWSER)
    index = caller.send("GET", "/_fakesources/", headers=OTHER)

    assert page.header("content-type") == "text/html; charset=utf-8"
    assert page.body == (FOLDER / "index.html").read_bytes()
    assert index.header("content-type") == "application/json"


def test_a_browser_gets_an_icon(caller: Caller) -> None:
    response = caller.send("GET", "/favicon.ico", headers=ICON)

    assert response.header("content-type") == "image/svg+xml"
    assert len(caller.fake.journal) == 0


@pytest.mark.parametrize(("method", "path", "headers"), [
    ("GET", "/", OTHER), ("GET", "/", ()), ("POST", "/", BROWSER), ("GET", "/favicon.ico", OTHER),
    ("GET", "/v1/nothing", BROWSER), ("GET", "//", BROWSER),
])  # fmt: skip
def test_any_other_request_gets_the_answer_of_the_api(
    caller: Caller, method: str, path: str, headers: tuple[tuple[str, str], ...]
) -> None:
    assert caller.send(method, path, headers=headers).status in (401, 404)
    assert len(caller.fake.journal) == 1


@pytest.mark.parametrize("host", ["api.curator.io", "api.datasift.com"])
def test_a_browser_on_the_host_of_an_api_gets_its_answer(caller: Caller, host: str) -> None:
    """Its name may lead to this server by the hosts file."""
    assert caller.send("GET", "/", headers=BROWSER, host=host).status == 404
    assert len(caller.fake.journal) == 1


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.iterdir()))
def test_every_file_is_served_with_a_strict_policy(caller: Caller, file: str) -> None:
    response = caller.send("GET", f"/_fakesources/console/{file}", headers=OTHER)

    assert response.status == 200
    assert response.body == (FOLDER / file).read_bytes()
    assert response.header("content-type") == MEDIA_TYPES[Path(file).suffix]
    assert response.header("content-security-policy") == (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert response.header("x-content-type-options") == "nosniff"


@pytest.mark.parametrize("file", ["nothing.js", "", "../version.py", "%2e%2e/fake.py", "index.html/"])
def test_no_other_file_is_served(caller: Caller, file: str) -> None:
    assert caller.control("GET", f"/console/{file}")[0] == 404


def test_the_page_needs_no_token_and_everything_it_shows_does(hosting: Callable[..., Caller]) -> None:
    caller = hosting(token="s3cret", address="0.0.0.0")

    assert caller.send("GET", "/_fakesources/", headers=BROWSER, peer="10.0.0.9").status == 200
    assert caller.send("GET", "/_fakesources/console/base.css", peer="10.0.0.9").status == 200
    for path in ("/journal", "/events", "/state", "/"):
        assert caller.control("GET", path, peer="10.0.0.9")[0] == 401


def test_a_wsgi_application_below_a_prefix_leads_to_the_page() -> None:
    client = Client(application(Hosted({}, token="s3cret", address=None).handle, served=True))
    response = client.get("/", base_url="http://localhost/fake", headers=dict(BROWSER))

    assert response.headers["Location"] == "_fakesources/"
    assert client.get("/_fakesources/", headers=dict(BROWSER)).status_code == 200


@pytest.mark.parametrize("file", sorted(path.name for path in FOLDER.iterdir()))
def test_a_file_has_one_subject_and_no_external_or_inline_content(file: str) -> None:
    """Nothing is loaded from elsewhere, and no script, style or handler of events stands in the page."""
    text = (FOLDER / file).read_text("utf-8")

    assert len(text.splitlines()) <= 350
    assert not re.findall(r"(?:src|href|url|import|from)\W{1,3}(?:https?:)?//", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"|innerHTML|eval\(", text)
