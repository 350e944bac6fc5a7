"""Pinned versions: their completeness, and the commands that install with them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))
PINS = [
    Requirement(line)
    for line in (TOP / "tests" / "constraints.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
REFRESH = "run: python .ci/constraints.py"
TESTED = ("3.11", "3.12", "3.13")


def requirements(extra: str = "") -> Iterator[Requirement]:
    """Yield the requirements of this project, or of one of its extras with the extras it names."""
    project = PROJECT["project"]
    for line in project["optional-dependencies"][extra] if extra else project["dependencies"]:
        requirement = Requirement(line)
        if requirement.name == project["name"]:
            for other in sorted(requirement.extras):
                yield from requirements(other)
        else:
            yield requirement


def applies(requirement: Requirement, **environment: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": "", **environment})


def installed(wanted: list[Requirement]) -> dict[str, str]:
    """Return the installed distributions that requirements lead to, and their versions."""
    found: dict[str, str] = {}
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name in found or not applies(requirement):
            continue
        distribution = metadata.distribution(name)
        found[name] = distribution.version
        for line in distribution.requires or ():
            inner = Requirement(line)
            if any(applies(inner, extra=extra) for extra in ("", *requirement.extras)):
                inner.marker = None
                wanted.append(inner)
    return found


def test_every_distribution_that_the_tests_install_is_pinned() -> None:
    """Direct or not: one without a pin would be the newest release of the day."""
    pinned = {canonicalize_name(pin.name) for pin in PINS if applies(pin)}

    missing = set(installed([*requirements(), *requirements("test")])) - pinned

    assert not missing, REFRESH


@pytest.mark.parametrize("python", TESTED)
def test_a_pin_is_one_exact_version_that_the_floors_allow(python: str) -> None:
    """On every tested Python each distribution has one version, and every requirement is met by it."""
    environment = {"python_version": python, "python_full_version": f"{python}.1"}
    versions: dict[str, str] = {}
    for pin in filter(lambda pin: applies(pin, **environment), PINS):
        exact = re.fullmatch(r"==([^*,]+)", str(pin.specifier))
        assert exact, pin
        assert canonicalize_name(pin.name) not in versions, pin
        versions[canonicalize_name(pin.name)] = exact[1]

    for requirement in [*requirements(), *requirements("test")]:
        if applies(requirement, **environment):
            version = versions.get(canonicalize_name(requirement.name), "no version")
            assert version != "no version", f"{requirement}: {REFRESH}"
            assert requirement.specifier.contains(version), f"{requirement}, pinned to {version}: {REFRESH}"


def test_the_build_backend_is_pinned_with_what_it_needs() -> None:
    """Pip builds in an environment of its own, so these pins stand in pyproject.toml; both lists say the same."""
    backend = {
        canonicalize_name(pin.name): str(pin.specifier) for pin in map(Requirement, PROJECT["build-system"]["requires"])
    }
    pinned = {canonicalize_name(pin.name): str(pin.specifier) for pin in PINS}

    assert set(installed([Requirement("hatchling")])) <= set(backend), REFRESH
    assert backend == {name: pinned[name] for name in backend}, REFRESH


def test_the_readme_installs_with_the_pins() -> None:
    """The command of a newcomer, and that of a contributor."""
    for path in ("README.md", ".github/CONTRIBUTING.md"):
        if (TOP / path).is_file():
            assert "python -m pip install -c tests/constraints.txt -e '.[test" in (TOP / path).read_text("utf-8")


def workflow_of_ci() -> Any:
    return yaml.load((TOP / ".github" / "workflows" / "ci.yml").read_text("utf-8"), yaml.BaseLoader)


def test_the_workflow_asks_for_known_vulnerabilities() -> None:
    """Of the pinned versions, and of what a user's first installation brings; the workflow alone, as it needs a network."""
    commands = [step.get("run", "") for step in workflow_of_ci()["jobs"]["audit"]["steps"]]

    assert "python -m pip_audit --no-deps --disable-pip -r tests/constraints.txt" in commands
    assert "python -m pip_audit ." in commands
    assert "pip_audit" not in (TOP / ".ci" / "run").read_text("utf-8")


def test_the_workflow_runs_every_python_on_any_day() -> None:
    """On a push and on a schedule; the Pythons the package names have to pass there, others may fail."""
    workflow = workflow_of_ci()
    job = workflow["jobs"]["python"]
    pythons = job["strategy"]["matrix"]["python"]
    may_fail = re.findall(r"3\.\d+", job["continue-on-error"])
    classified = [
        name.rpartition(" ")[2] for name in PROJECT["project"]["classifiers"] if re.search(r":: 3\.\d+$", name)
    ]

    assert {"push", "schedule"} <= set(workflow["on"])
    assert [python for python in pythons if python not in may_fail] == classified == list(TESTED)
    assert set(may_fail) < set(pythons)
    assert sorted(workflow["jobs"]["all"]["steps"][1]["with"]["python-version"].split()) == classified
