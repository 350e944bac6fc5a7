"""Files of OpenAPI documents: JSON and YAML as OpenAPI reads it, and errors with file and line."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from fakesources.kit import DefinitionError
from fakesources.kit.openapi.file import json_value, load_document

HEAD = "openapi: 3.0.0\n"


@pytest.fixture(params=["with libyaml", "without libyaml"], autouse=True)
def libyaml(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read YAML by the parser in C and by the one in Python, which PyYAML has where there is no libyaml."""
    if request.param == "without libyaml":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-01-01T10:00:00Z", "2024-01-01T10:00:00Z"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("1:30", "1:30"),
        ("010", "010"),
        ("1_000", "1_000"),
        ("1.0.3", "1.0.3"),
        ("=", "="),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("12", 12),
        ("-1", -1),
        ("0x1F", 31),
        ("1.5", 1.5),
        ("1e5", 1e5),
        ("'12'", "12"),
        ('"true"', "true"),
        ("infinity", "infinity"),
        ("+x", "+x"),
    ],
)
def test_scalars_are_those_of_json(tmp_path: Path, text: str, value: Any) -> None:
    """Of YAML 1.2: dates and `yes` are texts."""
    path = tmp_path / "api.yaml"
    path.write_text(f"a: {text}\n")

    found = load_document(path)["a"]

    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("key", ["200", "1", "true", "no", "2024-01-01", "1.5", "~"])
def test_names_are_texts(tmp_path: Path, key: str) -> None:
    """As they are written."""
    path = tmp_path / "api.yaml"
    path.write_text(f"{key}: a\n")

    assert load_document(path) == {key: "a"}


def test_anchors_and_merge_keys(tmp_path: Path) -> None:
    """A name of its own takes precedence over a merged one."""
    path = tmp_path / "api.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: *a, x: 5}\nd: {<<: [*a, *b]}\ne: *a\n")

    found = load_document(path)

    assert (found["c"], found["d"], found["e"]) == ({"x": 5, "y": 2}, {"x": 1, "y": 2, "z": 4}, {"x": 1, "y": 2})


BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
UNREADABLE: dict[str, tuple[str, str | bytes | None, str]] = {
    "half of JSON": ("api.json", "{", r"\$: expected JSON, .* line 1"),
    "JSON with a name twice": ("api.json", '{"a": 1, "paths": {"/a": 1, "/a": 2}}', r"\$\.paths\['/a'\]: expected each name once"),
    "JSON of many levels": ("api.json", "[" * 100_000, r"\$: expected at most \d+ values within one another"),
    "JSON of some levels": ("api.json", "[" * 300 + "]" * 300, r"expected at most \d+ values within one another"),
    "JSON with NaN": ("api.json", '{"a": NaN}', r"\$\.a: expected a number of JSON"),
    "half a list": ("api.yaml", f"{HEAD}a: [", r"\$: expected plain YAML without tags, .* line [23]"),
    "a tab": ("api.yaml", f"{HEAD}info:\n\ttitle: x\n", r"\$: expected plain YAML without tags, .* line 3, column 1"),
    "a brace": ("api.yaml", f"{HEAD}a: [1,\n b: }}\n", r"\$: expected plain YAML without tags, .* line 3"),
    "an alias of nothing": ("api.yaml", f"{HEAD}a: *b\n", r"\$: expected plain YAML without tags, .* line 2"),
    "a tag of Python": ("api.yaml", f"{HEAD}a: !!python/object:os.system {{}}\n", r"\$\.a: expected plain YAML without tags, .* line 2"),
    "a tag": ("api.yaml", f"{HEAD}a: {{b: !odd b}}\n", r"\$\.a\.b: expected plain YAML without tags, got the tag '!odd', in line 2"),
    "a set": ("api.yaml", f"{HEAD}a: !!set {{b}}\n", r"\$\.a: expected plain YAML without tags"),
    "binary": ("api.yaml", f"{HEAD}a: !!binary aGk=\n", r"\$\.a: expected plain YAML without tags"),
    "several documents": ("api.yaml", f"{HEAD}---\na: b\n", r"\$: expected one YAML document, got a second one in line 3"),
    "a name twice": ("api.yaml", f"{HEAD}paths:\n  /a: 1\n  /b: 2\n  /a: 3\n", r"\$\.paths\['/a'\]: expected each name once, .* line 5"),
    "a name that is a list": ("api.yaml", f"{HEAD}a: {{[b]: c}}\n", r"\$\.a: expected names that are texts, in line 2"),
    "a merge of a text": ("api.yaml", f"{HEAD}a: {{<<: b}}\n", r"\$\.a: <<: expected an object to merge, in line 2"),
    "a value within itself": ("api.yaml", f"{HEAD}a: &a {{b: *a}}\n", r"\$\.a\.b: expected no value within itself, in line 2"),
    "infinity": ("api.yaml", f"{HEAD}a: .inf\n", r"\$\.a: expected a number of JSON, got .inf, in line 2"),
    "not a number": ("api.yaml", f"{HEAD}a: .NaN\n", r"\$\.a: expected a number of JSON"),
    "YAML of many levels": ("api.yaml", "[" * 100_000, r"\$: expected at most \d+ values within one another"),
    "YAML of many lists": ("api.yaml", "- " * 50_000 + "a", r"\$: expected "),
    "YAML of some levels": ("api.yaml", "[" * 300 + "]" * 300, r"expected at most \d+ values within one another"),
    "aliases of aliases": ("api.yaml", BOMB, r"expected at most \d+ values with aliases written out"),
    "an escape of no character": ("api.yaml", 'a: "\\U00110000"\n', r"\$: expected plain YAML"),
    "an escape of any size": ("api.yaml", 'a: "\\UFFFFFFFF"\n', r"\$: expected plain YAML"),
    "a version of many digits": ("api.yaml", f"%YAML 1.{'9' * 5000}\n---\na: b\n", r"\$: expected plain YAML"),
    "a control character": ("api.yaml", "a: \0\n", r"\$: expected plain YAML"),
    "another encoding": ("api.yaml", "a: é".encode("utf-16"), r"\$: expected a readable file in UTF-8"),
    "no file": ("absent.yaml", None, r"\$: expected a readable file"),
}  # fmt: skip


@pytest.mark.parametrize("unreadable", UNREADABLE)
def test_a_file_that_cannot_be_read(tmp_path: Path, unreadable: str) -> None:
    """The error is one line, which begins with the file."""
    name, text, message = UNREADABLE[unreadable]
    path = tmp_path / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(DefinitionError, match=message) as error:
        load_document(path)
    assert str(error.value).startswith(f"{path}: $")
    assert "\n" not in str(error.value)


def test_without_a_parser_of_yaml_the_error_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON is read, whatever the name of the file."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    path = tmp_path / "api.yaml"
    path.write_text('{"a": 1}')
    assert load_document(path) == {"a": 1}
    path.write_text("a: 1")

    with pytest.raises(DefinitionError) as error:
        load_document(path)

    assert str(error.value) == f"{path}: $: expected JSON; for YAML install fakesources[yaml]"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05+00:00"),
        ((1, 2.5, True, None), [1, 2.5, True, None]),
        ({200: "a", "b": {}}, {"200": "a", "b": {}}),
    ],
)
def test_a_value_of_python_is_one_of_json(value: Any, expected: Any) -> None:
    """As parsers of YAML give it: dates are texts, names too."""
    assert json_value({"a": value}, "document") == {"a": expected}


NESTED = [200, 201]


@pytest.mark.parametrize("depth", NESTED)
@pytest.mark.parametrize(
    "text",
    [
        lambda depth: "[" * depth + "]" * depth,
        lambda depth: "- " * depth + "a",
        lambda depth: "{a: " * (depth - 1) + "{}" + "}" * (depth - 1),
        lambda depth: "{<<: " * (depth - 1) + "{}" + "}" * (depth - 1),
    ],
    ids=["JSON", "lists", "objects", "merged objects"],
)
def test_the_greatest_depth_of_a_file_is_allowed(text: Any, depth: int, tmp_path: Path) -> None:
    path = tmp_path / "api.yaml"
    path.write_text(text(depth))

    if depth == NESTED[0]:
        assert isinstance(load_document(path), dict | list)
    else:
        with pytest.raises(DefinitionError, match="expected at most 200 values within one another"):
            load_document(path)
