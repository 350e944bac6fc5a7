"""What a run pays that does not use the plugin: nothing but its one small module."""

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
"""What no run may import on the plugin's behalf."""


def modules_after(folder: Path, test: str, *args: str) -> set[str]:
    """The modules a run of pytest has imported when it ends, with no plugin loaded but ours."""
    (folder / "test_it.py").write_text(test)
    (folder / "conftest.py").write_text(
        "import json, sys\ndef pytest_unconfigure():\n    json.dump(sorted(sys.modules), open('modules.json', 'w'))\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", *args]
    environment = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PATH": ""}
    subprocess.run(command, cwd=folder, check=True, env=environment, capture_output=True)
    return set(json.loads((folder / "modules.json").read_text()))


def test_a_bare_run_imports_nothing_for_the_plugin(tmp_path: Path) -> None:
    """With the plugin, a run imports its module and the package, not even the list of options, and no library."""
    bare = modules_after(tmp_path, "def test_it(): pass\n")
    with_plugin = modules_after(tmp_path, "def test_it(): pass\n", "-p", "fakesources.pytest_plugin.plugin")

    assert with_plugin - bare == {"fakesources", "fakesources.pytest_plugin.plugin"}


def test_no_test_is_watched_until_a_fake_is_made(tmp_path: Path) -> None:
    """The hooks that run with every test are registered by the first fake of a run."""
    test = """
        import pytest

        def watched(config):
            impls = config.pluginmanager.hook.pytest_runtest_makereport.get_hookimpls()
            return any("fakesources" in impl.plugin_name for impl in impls)

        def test_before(pytestconfig):
            assert not watched(pytestconfig)

        def test_it(fakesources, pytestconfig):
            assert watched(pytestconfig)
        """
    (tmp_path / "test_it.py").write_text(dedent(test))

    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly"]  # the first test has to be the first
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout


def test_what_the_package_needs_is_absent_until_a_fixture_is_used(tmp_path: Path) -> None:
    """None of the libraries is there after a bare run; those that the doors need are, once a test has used a fake."""
    bare = modules_after(tmp_path, "def test_it(): pass\n", "-p", "fakesources.pytest_plugin.plugin")
    used = modules_after(tmp_path, "def test_it(fakesources): pass\n", "-p", "fakesources.pytest_plugin.plugin")

    assert not bare & set(HEAVY)
    assert {"requests", "responses"} <= used


def test_a_fixture_imports_no_client_that_nobody_uses(tmp_path: Path) -> None:
    """Httpx is not imported by a fake when the code under test has not imported it, nor is the explanation of a fault."""
    used = modules_after(
        tmp_path,
        "import requests\ndef test_it(fakesources):\n"
        "    requests.get('https://api.curator.io/v1/feeds?api_key=key').raise_for_status()\n",
        "-p",
        "fakesources.pytest_plugin.plugin",
    )

    assert not used & {"httpx", "httpx2", "aiohttp", "click", "jsonschema"}


@pytest.mark.parametrize("statement", ["import fakesources", "from fakesources import Options"])
def test_importing_the_package_is_free(statement: str) -> None:
    """The top package imports nothing until a name is asked for, and Options only what compares names."""
    code = f"import sys; {statement}; print([name for name in sys.modules if name.startswith('fakesources')])"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert set(json.loads(shown.replace("'", '"'))) <= {
        "fakesources", "fakesources.options", "fakesources.core", "fakesources.core.text.spelling",
    }  # fmt: skip
