"""Chromium, driven by chromedriver through the WebDriver protocol (W3C): as a person would, by clicks and keys."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from browser_page import CHROMIUM, FLAGS

CHROMEDRIVER = shutil.which("chromedriver")
TIMEOUT_SECONDS = 30
"""Time after which something that does not appear fails the test."""

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Down": "\ue015", "Right": "\ue014", "Tab": "\ue004", "End": "\ue010"}

FIND = """
const [selector, text] = arguments;
return [...document.querySelectorAll(selector)].find((each) => each.checkVisibility() &&
  (text === null || (each.textContent + " " + (each.getAttribute("aria-label") ?? "")).includes(text))) ?? null;
"""


class Browser:
    """One window. Elements are named by a selector and, where several match, a part of their text."""

    def __init__(self, address: str, folder: Path) -> None:
        self._http = requests.Session()
        self._http.trust_env = False
        options = {
            "args": [*FLAGS, "--lang=en-US", "--hide-scrollbars", f"--user-data-dir={folder}"],
            "binary": CHROMIUM,
        }
        capabilities = {"goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        session = self._call("POST", f"{address}/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._session = f"{address}/session/{session['sessionId']}"
        self._traffic: list[Any] = []

    def _call(self, method: str, url: str, body: Any = None) -> Any:
        response = self._http.request(method, url, json=body if method == "POST" else None, timeout=60)
        value = response.json()["value"]
        if response.status_code >= 400:
            raise AssertionError(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value

    def post(self, path: str, **body: Any) -> Any:
        """Return the result of a command."""
        return self._call("POST", f"{self._session}/{path}", body)

    def close(self) -> None:
        self._call("DELETE", self._session)

    def open(self, url: str) -> None:
        self.post("url", url=url)

    def resize(self, width: int, height: int, *, dark: bool = False) -> None:
        """Set the size of the page and the theme that a person prefers."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.cdp("Emulation.setDeviceMetricsOverride", **metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.cdp("Emulation.setEmulatedMedia", features=[scheme])

    def cdp(self, command: str, **parameters: Any) -> Any:
        """Return the result of a command of the DevTools protocol."""
        return self.post("goog/cdp/execute", cmd=command, params=parameters)

    def run(self, script: str, *arguments: Any) -> Any:
        """Return the result of a script; a promise is awaited."""
        return self.post("execute/sync", script=script, args=list(arguments))

    def find(self, selector: str, text: str | None = None) -> Any:
        """Return a visible element, as soon as there is one."""
        return self.until(lambda: self.run(FIND, selector, text), f"{selector} {text or ''}")

    def until(self, fact: Callable[[], Any], what: str = "fact") -> Any:
        """Return the first value of a function that is true."""
        until = time.monotonic() + TIMEOUT_SECONDS
        while not (value := fact()):
            if time.monotonic() > until:
                seen = self.run("return document.body.innerText")
                raise AssertionError(f"{what}: expected it in the page, got\n{seen}")
            time.sleep(0.02)
        return value

    def click(self, selector: str, text: str | None = None) -> None:
        """Click an element as a mouse does: where it cannot be reached, it fails."""
        self.until(lambda: self._try_click(self.find(selector, text)), f"click on {selector} {text or ''}")

    def _try_click(self, element: Any) -> bool:
        try:
            self.post(f"element/{element[ELEMENT]}/click")
        except AssertionError as error:  # the page has just replaced it, or a notice is before it
            if any(reason in str(error) for reason in ("stale", "intercepted", "not interactable", "not found")):
                return False
            raise
        return True

    def type(self, selector: str, text: str, *, within: str | None = None, clear: bool = False) -> None:
        """Type a text into an element."""
        element = self.find(selector, within)
        if clear:
            self.post(f"element/{element[ELEMENT]}/clear")
        self.post(f"element/{element[ELEMENT]}/value", text=text)

    def send_file(self, selector: str, path: Path) -> None:
        """Choose a file in a control, which need not be visible."""
        element = self.run("return document.querySelector(arguments[0])", selector)
        self.post(f"element/{element[ELEMENT]}/value", text=str(path))

    def press(self, key: str) -> None:
        """Press a key at the element that has the focus."""
        active = self._call("GET", f"{self._session}/element/active")
        self.post(f"element/{active[ELEMENT]}/value", text=KEYS.get(key, key))

    def choose(self, selector: str, text: str) -> None:
        """Choose an option of a select."""
        self.find(selector)
        script = """
        const [selector, text] = arguments;
        const select = [...document.querySelectorAll(selector)].find((each) => each.checkVisibility());
        const option = [...select.options].find((each) => each.textContent.includes(text));
        if (!option) return false;
        select.value = option.value;
        select.dispatchEvent(new Event("change", {bubbles: true}));
        return true;
        """
        self.until(lambda: self.run(script, selector, text), f"option {text} of {selector}")

    def field(self, label: str) -> str:
        """Return the selector of the control with a label."""
        return self.run(
            """
            const label = [...document.querySelectorAll("label")].find((each) => each.checkVisibility() &&
              each.querySelector(".label")?.textContent.replace(" *", "") === arguments[0]);
            const control = label.querySelector("input, select, textarea");
            control.id ||= "f" + Math.random().toString(36).slice(2);
            return "#" + control.id;
            """,
            label,
        )

    def text(self, selector: str) -> str:
        """Return the visible text of the first element, an empty one where there is none."""
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def screenshot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._call("GET", f"{self._session}/screenshot")))

    def complaints(self) -> list[str]:
        """Return errors and warnings of the page since the last call: scripts, policies, and what was not loaded."""
        return [each["message"] for each in self.post("se/log", type="browser")]

    def traffic(self) -> list[dict[str, Any]]:
        """Return the events of the network so far."""
        new = [json.loads(each["message"])["message"] for each in self.post("se/log", type="performance")]
        self._traffic += [each for each in new if each["method"].startswith("Network.")]
        return self._traffic

    def forget_traffic(self) -> None:
        """Leave out the events so far."""
        self.traffic()
        self._traffic.clear()

    def responses(self) -> str:
        """Return everything that the page has received so far: heads, bodies and pieces of streams."""
        received = []
        for each in self.traffic():
            received.append(json.dumps(each["params"]))
            if each["method"] == "Network.loadingFinished":
                try:
                    received.append(self.cdp("Network.getResponseBody", requestId=each["params"]["requestId"])["body"])
                except AssertionError:  # a body that is no longer kept
                    continue
        return "\n".join(received)


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """Run a browser with a profile of its own in a folder."""
    assert CHROMEDRIVER is not None
    with (folder / "chromedriver.log").open("w+") as log:
        driver = subprocess.Popen([CHROMEDRIVER, "--port=0"], stdout=log, stderr=log)
        try:
            started = re.compile(r"on port ([1-9]\d*)\b")
            until = time.monotonic() + TIMEOUT_SECONDS
            while not (found := started.search((folder / "chromedriver.log").read_text("utf-8"))):
                assert driver.poll() is None
                assert time.monotonic() < until
                time.sleep(0.02)
            browser = Browser(f"http://127.0.0.1:{found[1]}", folder / "profile")
            try:
                yield browser
            finally:
                browser.close()
        finally:
            driver.terminate()
            driver.wait()
