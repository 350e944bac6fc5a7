"""Cost of the plugin in a run that does not use it: one small module."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

HEAVY = (
    "werkzeug",
    "jsonschema",
    "jsonschema_rs",
    "referencing",
    "responses",
    "requests",
    "urllib3",
    "httpx",
    "httpx2",
    "click",
    "asyncio",
    "httptools",
)
"""Modules that a run without a fake must not import for the plugin."""


def modules_after(folder: Path, test: str, *args: str) -> set[str]:
    """Return the modules that a run of pytest has imported at its end, with no plugin but ours."""
    (folder / "test_it.py").write_text(test)
    (folder / "conftest.py").write_text(
        "import json, sys\ndef pytest_unconfigure():\n    json.dump(sorted(sys.modules), open('modules.json', 'w'))\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", *args]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""}
    subprocess.run(command, cwd=folder, check=True, env=environment, capture_output=True)
    return set(json.loads((folder / "modules.json").read_text()))


def test_a_run_without_a_fake_imports_the_plugin_module_and_the_version(tmp_path: Path) -> None:
    bare = modules_after(tmp_path, "def test_it(): pass\n")
    with_plugin = modules_after(tmp_path, "def test_it(): pass\n", "-p", "fakesources.pytest_plugin.plugin")

    assert with_plugin - bare == {
        "fakesources", "fakesources.core", "fakesources.core.version", "fakesources.pytest_plugin",
        "fakesources.pytest_plugin.plugin",
    }  # fmt: skip


def test_no_test_is_hooked_until_a_fake_is_made(tmp_path: Path) -> None:
    test = """
        import pytest

        def is_hooked(config):
            impls = config.pluginmanager.hook.pytest_runtest_makereport.get_hookimpls()
            return any("fakesources" in impl.plugin_name for impl in impls)

        def test_before(pytestconfig):
            assert not is_hooked(pytestconfig)

        def test_it(fakesources, pytestconfig):
            assert is_hooked(pytestconfig)
        """
    (tmp_path / "test_it.py").write_text(dedent(test))

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"]  # the tests depend on their order
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_libraries_are_imported_by_the_first_fixture(tmp_path: Path) -> None:
    bare = modules_after(tmp_path, "def test_it(): pass\n", "-p", "fakesources.pytest_plugin.plugin")
    used = modules_after(tmp_path, "def test_it(fakesources): pass\n", "-p", "fakesources.pytest_plugin.plugin")

    assert not bare & set(HEAVY)
    assert {"requests", "responses"} <= used


def test_a_fixture_imports_no_client_that_the_tests_do_not_use(tmp_path: Path) -> None:
    """`jsonschema` is imported only to explain a validation error."""
    used = modules_after(
        tmp_path,
        "import requests\ndef test_it(fakesources):\n"
        "    requests.get('https://api.curator.io/v1/feeds?api_key=key').raise_for_status()\n",
        "-p",
        "fakesources.pytest_plugin.plugin",
    )

    assert not used & {"httpx", "httpx2", "aiohttp", "click", "jsonschema"}


@pytest.mark.parametrize("statement", ["import fakesources", "from fakesources import Options"])
def test_importing_the_package_imports_next_to_nothing(statement: str) -> None:
    """Public names are imported on first use; Options needs the settings of the built-in APIs, and no API."""
    code = f"import sys; {statement}; print([name for name in sys.modules if name.startswith('fakesources')])"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert set(json.loads(printed.replace("'", '"'))) <= {
        "fakesources", "fakesources.options", "fakesources.core", "fakesources.core.version", "fakesources.core.text",
        "fakesources.core.text.spelling", "fakesources.core.text.options", "fakesources.core.text.arguments", "fakesources.core.contract",
        "fakesources.core.contract.settings", "fakesources.apis", "fakesources.apis.curator", "fakesources.apis.curator.settings",
        "fakesources.apis.datasift", "fakesources.apis.datasift.settings",
    }  # fmt: skip
