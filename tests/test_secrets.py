"""Secrets in every part of a request: none is printed, logged, exported or served."""

from __future__ import annotations

import json
import logging
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from fakesources import ContractViolation, FakeSources, Request
from fakesources.commands.access_log import FORMATS, access_log
from fakesources.commands.main import main
from fakesources.control.hosted import Hosted

SECRET = "pl4nted-S3cret-value"
BASIC = b64encode(f"alice:{SECRET}".encode()).decode()
FORM = "application/x-www-form-urlencoded"
SOURCE = {"source_type": "facebook_page", "name": "x", "resources": [{"parameters": {"id": "1"}}]}
NESTED = {"a": [1, {"client_secert": SECRET, "oauth_token_secret": [SECRET]}]}


def datasift(body: Any = b"", query: str = "", media: str = "application/json", **headers: str) -> Request:
    """Return a request to DataSift with a mistake, so that a violation is reported."""
    sent = body if isinstance(body, bytes) else json.dumps({**SOURCE, "nmae": 1, **body}).encode()
    known = {"Authorization": f"alice:{SECRET}", "Content-Type": media, **headers}
    target = f"/v1.6/source/create?nmea=1&{query}"
    return Request("POST", target, tuple(known.items()), sent, "api.datasift.com")


def curator(body: Any = b"", query: str = f"api_key={SECRET}", path: str = "/v1/sources", **headers: str) -> Request:
    """Return a request to Curator with a mistake."""
    sent = body if isinstance(body, bytes) else json.dumps({"source_type": 2, "tag": "x", "tga": 1, **body}).encode()
    known = {"Content-Type": "application/json", **headers}
    return Request("POST", f"{path}?{query}", tuple(known.items()), sent, "api.curator.io")


def form(name: str, value: str = SECRET) -> bytes:
    """Return a form with one unknown name."""
    return f"source_type=facebook_page&name=x&nmae=1&{name}={value}".encode()


REQUESTS_WITH_SECRET: dict[str, Request] = {
    "Authorization": datasift({}),
    "Basic": datasift({}, Authorization=f"Basic {BASIC}"),
    "Bearer": datasift({}, Authorization=f"Bearer {SECRET}"),
    "Auth": datasift({}, Auth=f"alice:{SECRET}"),
    "misspelt header": datasift({}, Authorisation=f"alice:{SECRET}"),
    "header of a client": datasift({}, **{"X-Api-Key": SECRET, "X-Session-Token": SECRET}),
    "cookie": datasift({}, Cookie=f"session={SECRET}"),
    "referring address": datasift({}, Referer=f"https://u:{SECRET}@a.example/?token={SECRET}"),
    "query": datasift({}, f"token={SECRET}"),
    "misspelt query": datasift({}, f"tokne={SECRET}"),
    "query with an encoded name": datasift({}, f"%74oken={SECRET}"),
    "query with a bad escape": datasift({}, f"token={SECRET}%ff"),
    "query with a bad escape in the name": datasift({}, f"tok%ffen={SECRET}"),
    "query with NUL": datasift({}, f"token={SECRET}%00"),
    "JSON in the query": datasift({}, f"x={quote(json.dumps(NESTED))}"),
    "body": datasift({"client_secret": SECRET}),
    "misspelt in the body": datasift({"clientSecert": SECRET, "pasword": SECRET, "identites": [SECRET]}),
    "token of a source": datasift({"auth": [{"parameters": {"value": SECRET}}]}),
    "misspelt token of a source": datasift({"auth": [{"parameters": {"vlaue": SECRET}}]}),
    "misspelt tokens of a source": datasift({"auht": [{"parameters": {"x": SECRET}}]}),
    "nested": datasift({"x": NESTED}),
    "JSON in a string": datasift({"x": json.dumps(NESTED)}),
    "JSON in JSON in a string": datasift({"x": json.dumps([json.dumps(NESTED)])}),
    "JSON as a name": datasift({json.dumps(NESTED): 1}),
    "given twice": datasift(json.dumps(SOURCE)[:-1].encode() + f', "token": "{SECRET}", "token": "{SECRET}"}}'.encode()),
    "malformed JSON": datasift(f'{{"token": "{SECRET}"'.encode()),
    "malformed JSON in a string": datasift({"x": f'{{"token": "{SECRET}"'}),
    "form": datasift(form("tokne"), media=FORM),
    "form with an encoded name": datasift(form("%74okne"), media=FORM),
    "form with a bad escape": datasift(form("token", f"{SECRET}%ff"), media=FORM),
    "JSON in a form": datasift(form("x", quote(json.dumps(NESTED))), media=FORM),
    "JSON for a form": datasift(json.dumps({**SOURCE, **NESTED}).encode(), media=FORM),
    "text": datasift(f"token: {SECRET}".encode(), media="text/plain"),
    "multipart": datasift(
        f'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n{SECRET}\r\n--b--'.encode(),
        media="multipart/form-data; boundary=b",
    ),
    "no UTF-8": datasift(f'{{"token": "{SECRET}\xff"}}'.encode("latin-1")),
    "key": curator({}),
    "misspelt key": curator({}, f"api_kye={SECRET}"),
    "another name for the key": curator({}, f"apikey={SECRET}"),
    "key twice": curator({}, f"api_key={SECRET}&api_key={SECRET}"),
    "key with a control character": curator({}, f"api_key={SECRET}%07"),
    "key with a bad escape": curator({}, f"api_key={SECRET}%ff"),
    "key as a user name": curator({}, "", Authorization="Basic " + b64encode(f"{SECRET}:".encode()).decode()),
    "Basic that is none": curator({}, "", Authorization=f"Basic {SECRET}!"),
    "body of Curator": curator({"access_tokne": SECRET, "x": {"password": SECRET}}),
    "unknown operation": curator({"password": SECRET}, path="/v1/nosuch"),
    "address in the target": Request("GET", f"http://u:{SECRET}@api.curator.io/v1/feeds?api_key={SECRET}", (), b"", "api.curator.io"),
}  # fmt: skip


def shown_by(request: Request) -> Iterator[tuple[str, str]]:
    """Yield every text about a request with its place: values of a fake, its control plane and its errors."""
    hosted = Hosted({"strict": True})
    fake = hosted.fake
    response = hosted.handle(request)
    exchange = fake.journal.last()
    yield "response", response.body.decode() if response.status >= 400 else ""
    yield (
        "repr",
        f"{request!r} {exchange!r} {exchange.request!r} {response!r} {fake!r} {fake.journal!r} {fake.faults!r} {fake.datasift!r}",
    )
    for violation in fake.violations:
        yield "violation", f"{violation} {violation!r} {violation.curl} {violation.snippet}"
    for name in ("violations", "journal", "journal/1", ""):
        shown = hosted.handle(Request("GET", f"/_fakesources/{name}", (), b"", "localhost", peer="127.0.0.1"))
        yield f"control plane {name}", shown.body.decode()
    for check in (
        fake.check,
        lambda: fake.journal.assert_none(),
        lambda: fake.journal.only(params={"token": "x", "client_secret": "y"}),
    ):
        try:
            check()
        except (AssertionError, ContractViolation) as error:
            yield "error", "".join(traceback.format_exception(error))
        except ValueError:
            continue
    try:
        with fake.expect_violation("datasift.source.create.unversioned"):
            fake.handle(request)
    except (AssertionError, ContractViolation) as error:
        yield "expectation", "".join(traceback.format_exception(error))


@pytest.mark.parametrize("request_with_secret", REQUESTS_WITH_SECRET.values(), ids=REQUESTS_WITH_SECRET)
def test_a_secret_is_in_no_output(
    request_with_secret: Request, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)

    found = [
        where for where, text in shown_by(request_with_secret) if SECRET in text or BASIC in text or SECRET[:12] in text
    ]

    assert found == []
    assert SECRET not in caplog.text
    assert SECRET not in "".join(capfd.readouterr())


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """HAR of all requests and the responses of the fake."""
    fake = FakeSources(strict=False)
    entries: list[Any] = []
    for request in REQUESTS_WITH_SECRET.values():
        response = fake.handle(request)
        url = request.target if "://" in request.target else request.url
        sent: dict[str, Any] = {
            "method": request.method,
            "url": url,
            "headers": pairs(request.headers),
            "httpVersion": "HTTP/1.1",
        }
        if request.body:
            sent["postData"] = {
                "mimeType": request.header("content-type"),
                "text": request.body.decode("utf-8", "replace"),
            }
        har_response = {
            "status": response.status,
            "headers": pairs(response.headers),
            "content": {"text": response.body.decode(), "mimeType": "application/json"},
        }
        entries.append({"startedDateTime": "2026-01-01T00:00:00Z", "request": sent, "response": har_response})
    file = tmp_path_factory.mktemp("recorded") / "secrets.har"
    file.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), "utf-8")
    return file


def pairs(headers: Any) -> list[dict[str, str]]:
    """Return headers in the form of a HAR."""
    return [{"name": name, "value": value} for name, value in headers]


@pytest.mark.parametrize("form", ["text", "json", "junit", "markdown", "html"])
def test_a_report_on_recorded_traffic_holds_no_secret(recorded: Path, form: str) -> None:
    result = CliRunner().invoke(main, ["check", str(recorded), "--format", form])

    assert result.exit_code == 1, result.output
    assert SECRET not in result.output
    assert SECRET not in result.stderr


@pytest.mark.parametrize("form", FORMATS)
def test_an_access_log_holds_no_secret(form: str, tmp_path: Path) -> None:
    file, hosted = tmp_path / "access.log", Hosted({"strict": True})

    with access_log({"access_log": file, "access_log_format": form}, hosted) as write:
        assert write is not None
        for request in REQUESTS_WITH_SECRET.values():
            write(request, hosted.handle(request), 0.001)

    lines = file.read_text("utf-8").splitlines()
    assert len(lines) == len(REQUESTS_WITH_SECRET)
    assert [line for line in lines if SECRET in line or BASIC in line] == []


UNREADABLE: dict[str, Callable[[], str]] = {
    "method": lambda: json.dumps({"request": {"method": f"token={SECRET}", "url": "https://api.datasift.com/"}}),
    "address": lambda: json.dumps({"request": {"method": "GET", "url": f"https://[?token={SECRET}"}}),
    "status": lambda: json.dumps(
        {
            "request": {"method": "GET", "url": "https://api.datasift.com/v1.6/source/get"},
            "response": {"status": f"token={SECRET}"},
        }
    ),
    "headers": lambda: json.dumps(
        {"request": {"method": "GET", "url": "https://api.datasift.com/", "headers": [f"Authorization: {SECRET}"]}}
    ),
    "cut off": lambda: f'{{"request": {{"headers": {{"Authorization": "{SECRET}"',
}


@pytest.mark.parametrize("make", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("suffix", ["jsonl", "har", "json", "yaml"])
def test_errors_about_an_unreadable_recording_contain_no_secret(
    make: Callable[[], str], suffix: str, tmp_path: Path
) -> None:
    file = tmp_path / f"broken.{suffix}"
    text = make()
    file.write_text(text if suffix == "jsonl" else json.dumps({"log": {"entries": [text]}}), "utf-8")

    result = CliRunner().invoke(main, ["check", str(file)])

    assert result.exit_code
    assert SECRET not in result.output


@pytest.mark.parametrize(
    "command", [["rules", "--json"], ["openapi", "datasift"], ["openapi", "curator"]], ids=" ".join
)
def test_exports_contain_no_secret_of_a_run(command: list[str]) -> None:
    FakeSources(strict=False).handle(REQUESTS_WITH_SECRET["body"])

    assert SECRET not in CliRunner().invoke(main, command).output


def test_secrets_are_whole_where_they_are_used() -> None:
    """In responses of the APIs, values in Python and state files."""
    fake = FakeSources(strict=False)
    response = fake.handle(REQUESTS_WITH_SECRET["token of a source"])
    (source,) = fake.datasift.sources.values()

    assert SECRET.encode() in response.body
    assert source.auth[0].parameters == {"value": SECRET}
    assert SECRET in json.dumps(fake.dump())
    assert SECRET.encode() in fake.journal.last().request.body
