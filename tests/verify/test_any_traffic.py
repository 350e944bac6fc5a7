"""Tests with generated recordings: each is checked or raises RecordingError, and nothing else is raised."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import pytest
from generated import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources.apis.registry import installed
from fakesources.export.openapi.samples import samples
from fakesources.verify import RecordingError, check_files
from fakesources.verify.checker import Check
from fakesources.verify.recordings.entry import Bounds
from fakesources.verify.recordings.loading import Context, load_entry
from fakesources.verify.recordings.reader import read

ALL = installed()


def sessions() -> list[dict[str, Any]]:
    """Return a line for each sample call of each API in each edition."""
    found = []
    for api in ALL:
        for edition in api.editions.values():
            for operation, sample in samples(api, edition).items():
                endpoint = api.endpoint(operation)
                path = endpoint.paths[0].replace("<version>", "v1.6")
                for name, value in sample.path.items():
                    path = path.replace(f"<{name}>", str(value))
                query = {**sample.query, **(sample.params if endpoint.is_sent_in_query else {})}
                path += "?" + "&".join(f"{name}={value}" for name, value in query.items())
                url = f"https://{api.hosts[0]}{path}"
                request = {
                    "method": endpoint.documented[0],
                    "url": url,
                    "headers": {"Content-Type": "application/json"},
                }
                body = {} if endpoint.is_sent_in_query else {"json": dict(sample.params)}
                response = {"status": sample.status, "json": sample.value}
                found.append({"request": request | body, "response": response, "at": 1767225600})
    return found


LINES = sessions()
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value within a value."""
    found = [path] if path else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found += paths_in(inner, (*path, key))
    return found


@st.composite
def changed(draw: st.DrawFn) -> dict[str, Any]:
    """Return a line with other values in up to three places."""
    line = copy.deepcopy(draw(st.sampled_from(LINES)))
    for _ in range(draw(st.integers(0, 3))):
        path = draw(st.sampled_from(paths_in(line)))
        holder = line
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = draw(values)
    return line


@settings(max_examples=examples(100), deadline=None)
@given(st.lists(changed(), min_size=1, max_size=4), st.booleans())
def test_any_change_of_a_session_is_checked_or_unusable(session: list[dict[str, Any]], whole: bool) -> None:
    checker = Check(is_whole=whole)
    for line in session:
        with contextlib.suppress(RecordingError):
            checker.add(load_entry(Context("", Bounds()), "line", line))

    report = checker.report()
    assert report.exchanges <= len(session)
    assert all(group.first.rule and group.first.expected for part in report.parts for group in part.groups)


@settings(max_examples=examples(100), deadline=None)
@given(data=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_unusable(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)

    with contextlib.suppress(RecordingError):
        [each.load() for each in read(path)]


@settings(max_examples=examples(50), deadline=None)
@given(
    prefix=st.sampled_from(["{", "[", "interactions:", "http_interactions:\n-", '{"log":', '{"request":']),
    text=st.text(max_size=80),
)
def test_any_text_after_the_beginning_of_a_layout_is_read_or_unusable(
    prefix: str, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "begun"
    path.write_bytes((prefix + text).encode("utf-8", "surrogatepass"))

    with contextlib.suppress(RecordingError):
        [each.load() for each in read(path)]


def test_the_samples_themselves_have_no_findings(tmp_path: Path) -> None:
    """The lines that the other tests change are valid."""
    for api in ALL:
        for edition in api.editions:
            path = tmp_path / f"{edition}.jsonl"
            own = [line for line in LINES if api.hosts[0] in line["request"]["url"]]
            half = own[: len(own) // 2] if edition == api.default_edition else own[len(own) // 2 :]
            path.write_text("\n".join(map(json.dumps, half)), "utf-8")

            report = check_files([path], edition=edition)

            assert [group.first for part in report.parts for group in part.groups] == []
            assert report.exchanges == len(half) == len(api.samples())
