"""Characters beyond ASCII in every report: each keeps them readable, and ASCII alone where nothing else can be shown."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from exchanges import CURATOR, DATASIFT, call, lines

from fakesources import FakeSources, Request
from fakesources.core.text.display import printable
from fakesources.core.text.terminal import Screen
from fakesources.verify import Report, check_files
from fakesources.verify.formats import FORMATS

FIELD, VALUE, FILE = "größe_日本", "señal 🎸 Ωμέγα", "aufnahme-é-日本.jsonl"
TARGET = f"/v1.6/source/get?{urlencode({FIELD: VALUE})}"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recording with an unknown field and an invalid value of letters of many scripts."""
    folder = tmp_path_factory.mktemp("recording")
    sent = call("GET", f"{DATASIFT}{TARGET}")
    wrong = call("POST", f"{CURATOR}/v1/feeds?api_key=key", {"name": "Kätzchen", "nämé": VALUE})
    return lines(folder, sent, wrong, name=FILE)


@pytest.fixture(scope="module")
def report(recording: Path) -> Report:
    return check_files([recording])


class Text(HTMLParser):
    """The text of a page, and the encoding that it names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text, self.charset = "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.charset = dict(attrs).get("charset") or self.charset

    def handle_data(self, data: str) -> None:
        self.text += data


def everything_in(form: str, rendered: bytes) -> str:
    """Return all text of a report, as a program reads its file."""
    text = rendered.decode("utf-8")
    if form == "json":
        assert text.isascii()
        return json.dumps(json.loads(text), ensure_ascii=False)
    if form == "junit":
        root = ElementTree.fromstring(rendered)  # from bytes: the encoding is the one that the file declares
        return "\n".join(value for each in root.iter() for value in (*each.attrib.values(), each.text or ""))
    if form == "html":
        page = Text(text)
        assert page.charset.lower() == "utf-8"
        return page.text
    return text


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_report_has_the_characters(form: str, report: Report) -> None:
    """The name, its value as JSON, and the file; none is replaced or left as an escape."""
    found = everything_in(form, FORMATS[form](report, False).encode("utf-8"))

    for expected in (f"$.{FIELD}", VALUE, "nämé", *([] if form == "text" else [FILE])):  # a text names one file nowhere
        assert expected in found
    assert "\\u" not in found
    assert "\ufffd" not in found


@pytest.mark.once
@pytest.mark.parametrize("form", ["junit", "text"])
def test_a_file_is_utf_8_and_a_pipe_of_ascii_has_escapes(form: str, recording: Path, tmp_path: Path) -> None:
    """In a locale without other characters, where the report cannot be encoded otherwise."""
    output = tmp_path / "report"
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "fakesources", "check", "--format", form]
    environment = {**os.environ, **ascii_only}

    written = subprocess.run([*command, "--output", output, recording], env=environment, capture_output=True)
    printed = subprocess.run([*command, recording], env=environment, capture_output=True)

    assert (written.returncode, written.stderr) == (printed.returncode, printed.stderr) == (1, b"")
    assert f"$.{FIELD}" in everything_in(form, output.read_bytes())
    assert printed.stdout.isascii()
    assert FIELD.encode("ascii", "backslashreplace") in printed.stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("größe 日本 🎸", "größe 日本 🎸"),
        ("größe\x1b日本", "größe\\x1b日本"),
        ("Ωμέγα\u202eб", "Ωμέγα\\u202eб"),
        ("\ud800é", "\\ud800é"),
        ("é\x00\x7f\x9b\n", "é\\x00\\x7f\\x9b\\n"),
        ("plain\t", "plain\\t"),
    ],
)
def test_unsafe_characters_alone_are_escaped(text: str, shown: str) -> None:
    """Those beside them stay readable."""
    assert printable(text) == shown


@pytest.mark.parametrize("width", [40, 200])
def test_a_terminal_shows_the_characters(width: int, report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of double width are counted as two columns."""
    monkeypatch.setenv("COLUMNS", str(width))

    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    shown = Screen.of(Terminal()).lines(FORMATS["text"](report, False).split("\n"))

    text = "".join(line.strip() for line in shown)
    for expected in (FIELD, "señal", "🎸", "Ωμέγα", "nämé"):
        assert expected in text


def violated() -> FakeSources:
    """Return a fake with the same violation, made by a call."""
    fake = FakeSources()
    fake.handle(Request("GET", TARGET, (("Authorization", "alice:key"),), b"", "api.datasift.com"))
    return fake


def test_the_text_of_an_assertion_has_the_characters() -> None:
    """The report of `check`, of each violation, and of a call that the journal lacks."""
    fake = violated()
    [violation] = fake.violations

    with pytest.raises(AssertionError) as raised:
        fake.check()
    with pytest.raises(AssertionError) as missing:
        fake.journal.only(params={"name": "Ольга"})

    for text in (str(raised.value), str(violation), violation.snippet):
        assert FIELD in text
        assert VALUE in text
        assert "\\u" not in text
    assert "Ольга" in str(missing.value)


def test_the_report_of_pytest_has_the_characters(pytester: pytest.Pytester) -> None:
    """On the terminal and in its JUnit file, in which older versions of pytest escape characters beyond 16 bits."""
    pytester.makepyfile(
        f"""
        import requests

        def test_get(fakesources):
            requests.get("{DATASIFT}{TARGET}", headers={{"Authorization": "alice:key"}})
        """
    )
    quiet = ("-p", "no:asyncio", "-p", "no:anyio", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")

    result = pytester.runpytest_inprocess(*quiet, "--junit-xml=report.xml")

    result.assert_outcomes(failed=1)
    found = everything_in("junit", (pytester.path / "report.xml").read_bytes())
    for text in ("\n".join(result.outlines), found):
        assert f"$.{FIELD}" in text
        assert all(word in text for word in VALUE.split() if max(word) <= "\uffff")
    assert VALUE in "\n".join(result.outlines)
