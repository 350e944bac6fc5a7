"""Access to the exchanges of a recording in any layout, to change them in place."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "recordings"
BASE = "http://127.0.0.1:18400"

# In C where PyYAML has it: ten times as fast.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Exchange:
    """One recorded exchange that can be changed in place."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw
        self.request, self.response = raw["request"], raw["response"]

    @property
    def url(self) -> str:
        return self.request["url" if "url" in self.request else "uri"]

    @url.setter
    def url(self, url: str) -> None:
        self.request["url" if "url" in self.request else "uri"] = url

    @property
    def status(self) -> int:
        status = self.response["status"]
        return status["code"] if isinstance(status, dict) else status

    @status.setter
    def status(self, status: int) -> None:
        if isinstance(self.response["status"], dict):
            self.response["status"]["code"] = status
        else:
            self.response["status"] = status

    @property
    def body(self) -> Any:
        data = self.request.get("postData", self.request.get("body"))
        return json.loads(data if isinstance(data, str) else data.get("text", data.get("string")))

    @body.setter
    def body(self, value: Any) -> None:
        text = json.dumps(value)
        if "postData" in self.request:
            self.request["postData"]["text"] = text
        elif isinstance(self.request["body"], dict):
            self.request["body"]["string"] = text
        else:
            self.request["body"] = text

    @property
    def text(self) -> str:
        body = self.response.get("content", self.response.get("body"))
        if "base64_string" in body:
            return base64.b64decode(body["base64_string"]).decode()
        text = body.get("text", body.get("string")) or ""
        return text.decode() if isinstance(text, bytes) else text

    @text.setter
    def text(self, text: str) -> None:
        body = self.response.get("content", self.response.get("body"))
        body.pop("base64_string", None)
        body["text" if "content" in self.response else "string"] = text

    @property
    def value(self) -> Any:
        return json.loads(self.text)

    @value.setter
    def value(self, value: Any) -> None:
        self.text = json.dumps(value)

    def header(self, name: str, change: Callable[[str], str | None]) -> None:
        """Change a header of the response; None removes it."""
        headers = self.response["headers"]
        if isinstance(headers, list):
            for header in [header for header in headers if header["name"].lower() == name]:
                value = change(header["value"])
                headers.remove(header)
                headers += [{"name": header["name"], "value": value}] if value is not None else []
        else:
            key = next(key for key in headers if key.lower() == name)
            value = change(headers.pop(key)[0])
            if value is not None:
                headers[key] = [value]


class Recording:
    """One of the files in recordings/, parsed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.document = copy.deepcopy(_document(name))
        entries = self.document["log"]["entries"] if "log" in self.document else None
        entries = entries or self.document.get("interactions") or self.document["http_interactions"]
        self.exchanges = [Exchange(entry) for entry in entries]

    def find(self, method: str, path: str, nth: int = 0) -> Exchange:
        """Return the nth exchange whose request has a method, and a text in its URL."""
        found = [each for each in self.exchanges if each.request["method"].upper() == method and path in each.url]
        return found[nth]

    def write(self, folder: Path) -> Path:
        """Write the recording to a folder. Return its path."""
        path = folder / self.name
        is_json = self.name.endswith((".har", ".json"))
        path.write_text(json.dumps(self.document) if is_json else yaml.dump(self.document, Dumper=_DUMPER), "utf-8")
        return path


@cache
def _document(name: str) -> Any:
    """Return the contents of a file, parsed once for all tests that change a copy."""
    text = (HERE / name).read_text("utf-8")
    return json.loads(text) if name.endswith((".har", ".json")) else _yaml(text)


def _yaml(text: str) -> Any:
    return yaml.load(text.replace("!binary", "!!binary"), Loader=_LOADER)
