"""The fixtures beside plugins that many suites have: a small suite under each of them, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from xml.etree import ElementTree

import pytest

import fakesources

pytestmark = pytest.mark.once

SUITE = """
import pytest, requests

API = "https://api.datasift.com/v1.6/source/"
KEY = {"Authorization": "alice:key"}
LOCAL = {local}


def start(base, id, **extra):
    return requests.put(base + "start", data={"id": id, **extra}, headers=KEY)


@pytest.mark.parametrize("number", range(3))
def test_a_fake_of_its_own(fakesources, number):
    source = fakesources.datasift.account("alice").sources.add()

    assert start(API, source.id).status_code == 200
    assert [len(fakesources.journal), len(fakesources.datasift.account("alice").sources)] == [1, 1]


@pytest.mark.skipif(not LOCAL, reason="this run has no sockets at all")
def test_a_server(fakesources_server):
    assert start(fakesources_server.url + "/v1.6/source/", "unknown").status_code == 404


@pytest.mark.fakesources(strict=False, datasift="live-1.6")
def test_a_fake_that_is_not_strict(fakesources):
    start(API, fakesources.datasift.account("alice").sources.add().id, nmae="x")

    assert [each.rule for each in fakesources.violations] == ["datasift.source.start.unknown-parameter"]


def test_a_factory(fakesources_factory):
    with fakesources_factory(strict=False) as fake:
        assert start(API, "unknown").status_code == 404
    assert len(fake.journal) == 1


def test_a_violation(fakesources):
    start(API, fakesources.datasift.account("alice").sources.add().id, nmae="x")


TRIES = []


def test_a_flaky_call(fakesources):
    TRIES.append(1)
    assert len(fakesources.journal) == 0
    start(API, fakesources.datasift.account("alice").sources.add().id, **({"nmae": "x"} if len(TRIES) == 1 else {}))
"""
FAILING = ["test_a_flaky_call", "test_a_violation"]

PLUGINS: dict[str, tuple[str, list[str], list[str]]] = {
    "none": ("pytest", [], FAILING),
    "pytest-randomly": ("pytest_randomly", ["-p", "pytest_randomly"], FAILING),
    "pytest-socket": ("pytest_socket", ["-p", "pytest_socket", "--disable-socket"], FAILING),
    "pytest-socket, loopback": ("pytest_socket", ["-p", "pytest_socket", "--allow-hosts=127.0.0.1,::1"], FAILING),
    "pytest-timeout": ("pytest_timeout", ["-p", "pytest_timeout", "--timeout=300"], FAILING),
    "pytest-timeout, threads": (
        "pytest_timeout",
        ["-p", "pytest_timeout", "--timeout=300", "--timeout-method=thread"],
        FAILING,
    ),
    "pytest-rerunfailures": (
        "pytest_rerunfailures",
        ["-p", "pytest_rerunfailures", "--reruns=1"],
        ["test_a_violation"],
    ),
    "pytest-subtests": ("pytest_subtests", ["-p", "pytest_subtests.plugin"], FAILING),
    "pytest-bdd": ("pytest_bdd", ["-p", "pytest_bdd.plugin"], FAILING),
    "pytest-xdist": ("xdist", ["-p", "xdist.plugin", "-n1"], FAILING),
}
"""Module of each plugin, the arguments of its run, and the tests that fail there."""


def run(folder: Path, *arguments: str) -> dict[str, str]:
    """Run the tests of a folder with our plugin and the named ones alone; return the message of each test's failure."""
    environment = {
        **os.environ,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONPATH": str(Path(fakesources.__file__).parents[1]),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "fakesources.pytest_plugin.plugin"]
    finished = subprocess.run(
        [*command, "--junit-xml=report.xml", *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    assert finished.returncode in (0, 1), finished.stdout + finished.stderr
    cases = ElementTree.parse(folder / "report.xml").getroot().iter("testcase")
    return {
        str(case.get("name")): next((str(each.get("message")) for each in case if each.tag in ("failure", "error")), "")
        for case in cases
    }


def need(name: str, module: str) -> None:
    if find_spec(module) is None:
        pytest.skip(f"{name} is not installed")


@pytest.mark.parametrize(("name", "module", "arguments", "failing"), [(name, *row) for name, row in PLUGINS.items()])
def test_the_fixtures_work_beside_a_plugin(
    tmp_path: Path, name: str, module: str, arguments: list[str], failing: list[str]
) -> None:
    """Each test has a fake of its own, and only violations fail, at the line of their call; a repetition has a new fake."""
    need(name, module)
    if module == "pytest_subtests" and pytest.version_tuple >= (9, 0):
        pytest.skip("pytest itself has subtests since 9.0")
    (tmp_path / "test_it.py").write_text(SUITE.replace("{local}", str("--disable-socket" not in arguments)), "utf-8")

    results = run(tmp_path, *arguments)

    assert len(results) == 8
    assert sorted(name for name, message in results.items() if message) == failing
    for each in failing:
        assert "datasift.source.start.unknown-parameter" in results[each]


FEATURE = """
Feature: Starting a source
  Scenario: It is started
    Given a source
    When it is started
    Then it is running

  Scenario: It is started with a misspelt parameter
    Given a source
    When it is started with "nmae"
    Then it is running
"""
STEPS = """
import requests
from pytest_bdd import given, parsers, scenarios, then, when

scenarios("it.feature")


def start(id, **extra):
    headers = {"Authorization": "alice:key"}
    requests.put("https://api.datasift.com/v1.6/source/start", data={"id": id, **extra}, headers=headers)


@given("a source", target_fixture="source")
def a_source(fakesources):
    return fakesources.datasift.account("alice").sources.add()


@when("it is started")
def it_is_started(source):
    start(source.id)


@when(parsers.parse('it is started with "{name}"'))
def it_is_started_with(source, name):
    start(source.id, **{name: "x"})


@then("it is running")
def it_is_running(fakesources, source):
    assert fakesources.datasift.account("alice").sources[source.id].running
"""


def test_a_violation_of_a_step_fails_its_scenario(tmp_path: Path) -> None:
    need("pytest-bdd", "pytest_bdd")
    (tmp_path / "it.feature").write_text(FEATURE, "utf-8")
    (tmp_path / "test_it.py").write_text(STEPS, "utf-8")

    results = run(tmp_path, "-p", "pytest_bdd.plugin")

    assert [name for name, message in results.items() if message] == ["test_it_is_started_with_a_misspelt_parameter"]
    assert "datasift.source.start.unknown-parameter" in "".join(results.values())
