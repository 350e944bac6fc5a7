"""Tests with recordings made during the test, by recorders that may be installed."""

from __future__ import annotations

import asyncio
import runpy
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import aiohttp
import httpx
import pytest
from layouts import HERE

from fakesources import FakeSources
from fakesources.verify import Report, check_files

make = runpy.run_path(str(HERE / "make.py"))


def is_clean(report: Report) -> bool:
    """Return whether every call of the session was checked without a finding."""
    return report.findings == 0 and report.exchanges >= 17


@pytest.mark.parametrize("editions", [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")], ids="-".join)
@pytest.mark.parametrize("serializer", ["yaml", "json"])
def test_what_vcrpy_records_is_read(editions: tuple[str, str], serializer: str, tmp_path: Path) -> None:
    """A cassette of a session with a fake has no findings in the edition of the fake, which is chosen."""
    vcr = pytest.importorskip("vcr", reason="vcrpy is not installed")
    datasift, curator = editions
    path = tmp_path / f"cassette.{serializer}"

    with FakeSources(datasift=datasift, curator=curator).server() as server:
        with vcr.use_cassette(str(path), serializer=serializer):
            make["make_calls"](server.url)
        report = check_files([path], base_url=server.url, whole_session=True)

    assert is_clean(report)
    assert {part.edition for part in report.parts} == set(editions)


async def with_aiohttp(url: str) -> None:
    """Make calls with aiohttp, with objects as form and JSON."""
    async with aiohttp.ClientSession() as session:
        body = {"name": "Rock", "source_type": "facebook_page", "resources": "[]", "parameters": "{}"}
        async with session.post(f"{url}/v1.6/source/create", data=body, headers=make["HEADERS"]) as response:
            source = (await response.json())["id"]
        async with session.put(f"{url}/v1.6/source/start", data={"id": source}, headers=make["HEADERS"]) as response:
            await response.read()
        async with session.post(f"{url}/v1/feeds", json={"name": "Cats"}, headers=make["KEY"]) as response:
            await response.read()
        async with session.get(f"{url}/v1/feeds", headers=make["KEY"]) as response:
            await response.read()


def with_httpx(url: str) -> None:
    """Make calls with httpx, which accepts compressed responses."""
    with httpx.Client(base_url=url) as client:
        client.put("/v1.6/source/start", data={"id": "0" * 32}, headers=make["HEADERS"])
        client.post("/v1/feeds", json={"name": "Cats"}, headers=make["KEY"])
        client.get("/v1/feeds", headers=make["KEY"])
        client.delete("/v1.6/source/delete", params={"id": "0" * 32}, headers=make["HEADERS"])


@pytest.mark.parametrize("talk", [with_httpx, lambda url: asyncio.run(with_aiohttp(url))], ids=["httpx", "aiohttp"])
def test_what_vcrpy_records_of_other_clients_is_read(talk: Callable[[str], None], tmp_path: Path) -> None:
    vcr = pytest.importorskip("vcr", reason="vcrpy is not installed")
    path = tmp_path / "cassette.yaml"

    with FakeSources(strict=False).server() as server:
        with vcr.use_cassette(str(path)):
            talk(server.url)
        report = check_files([path], base_url=server.url)

    assert (report.findings, report.exchanges) == (0, 4)


def test_what_mitmproxy_records_is_read(tmp_path: Path) -> None:
    """A HAR of mitmproxy, of a session through it, has no findings."""
    mitmdump = shutil.which("mitmdump")
    if mitmdump is None:
        pytest.skip("mitmproxy is not installed")
    path = tmp_path / "mitmproxy.har"
    options = [
        "--set",
        f"confdir={tmp_path}",
        "--set",
        f"hardump={path}",
        "--listen-host",
        "127.0.0.1",
        "--flow-detail",
        "0",
    ]

    with FakeSources().server() as server:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [mitmdump, "--mode", f"reverse:{server.url}", "--listen-port", str(port), *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as proxy:
            try:
                assert proxy.stdout is not None
                next(line for line in proxy.stdout if str(port) in line)  # until it listens
                make["make_calls"](f"http://127.0.0.1:{port}")
            finally:
                proxy.terminate()
                proxy.communicate()  # the file is written at the end
        report = check_files([path], base_url=(server.url, f"http://127.0.0.1:{port}"), whole_session=True)

    assert is_clean(report)


@pytest.fixture
def playwright() -> Callable[..., None]:
    """Return a function that makes the calls from a page in Chromium, recorded by Playwright."""
    node = shutil.which("node")
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    tools = shutil.which("playwright-core") or ""
    if not (node and chromium and tools):
        pytest.skip("node, chromium and playwright-core are not all installed")

    def run(url: str, path: Path, *how: str) -> None:
        command = [node, str(HERE / "make_har.mjs"), url, str(path), chromium, *how]
        subprocess.run(command, check=True, cwd=Path(tools).parents[2])

    return run


@pytest.mark.parametrize("editions", [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")], ids="-".join)
def test_what_a_browser_records_is_read(
    editions: tuple[str, str], playwright: Callable[..., None], tmp_path: Path
) -> None:
    """A HAR of Chromium, of a page's session with a fake, has no findings."""
    datasift, curator = editions
    path = tmp_path / "chromium.har"

    with FakeSources(datasift=datasift, curator=curator).server() as server:
        playwright(server.url, path)
        report = check_files([path], base_url=server.url, whole_session=True)

    assert is_clean(report)
    assert {part.edition for part in report.parts} == set(editions)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("attached.har", ("attach", "full")),
        ("attached.har.zip", ("attach", "minimal")),
        ("omitted.har", ("omit", "full")),
        ("updated.har.zip", ("attach", "update")),
    ],
)
def test_what_playwright_records_in_other_ways_is_read(
    name: str, how: tuple[str, str], playwright: Callable[..., None], tmp_path: Path
) -> None:
    """Bodies are in files beside the HAR, in an archive or left out; routeFromHAR updates a HAR."""
    path = tmp_path / name

    with FakeSources().server() as server:
        playwright(server.url, path, *how)
        report = check_files([path], base_url=server.url)

    assert is_clean(report)
