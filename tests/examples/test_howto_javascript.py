"""Use the fake in tests in JavaScript: node:test, vitest (node and jsdom), jest and Playwright.

`fakesources serve`, or `fakesources run -- npm test`, has the client at `/_fakesources/client.js`, one module without
dependencies, and its types at `/_fakesources/client.d.ts`:

    curl -o fakesources.mjs "$FAKESOURCES_URL/_fakesources/client.js"

`tests/examples/javascript` has a test for each of these tools. They run here where Node.js and the tool are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from fakesources.control.hosted import Hosted
from fakesources.server.server import Server

EXAMPLES = Path(__file__).parent / "javascript"
NODE = shutil.which("node")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
TIMEOUT_SECONDS = 120
"""Time after which a tool without a result fails the test."""

pytestmark = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Function that runs a command beside the examples, with a server and its client, and returns its output."""
    shutil.copytree(EXAMPLES, tmp_path, dirs_exist_ok=True)
    modules = packages()
    if modules is not None:
        (tmp_path / "node_modules").symlink_to(modules)
    hosted = Hosted({})
    server = Server(hosted.handle, steps=hosted.steps, authorise=hosted.authorise, limit=hosted.limit).start()
    try:
        with urlopen(f"{server.url}/_fakesources/client.js") as response:
            (tmp_path / "fakesources.mjs").write_bytes(response.read())

        def run(*command: str, **environment: str) -> str:
            done = subprocess.run(
                command, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
                env={**os.environ, "FAKESOURCES_URL": server.url, "CI": "1", **environment},
            )  # fmt: skip
            assert done.returncode == 0, done.stdout + done.stderr
            return done.stdout + done.stderr

        yield run
    finally:
        server.stop()
        hosted.close()


def packages() -> Path | None:
    """Return the folder of the packages from npm: that of NODE_PATH, or the one above the project."""
    above = [parent / "node_modules" for parent in Path(__file__).parents]
    named = [Path(part) for part in os.environ.get("NODE_PATH", "").split(os.pathsep) if part]
    return next((each for each in (*named, *above) if each.is_dir()), None)


def need(*names: str) -> Path:
    """Return the folder of packages. Skips the test where one of them is absent."""
    modules = packages()
    absent = [name for name in names if modules is None or not (modules / name).is_dir()]
    if absent or modules is None:
        pytest.skip(
            f"{', '.join(absent)} from npm: not installed; npm install it, and set NODE_PATH to its node_modules"
        )
    return modules


def test_node_test(run: Run) -> None:
    output = run(str(NODE), "--test", "node.test.mjs")

    assert "# pass 5" in output or "ℹ pass 5" in output


@pytest.mark.parametrize("environment", ["node", "jsdom"])
def test_vitest(run: Run, environment: str) -> None:
    modules = need("vitest", *(["jsdom"] if environment == "jsdom" else []))

    run(str(NODE), str(modules / "vitest" / "vitest.mjs"), "run", "--environment", environment, "vitest.test.mjs")


def test_jest(run: Run) -> None:
    modules = need("jest")

    run(str(NODE), "--experimental-vm-modules", str(modules / "jest" / "bin" / "jest.js"))


def test_playwright(run: Run) -> None:
    need("playwright-core")
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")

    run(str(NODE), "--test", "playwright.test.mjs", CHROMIUM=CHROMIUM)
