"""The wheel: its content, and its use without the checkout, unpacked or zipped."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]

USE = """
from fakesources import FakeSources, Request
fake = FakeSources()
response = fake.handle(Request("GET", "/v1/feeds?api_key=KEY", host="api.curator.io"))
assert response.status == 200 and b'"Default"' in response.body, response
import fakesources
print(fakesources.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Wheel built by hatchling from the checkout."""
    pytest.importorskip("hatchling", reason="the wheel is built by hatchling")
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=TOP, check=True, capture_output=True)
    [built] = out.glob("*.whl")
    return built


def names(folder: str, *suffixes: str) -> set[str]:
    return {str(path.relative_to(TOP)) for path in (TOP / folder).rglob("*") if path.suffix in suffixes}


def test_the_wheel_holds_the_package_and_the_schemas(wheel: Path) -> None:
    """Every module, table and schema is in it, the schemas inside the package, and nothing else."""
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}

    code = names("fakesources", ".py", ".json", ".typed", ".css", ".html", ".js", ".svg", ".ts")
    schemas = {f"fakesources/{name}" for name in names("schemas", ".json", ".md")}
    assert packed == code | schemas


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
