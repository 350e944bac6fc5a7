"""Wheel and sdist: their content, the same bytes on every machine, and their use without the checkout; the changelog."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from fakesources import __version__

pytestmark = pytest.mark.once

TOP = Path(__file__).resolve().parents[1]
NAME = f"fakesources-{__version__}"
EPOCH = "1700000000"

USE = """
from fakesources import FakeSources, Request
fake = FakeSources()
response = fake.handle(Request("GET", "/v1/feeds?api_key=KEY", host="api.curator.io"))
assert response.status == 200 and b'"Default"' in response.body, response
import fakesources
print(fakesources.__file__)
"""
TESTS_FROM_THE_SDIST = ["tests/fake/test_home.py", "tests/examples/test_howto_faults.py"]
"""Calls in Python, and the fixtures of the plugin that the wheel registers."""


def build(source: Path, out: Path, *targets: str) -> Path:
    """Build what is to be released with hatchling, without an isolated environment and thus without a network."""
    pytest.importorskip("hatchling", reason="wheel and sdist are built by hatchling")
    options = [word for target in targets for word in ("-t", target)]
    command = [sys.executable, "-m", "hatchling", "build", *options, "-d", str(out)]
    subprocess.run(command, cwd=source, check=True, capture_output=True, env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH})
    return out


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the wheel and the sdist of the checkout."""
    return build(TOP, tmp_path_factory.mktemp("dist"), "wheel", "sdist")


@pytest.fixture(scope="module")
def wheel(released: Path) -> Path:
    return released / f"{NAME}-py3-none-any.whl"


@pytest.fixture(scope="module")
def unpacked_sdist(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder that the sdist unpacks."""
    place = tmp_path_factory.mktemp("sdist")
    with tarfile.open(released / f"{NAME}.tar.gz") as archive:
        archive.extractall(place, filter="data")
    return place / NAME


def names(folder: str, *suffixes: str) -> set[str]:
    return {str(path.relative_to(TOP)) for path in (TOP / folder).rglob("*") if path.suffix in suffixes}


def test_there_is_one_wheel_and_one_sdist(released: Path) -> None:
    assert {path.name for path in released.iterdir()} == {f"{NAME}-py3-none-any.whl", f"{NAME}.tar.gz"}


def test_the_wheel_holds_the_package_and_the_schemas(wheel: Path) -> None:
    """Every module, table and schema is in it, the schemas inside the package, and nothing else."""
    code = names("fakesources", ".py", ".json", ".typed", ".css", ".html", ".js", ".svg", ".ts")
    schemas = {f"fakesources/{name}" for name in names("schemas", ".json", ".md")}
    metadata = ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    with zipfile.ZipFile(wheel) as archive:
        packed = archive.namelist()

    assert sorted(packed) == sorted({*code, *schemas, *(f"{NAME}.dist-info/{name}" for name in metadata)})


def test_the_sdist_holds_what_git_has(unpacked_sdist: Path) -> None:
    """And the metadata that pip reads."""
    if not (TOP / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is no checkout of git")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=TOP, check=True, capture_output=True, text=True).stdout.split("\0")

    packed = {path.relative_to(unpacked_sdist).as_posix() for path in unpacked_sdist.rglob("*") if path.is_file()}
    assert packed == {"PKG-INFO", *(name for name in listed if (TOP / name).is_file())}


@pytest.mark.parametrize("unpacked", [True, False], ids=["unpacked", "zipped"])
def test_the_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path, unpacked: bool) -> None:
    """The fake responds, with the schemas in the wheel, from a folder where nothing else is."""
    place = wheel
    if unpacked:
        place = tmp_path / "unpacked"
        zipfile.ZipFile(wheel).extractall(place)
    program = f"import sys; sys.path.insert(0, {str(place)!r})\n{USE}"

    completed = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, check=True, capture_output=True, text=True
    )

    assert completed.stdout.startswith(str(place))


def test_a_build_from_another_folder_has_the_same_bytes(released: Path, unpacked_sdist: Path, tmp_path: Path) -> None:
    """The other folder is what the sdist unpacks, with other times and permissions of its files."""
    other = tmp_path / "another place"
    shutil.copytree(unpacked_sdist, other)
    (other / "PKG-INFO").unlink()
    for path in other.rglob("*"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
        if path.is_file():
            path.chmod(path.stat().st_mode & ~stat.S_IRWXO)

    again = build(other, tmp_path / "dist", "wheel", "sdist")

    for file in released.iterdir():
        assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_tests_pass_from_the_sdist_with_the_wheel(wheel: Path, unpacked_sdist: Path, tmp_path: Path) -> None:
    """The wheel is unpacked, which is all that installing a pure one does; -P leaves out the package of the sdist."""
    site, source = tmp_path / "site", tmp_path / "source"
    zipfile.ZipFile(wheel).extractall(site)
    shutil.copytree(unpacked_sdist, source)  # a run of pytest leaves files behind
    (source / "tests" / "where.py").write_text(
        "import fakesources\n\n\ndef pytest_report_header():\n    return fakesources.__file__\n"
    )
    arguments = ["-P", "-m", "pytest", "-p", "where", "-p", "no:cacheprovider", *TESTS_FROM_THE_SDIST]
    paths = os.pathsep.join([str(site), str(source / "tests")])

    run = subprocess.run(
        [sys.executable, *arguments], cwd=source, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip

    assert run.returncode == 0, run.stdout
    assert str(site / "fakesources" / "__init__.py") in run.stdout
    assert re.search(r"\d\d+ passed", run.stdout)


# -- the changelog -------------------------------------------------------------------------------------------------

CHANGES = (TOP / "CHANGELOG.md").read_text("utf-8")
SECTIONS = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"]
HEADING = re.compile(r"## (?:Unreleased|(\d+\.\d+\.\d+) - (Unreleased|\d{4}-\d\d-\d\d))")


def mistakes_in(changelog: str, version: str) -> list[str]:
    """Return what is wrong with a changelog in the form of Keep a Changelog, in the order of its lines."""
    found: list[str] = []
    versions: list[tuple[int, ...]] = []
    sections: list[str] = []
    section = ""
    lines = changelog.splitlines()
    if lines[:1] != ["# Changelog"]:
        found.append("expected the title '# Changelog'")
    for number, line in enumerate(lines[1:], 2):
        if line.startswith("## "):
            heading = HEADING.fullmatch(line)
            if heading is None:
                found.append(f"{number}: expected '## Unreleased' or '## VERSION - DATE', got {line!r}")
            elif heading[1]:
                versions.append(tuple(map(int, heading[1].split("."))))
            elif versions:
                found.append(f"{number}: expected '## Unreleased' above every version")
            sections, section = [], ""
        elif line.startswith("#"):
            section = line.removeprefix("### ")
            if section not in SECTIONS or section in sections:
                found.append(f"{number}: expected each of {', '.join(SECTIONS)} once, got {line!r}")
            sections.append(section)
        elif line.startswith("- ") and not section:
            found.append(f"{number}: expected a change below a section, got {line!r}")
    if versions != sorted(set(versions), reverse=True):
        found.append("expected each version once, the newest first")
    if not versions or ".".join(map(str, versions[0])) != version:
        found.append(f"expected {version}, the version of the package, first among the versions")
    return found


def test_the_changelog_has_the_version_and_sections() -> None:
    assert mistakes_in(CHANGES, __version__) == []


@pytest.mark.parametrize(
    ("changelog", "mistakes"),
    [
        ("# Changelog\n## 1.0.0 - Unreleased\n### Added\n- A", 0),
        ("# Changelog\n## Unreleased\n### Fixed\n- A\n## 1.0.0 - 2026-01-02\n### Added\n- B", 0),
        ("# Changes\n## 1.0.0 - Unreleased\n### Added\n- A", 1),
        ("# Changelog\n## 1.0.0\n### Added\n- A", 2),
        ("# Changelog\n## 1.0.0 - soon\n### Added\n- A", 2),
        ("# Changelog\n## 0.9.0 - 2026-01-02\n### Added\n- A", 1),
        ("# Changelog\n## 0.9.0 - 2026-01-02\n## 1.0.0 - 2026-01-02", 2),
        ("# Changelog\n## 1.0.0 - 2026-01-02\n## 1.0.0 - 2026-01-02", 1),
        ("# Changelog\n## 1.0.0 - 2026-01-02\n## Unreleased", 1),
        ("# Changelog\n## 1.0.0 - 2026-01-02\n- A", 1),
        ("# Changelog\n## 1.0.0 - 2026-01-02\n### New\n- A", 1),
        ("# Changelog\n## 1.0.0 - 2026-01-02\n### Added\n- A\n### Added\n- B", 1),
        ("# Changelog\n## 1.0.0 - 2026-01-02\n#### Added\n- A", 1),
    ],
)
def test_a_mistake_in_a_changelog_is_found(changelog: str, mistakes: int) -> None:
    assert len(mistakes_in(changelog, "1.0.0")) == mistakes
